// Cox regression in a GeneralRegressionModel (PMML 4.4, General Regression: BaseCumHazardTables).
//
// The value is the cumulative hazard H = H0(t) * exp(r - s): r the linear predictor, s that of the
// reference points, H0 a step function of the time. The standard gives a formula for survival,
// exp(-H), too; which of the two is the predicted value it leaves open. R's pmml (coxph) and
// JPMML-Evaluator take H, and name the survival in an OutputField.
#include <algorithm>

#include "formats/pmml/models/general_regression.hpp"

namespace pgscore::formats::pmml {

using model::Op;
using model::Operand;

namespace {

/// H0 of a table: 0 before the first time, missing after maxTime.
Operand baseline(const XmlElement &table, Operand time, Graph &graph) {
  std::vector<std::pair<double, double>> steps;
  for (const XmlElement cell : table.children("BaselineCell"))
    steps.emplace_back(cell.required_number("time"), cell.required_number("cumHazard"));
  if (steps.empty()) table.refuse("it has no BaselineCell");
  std::stable_sort(steps.begin(), steps.end(),
                   [](const auto &a, const auto &b) { return a.first < b.first; });
  model::Discretize bins;
  bins.input = graph.column(time);
  bins.values = {0};
  for (const auto &[at, hazard] : steps) {
    if (!bins.cuts.empty() && bins.cuts.back() == at) table.refuse("a time is there twice");
    bins.cuts.push_back(at);
    bins.values.push_back(hazard);
  }
  const Operand hazard = Operand::of(graph.builder().discretize(std::move(bins)));
  const Operand is_late =
      graph.apply(Op::kGreater, {time, Operand::value(table.required_number("maxTime"))});
  return graph.choose(is_late, Operand::value(model::kMissing), hazard);
}

}  // namespace

Result read_cox_regression(const XmlElement &model, Scope &scope) {
  Graph &graph = scope.graph();
  const Column time = scope.field(model.required("endTimeVariable"), model);
  if (time.is_text()) model.refuse("the field of the end time is a string");
  const XmlElement tables = model.required_child("BaseCumHazardTables");
  Operand base = Operand::value(model::kMissing);
  if (const auto name = model.attribute("baselineStrataVariable")) {
    const Column stratum_field = scope.field(*name, model);
    bool has_stratum = false;
    for (const XmlElement stratum : tables.children("BaselineStratum")) {
      const Operand is_it = graph.equals(stratum_field, stratum.required("value"), stratum);
      base = graph.choose(is_it, baseline(stratum, time.operand, graph), base);
      has_stratum = true;
    }
    if (!has_stratum) tables.refuse("it has no BaselineStratum");
  } else {
    base = baseline(tables, time.operand, graph);
  }

  LinearPredictors predictors(model, scope);
  if (!predictors.categories().empty())
    model.refuse("a cell of the ParamMatrix has a targetCategory");
  const model::Precision precision = predictors.precision();
  const Operand r = predictors.evaluate(""), s = Operand::value(predictors.reference_point());
  const Operand risk =
      graph.apply(Op::kExp, {graph.apply(Op::kSubtract, {r, s}, precision)}, precision);
  const Operand hazard = graph.apply(Op::kMultiply, {risk, base}, precision);
  Result result;
  result.raw = {r};
  // Without a hazard yet, the linear predictor does not matter.
  result.value = number_column(graph.apply(Op::kIf, {base, hazard, Operand::value(0)}));
  return result;
}

}  // namespace pgscore::formats::pmml
