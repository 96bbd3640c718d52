// GeneralRegressionModel (PMML 4.4, General Regression).
#include "formats/pmml/models/general_regression.hpp"

#include <algorithm>

#include "base/shown_text.hpp"

namespace pgscore::formats::pmml {

using model::Op;
using model::Operand;
using model::Precision;

namespace {

constexpr Operand one() { return {Operand::kNoColumn, 1}; }

Operand number_operand(Scope &scope, std::string_view name, const XmlElement &at) {
  Column field = scope.field(name, at);
  return (field.is_text() ? scope.graph().cast(field, {}, at) : field).operand;
}

/// y plus the offset, which is an attribute or a field.
Operand with_offset(const XmlElement &model, Scope &scope, Operand y, Precision precision) {
  Graph &graph = scope.graph();
  if (const auto field = model.attribute("offsetVariable"))
    return graph.apply(Op::kAdd, {y, number_operand(scope, *field, model)}, precision);
  if (const auto value = model.number("offsetValue"); value && *value != 0)
    return graph.apply(Op::kAdd, {y, Operand::value(*value)}, precision);
  return y;
}

/// x times the number of trials.
Operand with_trials(const XmlElement &model, Scope &scope, Operand x, Precision precision) {
  Graph &graph = scope.graph();
  if (const auto field = model.attribute("trialsVariable"))
    return graph.apply(Op::kMultiply, {x, number_operand(scope, *field, model)}, precision);
  if (const auto value = model.number("trialsValue"); value && *value != 1)
    return graph.apply(Op::kMultiply, {x, Operand::value(*value)}, precision);
  return x;
}

/// The inverse of linkFunction. The links that other models do not have:
///   logc      1 - exp(y)
///   negbin    1 / (c * (exp(-y) - 1)), c: distParameter
///   oddspower 1 / (1 + pow(1 + d * y, -1 / d)), logit where d, linkParameter, is 0
///   power     pow(y, 1 / d), exp(y) where d is 0
Operand inverse_link(const XmlElement &model, Graph &graph, Operand y, Precision precision) {
  const std::string_view name = model.required("linkFunction");
  auto apply = [&](Op op, Operand a, Operand b) { return graph.apply(op, {a, b}, precision); };
  auto exp = [&](Operand x) { return graph.apply(Op::kExp, {x}, precision); };
  if (name == "logc") return apply(Op::kSubtract, one(), exp(y));
  if (name == "negbin") {
    const Operand odds = apply(Op::kSubtract, exp(graph.apply(Op::kNegate, {y}, precision)), one());
    return apply(
        Op::kDivide, one(),
        apply(Op::kMultiply, Operand::value(model.required_number("distParameter")), odds));
  }
  if (name == "oddspower" || name == "power") {
    const double d = model.required_number("linkParameter");
    if (d == 0) return name == "power" ? exp(y) : *inverse_link(graph, "logit", y, precision);
    if (name == "power") return d == 1 ? y : apply(Op::kPower, y, Operand::value(1 / d));
    const Operand base = apply(Op::kAdd, one(), apply(Op::kMultiply, Operand::value(d), y));
    return apply(Op::kDivide, one(),
                 apply(Op::kAdd, one(), apply(Op::kPower, base, Operand::value(-1 / d))));
  }
  if (name != "exp" && name != "none" && name != "cauchit")
    if (const auto x = inverse_link(graph, name, y, precision)) return *x;
  model.refuse("unknown linkFunction " + shown(name));
}

/// Both are defined for generalized linear models (offsets for ordinal ones, too); what others
/// would do with them is open.
void refuse_offset_and_trials(const XmlElement &model, std::string_view type) {
  for (const char *name : {"offsetVariable", "trialsVariable"})
    if (model.attribute(name))
      model.refuse_unsupported("attribute " + shown(name) +
                               " is not supported in a model of type " + shown(type));
  if (model.number("offsetValue").value_or(0) != 0 || model.number("trialsValue").value_or(1) != 1)
    model.refuse_unsupported("offsets and trials are not supported in a model of type " +
                             shown(type));
}

Result regression(const XmlElement &model, Scope &scope) {
  const std::string_view type = model.required("modelType");
  LinearPredictors predictors(model, scope);
  const Precision precision = predictors.precision();
  if (!predictors.categories().empty())
    model.refuse("a cell of the ParamMatrix has a targetCategory");
  Operand y = predictors.evaluate("");
  Result result;
  if (type == "generalizedLinear") {
    y = with_offset(model, scope, y, precision);
    result.raw = {y};
    y = with_trials(model, scope, inverse_link(model, scope.graph(), y, precision), precision);
  } else if (type != "regression" && type != "generalLinear") {
    model.refuse("a model of type " + shown(type) + " is no regression");
  } else {
    refuse_offset_and_trials(model, type);
    result.raw = {y};
  }
  result.value =
      number_column(y, precision == Precision::kFloat32 ? Type::Kind::kFloat : Type::Kind::kDouble);
  return result;
}

/// The labels in the order of the computation: that without parameters, the reference category, at
/// the end. When all have parameters there is none.
std::vector<std::string> in_order(const XmlElement &model, const LinearPredictors &predictors,
                                  const Target &target, const std::vector<std::string> &labels) {
  const auto &found = predictors.categories();
  std::vector<std::string> others;
  for (const std::string &label : labels)
    if (!find_label(found, label)) others.push_back(label);
  std::string reference;
  if (const auto attribute = model.attribute("targetReferenceCategory"))
    reference = std::string(*attribute);
  else if (others.size() == 1)
    reference = others.front();
  else if (others.empty() && model.required("modelType") == "multinomialLogistic")
    return labels;
  else if (target.is_ordinal || model.required("modelType") == "ordinalMultinomial")
    reference = labels.back();
  else
    model.refuse("it does not say which category is the reference",
                 "The target has " + std::to_string(labels.size()) + " categories, " +
                     std::to_string(found.size()) + " of them with parameters.");
  const auto index = find_label(labels, reference);
  if (!index) model.refuse("the target has no category " + shown(reference));
  std::vector<std::string> ordered = labels;
  ordered.erase(ordered.begin() + static_cast<std::ptrdiff_t>(*index));
  ordered.push_back(labels[*index]);
  return ordered;
}

/// A classification: y = the linear predictors of all categories but the reference.
class Categories {
 public:
  Categories(const XmlElement &model, Scope &scope)
      : model_(model),
        scope_(scope),
        graph_(scope.graph()),
        type_(model.required("modelType")),
        target_(read_target(model, scope)),
        predictors_(model, scope),
        precision_(predictors_.precision()) {
    std::vector<std::string> found = predictors_.categories();
    const auto reference = model.attribute("targetReferenceCategory");
    if (reference) found.emplace_back(*reference);
    labels_ = labels_of(target_, found);
    if (labels_.size() < 2) model.refuse("the target has fewer than two categories");
    ordered_ = in_order(model, predictors_, target_, labels_);
    check_type();
    has_reference_ =
        reference || !is_multinomial() || !find_label(predictors_.categories(), ordered_.back());
    for (std::size_t i = 0; i + (has_reference_ ? 1 : 0) < ordered_.size(); ++i)
      y_.push_back(linear_predictor(ordered_[i]));
  }

  Result classify() {
    const std::vector<Operand> p = is_multinomial() ? multinomial()
                                   : is_ordinal()   ? cumulative()
                                                    : of_two();
    std::vector<Operand> probabilities(labels_.size(), Operand::value(0)),
        raw(labels_.size(), Operand::value(0));
    for (std::size_t i = 0; i < ordered_.size(); ++i) {
      const std::size_t index = *find_label(labels_, ordered_[i]);
      probabilities[index] = p[i];
      if (i < y_.size()) raw[index] = y_[i];
    }
    Result result = classification_of(scope_, labels_, std::move(probabilities));
    result.raw = std::move(raw);
    return result;
  }

 private:
  bool is_multinomial() const { return type_ == "multinomialLogistic"; }
  bool is_ordinal() const { return type_ == "ordinalMultinomial"; }

  void check_type() const {
    const bool is_linear = type_ == "generalizedLinear";
    if (!is_multinomial() && !is_ordinal() && !is_linear)
      model_.refuse("a model of type " + shown(type_) + " is no classification");
    if (is_linear && labels_.size() != 2) model_.refuse("the target has not two categories");
    // PMML 4.4 does not say to which categories the offset belongs; its readings differ.
    if (is_multinomial() &&
        (model_.attribute("offsetVariable") || model_.number("offsetValue").value_or(0) != 0))
      model_.refuse_unsupported("offsets of multinomialLogistic models are not supported");
  }

  Operand linear_predictor(const std::string &label) {
    const auto own = find_label(predictors_.categories(), label);
    if (is_ordinal() && !own)
      model_.refuse("the ParamMatrix has no intercept for category " + shown(label));
    if (!own && !(labels_.size() == 2 && predictors_.has("")))
      model_.refuse("the ParamMatrix has no parameters for category " + shown(label));
    const std::string_view category =
        own ? std::string_view(predictors_.categories()[*own]) : std::string_view();
    if (is_multinomial()) return predictors_.evaluate(category);
    // Categories of an ordinal model have intercepts of their own, and the rest of the parameters
    // in common.
    const Operand sum =
        is_ordinal() ? predictors_.evaluate(category, "") : predictors_.evaluate(category);
    return with_offset(model_, scope_, sum, precision_);
  }

  std::vector<Operand> multinomial() {
    std::vector<Operand> all = y_;
    if (has_reference_) all.push_back(Operand::value(0));
    return graph_.link(model::LinkFunction::kSoftmax, all, precision_);
  }

  std::vector<Operand> cumulative() {
    const std::string_view name = model_.required("cumulativeLink");
    std::vector<Operand> p;
    Operand before = Operand::value(0);
    for (std::size_t i = 0; i < ordered_.size(); ++i) {
      std::optional<Operand> up_to = one();
      if (i < y_.size())
        up_to = name == "log" || name == "exp" ? std::nullopt
                                               : inverse_link(graph_, name, y_[i], precision_);
      if (!up_to) model_.refuse("unknown cumulativeLink " + shown(name));
      p.push_back(i == 0 ? *up_to : graph_.apply(Op::kSubtract, {*up_to, before}, precision_));
      before = *up_to;
    }
    return p;
  }

  std::vector<Operand> of_two() {
    const Operand p =
        with_trials(model_, scope_, inverse_link(model_, graph_, y_[0], precision_), precision_);
    return {p, graph_.apply(Op::kSubtract, {one(), p}, precision_)};
  }

  const XmlElement &model_;
  Scope &scope_;
  Graph &graph_;
  std::string_view type_;
  Target target_;
  LinearPredictors predictors_;
  Precision precision_;
  std::vector<std::string> labels_, ordered_;  // ordered_: the reference is the last
  bool has_reference_ = false;                 // it has no parameters
  std::vector<Operand> y_;
};

}  // namespace

Result read_general_regression(const XmlElement &model, Scope &scope) {
  const Task task = task_of(model);
  if (task == Task::kClassification) return Categories(model, scope).classify();
  if (task != Task::kRegression)
    model.refuse("unknown function " + shown(model.required("functionName")));
  if (model.required("modelType") == "CoxRegression") {
    refuse_offset_and_trials(model, "CoxRegression");
    return read_cox_regression(model, scope);
  }
  return regression(model, scope);
}

}  // namespace pgscore::formats::pmml
