// MiningModel: segments and how they are combined.
#pragma once
#include <optional>
#include <vector>

#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

enum class Combination : std::uint8_t {
  kSum,
  kWeightedSum,
  kAverage,
  kWeightedAverage,
  kMedian,
  kWeightedMedian,
  kMax,
  kMajorityVote,
  kWeightedMajorityVote,
  kSelectFirst,
  kModelChain,
  kMultiModelChain,
};

struct Segment {
  XmlElement element, predicate, model;
  double weight = 1;
  std::string id = {};  // its own, or its number, from 1 (JPMML-Evaluator 1.7, EntityUtil.java)
};
struct Segmentation {
  XmlElement model, element;
  Combination method = Combination::kSum;
  bool skips_missing = false, returns_missing = false;  // missingPredictionTreatment
  double missing_threshold = 1;                         // largest missing share of the weight
  bool has_variable_weights = false;                    // a segment's weight is a field's value
  std::vector<Segment> segments = {};

  /// Whether each segment names a class that its weight counts for.
  bool votes() const {
    return method == Combination::kMajorityVote || method == Combination::kWeightedMajorityVote;
  }
};

/// A segment that has been read.
struct Part {
  XmlElement element;
  std::string id;
  model::Operand applies;  // 1 where its predicate is true, else 0
  model::Operand weight;
  Model model;
  /// Says whether `applies` is a constant, so that no row decides about the segment.
  bool is_always() const { return applies.is_constant(); }
};

/// The model as one TreeEnsemble, when all of its segments are plain trees; none otherwise.
std::optional<Result> read_forest(const Segmentation &segmentation, Scope &scope);

/// What the segments give, as one number or one class: every method but the choice of a segment and
/// the chains.
Result combine_parts(const Segmentation &segmentation, const std::vector<Part> &parts,
                     Scope &scope);
/// The labels of a classification by segments: the target's values, and those that only segments
/// name.
std::vector<std::string> common_labels(const Segmentation &segmentation,
                                       const std::vector<Part> &parts, Scope &scope);
/// The class of a part as an index in `labels`.
model::Operand class_of(const Part &part, const std::shared_ptr<Texts> &labels, Graph &graph);
/// The probability that a part gives a label; 0 when it does not know it.
model::Operand probability_of(const Part &part, const std::string &label);

/// 1 where segments without a value have more votes than any class.
model::Operand missing_wins(Graph &graph, model::Operand missing,
                            const std::vector<model::Operand> &totals);
/// Each number's share of their sum; missing where that is 0.
std::vector<model::Operand> shares_of(Graph &graph, const std::vector<model::Operand> &totals);

}  // namespace pgscore::formats::pmml
