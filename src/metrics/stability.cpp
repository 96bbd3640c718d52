#include "metrics/stability.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "metrics/sum.hpp"
#include "metrics/tiles.hpp"

namespace pgscore::metrics {
namespace {

double total_of(std::span<const double> counts) {
  Sum total;
  for (const double count : counts) total.add(count);
  return total.value();
}

}  // namespace

std::optional<double> population_stability(std::span<const double> expected,
                                           std::span<const double> actual) {
  const double all_expected = total_of(expected), all_actual = total_of(actual);
  if (all_expected == 0 || all_actual == 0) return std::nullopt;
  Sum index;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double before = std::max(expected[i] / all_expected, kLeastShare);
    const double now = std::max(actual[i] / all_actual, kLeastShare);
    index.add((now - before) * std::log(now / before));
  }
  return index.value();
}

std::optional<double> population_stability(RankedRows &rows, std::size_t bins) {
  const double all_expected = rows.totals().negative.value();
  if (all_expected == 0 || rows.totals().positive.value() == 0) return std::nullopt;
  std::vector<Sum> expected(bins), actual(bins);
  GroupReader groups = rows.read();
  Sum above;
  std::size_t bin = 0;
  for (ScoreGroup group; groups.next(group);) {
    // Scores below all that are expected stay in the last bin that has expected ones.
    if (above.value() * kLost < all_expected) bin = tile_of(above.value(), all_expected, bins);
    above.add(group.negative);
    expected[bin].add(group.negative);
    actual[bin].add(group.positive);
  }
  std::vector<double> counts(2 * bins);
  const auto value = [](const Sum &sum) { return sum.value(); };
  std::transform(expected.begin(), expected.end(), counts.begin(), value);
  std::transform(actual.begin(), actual.end(), counts.begin() + static_cast<std::ptrdiff_t>(bins),
                 value);
  return population_stability(std::span(counts).first(bins), std::span(counts).last(bins));
}

}  // namespace pgscore::metrics
