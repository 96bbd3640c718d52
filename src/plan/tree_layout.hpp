// How trees are stored in a plan.
//
// All compare semantics end in the quantiser. Every split is brought to one form,
// `left <=> not (cut <= x)`:
//     x <  t   has the cut t (compare in float32: the smallest float32 that is not less than t)
//     x <= t   has the cut next(t), the smallest number of the compare precision above t. None is
//              above +inf: the cut is NaN, which no x reaches.
// The sorted distinct cuts of one column and one treatment of missing values make segments of at
// most 255. The code of x in a segment is the number of its cuts that are <= x, so
// `x left of cut j <=> code < j + 1`. A code slot is a segment and a default direction: a missing
// value has code 0 (always left) or 255 (always right). A category set is a slot of its own: code 0
// for members, 255 for others, and the threshold 1. Slot 0 is the constant code 0.
//
//   kCodes8, kCodes16 (code_layout.hpp)
//       The top T = 4, 5 or 6 levels of each tree are a complete block of 2^T slots and 2^T
//       threshold codes (8- or 16-bit slots), node h (heap order, 1-based, left child 2h+1, right
//       child 2h) at block_position(T, h): first 7 nodes of the top, then 8 sub-trees, so that
//       vector kernels turn the mask of decisions into a position by two look-ups. 64-byte vectors
//       hold 4, 2 or 1 blocks. Leaves above level T are replicated. The position of a row in tree t
//       is t * 2^T + (path bits, 1 = left).
//
//       Where T is 6 and most positions have nodes below, the next two levels are low blocks, one
//       for each position, and the position grows to t * 2^8 + (path bits): a kernel knows where
//       they are without having read anything (kCodes8 only).
//
//       If no tree is deeper, the position is the exit. Otherwise `entries` maps positions to
//       references: an exit (kExitFlag | exit), or a tail block, which holds two more levels; T is
//       6 then.
//
//   kDirect
//       Nodes with the cuts themselves, for models whose quantiser would cost more than their trees
//       (many distinct thresholds: forests grown on continuous data) or that need more than 65,536
//       slots. Rows are expanded to channels: a channel is a column and a treatment of missing
//       values; channel 0 is the constant NaN, which goes left at every cut.
//
//   kOblivious8, kOblivious16
//       Trees that ask one test for each level, whatever the path (CatBoost's). A tree is 8 or 16
//       lanes (2^T, T = 3 or 4), each a slot and a threshold code: lane k is the test of level k,
//       from the root down; lanes behind the last level have slot 0 and threshold 0. Bit k of a
//       row's place is the decision of lane k, 1 = left, so one comparison of 64 lanes gives the
//       places in 8 or 4 trees. The exit is roots[tree] + place; `roots` are multiples of
//       kExitAlignment, and for each of them 2^levels exits exist, so that a kernel does not need
//       the levels of each tree.
//
// An exit is what a walk ends in: values[exit] for scalar leaves (or a leaf of `subtrees`),
// values[exit_vectors[exit] * leaf_width ...] for vectors, functions[exit_vectors[exit]] for linear
// leaves, leaf_ids[exit] for predict_leaf. Trees are sorted by output group, stably, since the
// order of addition within a group is part of the result; each group starts on a vector boundary,
// and the positions in between belong to no tree.
#pragma once
#include "plan/code_layout.hpp"
#include "plan/section_layout.hpp"

namespace pgscore::plan {

enum class TreeLayout : std::uint8_t { kCodes8, kCodes16, kDirect, kOblivious8, kOblivious16 };

/// Says whether trees of the layout lie in lanes, one test for each level.
constexpr bool is_oblivious(TreeLayout layout) {
  return layout == TreeLayout::kOblivious8 || layout == TreeLayout::kOblivious16;
}

/// One tree ensemble. Sections that a layout does not use have count 0.
struct EnsembleRecord {
  TreeLayout layout;
  std::uint8_t compare;      // model::Precision: type of `cuts` and `nodes`
  std::uint8_t sum;          // model::Precision: type of `values`
  std::uint8_t average;      // 1: the sum is divided by `divisor`
  std::uint8_t top_levels;   // T of the code layouts and of the oblivious ones; 0 for kDirect
  std::uint8_t deep;         // code layouts: 1 when positions lead to references in `entries`
  std::uint8_t inputs_only;  // 1: all columns that it reads are inputs
  std::uint8_t has_sets;     // kDirect: 1 when a node tests a set
  std::uint32_t num_groups;
  std::uint32_t leaf_width;  // 1, or num_groups
  std::uint32_t num_trees;
  std::uint32_t num_positions;  // tree positions, padding included
  std::uint32_t num_slots;      // slots, slot 0 included. kDirect: channels, channel 0 included
  std::uint8_t linear_leaves;   // 1: leaves are functions of columns (leaf_functions). Not with
                                // oblivious layouts
  std::uint8_t levels;          // oblivious layouts: of the deepest tree, at most 2^T. Else 0
  std::uint8_t low_levels;      // kCodes8 with T = 6: levels of the low blocks, 2 or 0. Else 0
  std::uint8_t leaf_id_size;    // bytes of an element of `leaf_ids`: 1, 2 or 4
  std::uint64_t first_leaf;     // number of the first tree in the output of predict_leaf
  std::uint64_t num_exits;
  std::uint64_t num_tests;  // sum of max_threshold over the slots (SegmentRecord); 0 for kDirect
  double divisor;           // 1 unless `average`
  Section base;             // double, num_groups
  Section groups;           // GroupRecord: num_groups, or 1 when leaves are vectors
  Section tree_order;       // uint32, num_positions: number of the tree within the ensemble,
                            // kNoTree for padding

  // From values to codes. Not with kDirect.
  Section segments;    // SegmentRecord
  Section cuts;        // float or double: for each segment 16 pivots, its cuts padded with NaN to
                       // a multiple of 16, 16 NaN
  Section cut_levels;  // float or double: for each segment the same cuts as a search tree, level by
                       // level (cut_level_index)
  Section set_slots;   // SetSlotRecord
  Section slot_sources;  // uint8, kNumSlotSources or none: how the codes of a row become slots in
                         // registers

  // Trees of codes, and oblivious ones (`slots`, `thresholds` and `roots` only).
  Section slots;       // uint8 or uint16, num_positions << T, and kReadAhead zeros
  Section thresholds;  // uint8, the same count
  Section low_blocks;  // LowBlock, num_positions << T, and kReadAhead zeros; only with `low_levels`
  Section entries;     // uint32, num_positions << (T + low_levels); only when `deep`, as the next
                       // one
  Section blocks;      // TailBlock8 or TailBlock16

  // kDirect.
  Section channels;  // ChannelRecord
  Section sets;      // SetRecord
  Section roots;     // uint32, num_positions. kDirect (no padding there): first node of each tree.
                     // Oblivious: first exit
  Section nodes;     // DirectNode<float> or DirectNode<double>; node 0 is a leaf that belongs to no
                     // tree

  // Of every layout.
  Section set_words;     // uint32, of `set_slots` or `sets`
  Section exit_vectors;  // uint32, num_exits: number of the vector (leaf_width > 1) or of the
                         // function (linear_leaves); else none
  Section values;        // float or double: num_exits, or vectors of leaf_width; none where
                         // `subtrees` have them
  Section leaf_ids;      // uint8, uint16 or uint32, num_exits: the training library's number of the
                         // leaf. Scoring does not touch it
  Section functions;     // LeafFunctionRecord; only when linear_leaves
  Section terms;         // LeafTermRecord, function by function

  // For one row (row_copies.hpp), where trees end with their blocks, T being 6 (kCodes8), and
  // leaves are float32 scalars.
  Section top_slots;       // uint8, 8 for each position: those of the top 7 nodes, and 0
  Section top_thresholds;  // uint8, the same count
  Section subtrees;        // Subtree, 8 for each position
};

struct GroupRecord {
  std::uint32_t first_position;
  std::uint32_t num_trees;
};
inline constexpr std::uint32_t kNoTree = UINT32_MAX;

/// What `roots` of oblivious trees are multiples of: a vector of leaf values, and what kernels read
/// of the smallest tree.
inline constexpr std::uint32_t kExitAlignment = 16;

/// constant + coefficient * x + ..., one operation after the other in the precision of `sum`;
/// values[exit] when an x is NaN.
struct LeafFunctionRecord {
  double constant;
  std::uint32_t first_term;  // in `terms`
  std::uint32_t num_terms;
};
struct LeafTermRecord {
  double coefficient;
  std::uint32_t column;
  std::uint32_t reserved;  // 0
};

// ---- kDirect ------------------------------------------------------------------------------------

struct ChannelRecord {
  std::uint32_t column;
  std::uint8_t missing;       // model::MissingKind
  std::uint8_t default_left;  // 1: a missing value is NaN (left at every cut). 0: it is +inf (right
                              // at every cut)
  std::uint8_t presence;      // 1: a value that is not missing is NaN: left unless missing
  std::uint8_t truncated;     // 1: x in (-1, 0) is 0, for sets of kInSetTruncated. (Channel 0 is
                              // all zero)
};

struct SetRecord {
  std::uint32_t first_word;
  std::uint32_t num_words;
};

/// The next node is child + (test ? 1 : 0); test is "cut <= channel" or "channel is no member of
/// the set". A leaf is a node of channel 0 whose child is itself.
template <class Number>
struct DirectNode {
  Number cut;             // the bits of an integer for a set (its number in `sets`) and for a leaf
                          // (its exit)
  std::uint32_t channel;  // kSetFlag: the node tests a set
  std::uint32_t child;    // the left child; the right one follows it. Behind the node, or the node
                          // itself
  using Bits = std::conditional_t<sizeof(Number) == 4, std::uint32_t, std::uint64_t>;
};
inline constexpr std::uint32_t kSetFlag = 0x8000'0000;

static_assert(kIsPlain<EnsembleRecord, 64 + 26 * 16> && offsetof(EnsembleRecord, num_groups) == 8 &&
              offsetof(EnsembleRecord, first_leaf) == 32 && offsetof(EnsembleRecord, base) == 64 &&
              offsetof(EnsembleRecord, leaf_ids) == 64 + 20 * 16);
static_assert(kIsPlain<LeafFunctionRecord, 16> && kIsPlain<LeafTermRecord, 16>);
static_assert(kIsPlain<GroupRecord, 8> && kIsPlain<ChannelRecord, 8> && kIsPlain<SetRecord, 8>);
static_assert(kIsPlain<DirectNode<float>, 12> && kIsPlain<DirectNode<double>, 16>);

}  // namespace pgscore::plan
