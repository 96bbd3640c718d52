// Ranked rows in groups of equal weight.
#pragma once
#include <algorithm>
#include <cstddef>

namespace pgscore::metrics {

/// Where weights are no integers, their sums lose digits: how much larger they may be.
inline constexpr double kLost = 1 + 0x1p-48;

/// Gives the tile, 0 to `count` - 1, in which the row falls that comes behind rows of the weight
/// `above`, of `all` weight that is shared equally. The row behind the last one of a tile is in the
/// next tile in spite of what the sums have lost.
inline std::size_t tile_of(double above, double all, std::size_t count) {
  const double tile = above * static_cast<double>(count) / all * kLost;
  return std::min(static_cast<std::size_t>(tile), count - 1);
}

}  // namespace pgscore::metrics
