// MiningModel (PMML 4.4, MultipleModels).
#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/shown_text.hpp"
#include "formats/pmml_expression.hpp"
#include "formats/pmml_mining.hpp"

namespace pgscore::formats {

using model::kMissing;
using model::Op;
using model::Operand;
using model::Precision;
using model::Reduction;

namespace {

struct Method {
  std::string_view name;
  PmmlCombination value;
};
constexpr std::array kMethods = {
    Method{"sum", PmmlCombination::kSum},
    Method{"x-weightedSum", PmmlCombination::kWeightedSum},
    Method{"weightedSum", PmmlCombination::kWeightedSum},
    Method{"average", PmmlCombination::kAverage},
    Method{"weightedAverage", PmmlCombination::kWeightedAverage},
    Method{"median", PmmlCombination::kMedian},
    Method{"weightedMedian", PmmlCombination::kWeightedMedian},
    Method{"x-weightedMedian", PmmlCombination::kWeightedMedian},
    Method{"max", PmmlCombination::kMax},
    Method{"majorityVote", PmmlCombination::kMajorityVote},
    Method{"weightedMajorityVote", PmmlCombination::kWeightedMajorityVote},
    Method{"selectFirst", PmmlCombination::kSelectFirst},
    Method{"modelChain", PmmlCombination::kModelChain},
    // JPMML-Evaluator 1.6.4 and later: all results of the chain, not the last one.
    Method{"multiModelChain", PmmlCombination::kMultiModelChain},
    Method{"x-multiModelChain", PmmlCombination::kMultiModelChain},
};
constexpr std::array kUnsupportedMethods = {std::string_view("selectAll")};

PmmlSegmentation parse_segmentation(const XmlElement &model) {
  if (const auto choice = model.child("Regression")) choice->unsupported("models within a model are not supported");
  const XmlElement element = model.required_child("Segmentation");
  PmmlSegmentation segmentation{model, element};
  const std::string_view name = element.required("multipleModelMethod");
  if (std::find(kUnsupportedMethods.begin(), kUnsupportedMethods.end(), name) != kUnsupportedMethods.end())
    element.unsupported("method " + shown(name) + " is not supported",
                        "It gives the results of all segments that apply, as many as there are, not one score.");
  const auto method = std::find_if(kMethods.begin(), kMethods.end(), [&](const Method &m) { return m.name == name; });
  if (method == kMethods.end()) element.fail("unknown method " + shown(name));
  segmentation.method = method->value;
  for (const char *attribute : {"missingPredictionTreatment", "x-missingPredictionTreatment"})
    if (const auto treatment = element.attribute(attribute)) {
      if (*treatment != "continue" && *treatment != "skipSegment" && *treatment != "returnMissing")
        element.fail("unknown missingPredictionTreatment " + shown(*treatment));
      segmentation.skips_missing = *treatment == "skipSegment";
      segmentation.returns_missing = *treatment == "returnMissing";
    }
  const bool is_multi_chain = segmentation.method == PmmlCombination::kMultiModelChain;
  if (pmml_task(model) == PmmlTask::kMixed && !is_multi_chain)
    model.unsupported("function \"mixed\" is not supported", "It is with the method \"multiModelChain\".");
  if (is_multi_chain && segmentation.skips_missing)
    element.fail("missingPredictionTreatment \"skipSegment\" makes no sense in a chain");
  for (const XmlElement segment : element.children("Segment")) {
    std::optional<XmlElement> inner;
    for (const XmlElement child : segment.children())
      if (is_pmml_model(child)) inner = child;
    if (!inner) segment.fail("it has no model");
    const XmlElement predicate = pmml_predicate_of(segment);
    if (predicate.is("False")) continue;
    segmentation.segments.push_back({segment, predicate, *inner, segment.number("weight").value_or(1)});
  }
  if (segmentation.segments.empty()) element.fail("it has no segments");
  return segmentation;
}

/// A segment that has been read. `applies`: where its predicate is true.
struct Part {
  Operand applies;
  double weight;
  PmmlModel model;
  bool is_always() const { return applies.is_constant(); }
};

class Combination {
 public:
  Combination(const PmmlSegmentation &segmentation, PmmlScope &scope)
      : segmentation_(segmentation), scope_(scope), graph_(scope.graph()), task_(pmml_task(segmentation.model)) {}

  PmmlResult run() {
    for (const PmmlSegment &segment : segmentation_.segments) read(segment);
    switch (segmentation_.method) {
      case PmmlCombination::kModelChain:
        return chain();
      case PmmlCombination::kMultiModelChain:
        return multi_chain();
      case PmmlCombination::kSelectFirst:
        return select_first();
      default:
        break;
    }
    return task_ == PmmlTask::kRegression ? regress() : classify();
  }

 private:
  void read(const PmmlSegment &segment) {
    Part part{graph_.or_else(evaluate_pmml_predicate(segment.predicate, scope_), Operand::value(0)), segment.weight, {}};
    part.model = read_pmml_model(segment.model, scope_.reading(), &scope_);
    if (!part.is_always())
      for (PmmlOutputColumn &output : part.model.outputs) {
        output.column.operand = where(part, output.column.operand);
        scope_.define(output.name, output.column);
      }
    // What a chain computes on the way is worth a look; of a hundred trees' outputs nobody asks for.
    if (segmentation_.method == PmmlCombination::kModelChain || segmentation_.method == PmmlCombination::kMultiModelChain) {
      for (const PmmlOutputColumn &output : part.model.outputs) outputs_.push_back(output);
      for (const PmmlOutputColumn &output : part.model.result.outputs) outputs_.push_back(output);
    }
    parts_.push_back(std::move(part));
  }

  Operand where(const Part &part, Operand value) { return graph_.choose(part.applies, value, Operand::value(kMissing)); }

  /// The last one that applies.
  PmmlResult chain() {
    PmmlResult result = parts_.back().model.result;
    if (!parts_.back().is_always()) {
      std::reverse(parts_.begin(), parts_.end());
      result = select_first();
    }
    result.outputs = outputs_;
    return result;
  }

  /// Each segment predicts a target of its own; one that does not apply gives nothing. The outputs of one are fields of the next.
  PmmlResult multi_chain() {
    if (!scope_.is_outermost()) segmentation_.element.unsupported("a chain with several results within a model");
    PmmlResult result;
    result.task = PmmlTask::kMixed;
    std::set<std::string> names;
    Operand any_missing = Operand::value(0);
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const Part &part = parts_[i];
      const XmlElement &element = segmentation_.segments[i].element;
      if (part.model.target.name.empty()) element.fail("its model has no target");
      PmmlColumn value = part.model.result.value;
      value.operand = where(part, value.operand);
      any_missing = graph_.apply(
          Op::kOr, {any_missing, graph_.apply(Op::kAnd, {part.applies, graph_.apply(Op::kIsMissing, {value.operand})})});
      result.targets.push_back({part.model.target.name, value});
      if (!names.insert(part.model.target.name).second)
        element.fail("another segment has the target " + shown(part.model.target.name),
                     "Each has one of its own in such a chain.");
    }
    for (const PmmlOutputColumn &output : outputs_)
      if (!names.insert(output.name).second) segmentation_.element.fail("output " + shown(output.name) + " is there twice");
    if (segmentation_.returns_missing) {
      auto unless_missing = [&](PmmlOutputColumn &output) {
        output.column.operand = graph_.choose(any_missing, Operand::value(kMissing), output.column.operand);
      };
      std::for_each(result.targets.begin(), result.targets.end(), unless_missing);
      std::for_each(outputs_.begin(), outputs_.end(), unless_missing);
    }
    result.outputs = outputs_;
    return result;
  }

  PmmlResult select_first() {
    if (task_ == PmmlTask::kRegression) {
      Operand value = Operand::value(kMissing);
      for (std::size_t i = parts_.size(); i-- > 0;)
        value = graph_.choose(parts_[i].applies, parts_[i].model.result.value.operand, value);
      PmmlResult result;
      result.value = pmml_number(value);
      return result;
    }
    const std::vector<std::string> labels = common_labels();
    PmmlResult result;
    result.task = task_;
    result.labels = labels;
    result.value = {Operand::value(kMissing), {PmmlType::Kind::kString, 1970}, PmmlTexts::closed(labels)};
    const bool have_probabilities =
        std::all_of(parts_.begin(), parts_.end(), [](const Part &part) { return !part.model.result.probabilities.empty(); });
    if (have_probabilities) result.probabilities.assign(labels.size(), Operand::value(kMissing));
    for (std::size_t i = parts_.size(); i-- > 0;) {
      const Part &part = parts_[i];
      result.value.operand = graph_.choose(part.applies, class_of(part, result.value.texts), result.value.operand);
      for (std::size_t c = 0; have_probabilities && c < labels.size(); ++c)
        result.probabilities[c] = graph_.choose(part.applies, probability_of(part, labels[c]), result.probabilities[c]);
    }
    return result;
  }

  std::vector<std::string> common_labels() {
    std::vector<std::string> found;
    for (const Part &part : parts_) {
      if (part.model.result.task == PmmlTask::kRegression)
        segmentation_.element.fail("a segment gives a number in place of a class");
      for (const std::string &label : part.model.result.labels) found.push_back(label);
    }
    return pmml_labels(pmml_target(segmentation_.model, scope_), found);
  }
  /// The segment's class as an index in the common labels.
  Operand class_of(const Part &part, const std::shared_ptr<PmmlTexts> &labels) {
    return graph_.with_texts(part.model.result.value, labels).operand;
  }
  Operand probability_of(const Part &part, const std::string &label) {
    const auto index = pmml_label_index(part.model.result.labels, label);
    return index ? part.model.result.probabilities[*index] : Operand::value(0);
  }

  /// `values` reduced, those of segments that do not apply left out.
  Operand reduce(Reduction function, const std::vector<Operand> &values) {
    model::Reduce node;
    node.function = function;
    node.precision = pmml_precision(segmentation_.model);
    node.skip_missing = skips();
    node.inputs = graph_.columns(values);
    if (function == Reduction::kWeightedMedian)
      for (const Part &part : parts_) node.weights.push_back(part.weight);
    return Operand::of(graph_.builder().reduce(std::move(node)));
  }
  bool skips() const {
    return segmentation_.skips_missing ||
           std::any_of(parts_.begin(), parts_.end(), [](const Part &part) { return !part.is_always(); });
  }

  /// The combination of one number of each segment. Segments that do not apply have given missing ones.
  Operand combine(std::vector<Operand> values) {
    auto weighted = [&] {
      std::vector<Operand> out;
      for (std::size_t i = 0; i < values.size(); ++i)
        out.push_back(graph_.apply(Op::kMultiply, {values[i], Operand::value(parts_[i].weight)}));
      return out;
    };
    switch (segmentation_.method) {
      case PmmlCombination::kSum:
        return reduce(Reduction::kSum, values);
      case PmmlCombination::kWeightedSum:
        return reduce(Reduction::kSum, weighted());
      case PmmlCombination::kAverage:
        return reduce(Reduction::kMean, values);
      case PmmlCombination::kWeightedAverage: {
        std::vector<Operand> weights;
        for (std::size_t i = 0; i < values.size(); ++i) {
          const Operand weight = Operand::value(parts_[i].weight);
          weights.push_back(skips() ? graph_.choose(graph_.apply(Op::kIsMissing, {values[i]}), Operand::value(kMissing), weight)
                                    : weight);
        }
        return graph_.apply(Op::kDivide, {reduce(Reduction::kSum, weighted()), reduce(Reduction::kSum, weights)});
      }
      case PmmlCombination::kMedian:
        return reduce(Reduction::kMedian, values);
      case PmmlCombination::kWeightedMedian:
        return reduce(Reduction::kWeightedMedian, values);
      case PmmlCombination::kMax:
        return reduce(Reduction::kMax, values);
      default:
        segmentation_.element.fail("this method does not apply to numbers");
    }
  }

  PmmlResult regress() {
    std::vector<Operand> values;
    for (const Part &part : parts_) {
      if (part.model.result.value.is_text()) segmentation_.element.fail("a segment gives a class in place of a number");
      values.push_back(where(part, part.model.result.value.operand));
    }
    PmmlResult result;
    result.value = pmml_number(combine(std::move(values)), pmml_precision(segmentation_.model) == Precision::kFloat32
                                                               ? PmmlType::Kind::kFloat
                                                               : PmmlType::Kind::kDouble);
    return result;
  }

  PmmlResult classify() {
    const std::vector<std::string> labels = common_labels();
    const bool weighs = segmentation_.method == PmmlCombination::kWeightedMajorityVote;
    if (segmentation_.method == PmmlCombination::kMajorityVote || weighs) {
      const auto list = PmmlTexts::closed(labels);
      std::vector<std::vector<Operand>> votes(labels.size());
      for (const Part &part : parts_) {
        const Operand winner = where(part, class_of(part, list));
        for (std::size_t c = 0; c < labels.size(); ++c)
          votes[c].push_back(
              graph_.apply(Op::kMultiply, {graph_.apply(Op::kEqual, {winner, Operand::value(static_cast<double>(c))}),
                                           Operand::value(weighs ? part.weight : 1)}));
      }
      std::vector<Operand> totals;
      for (std::vector<Operand> &of_class : votes) {
        if (!segmentation_.returns_missing)
          for (Operand &vote : of_class) vote = graph_.or_else(vote, Operand::value(0));
        totals.push_back(graph_.sum(of_class));
      }
      return pmml_classify(scope_, labels, pmml_shares(graph_, totals));
    }
    // Medians of probabilities with weights would be no distribution, and nobody defines them (JPMML-Evaluator refuses them,
    // too).
    if (segmentation_.method == PmmlCombination::kWeightedMedian)
      segmentation_.element.fail("this method does not apply to classes");
    std::vector<Operand> probabilities;
    for (const std::string &label : labels) {
      std::vector<Operand> values;
      for (const Part &part : parts_) {
        if (part.model.result.probabilities.empty()) segmentation_.element.unsupported("a segment gives no probabilities");
        values.push_back(where(part, probability_of(part, label)));
      }
      probabilities.push_back(combine(std::move(values)));
    }
    return pmml_classify(scope_, labels, std::move(probabilities));
  }

  const PmmlSegmentation &segmentation_;
  PmmlScope &scope_;
  PmmlGraph &graph_;
  PmmlTask task_;
  std::vector<Part> parts_;
  std::vector<PmmlOutputColumn> outputs_;
};

}  // namespace

std::vector<PmmlSupport> pmml_methods() {
  std::vector<PmmlSupport> list;
  for (const Method &method : kMethods) list.push_back({method.name, true});
  for (std::string_view name : kUnsupportedMethods) list.push_back({name, false});
  return list;
}

std::vector<Operand> pmml_shares(PmmlGraph &graph, const std::vector<Operand> &totals) {
  const Operand total = graph.sum(totals);
  std::vector<Operand> shares;
  for (const Operand &part : totals) {
    const Operand share = graph.apply(Op::kDivide, {part, total});  // of nothing: missing
    shares.push_back(graph.choose(graph.apply(Op::kEqual, {total, Operand::value(0)}), Operand::value(kMissing), share));
  }
  return shares;
}

PmmlResult read_pmml_mining(const XmlElement &model, PmmlScope &scope) {
  const PmmlSegmentation segmentation = parse_segmentation(model);
  if (segmentation.method == PmmlCombination::kMultiModelChain) return Combination(segmentation, scope).run();
  if (const std::optional<PmmlResult> result = read_pmml_forest(segmentation, scope)) return *result;
  return Combination(segmentation, scope).run();
}

}  // namespace pgscore::formats
