// MiningModel (PMML 4.4, MultipleModels).
#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/models/mining.hpp"

namespace pgscore::formats::pmml {

using model::kMissing;
using model::Op;
using model::Operand;

namespace {

struct Method {
  std::string_view name;
  Combination value;
};
constexpr std::array kMethods = {
    Method{"sum", Combination::kSum},
    Method{"x-weightedSum", Combination::kWeightedSum},
    Method{"weightedSum", Combination::kWeightedSum},
    Method{"average", Combination::kAverage},
    Method{"weightedAverage", Combination::kWeightedAverage},
    Method{"median", Combination::kMedian},
    Method{"weightedMedian", Combination::kWeightedMedian},
    Method{"x-weightedMedian", Combination::kWeightedMedian},
    Method{"max", Combination::kMax},
    Method{"majorityVote", Combination::kMajorityVote},
    Method{"weightedMajorityVote", Combination::kWeightedMajorityVote},
    Method{"selectFirst", Combination::kSelectFirst},
    Method{"modelChain", Combination::kModelChain},
    // JPMML-Evaluator 1.6.4 and later: all results of the chain, not the last one.
    Method{"multiModelChain", Combination::kMultiModelChain},
    Method{"x-multiModelChain", Combination::kMultiModelChain},
};
constexpr std::array kUnsupportedMethods = {std::string_view("selectAll")};

Segmentation parse_segmentation(const XmlElement &model) {
  for (const char *name : {"Regression", "DecisionTree"})
    if (const auto choice = model.child(name))
      choice->refuse_unsupported("models within a model are not supported");
  const XmlElement element = model.required_child("Segmentation");
  Segmentation segmentation{model, element};
  const std::string_view name = element.required("multipleModelMethod");
  if (std::find(kUnsupportedMethods.begin(), kUnsupportedMethods.end(), name) !=
      kUnsupportedMethods.end())
    element.refuse_unsupported(
        "method " + shown(name) + " is not supported",
        "It gives the results of all segments that apply, as many as there are, not one score.");
  const auto method = std::find_if(kMethods.begin(), kMethods.end(),
                                   [&](const Method &m) { return m.name == name; });
  if (method == kMethods.end()) element.refuse("unknown method " + shown(name));
  segmentation.method = method->value;
  for (const char *attribute : {"missingPredictionTreatment", "x-missingPredictionTreatment"})
    if (const auto treatment = element.attribute(attribute)) {
      if (*treatment != "continue" && *treatment != "skipSegment" && *treatment != "returnMissing")
        element.refuse("unknown missingPredictionTreatment " + shown(*treatment));
      segmentation.skips_missing = *treatment == "skipSegment";
      segmentation.returns_missing = *treatment == "returnMissing";
    }
  segmentation.missing_threshold = element.number("missingThreshold").value_or(1);
  if (!(segmentation.missing_threshold >= 0 && segmentation.missing_threshold <= 1))
    element.refuse("the missingThreshold is out of range");
  const bool is_multi_chain = segmentation.method == Combination::kMultiModelChain;
  if (task_of(model) == Task::kMixed && !is_multi_chain)
    model.refuse_unsupported("function \"mixed\" is not supported",
                             "It is with the method \"multiModelChain\".");
  if ((is_multi_chain || segmentation.method == Combination::kModelChain) &&
      segmentation.skips_missing)
    element.refuse("missingPredictionTreatment \"skipSegment\" makes no sense in a chain");
  std::size_t number = 0;
  for (const XmlElement segment : element.children("Segment")) {
    ++number;
    std::optional<XmlElement> inner;
    for (const XmlElement child : segment.children())
      if (is_model(child)) inner = child;
    if (!inner) segment.refuse("it has no model");
    const XmlElement predicate = predicate_of(segment);
    if (predicate.is("False")) continue;
    segmentation.has_variable_weights =
        segmentation.has_variable_weights || segment.child("VariableWeight");
    const auto id = segment.attribute("id");
    segmentation.segments.push_back({segment, predicate, *inner,
                                     segment.number("weight").value_or(1),
                                     id ? std::string(*id) : std::to_string(number)});
  }
  if (segmentation.segments.empty()) element.refuse("it has no segments");
  return segmentation;
}

/// Whether an OutputField asks for what a segment gives: then the segments are read one by one.
bool asks_for_segments(const XmlElement &model) {
  const auto output = model.child("Output");
  if (!output) return false;
  for (const XmlElement field : output->children("OutputField"))
    if (field.attribute("segmentId")) return true;
  return false;
}

/// The segments one by one.
class Composition {
 public:
  Composition(const Segmentation &segmentation, Scope &scope)
      : segmentation_(segmentation),
        scope_(scope),
        graph_(scope.graph()),
        task_(task_of(segmentation.model)) {}

  Result run() {
    for (const Segment &segment : segmentation_.segments) read(segment);
    Result result = result_of_method();
    if (asks_for_segments(segmentation_.model))
      for (const Part &part : parts_)
        result.segments.push_back({part.id, part.applies, std::make_shared<Model>(part.model)});
    return result;
  }

 private:
  Result result_of_method() {
    switch (segmentation_.method) {
      case Combination::kModelChain:
        return chain();
      case Combination::kMultiModelChain:
        return multi_chain();
      case Combination::kSelectFirst:
        return select_first(parts_);
      default:
        return combine_parts(segmentation_, parts_, scope_);
    }
  }

  void read(const Segment &segment) {
    Part part{segment.element,
              segment.id,
              graph_.if_missing(evaluate_predicate(segment.predicate, scope_), Operand::value(0)),
              Operand::value(segment.weight),
              {}};
    if (const auto variable = segment.element.child("VariableWeight")) {
      const Column weight = scope_.field(variable->required("field"), *variable);
      part.weight = (weight.is_text() ? graph_.cast(weight, {}, *variable) : weight).operand;
    }
    part.model = read_model(segment.model, scope_.reading(), &scope_);
    const bool is_chain = segmentation_.method == Combination::kModelChain;
    if (!part.model.result.others.empty() && !is_chain)
      segment.model.refuse_unsupported(
          "a segment with several targets is supported in a chain only");
    if (!part.is_always())
      for (OutputColumn &output : part.model.outputs) {
        output.column.operand = where(part, output.column.operand);
        scope_.define(output.name, output.column);
      }
    // What a chain computes on the way is worth a look; of a hundred trees' outputs nobody asks
    // for.
    if (is_chain || segmentation_.method == Combination::kMultiModelChain) {
      for (const OutputColumn &output : part.model.outputs) outputs_.push_back(output);
      for (const OutputColumn &output : part.model.result.outputs) outputs_.push_back(output);
    }
    parts_.push_back(std::move(part));
  }

  Operand where(const Part &part, Operand value) {
    return graph_.choose(part.applies, value, Operand::value(kMissing));
  }
  /// 1 where the part applies and gives no value.
  Operand is_missing(const Part &part) {
    return graph_.apply(Op::kAnd, {part.applies, graph_.is_missing(part.model.result.value)});
  }
  Operand any_missing() {
    Operand any = Operand::value(0);
    for (const Part &part : parts_) any = graph_.apply(Op::kOr, {any, is_missing(part)});
    return any;
  }
  Operand unless(Operand condition, Operand value) {
    return graph_.choose(condition, Operand::value(kMissing), value);
  }

  /// The last one that applies.
  Result chain() {
    Result result = parts_.back().model.result;
    if (!parts_.back().is_always()) {
      if (!result.others.empty())
        parts_.back().element.refuse_unsupported(
            "a segment with several targets is supported where it always applies");
      result = select_first({parts_.rbegin(), parts_.rend()});
    }
    if (segmentation_.returns_missing) {
      const Operand any = any_missing();
      result.value.operand = unless(any, result.value.operand);
      for (Operand &probability : result.probabilities) probability = unless(any, probability);
    }
    result.outputs = outputs_;
    return result;
  }

  /// Each segment predicts a target of its own; one that does not apply gives nothing. The outputs
  /// of one are fields of the next.
  Result multi_chain() {
    if (!scope_.is_outermost())
      segmentation_.element.refuse_unsupported("a chain with several results within a model");
    Result result;
    result.task = Task::kMixed;
    std::set<std::string> names;
    for (const Part &part : parts_) {
      if (part.model.target.name.empty()) part.element.refuse("its model has no target");
      Column value = part.model.result.value;
      value.operand = where(part, value.operand);
      result.targets.push_back({part.model.target.name, value});
      if (!names.insert(part.model.target.name).second)
        part.element.refuse("another segment has the target " + shown(part.model.target.name),
                            "Each has one of its own in such a chain.");
    }
    for (const OutputColumn &output : outputs_)
      if (!names.insert(output.name).second)
        segmentation_.element.refuse("output " + shown(output.name) + " is there twice");
    if (segmentation_.returns_missing) {
      const Operand any = any_missing();
      for (std::vector<OutputColumn> *list : {&result.targets, &outputs_})
        for (OutputColumn &output : *list)
          output.column.operand = unless(any, output.column.operand);
    }
    result.outputs = outputs_;
    return result;
  }

  /// The first of `parts` that applies. With skipSegment, one that gives nothing does not.
  Result select_first(const std::vector<Part> &parts) {
    std::vector<Operand> is_chosen;
    for (const Part &part : parts)
      is_chosen.push_back(
          segmentation_.skips_missing
              ? graph_.apply(Op::kAnd,
                             {part.applies,
                              graph_.apply(Op::kNot, {graph_.is_missing(part.model.result.value)})})
              : part.applies);
    Result result =
        task_ == Task::kRegression ? first_number(parts, is_chosen) : first_class(parts, is_chosen);
    // The entity of such a model is the segment.
    std::vector<std::string> ids;
    for (const Part &part : parts) ids.push_back(part.id);
    const auto texts = Texts::closed(ids);
    Operand winner = Operand::value(kMissing);
    for (std::size_t i = parts.size(); i-- > 0;)
      winner = graph_.choose(is_chosen[i],
                             Operand::value(static_cast<double>(*texts->find(ids[i]))), winner);
    result.entities = {{winner, {Type::Kind::kString, 1970}, texts}};
    return result;
  }

  Result first_number(const std::vector<Part> &parts, const std::vector<Operand> &is_chosen) {
    Operand value = Operand::value(kMissing);
    for (std::size_t i = parts.size(); i-- > 0;) {
      if (parts[i].model.result.value.is_text())
        parts[i].element.refuse("its model gives a class in place of a number");
      value = graph_.choose(is_chosen[i], parts[i].model.result.value.operand, value);
    }
    Result result;
    result.value = number_column(value);
    return result;
  }

  Result first_class(const std::vector<Part> &parts, const std::vector<Operand> &is_chosen) {
    const std::vector<std::string> labels = common_labels(segmentation_, parts, scope_);
    Result result;
    result.task = task_;
    result.labels = labels;
    result.value = {Operand::value(kMissing), {Type::Kind::kString, 1970}, Texts::closed(labels)};
    const bool have_probabilities = std::all_of(parts.begin(), parts.end(), [](const Part &part) {
      return !part.model.result.probabilities.empty();
    });
    if (have_probabilities) result.probabilities.assign(labels.size(), Operand::value(kMissing));
    for (std::size_t i = parts.size(); i-- > 0;) {
      const Operand code = class_of(parts[i], result.value.texts, graph_);
      result.value.operand = graph_.choose(is_chosen[i], code, result.value.operand);
      for (std::size_t c = 0; have_probabilities && c < labels.size(); ++c)
        result.probabilities[c] = graph_.choose(is_chosen[i], probability_of(parts[i], labels[c]),
                                                result.probabilities[c]);
    }
    return result;
  }

  const Segmentation &segmentation_;
  Scope &scope_;
  Graph &graph_;
  Task task_;
  std::vector<Part> parts_;
  std::vector<OutputColumn> outputs_;
};

}  // namespace

std::vector<Support> supported_methods() {
  std::vector<Support> list;
  for (const Method &method : kMethods) list.push_back({method.name, true});
  for (std::string_view name : kUnsupportedMethods) list.push_back({name, false});
  return list;
}

Result read_mining(const XmlElement &model, Scope &scope) {
  const Segmentation segmentation = parse_segmentation(model);
  if (segmentation.method != Combination::kMultiModelChain && !asks_for_segments(model))
    if (const std::optional<Result> result = read_forest(segmentation, scope)) return *result;
  return Composition(segmentation, scope).run();
}

}  // namespace pgscore::formats::pmml
