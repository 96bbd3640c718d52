// Metrics of predicted probabilities: losses of one row, and how probabilities compare with what
// happened. Definitions as scikit-learn (1.2.1, sklearn/metrics/_classification.py,
// calibration.py).
#pragma once
#include <memory_resource>
#include <span>
#include <vector>

#include "metrics/sum.hpp"

namespace pgscore::metrics {

/// -log of the probability that was given to what happened (log_loss): to the class `index` of
/// several. Each is taken for at least 2^-52 and at most 1 - 2^-52, and their sum for 1.
double log_loss(std::span<const double> probabilities, std::size_t index);
/// The same of two classes, by the probability of the positive one.
double binary_log_loss(bool positive, double probability);
/// The squared distance of the probability to what happened (brier_score_loss).
inline double brier_score(bool positive, double probability) {
  const double distance = probability - (positive ? 1 : 0);
  return distance * distance;
}

/// Rows by their scores, in bins of equal width from 0 to 1 (calibration_curve).
class CalibrationBins {
 public:
  struct Bin {
    Sum weight, scores, positives;
  };

  /// `count` is 1 or more; `memory` outlives the bins.
  CalibrationBins(std::size_t count, std::pmr::memory_resource *memory) : bins_(count, memory) {}

  /// Adds a row; `score` is from 0 to 1, `weight` finite and not negative.
  void add(double score, bool positive, double weight);
  /// Adds all rows of other bins, as many as these.
  void add(std::span<const Bin> other);
  /// The bins from 0 on. A bin ends with its upper limit; the first one has 0 too.
  std::span<const Bin> bins() const { return bins_; }

 private:
  std::size_t bin_of(double score) const;

  std::pmr::vector<Bin> bins_;
};

}  // namespace pgscore::metrics
