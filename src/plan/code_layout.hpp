// Trees of codes: from the values of a row to codes, and the blocks of nodes that compare them
// (tree_layout.hpp says what they are for).
#pragma once
#include "plan/section_layout.hpp"

namespace pgscore::plan {

// ---- codes --------------------------------------------------------------------------------------

inline constexpr std::uint32_t kMaxSegmentCuts = 255;
inline constexpr std::uint32_t kMaxSlots8 = 256;
inline constexpr std::uint32_t kMaxSlots16 = 65'536;

/// Cuts of a column, and the one or two slots for codes in them. Slots are numbered from 1 in the
/// order in which segments, then sets, name them: slot_left, slot_right, the next segment's.
/// max_threshold(slot) is num_cuts of its segment, or 1 for a set. Thresholds of nodes lie in
/// [1, max_threshold(slot)], and are 0 for slot 0: then a table of all tests of all slots has
/// num_tests entries.
struct SegmentRecord {
  std::uint32_t column;
  std::uint32_t first_cut;    // in `cuts`: its 16 pivots
  std::uint32_t first_level;  // in `cut_levels`: cut_levels_size(num_cuts) numbers
  std::uint32_t slot_left;    // missing goes left; dummy_slot(num_slots) when no node wants it
  std::uint32_t slot_right;   // missing goes right; the same
  std::uint16_t num_cuts;     // 1 .. kMaxSegmentCuts
  std::uint8_t missing;       // model::MissingKind
  std::uint8_t reserved;      // 0
};

/// The slot of a category set: code 0 for members, 255 for others.
struct SetSlotRecord {
  std::uint32_t column;
  std::uint32_t slot;
  std::uint32_t first_word;  // in `set_words`: bit c is category c
  std::uint32_t num_words;
  std::uint8_t missing;       // model::MissingKind
  std::uint8_t default_left;  // 0 or 1
  std::uint8_t truncated;     // 1: x in (-1, 0) is category 0 (model::Split::kInSetTruncated)
  std::uint8_t reserved;      // 0
};

/// Gives the place in the ascending cuts of a segment of the cut that node h of its search tree
/// holds; what is beyond the cuts is NaN in the tree. The tree is complete, with bit_width(n)
/// levels (1-based heap order, right child 2h + 1). h = 2h + (node <= x ? 1 : 0), from the root
/// down through all levels, ends at 2^levels + code: vector kernels keep whole levels in registers.
/// Number 0 of the tree is NaN.
constexpr std::uint32_t cut_level_index(std::uint32_t num_cuts, std::uint32_t h) {
  const std::uint32_t levels = std::bit_width(num_cuts), level = std::bit_width(h) - 1u;
  return ((2 * (h - (1u << level)) + 1) << (levels - 1 - level)) - 1;
}
/// Gives the numbers of such a tree in `cut_levels`, at least 16.
constexpr std::uint32_t cut_levels_size(std::uint32_t num_cuts) {
  return num_cuts < 16 ? 16 : 1u << std::bit_width(num_cuts);
}

/// Gives the slot where codes are written that nobody reads: behind the code tables of vector
/// kernels, which are multiples of 64.
constexpr std::uint32_t dummy_slot(std::uint32_t num_slots) { return (num_slots + 63) / 64 * 64; }
/// Gives the elements of a code vector of one row.
constexpr std::size_t code_stride(std::uint32_t num_slots) {
  return std::size_t{dummy_slot(num_slots)} + 64;
}

// `slot_sources`. Where a missing value is just NaN, all compares are in float32, there are no sets
// and few segments (narrow layouts), a kernel keeps two vectors of 64 bytes: the codes of the
// segments, and the same with 255 for what is missing. Slot s is byte slot_sources[s] of the one
// behind the other: i for the slot_left of segment i, 64 + i for its slot_right, or kZeroSource, a
// byte that is always 0.
inline constexpr std::uint32_t kMaxSourceSegments = 56;
inline constexpr std::uint32_t kNumSlotSources = 128;
inline constexpr std::uint8_t kZeroSource = 63;
static_assert(1 + 2 * kMaxSourceSegments <= kNumSlotSources && kMaxSourceSegments <= kZeroSource);

// ---- blocks -------------------------------------------------------------------------------------

/// Zeros behind `slots`, `thresholds` and `low_blocks`: kernels may read this many elements from
/// the start of the last block.
inline constexpr std::uint32_t kReadAhead = 512;
/// Positions of zeros behind `top_slots`, `top_thresholds` and `subtrees`: kernels take 8 trees at
/// a time.
inline constexpr std::uint32_t kTreesAhead = 7;

/// Gives the place of heap node h (1 .. 2^T - 1) in a block of 2^T: 7 nodes of the top three
/// levels, then 8 sub-trees of T - 3 levels.
constexpr std::uint32_t block_position(std::uint32_t top_levels, std::uint32_t h) {
  if (h < 8) return h - 1;
  const std::uint32_t level = std::bit_width(h) - 4;  // within the sub-tree
  const std::uint32_t subtree = (h >> level) - 8;
  const std::uint32_t node = (1u << level | (h & ((1u << level) - 1))) - 1;
  return 7 + subtree * ((1u << (top_levels - 3)) - 1) + node;
}

/// Marks a reference to an exit rather than to a block.
inline constexpr std::uint32_t kExitFlag = 0x8000'0000;

/// Two levels below a position: node 0, its right child 1, its left child 2. Below it, position p
/// becomes 4 * p + 2 * b0 + b1, b = 1 for left. A node that does not exist has slot 0 and threshold
/// 0, which goes right; a leaf above has all positions below it.
struct LowBlock {
  std::uint8_t slot[3];
  std::uint8_t threshold[3];
  std::uint8_t reserved[2];  // 0
};
inline constexpr std::uint32_t kLowLevels = 2;

/// The same two levels where it depends on the row whether there are any: next[2 * b0 + b1]. Both
/// `next` of a node that does not exist are equal. A block stands behind its parent.
struct TailBlock8 {
  std::uint8_t slot[3];
  std::uint8_t threshold[3];
  std::uint8_t reserved[2];  // 0
  std::uint32_t next[4];
};
struct TailBlock16 {
  std::uint16_t slot[3];
  std::uint8_t threshold[3];
  std::uint8_t reserved[7];  // 0
  std::uint32_t next[4];
};

/// Levels 4 to 6 of a tree below one of the 8 places that the top three lead to, and the leaves
/// there: a line of the cache. Sub-tree s has the exits from 8 * s on.
struct Subtree {
  std::uint8_t slot[8];       // of 7 nodes in heap order, and 0
  std::uint8_t threshold[8];  // the same
  float leaf[8];
  std::uint8_t reserved[16];  // 0
};

/// Gives the place of the value of an exit, counted in floats from the first sub-tree.
constexpr std::size_t leaf_of_subtrees(std::size_t exit) {
  return exit + (exit & ~std::size_t{7}) + 4;
}

static_assert(kIsPlain<SegmentRecord, 24> && offsetof(SegmentRecord, num_cuts) == 20 &&
              offsetof(SegmentRecord, missing) == 22);
static_assert(kIsPlain<SetSlotRecord, 20> && offsetof(SetSlotRecord, missing) == 16);
static_assert(kIsPlain<LowBlock, 8> && offsetof(LowBlock, threshold) == 3);
static_assert(kIsPlain<Subtree, 64> && offsetof(Subtree, leaf) == 16 &&
              sizeof(Subtree) == 2 * sizeof(Subtree::leaf));
static_assert(kIsPlain<TailBlock8, 24> && offsetof(TailBlock8, threshold) == 3 &&
              offsetof(TailBlock8, next) == 8);
static_assert(kIsPlain<TailBlock16, 32> && offsetof(TailBlock16, threshold) == 6 &&
              offsetof(TailBlock16, next) == 16);

}  // namespace pgscore::plan
