// RegressionModel (PMML 4.4, RegressionModel).
#include <algorithm>
#include <map>

#include "base/shown_text.hpp"
#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

using model::Op;
using model::Operand;
using model::Precision;

namespace {

bool is_empty(const XmlElement &table) {
  return !table.child("NumericPredictor") && !table.child("CategoricalPredictor") &&
         !table.child("PredictorTerm");
}

/// "If the input value is missing then variable_name(v) yields 0 for any v": the coefficients of a
/// field's values as a table.
Operand coefficients_by_value(const Column &field, const std::vector<XmlElement> &predictors,
                              Precision precision, Graph &graph) {
  std::map<std::string, double> coefficients;
  for (const XmlElement &predictor : predictors)
    coefficients[std::string(predictor.required("value"))] +=
        number_attribute(predictor, "coefficient", precision);
  if (field.is_text()) {
    for (const auto &[value, coefficient] : coefficients) field.texts->find(value);
    std::vector<double> values(field.texts->size(), 0);
    for (const auto &[value, coefficient] : coefficients)
      if (const auto index = field.texts->find(value)) values[*index] = coefficient;
    return graph.text_table(field, std::move(values), 0, 0);
  }
  std::vector<std::pair<double, double>> entries;
  for (const auto &[value, coefficient] : coefficients) {
    const std::optional<double> key = parse_value(value, field.type);
    if (!key)
      predictors.front().refuse("value " + shown(value) + " does not fit the type of the field");
    entries.emplace_back(*key, coefficient);
  }
  return graph.number_table(field.operand, std::move(entries), 0, 0);
}

Operand power(Graph &graph, const Column &field, double exponent, Precision precision) {
  return exponent == 1
             ? field.operand
             : graph.apply(Op::kPower, {field.operand, Operand::value(exponent)}, precision);
}

Column number_field(Scope &scope, std::string_view name, const XmlElement &at) {
  Column field = scope.field(name, at);
  return field.is_text() ? scope.graph().cast(field, {}, at) : field;
}

Operand read_table(const XmlElement &table, Precision precision, Scope &scope) {
  Graph &graph = scope.graph();
  model::Linear linear;
  linear.precision = precision;
  linear.intercept = {table.attribute("intercept") ? number_attribute(table, "intercept", precision)
                                                   : 0};
  auto add = [&](Operand column, double coefficient) {
    linear.terms.push_back({graph.column(column), false, {coefficient}});
  };
  for (const XmlElement predictor : table.children("NumericPredictor")) {
    const Column field = number_field(scope, predictor.required("name"), predictor);
    add(power(graph, field, predictor.number("exponent").value_or(1), precision),
        number_attribute(predictor, "coefficient", precision));
  }
  std::vector<std::string> names;
  std::map<std::string, std::vector<XmlElement>> by_field;
  for (const XmlElement predictor : table.children("CategoricalPredictor")) {
    const std::string name(predictor.required("name"));
    if (by_field.count(name) == 0) names.push_back(name);
    by_field[name].push_back(predictor);
  }
  for (const std::string &name : names) {
    const std::vector<XmlElement> &predictors = by_field[name];
    add(coefficients_by_value(scope.field(name, predictors.front()), predictors, precision, graph),
        1);
  }
  for (const XmlElement term : table.children("PredictorTerm")) {
    std::optional<Operand> product;
    for (const XmlElement reference : term.children("FieldRef")) {
      const Column field = evaluate_expression(reference, scope);
      const Operand factor = (field.is_text() ? graph.cast(field, {}, reference) : field).operand;
      product = product ? graph.apply(Op::kMultiply, {*product, factor}, precision) : factor;
    }
    if (!product) term.refuse("it has no fields");
    add(*product, number_attribute(term, "coefficient", precision));
  }
  if (linear.terms.empty()) return Operand::value(linear.intercept[0]);
  return Operand::of(graph.builder().linear(std::move(linear)));
}

Operand inverse_link(Graph &graph, const XmlElement &model, std::string_view method, Operand y,
                     Precision precision) {
  const auto value = inverse_link(graph, method, y, precision);
  if (!value) model.refuse("unknown normalizationMethod " + shown(method));
  return *value;
}

/// The RegressionTables of a classification, and what they give.
class ClassTables {
 public:
  ClassTables(const XmlElement &model, Scope &scope, Precision precision)
      : model_(model),
        graph_(scope.graph()),
        precision_(precision),
        method_(model.attribute("normalizationMethod").value_or("none")),
        target_(read_target(model, scope)) {
    for (const XmlElement table : model.children("RegressionTable")) {
      tables_.push_back(table);
      const auto category = table.attribute("targetCategory");
      if (!category && tables_.size() == 1 && target_.values.size() == 2)
        categories_.push_back(target_.values[0]);
      else
        categories_.emplace_back(table.required("targetCategory"));
    }
    if (tables_.empty()) model.refuse("it has no RegressionTable");
    for (const XmlElement &table : tables_) y_.push_back(read_table(table, precision, scope));
  }

  Result classify(Scope &scope) {
    const std::vector<Operand> p = probabilities();
    // In the order of the labels; a class without a table has no probability.
    const std::vector<std::string> labels = labels_of(target_, categories_);
    std::vector<Operand> by_label(labels.size(), Operand::value(0)),
        margins(labels.size(), Operand::value(0));
    for (std::size_t i = 0; i < categories_.size(); ++i) {
      const std::size_t index = *find_label(labels, categories_[i]);
      by_label[index] = p[i];
      if (i < y_.size()) margins[index] = y_[i];
    }
    // What is missing is missing for all.
    Result result = classification_of(scope, labels, std::move(by_label));
    result.raw = std::move(margins);
    return result;
  }

 private:
  Operand subtract(Operand a, Operand b) { return graph_.apply(Op::kSubtract, {a, b}, precision_); }
  Operand linked(Operand y) { return inverse_link(graph_, model_, method_, y, precision_); }

  /// One for each category; of one table, the rest is the second category.
  std::vector<Operand> probabilities() {
    if (method_ == "softmax" || method_ == "simplemax") {
      if (y_.size() == 1) model_.refuse("it has one RegressionTable only");
      return graph_.link(
          method_ == "softmax" ? model::LinkFunction::kSoftmax : model::LinkFunction::kNormalize,
          y_, precision_);
    }
    if (target_.is_ordinal && y_.size() > 1) return differences();
    if (y_.size() <= 2) return one_and_the_rest();
    std::vector<Operand> p;
    for (const Operand &y : y_) p.push_back(linked(y));
    if (method_ == "none") {  // the last one is the rest
      std::vector<Operand> others(p.begin(), p.end() - 1);
      p.back() = subtract(Operand::value(1), graph_.sum(others, precision_));
    }
    return p;
  }

  /// The tables give cumulative probabilities, in the order of the categories; the last is 1.
  std::vector<Operand> differences() {
    std::vector<Operand> p;
    Operand before = Operand::value(0);
    for (std::size_t i = 0; i < y_.size(); ++i) {
      const Operand up_to = i + 1 < y_.size() ? linked(y_[i]) : Operand::value(1);
      p.push_back(subtract(up_to, before));
      before = up_to;
    }
    return p;
  }

  /// One of two classes is what the other is not. That with a table of its own counts; usually the
  /// first.
  std::vector<Operand> one_and_the_rest() {
    const std::size_t own = y_.size() == 2 && is_empty(tables_[0]) && !is_empty(tables_[1]) ? 1 : 0;
    std::vector<Operand> p(2);
    p[own] = linked(y_[own]);
    p[1 - own] = subtract(Operand::value(1), p[own]);
    if (y_.size() == 1) {
      for (const std::string &value : target_.values)
        if (value != categories_[0] && categories_.size() == 1) categories_.push_back(value);
      if (categories_.size() == 1) model_.refuse("the target has one value only");
    }
    return p;
  }

  const XmlElement &model_;
  Graph &graph_;
  Precision precision_;
  std::string_view method_;
  Target target_;
  std::vector<std::string> categories_;
  std::vector<XmlElement> tables_;
  std::vector<Operand> y_;
};

}  // namespace

Result read_regression(const XmlElement &model, Scope &scope) {
  const Precision precision = precision_of(model);
  const Task task = task_of(model);
  if (task == Task::kClassification) return ClassTables(model, scope, precision).classify(scope);
  if (task != Task::kRegression)
    model.refuse("unknown function " + shown(model.required("functionName")));
  Graph &graph = scope.graph();
  const std::string_view method = model.attribute("normalizationMethod").value_or("none");
  Result result;
  const auto tables = model.children("RegressionTable");
  if (tables.size() > 1)
    model.refuse("a regression has one RegressionTable",
                 "It has " + std::to_string(tables.size()) + ".");
  const Operand y = read_table(model.required_child("RegressionTable"), precision, scope);
  result.raw = {y};
  // "softmax" and "logit" mean the same here.
  result.value = number_column(
      inverse_link(graph, model, method == "softmax" ? "logit" : method, y, precision),
      precision == Precision::kFloat32 ? Type::Kind::kFloat : Type::Kind::kDouble);
  return result;
}

}  // namespace pgscore::formats::pmml
