// How far a distribution has moved: the population stability index.
#pragma once
#include <cstddef>
#include <optional>
#include <span>

#include "metrics/ranked_rows.hpp"

namespace pgscore::metrics {

/// What a share of 0 is taken for: its logarithm would be infinite.
inline constexpr double kLeastShare = 1e-4;

/// The sum of (actual - expected) * log(actual / expected) over the shares of the bins of two
/// histograms. They have as many bins, and counts or shares that are finite and not negative.
/// nullopt where all of one are 0.
std::optional<double> population_stability(std::span<const double> expected,
                                           std::span<const double> actual);

/// The same of rows that are expected (negative) and actual (positive), in `bins` bins of equal
/// weight of the expected scores. Rows of one score stay together, in the bin in which the first of
/// them falls. nullopt without rows of both kinds.
std::optional<double> population_stability(RankedRows &rows, std::size_t bins);

}  // namespace pgscore::metrics
