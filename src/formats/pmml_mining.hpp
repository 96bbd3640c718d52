// MiningModel: segments and how they are combined.
#pragma once
#include <optional>
#include <vector>

#include "formats/pmml_model.hpp"

namespace pgscore::formats {

enum class PmmlCombination : std::uint8_t {
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

struct PmmlSegment {
  XmlElement element, predicate, model;
  double weight = 1;
  std::string id = {};  // its own, or its number, from 1 (JPMML-Evaluator 1.7, EntityUtil.java)
};
struct PmmlSegmentation {
  XmlElement model, element;
  PmmlCombination method = PmmlCombination::kSum;
  bool skips_missing = false, returns_missing = false;  // missingPredictionTreatment
  // Largest share of the weight that may be missing
  double missing_threshold = 1;
  // A segment's weight is the value of a field
  bool has_variable_weights = false;
  std::vector<PmmlSegment> segments = {};

  bool votes() const {
    return method == PmmlCombination::kMajorityVote ||
           method == PmmlCombination::kWeightedMajorityVote;
  }
};

/// A segment that has been read.
struct PmmlPart {
  XmlElement element;
  std::string id;
  model::Operand applies;  // 1 where its predicate is true, else 0
  model::Operand weight;
  PmmlModel model;
  bool is_always() const { return applies.is_constant(); }
};

/// The model as one TreeEnsemble, when all of its segments are plain trees; none otherwise.
std::optional<PmmlResult> read_pmml_forest(const PmmlSegmentation &segmentation, PmmlScope &scope);

/// What the segments give, as one number or one class: every method but the choice of a segment and
/// the chains.
PmmlResult combine_pmml_parts(const PmmlSegmentation &segmentation,
                              const std::vector<PmmlPart> &parts, PmmlScope &scope);
/// The labels of a classification by segments: the target's values, and those that only segments
/// name.
std::vector<std::string> pmml_common_labels(const PmmlSegmentation &segmentation,
                                            const std::vector<PmmlPart> &parts, PmmlScope &scope);
/// The class of a part as an index in `labels`.
model::Operand pmml_class_of(const PmmlPart &part, const std::shared_ptr<PmmlTexts> &labels,
                             PmmlGraph &graph);
/// The probability that a part gives a label; 0 when it does not know it.
model::Operand pmml_probability_of(const PmmlPart &part, const std::string &label);

/// 1 where segments without a value have more votes than any class.
model::Operand pmml_missing_wins(PmmlGraph &graph, model::Operand missing,
                                 const std::vector<model::Operand> &totals);
/// Each number's share of their sum; missing where that is 0.
std::vector<model::Operand> pmml_shares(PmmlGraph &graph,
                                        const std::vector<model::Operand> &totals);

}  // namespace pgscore::formats
