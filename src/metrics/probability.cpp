#include "metrics/probability.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pgscore::metrics {
namespace {

// A probability of 0 that happens would lose infinitely much.
double clipped(double probability) {
  constexpr double kLeast = std::numeric_limits<double>::epsilon();
  return std::clamp(probability, kLeast, 1 - kLeast);
}

}  // namespace

double log_loss(std::span<const double> probabilities, std::size_t index) {
  double sum = 0;
  for (const double probability : probabilities) sum += clipped(probability);
  return -std::log(clipped(probabilities[index]) / sum);
}

double binary_log_loss(bool positive, double probability) {
  const double of_positive = clipped(probability);
  const double both[] = {1 - of_positive, of_positive};
  return -std::log(both[positive] / (both[0] + both[1]));
}

// The limits are rounded as numpy.linspace rounds them.
std::size_t CalibrationBins::bin_of(double score) const {
  const std::size_t count = bins_.size();
  const double width = 1.0 / static_cast<double>(count);
  const auto limit = [width](std::size_t bin) { return static_cast<double>(bin) * width; };
  auto bin = std::min(static_cast<std::size_t>(score * static_cast<double>(count)), count - 1);
  while (bin > 0 && limit(bin) >= score) --bin;
  while (bin + 1 < count && limit(bin + 1) < score) ++bin;
  return bin;
}

void CalibrationBins::add(double score, bool positive, double weight) {
  if (weight == 0) return;
  Bin &bin = bins_[bin_of(score)];
  bin.weight.add(weight);
  bin.scores.add_weighted(score, weight);
  if (positive) bin.positives.add(weight);
}

void CalibrationBins::add(std::span<const Bin> other) {
  for (std::size_t i = 0; i < other.size(); ++i) {
    bins_[i].weight.add(other[i].weight);
    bins_[i].scores.add(other[i].scores);
    bins_[i].positives.add(other[i].positives);
  }
}

}  // namespace pgscore::metrics
