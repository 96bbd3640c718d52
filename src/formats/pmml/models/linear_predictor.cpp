// The linear predictors of a GeneralRegressionModel (PMML 4.4, General Regression: PPMatrix,
// ParamMatrix).
#include <cmath>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/models/general_regression.hpp"

namespace pgscore::formats::pmml {

using model::Op;
using model::Operand;

namespace {

/// The rows of a Matrix of Arrays: a full one, or the diagonal or lower triangle of one.
std::vector<std::vector<double>> read_matrix(const XmlElement &element) {
  const std::string_view kind = element.attribute("kind").value_or("any");
  if (kind != "any")
    element.refuse_unsupported("contrast matrices of kind " + shown(kind) + " are not supported");
  std::vector<std::vector<double>> rows;
  for (const XmlElement row : element.children("Array")) rows.push_back(read_numbers(row));
  if (rows.empty()) {
    if (element.child("MatCell"))
      element.refuse_unsupported("contrast matrices of cells are not supported");
    element.refuse("it has no rows");
  }
  for (const std::vector<double> &row : rows)
    if (row.size() != rows.front().size()) element.refuse("its rows are not equally long");
  return rows;
}

}  // namespace

LinearPredictors::LinearPredictors(const XmlElement &model, Scope &scope)
    : scope_(scope), precision_(precision_of(model)) {
  for (const XmlElement parameter : model.required_child("ParameterList").children("Parameter")) {
    const std::string name(parameter.required("name"));
    if (!reference_points_.emplace(name, parameter.number("referencePoint").value_or(0)).second)
      parameter.refuse("parameter " + shown(name) + " is there twice");
  }
  read_factors(model);
  read_cells(model);
}

void LinearPredictors::read_factors(const XmlElement &model) {
  if (const auto list = model.child("FactorList"))
    for (const XmlElement predictor : list->children("Predictor")) {
      Factor factor{predictor, {}, {}};
      const std::string_view coding = predictor.attribute("contrastMatrixType").value_or("");
      if (!coding.empty() && coding != "Simple" && !predictor.child("Matrix"))
        predictor.refuse_unsupported("contrasts of type " + shown(coding) +
                                     " are not supported without their Matrix");
      if (const auto matrix = predictor.child("Matrix")) {
        for (const XmlElement category :
             predictor.required_child("Categories").children("Category"))
          factor.categories.emplace_back(category.required("value"));
        factor.matrix = read_matrix(*matrix);
        if (factor.matrix.size() != factor.categories.size() ||
            factor.matrix.front().size() > factor.categories.size())
          matrix->refuse("its size does not fit the categories");
      }
      factors_.emplace(std::string(predictor.required("name")), std::move(factor));
    }
  if (const auto list = model.child("CovariateList"))
    for (const XmlElement predictor : list->children("Predictor")) {
      if (predictor.child("Matrix")) predictor.refuse("a covariate has a contrast matrix");
      covariates_.emplace(std::string(predictor.required("name")), predictor);
    }
}

void LinearPredictors::read_cells(const XmlElement &model) {
  for (const XmlElement cell : model.required_child("PPMatrix").children("PPCell")) {
    const std::string name(cell.required("parameterName"));
    if (reference_points_.count(name) == 0) cell.refuse("there is no parameter " + shown(name));
    predictors_[std::string(cell.attribute("targetCategory").value_or(""))][name].push_back(cell);
  }
  for (const XmlElement element : model.required_child("ParamMatrix").children("PCell")) {
    Cell cell{element, std::string(element.required("parameterName")),
              number_attribute(element, "beta", precision_)};
    // BigML's logistic regressions number them otherwise than the list: what they mean cannot be
    // known.
    if (reference_points_.count(cell.parameter) == 0)
      element.refuse("there is no parameter " + shown(cell.parameter));
    const std::string category(element.attribute("targetCategory").value_or(""));
    std::vector<Cell> &cells = cells_[category];
    if (cells.empty() && !category.empty()) categories_.push_back(category);
    cells.push_back(std::move(cell));
  }
  for (const auto &[category, cells] : cells_) warn_of_constants(model, category, cells);
}

/// A parameter without a PPCell is added for every row. That is right of an intercept; R's pmml
/// 2.6.0 leaves out the cells of logical columns.
void LinearPredictors::warn_of_constants(const XmlElement &model, const std::string &category,
                                         const std::vector<Cell> &cells) {
  std::map<std::string_view, std::string_view> labels;
  for (const XmlElement parameter : model.required_child("ParameterList").children("Parameter"))
    labels[parameter.required("name")] = parameter.attribute("label").value_or("");
  auto is_constant = [&](std::string_view name) {
    for (const std::string &key : {category, std::string()}) {
      const auto by_parameter = predictors_.find(key);
      if (by_parameter != predictors_.end() && by_parameter->second.count(name) != 0) return false;
    }
    return true;
  };
  bool is_first = true;
  for (const Cell &cell : cells) {
    if (cell.beta == 0 || !is_constant(cell.parameter)) continue;
    const std::string_view label = labels[cell.parameter];
    const bool may_be_intercept = is_first || label.find("ntercept") != label.npos;
    is_first = false;
    if (may_be_intercept) continue;
    scope_.builder().warn(
        "parameter " + shown(cell.parameter) + " is added for every row: it has no PPCell",
        label.empty() ? std::string() : "Its label is " + shown(label) + ".",
        "R's pmml leaves out the cells of logical columns: make the column a factor, and train and "
        "export the "
        "model again.");
  }
}

Operand LinearPredictors::evaluate(std::string_view category,
                                   std::optional<std::string_view> before) {
  Graph &graph = scope_.graph();
  model::Linear linear;
  linear.precision = precision_;
  linear.intercept = {0};
  bool is_first = true;
  auto add = [&](std::string_view key) {
    const auto found = cells_.find(key);
    if (found == cells_.end()) return;
    for (const Cell &cell : found->second) {
      const std::optional<Operand> x = parameter(cell.parameter, category);
      if (!x && is_first)
        linear.intercept = {cell.beta};
      else
        linear.terms.push_back({graph.column(x.value_or(Operand::value(1))), false, {cell.beta}});
      is_first = false;
    }
  };
  if (before) add(*before);
  add(category);
  if (linear.terms.empty()) return Operand::value(linear.intercept[0]);
  return Operand::of(graph.builder().linear(std::move(linear)));
}

double LinearPredictors::reference_point() const {
  double sum = 0;
  if (const auto found = cells_.find(std::string_view()); found != cells_.end())
    for (const Cell &cell : found->second)
      sum += cell.beta * reference_points_.find(cell.parameter)->second;
  return sum;
}

std::optional<Operand> LinearPredictors::parameter(std::string_view name,
                                                   std::string_view category) {
  auto by_parameter = predictors_.find(category);
  if (by_parameter == predictors_.end()) by_parameter = predictors_.find(std::string_view());
  if (by_parameter == predictors_.end()) return std::nullopt;
  const auto cells = by_parameter->second.find(name);
  if (cells == by_parameter->second.end()) return std::nullopt;
  const auto [known, is_new] = known_.try_emplace({by_parameter->first, std::string(name)});
  if (!is_new) return known->second;

  // Factors first: where their product is 0, covariates do not count, missing or not
  // (JPMML-Evaluator, GeneralRegressionModelEvaluator.Row).
  Graph &graph = scope_.graph();
  std::optional<Operand> of_factors, of_covariates;
  auto multiply = [&](std::optional<Operand> &product, Operand x) {
    product = product ? graph.apply(Op::kMultiply, {*product, x}, precision_) : x;
  };
  for (const XmlElement &cell : cells->second) {
    const std::string_view field = cell.required("predictorName");
    if (const auto found = factors_.find(field); found != factors_.end())
      multiply(of_factors, factor(found->second, cell));
    else if (covariates_.find(field) != covariates_.end())
      multiply(of_covariates, covariate(cell));
    else
      cell.refuse(shown(field) + " is neither a factor nor a covariate");
  }
  if (of_factors && of_covariates)
    known->second =
        graph.apply(Op::kIf, {*of_factors,
                              graph.apply(Op::kMultiply, {*of_factors, *of_covariates}, precision_),
                              Operand::value(0)});
  else
    known->second = of_factors ? of_factors : of_covariates;
  return known->second;
}

Operand LinearPredictors::factor(const Factor &factor, const XmlElement &cell) {
  Graph &graph = scope_.graph();
  const Column field = scope_.field(factor.predictor.required("name"), cell);
  const std::string_view value = cell.required("value");
  if (factor.matrix.empty()) return graph.equals(field, value, cell);
  const auto column = find_label(factor.categories, value);
  if (!column || *column >= factor.matrix.front().size())
    cell.refuse("the contrast matrix has no column for " + shown(value));
  // A value that is no category of the matrix has no result.
  Operand x = Operand::value(model::kMissing);
  for (std::size_t row = factor.categories.size(); row-- > 0;)
    x = graph.choose(graph.equals(field, factor.categories[row], cell),
                     Operand::value(factor.matrix[row][*column]), x);
  return x;
}

Operand LinearPredictors::covariate(const XmlElement &cell) {
  Graph &graph = scope_.graph();
  const std::string_view name = cell.required("predictorName");
  Column field = scope_.field(name, cell);
  if (field.is_text()) field = graph.cast(field, {}, cell);
  const double exponent = cell.required_number("value");
  return exponent == 1
             ? field.operand
             : graph.apply(Op::kPower, {field.operand, Operand::value(exponent)}, precision_);
}

}  // namespace pgscore::formats::pmml
