// Scorecard (PMML 4.4, Scorecard).
#include <algorithm>
#include <cmath>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

using model::kMissing;
using model::Op;
using model::Operand;

namespace {

/// What a characteristic contributes: the points of its first attribute that is true, and the
/// reason code of that attribute as an index into the list of codes.
struct Contribution {
  Operand points = Operand::value(kMissing);
  Operand code = Operand::value(kMissing);
};

class ScorecardReader {
 public:
  ScorecardReader(const XmlElement &model, Scope &scope)
      : model_(model), scope_(scope), graph_(scope.graph()) {
    // Codes cost a column for each characteristic and code: they are computed where the model
    // outputs them.
    if (const auto output = model.child("Output"))
      for (const XmlElement field : output->children("OutputField"))
        if (field.attribute("feature") == "reasonCode")
          num_ranks_ = std::max(num_ranks_, field.count("rank").value_or(1));
  }

  Result read() {
    const std::vector<XmlElement> characteristics = read_characteristics();
    std::vector<Operand> terms = {Operand::value(model_.number("initialScore").value_or(0))}, codes,
                         differences;
    for (const XmlElement &characteristic : characteristics) {
      const Contribution contribution = read_contribution(characteristic);
      terms.push_back(contribution.points);
      if (num_ranks_ == 0) continue;
      codes.push_back(contribution.code);
      differences.push_back(difference(characteristic, contribution.points));
    }
    Result result;
    // An attribute must be true of each characteristic: "otherwise the scorecard as a whole returns
    // an invalid value".
    result.value = number_column(graph_.sum(terms));
    result.raw = {result.value.operand};
    if (num_ranks_ != 0) rank(codes, differences, result);
    return result;
  }

 private:
  std::vector<XmlElement> read_characteristics() const {
    std::vector<XmlElement> characteristics;
    const XmlElement parent = model_.required_child("Characteristics");
    for (const XmlElement characteristic : parent.children("Characteristic"))
      characteristics.push_back(characteristic);
    if (characteristics.empty()) parent.refuse("it has no Characteristic");
    return characteristics;
  }

  Contribution read_contribution(const XmlElement &characteristic) {
    std::vector<XmlElement> attributes;
    for (const XmlElement attribute : characteristic.children("Attribute"))
      attributes.push_back(attribute);
    if (attributes.empty()) characteristic.refuse("it has no Attribute");
    Contribution out;
    for (std::size_t i = attributes.size(); i-- > 0;) {
      const XmlElement &attribute = attributes[i];
      const Operand is_true = evaluate_predicate(predicate_of(attribute), scope_);
      out.points = graph_.choose(is_true, points(attribute), out.points);
      if (num_ranks_ != 0)
        out.code = graph_.choose(is_true, code(characteristic, attribute), out.code);
    }
    return out;
  }

  /// "If both are defined, the ComplexPartialScore element takes precedence."
  Operand points(const XmlElement &attribute) {
    const auto complex = attribute.child("ComplexPartialScore");
    if (!complex) return Operand::value(partial_score(attribute));
    for (const XmlElement child : complex->children())
      if (is_expression(child)) {
        const Column value = evaluate_expression(child, scope_, Type{Type::Kind::kDouble, 1970});
        return (value.is_text() ? graph_.cast(value, {}, child) : value).operand;
      }
    complex->refuse("it has no expression");
  }

  /// MATLAB writes "NaN" for bins without points: such a row has no score.
  double partial_score(const XmlElement &attribute) const {
    if (attribute.required("partialScore") != "NaN")
      return attribute.required_number("partialScore");
    scope_.builder().warn("the scorecard gives no score to some rows: a partialScore is NaN",
                          attribute.place() + ": rows that this attribute is true of get NULL.");
    return kMissing;
  }

  Operand code(const XmlElement &characteristic, const XmlElement &attribute) {
    const auto own = attribute.attribute("reasonCode");
    const std::string text(own ? *own : characteristic.attribute("reasonCode").value_or(""));
    if (text.empty()) attribute.refuse("it has no reasonCode");
    return Operand::value(*codes_->find(text));
  }

  /// How far the points are from the baseline, in the direction that counts.
  Operand difference(const XmlElement &characteristic, Operand points) {
    const auto own = characteristic.number("baselineScore");
    const auto common = model_.number("baselineScore");
    if (!own && !common) characteristic.refuse("it has no baselineScore");
    const Operand baseline = Operand::value(own ? *own : *common);
    const std::string_view algorithm =
        model_.attribute("reasonCodeAlgorithm").value_or("pointsBelow");
    if (algorithm == "pointsAbove") return graph_.apply(Op::kSubtract, {points, baseline});
    if (algorithm == "pointsBelow") return graph_.apply(Op::kSubtract, {baseline, points});
    model_.refuse("unknown reasonCodeAlgorithm " + shown(algorithm));
  }

  /// Characteristics with the same code count together; codes of a negative sum are left out
  /// (JPMML-Evaluator, ScorecardEvaluator).
  void rank(const std::vector<Operand> &codes, const std::vector<Operand> &differences,
            Result &result) {
    std::vector<Operand> sums;
    for (std::uint32_t code = 0; code < codes_->size(); ++code) {
      std::vector<Operand> terms;
      for (std::size_t i = 0; i < codes.size(); ++i) {
        const Operand is_it = graph_.apply(Op::kEqual, {codes[i], Operand::value(code)});
        if (is_it.is_constant() && is_it.constant == 0) continue;
        terms.push_back(graph_.choose(is_it, differences[i], Operand::value(kMissing)));
      }
      const Operand total =
          graph_.reduce(model::Reduction::kSum, terms, model::Precision::kFloat64, true);
      const Operand counts = graph_.apply(Op::kGreaterEqual, {total, Operand::value(0)});
      sums.push_back(graph_.choose(counts, total, Operand::value(kMissing)));
    }
    for (const Operand &code : graph_.rank(sums, std::min(num_ranks_, codes_->size())))
      result.reason_codes.push_back({code, {Type::Kind::kString, 1970}, codes_});
  }

  const XmlElement &model_;
  Scope &scope_;
  Graph &graph_;
  std::uint32_t num_ranks_ = 0;
  std::shared_ptr<Texts> codes_ = Texts::open({});  // in the order of the document
};

}  // namespace

Result read_scorecard(const XmlElement &model, Scope &scope) {
  if (task_of(model) != Task::kRegression) model.refuse("a scorecard that is no regression");
  return ScorecardReader(model, scope).read();
}

}  // namespace pgscore::formats::pmml
