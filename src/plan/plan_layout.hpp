// The bytes of a plan, field by field.
//
// A plan is one immutable image without pointers: a Header, then sections, each aligned to 64
// bytes, in exactly the order in which the header and the ensemble records name them. Every section
// begins where the one before it ends (rounded up), and every pool (texts, operands, numbers,
// column lists, terms, cuts) is used up front to back by the records that refer to it. So there is
// one byte string for each model, and the verifier's work is linear in the bytes: nothing can be
// referred to twice. Padding is zero. Numbers are little-endian, floats IEEE 754.
//
// How trees are stored
// --------------------
// All compare semantics end in the quantiser. Every split is brought to one form,
// `left <=> not (cut <= x)`:
//     x <  t   has the cut t (compare in float32: the smallest float32 that is not less than t)
//     x <= t   has the cut next(t), the smallest number of the compare precision above t; none is
//              above +inf: the cut is NaN, which no x reaches.
// The sorted distinct cuts of one column and one treatment of missing values make segments of at
// most 255. The code of x in a segment is the number of its cuts that are <= x, so
// `x left of cut j <=> code < j + 1`. A code slot is a segment and a default direction: a missing
// value has code 0 (always left) or 255 (always right). A category set is a slot of its own: code 0
// for members, 255 for others, and the threshold 1. Slot 0 is the constant code 0.
//
//   kCodes8, kCodes16
//       The top T = 4, 5 or 6 levels of each tree are a complete block of 2^T slots and 2^T
//       threshold codes (8- or 16-bit slots), node h (heap order, 1-based, left child 2h+1, right
//       child 2h) at block_position(T, h): first 7 nodes of the top, then 8 sub-trees, so that
//       vector kernels turn the mask of decisions into a position by two look-ups. 64-byte vectors
//       hold 4, 2 or 1 blocks. Leaves above level T are replicated. The position of a row in tree t
//       is t * 2^T + (path bits, 1 = left). Where T is 6 and most positions have nodes below, the
//       next two levels are low blocks, one for each position, and the position grows to t * 2^8 +
//       (path bits): a kernel knows where they are without having read anything (kCodes8 only). If
//       no tree is deeper, the position is the exit. Otherwise `entries` maps positions to
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
//       kExitAlignment, and for each of them 2^levels exits exist, so that nobody needs to know the
//       levels of one tree.
//
// An exit is what a walk ends in: values[exit] for scalar leaves (or a leaf of `subtrees`),
// values[exit_vectors[exit] * leaf_width ...] for vectors, functions[exit_vectors[exit]] for linear
// leaves, leaf_ids[exit] for predict_leaf. Trees are sorted by output group, stably, since the
// order of addition within a group is part of the result; each group starts on a vector boundary,
// and the positions in between belong to no tree.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace pgscore::plan {

static_assert(std::endian::native == std::endian::little, "plans are little-endian");

inline constexpr std::size_t kPlanAlignment = 64;
inline constexpr std::uint32_t kPlanVersion = 10;
inline constexpr char kPlanMagic[8] = {'P', 'G', 'S', 'C', 'P', 'L', 'A', 'N'};

/// `count` elements at `offset` bytes from the start of the plan.
struct Section {
  std::uint64_t offset;
  std::uint64_t count;
};

/// `length` bytes at `offset` in the section `text`.
struct Text {
  std::uint32_t offset;
  std::uint32_t length;
};

struct Header {
  char magic[8];                    // kPlanMagic
  std::uint32_t version;            // kPlanVersion
  std::uint32_t header_size;        // sizeof(Header)
  std::uint64_t total_size;         // bytes of the whole plan, a multiple of kPlanAlignment
  std::uint64_t checksum;           // XXH3-64 of the bytes from `task` to the end
  std::uint32_t task;               // model::Task
  std::uint32_t positive;           // index of the positive label; 0 for regression
  std::uint32_t num_columns;        // inputs, then the columns that steps write
  std::uint32_t num_values;         // the section `outputs` holds this many columns for predict,
  std::uint32_t num_raw;            // then these for predict_raw,
  std::uint32_t num_probabilities;  // then these for predict_proba,
  std::uint32_t num_classes;        // then 0 or 1 for predict_class,
  std::uint32_t num_more;           // then these, which predict_outputs returns besides
  std::uint64_t num_trees;          // of all ensembles: the width of predict_leaf
  Section inputs;                   // InputRecord
  Section categories;               // Text, of all inputs, by input and code
  Section category_order;           // uint32: for each input its codes in ascending order of their
                                    // texts (bytes)
  Section text_operations;          // TextOperationRecord, of all inputs
  Section input_order;              // uint32: inputs in ascending order of their names (bytes)
  Section labels;                   // Text
  Section named_outputs;            // NamedOutputRecord, num_values and num_more
  Section output_texts;             // Text, of all named outputs
  Section outputs;                  // uint32: columns
  Section steps;                    // StepRecord, in order of evaluation
  Section operands;                 // OperandRecord
  Section numbers;                  // double
  Section weights;                  // float: of layers in float32
  Section columns;                  // uint32: the column lists of the steps that read many columns
  Section branches;                 // BranchRecord, of all predicate trees
  Section terms;                    // TermRecord
  Section hash_tables;              // HashTableRecord
  Section hash_keys;                // uint64, of all hash tables
  Section hash_buckets;             // uint32
  Section hash_values;              // float
  Section ensembles;                // EnsembleRecord; the sections of each ensemble follow,
                                    // ensemble by ensemble
  Section text;                     // bytes; the last section
};

struct InputRecord {
  Text name;
  std::uint32_t first_category;  // in `categories` and `category_order`
  std::uint32_t num_categories;
  std::uint32_t first_operation;  // in `text_operations`
  std::uint32_t num_operations;
  std::uint8_t type;         // model::ColumnType
  std::uint8_t on_unknown;   // model::UnknownPolicy
  std::uint8_t on_missing;   // model::MissingPolicy
  std::uint8_t range;        // model::NumberRange
  std::uint8_t unit;         // model::Unit
  std::uint8_t reserved[3];  // 0
};

/// As model::TextOperation.
struct TextOperationRecord {
  std::uint8_t function;     // model::TextFunction
  std::uint8_t reserved[3];  // 0
  std::uint32_t first;
  std::uint32_t count;
};

/// An output with a name. With texts its column is an index into them.
struct NamedOutputRecord {
  Text name;
  std::uint32_t first_text;  // in `output_texts`
  std::uint32_t num_texts;
};

/// Who needs a step. A step runs when the wanted output is among these.
enum StepWants : std::uint8_t {
  kWantValues = 1,
  kWantRaw = 2,
  kWantProbabilities = 4,
  kWantClass = 8,
  // The step's columns lead to a tree ensemble. (Ensembles themselves report leaves without it.)
  kWantLeaves = 16,
  kWantMore = 32,
};

enum class StepKind : std::uint8_t {
  kApply,
  kLookUp,
  kDiscretize,
  kTrees,
  kLinear,
  kLink,
  kArgMax,
  kHashLookUp,
  kReduce,
  kRank,
  kPredicateTree,
  kDense,
  kKernelMachine,
  kPairwiseCoupling,
  kDistances,
};

/// Fields that a kind does not name are 0 (precision: kFloat64).
struct StepRecord {
  StepKind kind;
  std::uint8_t wants;  // StepWants
  // kApply: model::Op. kLink: model::LinkFunction. kReduce: model::Reduction. kPredicateTree:
  // OnMissing. kKernelMachine: Kernel. kDistances: Measure.
  std::uint8_t function;
  // model::Precision: kApply, kLinear, kLink, kReduce, kDense, kKernelMachine, kPairwiseCoupling.
  std::uint8_t precision;
  // kLookUp: the column is a category. kDiscretize: upper_open. kLinear: intercept_first. kReduce:
  // skip_missing. kRank: ascending. kPredicateTree: no_true_child is kLast. kDistances: nearest.
  // kDense: what is below 0 becomes 0 (a link kRectify of all outputs).
  std::uint8_t flag;
  std::uint8_t on_missing;     // kLinear: model::Linear::OnMissing
  std::uint8_t reserved[2];    // 0
  std::uint32_t first_output;  // the column of the first output
  std::uint32_t num_outputs;
  std::uint32_t column;  // kLookUp, kDiscretize: the input column
  // kApply: operands. kPredicateTree: operands and branches. kLinear: terms. kTrees: the ensemble.
  // Other kinds with many inputs: columns.
  std::uint32_t first_item;
  std::uint32_t num_items;  // kTrees: 1
  // kHashLookUp: the table. kPredicateTree: in `branches`, num_items of them. kDense in float32: in
  // `weights`, as below. The others: in `numbers`:
  //   kLookUp         unknown, missing, keys, values
  //   kDiscretize     missing, cuts, values
  //   kLinear         intercepts (num_outputs), then the coefficients of the terms, one after the
  //                   other
  //   kReduce         the weights of a weighted median
  //   kKernelMachine  gamma, offset, degree, intercepts, then for each vector its coefficients and
  //                   its values
  //   kDistances      DistanceNumbers
  //   kDense          weights as in model::Dense, then the biases
  std::uint32_t first_number;
  std::uint32_t num_numbers;  // of `numbers` and `weights` only
};

/// What the numbers of kDistances are: exponent, 8 parameters of a binary similarity (else 0), then
/// for each field its model::Distances::Compare, weight and scale, then the points.
struct DistanceNumbers {
  static constexpr std::uint32_t kExponent = 0, kBinary = 1, kFields = 9, kFieldSize = 3;
};

/// A node of a predicate tree; its predicate is the operand of the same number. As
/// model::PredicateTree::Node.
struct BranchRecord {
  std::uint32_t first_child;  // within the tree
  std::uint32_t num_children;
  std::uint32_t default_child;
};

struct OperandRecord {
  std::uint32_t column;    // or kConstant
  std::uint32_t reserved;  // 0
  double constant;         // 0 unless kConstant
  static constexpr std::uint32_t kConstant = UINT32_MAX;
};

/// A linear term. Its coefficients are the next num_outputs numbers, or num_levels * num_outputs.
struct TermRecord {
  std::uint32_t column;
  std::uint32_t by_level;    // 0 or 1
  std::uint32_t num_levels;  // by_level; else 0
  std::uint32_t first_number;
};

/// A table of 64-bit keys: num_keys ascending keys, and an index of them. Keys are well mixed, so a
/// key is looked for only among those with the same first bits: key >> (64 - bucket_bits) is b for
/// the keys [buckets[b], buckets[b + 1]), counted from the table's first, with 2^bucket_bits + 1
/// elements of `hash_buckets`. Its values are num_outputs for what is unknown, then as many for
/// each key.
struct HashTableRecord {
  std::uint32_t first_key;
  std::uint32_t num_keys;
  std::uint32_t first_bucket;
  std::uint32_t bucket_bits;  // 1 .. 31
  std::uint32_t first_value;
};

// ---- trees --------------------------------------------------------------------------------------

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
  std::uint64_t num_tests;  // sum of max_threshold over the slots (below); 0 for kDirect
  double divisor;           // 1 unless `average`
  Section base;             // double, num_groups
  Section groups;           // GroupRecord: num_groups, or 1 when leaves are vectors
  Section tree_order;       // uint32, num_positions: number of the tree within the ensemble,
                            // kNoTree for padding
  Section segments;         // SegmentRecord. Not with kDirect, as the next five
  Section cuts;             // float or double: for each segment 16 pivots, its cuts padded with NaN
                            // to a multiple of 16, 16 NaN
  Section cut_levels;       // float or double: for each segment the same cuts as a search tree,
                            // level by level (cut_level_index)
  Section set_slots;        // SetSlotRecord
  Section slot_sources;     // uint8, kNumSlotSources or none: how the codes of a row become slots
                            // in registers (below)
  Section slots;            // uint8 or uint16, num_positions << T, and kReadAhead zeros
  Section thresholds;       // uint8, the same count
  Section low_blocks;       // LowBlock, num_positions << T, and kReadAhead zeros; only with
                            // `low_levels`
  Section entries;          // uint32, num_positions << (T + low_levels); only when `deep`, as the
                            // next one
  Section blocks;           // TailBlock8 or TailBlock16
  Section channels;         // ChannelRecord. kDirect only, as the next one
  Section sets;             // SetRecord
  Section roots;            // uint32, num_positions. kDirect (no padding there): first node of each
                            // tree. Oblivious: first exit
  Section nodes;            // DirectNode<float> or DirectNode<double>, kDirect only; node 0 is a
                            // leaf that belongs to no tree
  Section set_words;        // uint32, of `set_slots` or `sets`
  Section exit_vectors;     // uint32, num_exits: number of the vector (leaf_width > 1) or of the
                            // function (linear_leaves); else none
  Section values;           // float or double: num_exits, or vectors of leaf_width; none where
                            // `subtrees` have them
  Section leaf_ids;         // uint8, uint16 or uint32, num_exits: the training library's number of
                            // the leaf. Scoring does not touch it
  Section functions;        // LeafFunctionRecord; only when linear_leaves
  Section terms;            // LeafTermRecord, function by function
  // For one row (row_copies.hpp), where trees end with their blocks, T being 6 (kCodes8), and
  // leaves are float32 scalars:
  Section top_slots;       // uint8, 8 for each position: those of the top 7 nodes, and 0
  Section top_thresholds;  // uint8, the same count
  Section subtrees;        // Subtree, 8 for each position
};

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

/// Zeros behind `slots`, `thresholds` and `low_blocks`: kernels may read this many elements from
/// the start of the last block.
inline constexpr std::uint32_t kReadAhead = 512;
/// Positions of zeros behind `top_slots`, `top_thresholds` and `subtrees`: kernels take 8 trees at
/// a time.
inline constexpr std::uint32_t kTreesAhead = 7;
inline constexpr std::uint32_t kNoTree = UINT32_MAX;
/// What `roots` of oblivious trees are multiples of: a vector of leaf values, and what kernels read
/// of the smallest tree.
inline constexpr std::uint32_t kExitAlignment = 16;
inline constexpr std::uint32_t kMaxSegmentCuts = 255;
inline constexpr std::uint32_t kMaxSlots8 = 256;
inline constexpr std::uint32_t kMaxSlots16 = 65'536;

struct GroupRecord {
  std::uint32_t first_position;
  std::uint32_t num_trees;
};

/// Slots are numbered from 1 in the order in which segments, then sets, name them: slot_left,
/// slot_right, the next segment's. max_threshold(slot) is num_cuts of its segment, or 1 for a set.
/// Thresholds of nodes lie in [1, max_threshold(slot)], and are 0 for slot 0: then a table of all
/// tests of all slots has num_tests entries.
struct SegmentRecord {
  std::uint32_t column;
  std::uint32_t first_cut;    // in `cuts`: its 16 pivots
  std::uint32_t first_level;  // in `cut_levels`: cut_levels_size(num_cuts) numbers
  std::uint32_t slot_left;    // missing goes left; dummy_slot(num_slots) when no node wants it
  std::uint32_t slot_right;   // missing goes right
  std::uint16_t num_cuts;     // 1 .. kMaxSegmentCuts
  std::uint8_t missing;       // model::MissingKind
  std::uint8_t reserved;      // 0
};

/// Where a missing value is just NaN, all compares are in float32, there are no sets and few
/// segments (narrow layouts), a kernel keeps two vectors of 64 bytes: the codes of the segments,
/// and the same with 255 for what is missing. Slot s is byte slot_sources[s] of the one behind the
/// other: i, for the slot_left of segment i, 64 + i, for its slot_right, or kZeroSource, a byte
/// that is always 0.
inline constexpr std::uint32_t kMaxSourceSegments = 56;
inline constexpr std::uint32_t kNumSlotSources = 128;
inline constexpr std::uint8_t kZeroSource = 63;
static_assert(1 + 2 * kMaxSourceSegments <= kNumSlotSources && kMaxSourceSegments <= kZeroSource);

/// The search tree of n cuts is complete, with bit_width(n) levels: node h (1-based heap order,
/// right child 2h + 1) holds the cut at this place of the ascending cuts, NaN beyond them. h = 2h +
/// (node <= x ? 1 : 0), from the root down through all levels, ends at 2^levels + code: vector
/// kernels keep whole levels in registers. Number 0 of the tree is NaN.
constexpr std::uint32_t cut_level_index(std::uint32_t num_cuts, std::uint32_t h) {
  const std::uint32_t levels = std::bit_width(num_cuts), level = std::bit_width(h) - 1u;
  return ((2 * (h - (1u << level)) + 1) << (levels - 1 - level)) - 1;
}
constexpr std::uint32_t cut_levels_size(std::uint32_t num_cuts) {
  return num_cuts < 16 ? 16 : 1u << std::bit_width(num_cuts);
}

/// Where codes that nobody reads are written: behind the code tables of vector kernels, which are
/// multiples of 64.
constexpr std::uint32_t dummy_slot(std::uint32_t num_slots) { return (num_slots + 63) / 64 * 64; }
/// Elements of a code vector of one row.
constexpr std::size_t code_stride(std::uint32_t num_slots) {
  return std::size_t{dummy_slot(num_slots)} + 64;
}

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

/// A reference to an exit rather than to a block.
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

/// Where the value of an exit is, counted in floats from the first sub-tree.
constexpr std::size_t leaf_of_subtrees(std::size_t exit) {
  return exit + (exit & ~std::size_t{7}) + 4;
}

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

/// Place of heap node h (1 .. 2^T - 1) in a block of 2^T: 7 nodes of the top three levels, then 8
/// sub-trees of T - 3 levels.
constexpr std::uint32_t block_position(std::uint32_t top_levels, std::uint32_t h) {
  if (h < 8) return h - 1;
  const std::uint32_t level = std::bit_width(h) - 4;  // within the sub-tree
  const std::uint32_t subtree = (h >> level) - 8;
  const std::uint32_t node = (1u << level | (h & ((1u << level) - 1))) - 1;
  return 7 + subtree * ((1u << (top_levels - 3)) - 1) + node;
}

// A change of any of these is a change of the format: it needs a new kPlanVersion.
template <class T, std::size_t Size>
inline constexpr bool kIsPlain =
    std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T> && sizeof(T) == Size;
static_assert(kIsPlain<Section, 16> && kIsPlain<Text, 8>);
static_assert(kIsPlain<Header, 72 + 22 * 16> && offsetof(Header, version) == 8 &&
              offsetof(Header, total_size) == 16 && offsetof(Header, checksum) == 24 &&
              offsetof(Header, task) == 32 && offsetof(Header, num_trees) == 64 &&
              offsetof(Header, inputs) == 72 && offsetof(Header, text) == 72 + 21 * 16);
static_assert(kIsPlain<InputRecord, 32> && offsetof(InputRecord, first_category) == 8 &&
              offsetof(InputRecord, type) == 24);
static_assert(kIsPlain<TextOperationRecord, 12> && offsetof(TextOperationRecord, first) == 4);
static_assert(kIsPlain<StepRecord, 36> && offsetof(StepRecord, first_output) == 8 &&
              offsetof(StepRecord, num_numbers) == 32);
static_assert(kIsPlain<OperandRecord, 16> && offsetof(OperandRecord, constant) == 8);
static_assert(kIsPlain<NamedOutputRecord, 16> && kIsPlain<BranchRecord, 12>);
static_assert(kIsPlain<TermRecord, 16> && kIsPlain<HashTableRecord, 20>);
static_assert(kIsPlain<EnsembleRecord, 64 + 26 * 16> && offsetof(EnsembleRecord, num_groups) == 8 &&
              offsetof(EnsembleRecord, first_leaf) == 32 && offsetof(EnsembleRecord, base) == 64 &&
              offsetof(EnsembleRecord, leaf_ids) == 64 + 20 * 16);
static_assert(kIsPlain<LeafFunctionRecord, 16> && kIsPlain<LeafTermRecord, 16>);
static_assert(kIsPlain<GroupRecord, 8> && kIsPlain<ChannelRecord, 8> && kIsPlain<SetRecord, 8>);
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
static_assert(kIsPlain<DirectNode<float>, 12> && kIsPlain<DirectNode<double>, 16>);

}  // namespace pgscore::plan
