// What is sorted: scores as integers, with the weight of the rows that have them.
#pragma once
#include <bit>
#include <cstdint>

namespace pgscore::metrics {

/// The rows of one score and one label. Sorted by key, the highest score comes first.
struct Entry {
  std::uint64_t key;
  double weight;  // of rows with the positive label; negated: of rows with the other one; never 0
};

/// Above the key of every score: marks the end of what is merged.
inline constexpr std::uint64_t kLastKey = ~std::uint64_t{0};

/// Gives the key of a score, which is not NaN; -0 and 0 have the same. A higher score has a lower
/// key.
inline std::uint64_t key_of(double score) {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  const auto bits = std::bit_cast<std::uint64_t>(score == 0 ? 0.0 : score);
  return bits & kSign ? bits : ~(bits | kSign);
}

/// Gives back the score of a key.
inline double score_of(std::uint64_t key) {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  return std::bit_cast<double>(key & kSign ? key : ~key & ~kSign);
}

/// All rows of one score.
struct ScoreGroup {
  double score;
  double positive;  // weight of the rows with the positive label
  double negative;  // weight of the others
};

}  // namespace pgscore::metrics
