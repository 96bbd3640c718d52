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
};
struct PmmlSegmentation {
  XmlElement model, element;
  PmmlCombination method = PmmlCombination::kSum;
  bool skips_missing = false, returns_missing = false;  // missingPredictionTreatment
  std::vector<PmmlSegment> segments = {};
};

/// The model as one TreeEnsemble, when all of its segments are plain trees; none otherwise.
std::optional<PmmlResult> read_pmml_forest(const PmmlSegmentation &segmentation, PmmlScope &scope);

/// Each number's share of their sum; missing where that is 0.
std::vector<model::Operand> pmml_shares(PmmlGraph &graph, const std::vector<model::Operand> &totals);

}  // namespace pgscore::formats
