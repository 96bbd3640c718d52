// Tables that lead from the decisions of a block to the position below it, by two look-ups.
//
// Bit p of a mask is the decision of the node at place p of a block (plan::block_position): first
// the 7 nodes of the top three levels, then those of the 8 sub-trees below. The top bits say which
// sub-tree the path enters: where its bits stand in the mask, and which is the first of its
// positions. The sub-tree's bits say which of its positions it is.
#pragma once
#include <array>
#include <cstdint>

namespace pgscore::kernels {

template <int T>
struct PathTables {
  static_assert(T >= 4 && T <= 6);
  // For the 7 top bits: the place of the sub-tree's first bit, and its first position.
  alignas(64) std::array<std::uint8_t, 128> shift{};
  alignas(64) std::array<std::uint8_t, 128> first{};
  // For the bits of the sub-tree, and any bits behind them: the position within it.
  alignas(64) std::array<std::uint8_t, 128> position{};

  /// Fills the tables when the program is compiled. Use kPathTables rather than one of your own.
  constexpr PathTables() {
    constexpr unsigned kLevels = T - 3, kNodes = (1u << kLevels) - 1;
    for (unsigned bits = 0; bits < 128; ++bits) {
      unsigned h = 1;  // node h of a tree has bit h - 1
      for (unsigned level = 0; level < 3; ++level) h = 2 * h + (bits >> (h - 1) & 1);
      shift[bits] = static_cast<std::uint8_t>(7 + kNodes * (h - 8));
      first[bits] = static_cast<std::uint8_t>((h - 8) << kLevels);
      h = 1;
      for (unsigned level = 0; level < kLevels; ++level) h = 2 * h + (bits >> (h - 1) & 1);
      position[bits] = static_cast<std::uint8_t>(h - (1u << kLevels));
    }
  }
};
template <int T>
inline constexpr PathTables<T> kPathTables{};

/// Gives, for 7 decisions in heap order, 1 = left, the place below them, 0 to 7.
alignas(64) inline constexpr std::array<std::uint8_t, 128> kPlaceBelow7 = [] {
  std::array<std::uint8_t, 128> places{};
  for (unsigned bits = 0; bits < 128; ++bits) {
    unsigned h = 1;
    for (unsigned level = 0; level < 3; ++level) h = 2 * h + (bits >> (h - 1) & 1);
    places[bits] = static_cast<std::uint8_t>(h - 8);
  }
  return places;
}();

/// Goes from 512 decisions to the positions below the 512 / 2^T blocks.
template <int T>
inline __attribute__((always_inline)) void descend_scalar(const std::uint64_t *masks,
                                                          std::uint8_t *positions) {
  const auto &tables = kPathTables<T>;
#pragma GCC unroll 8
  for (unsigned v = 0; v < 8; ++v)
    for (unsigned k = 0; k < 64u >> T; ++k) {
      // The bits of the next block reach into the index, and `position` has the same answer for
      // them; only 7 top bits count.
      const std::uint64_t mask = masks[v] >> (k << T);
      const unsigned top = mask & 127;
      *positions++ = static_cast<std::uint8_t>(tables.first[top] +
                                               tables.position[mask >> tables.shift[top] & 127]);
    }
}

}  // namespace pgscore::kernels
