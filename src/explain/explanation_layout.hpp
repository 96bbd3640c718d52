// The bytes of an explanation: what contributions of features are computed from.
//
// A scoring plan has lost how much training data went where, and stores trees for speed of scores.
// An explanation is an image of its own beside it, with the covers: a Header, then sections in the
// order of the header, each aligned to 64 bytes, padding zero. It is compiled at import and loaded
// when somebody asks for contributions.
//
// An output of the model (a margin of predict_raw) is a bias and what terms and trees add to it:
//   terms   scale * column, which belongs to one feature as it is;
//   trees   whose contributions are path-dependent Shapley values (contributions.hpp).
// Columns are inputs of the model, or raw outputs of the plan in `plan`: transforms of one input
// each. What a column contributes belongs to its input.
#pragma once
#include <cstdint>
#include <type_traits>

#include "plan/plan_layout.hpp"

namespace pgscore::explain {

inline constexpr std::uint32_t kExplanationVersion = 2;
inline constexpr char kExplanationMagic[8] = {'P', 'G', 'S', 'C', 'E', 'X', 'P', 'L'};

/// Gauss points of one tree at most: more features than 2 * kMaxPoints on one path are integrated
/// with these, to the last bits of a double.
inline constexpr std::uint32_t kMaxPoints = 64;
/// Levels of splits in a tree at most.
inline constexpr std::uint32_t kMaxLevels = 1u << 16;

struct Header {
  char magic[8];
  std::uint32_t version;
  std::uint32_t num_inputs;
  std::uint64_t total_size;  // bytes of the image
  std::uint64_t checksum;    // XXH3-64 of all that follows
  std::uint32_t num_outputs;
  std::uint32_t num_columns;
  std::uint32_t max_points;  // of all trees
  std::uint32_t max_levels;
  plan::Section columns;  // ColumnRecord, num_columns
  plan::Section outputs;  // OutputRecord, num_outputs
  plan::Section terms;    // TermRecord, those of output 0 first
  plan::Section trees;    // TreeRecord, those of output 0 first
  plan::Section splits;   // SplitRecord, trees one behind the other, each in pre-order
  plan::Section leaves;   // double, trees one behind the other, each from left to right
  plan::Section sets;     // SetRecord
  plan::Section words;    // uint32_t
  plan::Section points;   // Point: for n = 1, 2, ... max_points the n of Gauss's rule
  plan::Section factors;  // double; first 2 * kMaxPoints zeros
  plan::Section plan;     // bytes of a plan; none: all columns are inputs
};

/// Where a column of the trees and terms is, and the input that it belongs to.
struct ColumnRecord {
  std::uint32_t place;    // an input, or num_inputs + a raw output of `plan`
  std::uint32_t feature;  // input
};

struct OutputRecord {
  double bias;  // the score without terms, and the expectation of the trees
  std::uint32_t num_terms;
  std::uint32_t num_trees;
};

struct TermRecord {
  double scale;
  std::uint32_t column;
  std::uint32_t reserved;
};

struct TreeRecord {
  std::uint32_t num_splits;  // and one leaf more; 0: a constant, its one leaf
  std::uint32_t num_points;  // of Gauss's rule
  std::uint32_t num_levels;  // splits on the longest path
  std::uint32_t reserved;
};

/// A child that is a leaf: kLeafFlag | its number in the tree.
inline constexpr std::uint32_t kLeafFlag = 1u << 31;

/// The factors of a split (walkers/walker.hpp): t / (b (1 - t) + t) for each point, padded to a
/// stride with zeros, and b / (b (1 - t) + t)^2 likewise. Splits may share them.
constexpr std::uint32_t factor_stride(std::uint32_t num_points) {
  return num_points <= 4 ? 4 : (num_points + 7) / 8 * 8;
}

/// What a split looks at: the values of a column, in one of these forms. Where missing values are
/// the least or the greatest number, or 0, a split is one comparison.
enum class Line : std::uint32_t {
  kDouble,
  kFloat,
  kDoubleLow,
  kFloatLow,
  kDoubleHigh,
  kFloatHigh,
  kDoubleZero,
  kFloatZero
};
inline constexpr std::uint32_t kLinesOfColumn = 8;

enum class Shape : std::uint8_t { kTwoSplits, kTwoLeaves, kMixed };

struct SplitRecord {
  double threshold;
  double ratios[2];           // cover of the left, right child / cover of the split
  std::uint32_t children[2];  // left, right: split of the tree, or leaf
  std::uint32_t line;         // kLinesOfColumn * column + Line
  std::uint32_t feature;      // of the column
  std::uint32_t factors;      // first of them
  std::uint32_t set;          // of a split by a set
  // The split above that has the same feature: 1 + its level, and its number in the tree. Without
  // one: 0, and the number of splits of the tree.
  std::uint32_t previous_level, previous_split;
  std::uint8_t previous_right;  // the path goes right at that split; 0 without one
  std::uint8_t compares;        // 1: goes left where line < threshold; 0: as the next three say
  std::uint8_t kind;            // model::Split
  std::uint8_t missing;         // model::MissingKind
  std::uint8_t default_left;
  std::uint8_t shape;  // Shape
  std::uint16_t reserved;
};

struct SetRecord {
  std::uint32_t first_word;
  std::uint32_t num_words;
};

/// Of Gauss's rule for integrals from 0 to 1.
struct Point {
  double at;
  double weight;
};

static_assert(sizeof(SplitRecord) == 64 && sizeof(TreeRecord) == 16 && sizeof(Point) == 16);
static_assert(std::is_trivially_copyable_v<Header> && sizeof(Header) == 224);

}  // namespace pgscore::explain
