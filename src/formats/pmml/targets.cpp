// Targets (PMML 4.4, Targets).
#include <algorithm>
#include <cmath>
#include <set>

#include "base/shown_text.hpp"
#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

using model::Op;
using model::Operand;

namespace {

/// A missing class is the one of the greatest prior probability; the probabilities are the priors.
void apply_priors(Result &result, const XmlElement &target, Graph &graph) {
  std::vector<double> priors(result.labels.size(), 0);
  bool has_priors = false;
  for (const XmlElement value : target.children("TargetValue")) {
    const auto prior = value.number("priorProbability");
    const auto label = value.attribute("value");
    if (!prior || !label) continue;
    if (const auto index = find_label(result.labels, *label)) {
      priors[*index] = *prior;
      has_priors = true;
    }
  }
  if (!has_priors) return;
  const auto best = std::max_element(priors.begin(), priors.end()) - priors.begin();
  result.value.operand =
      graph.if_missing(result.value.operand, Operand::value(static_cast<double>(best)));
  for (std::size_t i = 0; i < result.probabilities.size(); ++i)
    result.probabilities[i] = graph.if_missing(result.probabilities[i], Operand::value(priors[i]));
}

}  // namespace

std::vector<std::string> display_labels_of(const Result &result, const Target &target) {
  std::vector<std::string> labels =
      result.display_labels.empty() ? result.labels : result.display_labels;
  if (target.target)
    for (const XmlElement value : target.target->children("TargetValue")) {
      const auto label = value.attribute("value"), display = value.attribute("displayValue");
      if (!label || !display) continue;
      if (const auto index = find_label(result.labels, *label))
        labels[*index] = std::string(*display);
    }
  return std::set<std::string>(labels.begin(), labels.end()).size() == labels.size()
             ? labels
             : result.labels;
}

void apply_targets(Result &result, const Target &target, Graph &graph) {
  if (!target.target) return;
  const XmlElement &element = *target.target;
  if (result.task == Task::kMixed)
    element.refuse_unsupported("Targets of a chain with several results are not supported",
                               "The models of its segments may have Targets.");
  if (result.task == Task::kClassification) return apply_priors(result, element, graph);
  if (result.task != Task::kRegression) return;
  // In the arithmetic of the model.
  const bool is_float = result.value.type.kind == Type::Kind::kFloat;
  const model::Precision precision =
      is_float ? model::Precision::kFloat32 : model::Precision::kFloat64;
  auto constant = [is_float](double number) {
    return Operand::value(is_float ? static_cast<double>(static_cast<float>(number)) : number);
  };
  Operand value = result.value.operand;
  for (const XmlElement target_value : element.children("TargetValue"))
    if (const auto number = target_value.number("defaultValue")) {
      value = graph.if_missing(value, constant(*number));
      break;
    }
  if (const auto min = element.number("min"))
    value = graph.apply(Op::kMax, {value, constant(*min)});
  if (const auto max = element.number("max"))
    value = graph.apply(Op::kMin, {value, constant(*max)});
  if (const auto factor = element.number("rescaleFactor"); factor && *factor != 1)
    value = graph.apply(Op::kMultiply, {value, constant(*factor)}, precision);
  if (const auto shift = element.number("rescaleConstant"); shift && *shift != 0)
    value = graph.apply(Op::kAdd, {value, constant(*shift)}, precision);
  if (const auto cast = element.attribute("castInteger")) {
    result.value.type = {Type::Kind::kInteger, 1970};
    if (*cast == "round")
      value = graph.apply(Op::kFloor, {graph.apply(Op::kAdd, {value, Operand::value(0.5)})});
    else if (*cast == "ceiling")
      value = graph.apply(Op::kCeil, {value});
    else if (*cast == "floor")
      value = graph.apply(Op::kFloor, {value});
    else
      element.refuse("unknown castInteger " + shown(*cast));
  }
  result.value.operand = value;
}

}  // namespace pgscore::formats::pmml
