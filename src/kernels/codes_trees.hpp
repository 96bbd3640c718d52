// Trees of codes as kernels read them, and what all kernels share: the places below decisions, and
// the walk below level T.
//
// What computes is always inlined, so that it is compiled for the CPU of the function that uses it.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/tree_kernel.hpp"

#define PGSCORE_ALWAYS_INLINE inline __attribute__((always_inline))
// In files that define PGSCORE_TARGET, the attribute of functions for their processor.
#define PGSCORE_INLINE PGSCORE_TARGET PGSCORE_ALWAYS_INLINE

namespace pgscore::kernels {

template <class Slot>
struct TailBlockOf;
template <>
struct TailBlockOf<std::uint8_t> {
  using Type = plan::TailBlock8;
};
template <>
struct TailBlockOf<std::uint16_t> {
  using Type = plan::TailBlock16;
};

/// Gives the next multiple of 64, to which the parts of a kernel's memory are aligned; a multiple
/// stays as it is.
constexpr std::size_t round_up_64(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

/// Say whether the ensemble compares, or adds, in float32 rather than in double.
inline bool compares_float32(const plan::EnsembleRecord &ensemble) {
  return ensemble.compare == static_cast<std::uint8_t>(model::Precision::kFloat32);
}
inline bool sums_float32(const plan::EnsembleRecord &ensemble) {
  return ensemble.sum == static_cast<std::uint8_t>(model::Precision::kFloat32);
}

/// Where the levels of trees of codes are: Top of them in blocks, two more in low blocks (Low), and
/// those of some trees below that in tail blocks (Deep).
template <int Top, bool Low, bool Deep>
struct TreeLevels {
  static constexpr int kTop = Top;
  static constexpr bool kLow = Low, kDeep = Deep;
  static constexpr int kComplete = Low ? Top + static_cast<int>(plan::kLowLevels) : Top;
};

/// Returns f(TreeLevels<...>{}) of an ensemble of codes with slots of this type.
template <class Slot, class F>
auto with_levels(const plan::EnsembleRecord &ensemble, F f) {
  if constexpr (sizeof(Slot) == 1) {  // slots of 16 bits have no low blocks
    if (ensemble.low_levels != 0)
      return ensemble.deep != 0 ? f(TreeLevels<6, true, true>{}) : f(TreeLevels<6, true, false>{});
  }
  if (ensemble.deep != 0) return f(TreeLevels<6, false, true>{});
  switch (ensemble.top_levels) {
    case 4:
      return f(TreeLevels<4, false, false>{});
    case 5:
      return f(TreeLevels<5, false, false>{});
    default:
      return f(TreeLevels<6, false, false>{});
  }
}

/// The sections of an ensemble of codes. Number is what it adds.
template <class SlotType, class NumberType>
struct CodesTrees {
  using Slot = SlotType;
  using Number = NumberType;
  using Block = typename TailBlockOf<Slot>::Type;

  /// Says whether such trees keep their leaves in `subtrees`, if there are any trees.
  template <class Levels>
  static constexpr bool kHasSubtrees = sizeof(Slot) == 1 && sizeof(Number) == 4 &&
                                       Levels::kTop == 6 && !Levels::kLow && !Levels::kDeep;

  /// Looks up where the sections of the task's ensemble begin in its plan, which has to outlive
  /// this. Slot and Number have to fit the layout and the sum of the ensemble: nobody checks it. A
  /// pointer to a section that the ensemble does not have must not be read.
  explicit CodesTrees(const TreeTask &task)
      : slots(task.plan.data<Slot>(task.ensemble.slots)),
        thresholds(task.plan.data<std::uint8_t>(task.ensemble.thresholds)),
        low_blocks(task.plan.data<plan::LowBlock>(task.ensemble.low_blocks)),
        entries(task.plan.data<std::uint32_t>(task.ensemble.entries)),
        blocks(task.plan.data<Block>(task.ensemble.blocks)),
        values(task.plan.data<Number>(task.ensemble.values)),
        subtrees(task.plan.data<plan::Subtree>(task.ensemble.subtrees)) {}

  const Slot *slots;
  const std::uint8_t *thresholds;
  const plan::LowBlock *low_blocks;
  const std::uint32_t *entries;
  const Block *blocks;
  const Number *values;           // unless kHasSubtrees
  const plan::Subtree *subtrees;  // if kHasSubtrees
};

/// Gives the leaves of `subtrees`, which the exits count as leaf_of_subtrees says.
inline const float *leaves_of(const plan::Subtree *subtrees) {
  return reinterpret_cast<const float *>(subtrees);
}

/// Gives the place, 0 to 3, below two levels of nodes. code(slot) is the code of the row.
template <class Block, class Code>
PGSCORE_ALWAYS_INLINE std::uint32_t place_below(const Block &block, Code code) {
  const std::uint32_t first = code(block.slot[0]) < block.threshold[0] ? 1 : 0;
  const std::uint32_t second = code(block.slot[1 + first]) < block.threshold[1 + first] ? 1 : 0;
  return 2 * first + second;
}

/// Gives the places below 8 blocks at once, a byte each, from their decisions: bit 8 * k + i is
/// that of node i of block k, 1 = left.
PGSCORE_ALWAYS_INLINE std::uint64_t places_below(std::uint64_t decisions) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  const std::uint64_t first = decisions & kOnes;
  const std::uint64_t second = ((decisions >> 2 & first) | (decisions >> 1 & ~first)) & kOnes;
  return 2 * first + second;
}

/// The same for 7 nodes each, three levels in heap order: places 0 to 7.
PGSCORE_ALWAYS_INLINE std::uint64_t places_below_7(std::uint64_t decisions) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  // What is shifted in from the next byte is never among the bits that are kept.
  const std::uint64_t first = decisions & kOnes;
  const std::uint64_t second =
      (decisions >> 1 ^ ((decisions >> 1 ^ decisions >> 2) & first)) & kOnes;
  // Of the four nodes of the third level, the two that are left.
  const std::uint64_t half =
      decisions >> 3 ^ ((decisions >> 3 ^ decisions >> 5) & (first | first << 1));
  const std::uint64_t third = (half ^ ((half ^ half >> 1) & second)) & kOnes;
  return 4 * first + 2 * second + third;
}

/// Follows references of `entries` to exits, several walks in lockstep, since one alone waits for
/// its loads. code(k, slot) is the code of walk k. A walk may have arrived at its exit already.
template <std::uint32_t Lanes, class Block, class Code>
PGSCORE_ALWAYS_INLINE void follow(const Block *blocks, std::uint32_t *references, Code code) {
  using plan::kExitFlag;
  static_assert(kExitFlag == std::uint32_t{1} << 31);
  std::uint32_t arrived = kExitFlag;
#pragma GCC unroll 16
  for (std::uint32_t k = 0; k < Lanes; ++k) arrived &= references[k];
  while (arrived == 0) {
    arrived = kExitFlag;
#pragma GCC unroll 16
    for (std::uint32_t k = 0; k < Lanes; ++k) {
      // Masks: compilers make a branch of a condition, and nobody can predict it.
      const std::uint32_t at = references[k];
      const std::uint32_t stays = 0u - (at >> 31);
      const Block &block = blocks[at & ~stays];  // block 0 exists, since a walk has not arrived
      const std::uint32_t place =
          place_below(block, [&](std::uint32_t slot) { return code(k, slot); });
      references[k] = (at & stays) | (block.next[place] & ~stays);
      arrived &= references[k];
    }
  }
#pragma GCC unroll 16
  for (std::uint32_t k = 0; k < Lanes; ++k) references[k] &= ~kExitFlag;
}

}  // namespace pgscore::kernels
