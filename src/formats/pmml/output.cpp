// Output (PMML 4.4, Output).
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

using model::kMissing;
using model::Op;
using model::Operand;

namespace {

/// What an OutputField is about: the result of its segment or of its targetField, or of the model.
struct Subject {
  const Result *result;
  std::shared_ptr<const Target> target;
  const SegmentResult *segment = nullptr;
};

/// A pointer to what outlives the reading of an OutputField.
std::shared_ptr<const Target> borrowed(const Target &target) {
  return {std::shared_ptr<void>(), &target};
}

struct Request {
  const XmlElement &field;
  const Result &result;
  const Target &target;
  Scope &scope;

  Graph &graph() const { return scope.graph(); }
  std::size_t rank() const {
    const std::uint32_t rank = field.count("rank").value_or(1);
    if (rank < 1) field.refuse("ranks are counted from 1");
    return rank - 1;
  }
  /// The one of `by_label` that the attribute value names; that of the predicted class when it
  /// names none.
  Column of_label(const std::vector<Operand> &by_label) const {
    if (by_label.empty()) return missing_column();
    if (const auto value = field.attribute("value")) {
      const auto index = find_label(result.labels, *value);
      return number_column(index ? by_label[*index] : Operand::value(kMissing));
    }
    Operand out = Operand::value(kMissing);
    for (std::size_t i = 0; i < by_label.size(); ++i)
      out = graph().choose(
          graph().apply(Op::kEqual, {result.value.operand, Operand::value(static_cast<double>(i))}),
          by_label[i], out);
    return number_column(out);
  }
};

Column expression_of(const Request &request) {
  std::optional<Type> wanted;
  if (request.field.attribute("dataType")) wanted = type_of(request.field, {});
  for (const XmlElement child : request.field.children())
    if (is_expression(child)) return evaluate_expression(child, request.scope, wanted);
  request.field.refuse("it has no expression");
}

Column predicted_value(const Request &request) { return request.result.value; }

/// The display values of Targets or of the data dictionary in place of the values.
Column predicted_display_value(const Request &request) {
  const Result &result = request.result;
  if (!result.value.is_text()) return result.value;
  std::vector<std::string> texts =
      result.display_labels.empty() ? result.labels : result.display_labels;
  auto rename = [&](const XmlElement &value) {
    const auto label = value.attribute("value"), display = value.attribute("displayValue");
    if (!label || !display) return;
    if (const auto index = find_label(result.labels, *label)) texts[*index] = std::string(*display);
  };
  if (const DataField *field = request.scope.reading().dictionary().field(request.target.name))
    for (const XmlElement value : field->element.children("Value")) rename(value);
  if (request.target.target)
    for (const XmlElement value : request.target.target->children("TargetValue")) rename(value);
  const auto list = Texts::closed(texts);
  std::vector<double> values;
  for (const std::string &text : texts) values.push_back(*list->find(text));
  return {request.graph().text_table(result.value, std::move(values), kMissing), result.value.type,
          list};
}

Column probability(const Request &request) {
  return request.of_label(request.result.probabilities);
}

Column confidence(const Request &request) {
  const Result &result = request.result;
  return request.of_label(result.confidences.empty() ? result.probabilities : result.confidences);
}

Column entity(const Request &request) {
  const std::size_t rank = request.rank();
  if (rank < request.result.entities.size()) return request.result.entities[rank];
  if (request.result.entities.empty() && request.result.task == Task::kClustering && rank == 0)
    return request.result.value;
  return missing_column();
}

Column affinity(const Request &request) {
  const Result &result = request.result;
  if (request.field.attribute("value")) return request.of_label(result.label_affinities);
  const std::size_t rank = request.rank();
  return rank < result.affinities.size() ? number_column(result.affinities[rank])
                                         : missing_column();
}

Column reason_code(const Request &request) {
  const std::size_t rank = request.rank();
  return rank < request.result.reason_codes.size() ? request.result.reason_codes[rank]
                                                   : missing_column();
}

/// ruleFeature tells what of the winning rule is asked for.
Column rule_value(const Request &request) {
  const std::string_view part = request.field.attribute("ruleFeature").value_or("consequent");
  if (part == "ruleId") return entity(request);
  if (part == "confidence") return confidence(request);
  if (part == "consequent") return request.result.value;
  request.field.refuse_unsupported("rule feature " + shown(part) + " is not supported");
}

[[noreturn]] void refuse_target(const XmlElement &field, std::string_view name) {
  field.refuse("the model has no result for the target " + shown(name));
}

/// The result for the target `name` among `result` and its others.
void choose_target(Subject &subject, const XmlElement &field, const XmlElement &model,
                   Scope &scope) {
  const auto name = field.attribute("targetField");
  if (!name) {
    if (!subject.result->others.empty())
      field.refuse("it does not say which target it is about", "The model has several.");
    return;
  }
  if (subject.target->name.empty() || *name == subject.target->name) return;
  for (const Result &other : subject.result->others)
    if (other.target == *name) {
      subject = {&other, std::make_shared<Target>(find_target(other.target, model, scope))};
      return;
    }
  refuse_target(field, *name);
}

Subject subject_of(const XmlElement &field, const XmlElement &model, const Result &result,
                   const Target &target, Scope &scope) {
  Subject subject{&result, borrowed(target)};
  const auto id = field.attribute("segmentId");
  if (!id) {
    choose_target(subject, field, model, scope);
    return subject;
  }
  if (!model.is("MiningModel")) field.refuse("the model has no segments");
  for (const SegmentResult &segment : result.segments) {
    if (segment.id != *id) continue;
    subject = {&segment.model->result, borrowed(segment.model->target), &segment};
    if (const auto name = field.attribute("targetField"); name && *name != subject.target->name)
      refuse_target(field, *name);
    return subject;
  }
  field.refuse("there is no segment " + shown(*id));
}

struct Feature {
  std::string_view name;
  Column (*read)(const Request &request);  // null: not supported
};
constexpr std::array kFeatures = {
    Feature{"predictedValue", predicted_value},
    Feature{"predictedDisplayValue", predicted_display_value},
    Feature{"probability", probability},
    Feature{"confidence", confidence},
    Feature{"transformedValue", expression_of},
    Feature{"decision", expression_of},
    Feature{"entityId", entity},
    Feature{"clusterId", entity},
    Feature{"entityAffinity", affinity},
    Feature{"clusterAffinity", affinity},
    Feature{"affinity", affinity},
    Feature{"reasonCode", reason_code},
    Feature{"ruleValue", rule_value},
    Feature{"ruleId", entity},
    // What an import can do without: these are missing, and a warning says so.
    Feature{"residual", nullptr},  // needs the true value
    Feature{"standardError", nullptr},
    Feature{"standardDeviation", nullptr},
    Feature{"warning", nullptr},
    Feature{"antecedent", nullptr},
    Feature{"consequent", nullptr},
    Feature{"rule", nullptr},
    Feature{"support", nullptr},
    Feature{"lift", nullptr},
    Feature{"leverage", nullptr},
};

/// The output of a segment that the attribute value names.
Column output_of_segment(const XmlElement &field, const SegmentResult &segment) {
  const std::string_view name = field.required("value");
  for (const OutputColumn &output : segment.model->outputs)
    if (output.name == name) return output.column;
  field.refuse("the segment has no output " + shown(name));
}

/// One of several results by its target, as it is.
Column result_of_chain(const XmlElement &field, const Result &result, const Feature &feature) {
  const auto name = field.attribute("targetField");
  if (name && feature.read == predicted_value) {
    for (const OutputColumn &target : result.targets)
      if (target.name == *name) return target.column;
    refuse_target(field, *name);
  }
  field.refuse_unsupported(
      "a chain with several results has no " + std::string(feature.name) + " of its own",
      "The results are outputs by the names of the targets.");
}

/// What an OutputField is worth.
Column column_of(const XmlElement &field, const Feature &feature, const XmlElement &model,
                 const Result &result, const Target &target, Scope &scope) {
  const bool is_expression = feature.read == expression_of;
  if (is_expression && !field.attribute("segmentId"))
    return expression_of({field, result, target, scope});
  if (feature.read == nullptr) return missing_column();
  if (result.task == Task::kMixed && !field.attribute("segmentId"))
    return result_of_chain(field, result, feature);
  const Subject subject = subject_of(field, model, result, target, scope);
  Column column = is_expression ? output_of_segment(field, *subject.segment)
                                : feature.read({field, *subject.result, *subject.target, scope});
  if (subject.segment != nullptr)
    column.operand =
        scope.graph().choose(subject.segment->applies, column.operand, Operand::value(kMissing));
  return column;
}

/// Says of an output that it will never have a value.
void warn_if_missing(const XmlElement &field, std::string_view feature, const Column &column,
                     Scope &scope) {
  if (!column.operand.is_constant() || !std::isnan(column.operand.constant)) return;
  scope.builder().warn(
      "output " + shown(field.required("name")) + " is always NULL",
      field.place() + ": the feature " + shown(feature) + " is not computed of such a model.");
}

/// As the type that the OutputField says, where that is possible.
Column typed(Column column, const XmlElement &field, Graph &graph) {
  if (!field.attribute("dataType")) return column;
  const Type type = type_of(field, column.type);
  if (column.operand.is_constant() && std::isnan(column.operand.constant) && type.is_text())
    return {column.operand, type, Texts::closed({})};
  if (column.is_text() && !type.is_text()) {
    const std::vector<std::string> &texts = column.texts->texts();
    if (column.texts->is_open() ||
        !std::all_of(texts.begin(), texts.end(),
                     [&](const std::string &text) { return parse_value(text, type).has_value(); }))
      return column;
  }
  if (!column.is_text() && type.is_text() && !column.operand.is_constant() &&
      column.type.kind != Type::Kind::kBoolean)
    return column;
  // A value stays as exact as it is (PMML4S; JPMML-Evaluator would round it).
  if (!column.is_text() && type.kind == Type::Kind::kFloat) return column;
  return graph.cast(column, type, field);
}

/// What a model without Output is asked for most: names as PMML4S gives them.
void add_default_outputs(const Result &result, const Target &target, const XmlElement &model,
                         Scope &scope, std::vector<OutputColumn> &outputs) {
  if (result.task == Task::kMixed) return;
  if (!result.others.empty()) return;  // they are outputs by the names of the targets
  if (!target.name.empty()) outputs.push_back({"predicted_" + target.name, result.value});
  const Request request{model, result, target, scope};
  if (result.task == Task::kClustering) {
    outputs.push_back({"cluster", result.value});
    if (!result.display_labels.empty())
      outputs.push_back({"cluster_name", predicted_display_value(request)});
    if (!result.affinities.empty())
      outputs.push_back({"distance", number_column(result.affinities[0])});
  }
  if (result.task != Task::kClassification) return;
  if (!result.probabilities.empty())
    outputs.push_back({"probability", request.of_label(result.probabilities)});
  if (!result.confidences.empty())
    outputs.push_back({"confidence", request.of_label(result.confidences)});
}

}  // namespace

std::vector<Support> supported_features() {
  std::vector<Support> list;
  for (const Feature &feature : kFeatures) list.push_back({feature.name, feature.read != nullptr});
  return list;
}

std::vector<OutputColumn> read_outputs(const XmlElement &model, const Result &result,
                                       const Target &target, Scope &scope) {
  std::vector<OutputColumn> outputs;
  const auto output = model.child("Output");
  if (!output) {
    if (scope.is_outermost()) add_default_outputs(result, target, model, scope, outputs);
    return outputs;
  }
  for (const XmlElement field : output->children("OutputField")) {
    const std::string name(field.required("name"));
    const std::string_view feature_name = field.attribute("feature").value_or("predictedValue");
    const auto feature =
        std::find_if(kFeatures.begin(), kFeatures.end(),
                     [&](const Feature &entry) { return entry.name == feature_name; });
    if (feature == kFeatures.end()) field.refuse("unknown feature " + shown(feature_name));
    Column column = column_of(field, *feature, model, result, target, scope);
    warn_if_missing(field, feature_name, column, scope);
    column = typed(std::move(column), field, scope.graph());
    scope.define(name, column);
    outputs.push_back({name, std::move(column)});
    // Of all classes where none is named: JPMML-Evaluator gives them as one value.
    if (result.task != Task::kClassification || field.attribute("value")) continue;
    if (field.attribute("segmentId") || (field.attribute("targetField") && !result.others.empty()))
      continue;
    if (feature_name != "probability" && feature_name != "confidence") continue;
    const std::vector<Operand> &by_label =
        feature_name == "confidence" && !result.confidences.empty() ? result.confidences
                                                                    : result.probabilities;
    for (std::size_t i = 0; i < by_label.size(); ++i)
      outputs.push_back(
          {std::string(feature_name) + "(" + result.labels[i] + ")", number_column(by_label[i])});
  }
  return outputs;
}

}  // namespace pgscore::formats::pmml
