// Trees, and sums of them.
#pragma once
#include <cstdint>
#include <vector>

#include "model/columns.hpp"

namespace pgscore::model {

enum class Split : std::uint8_t {
  kLeaf,
  kLess,       // left when x <  threshold
  kLessEqual,  // left when x <= threshold

  // Left when the category, x without its fraction, is in the set; categories beyond the set are
  // not in it. The two differ in which numbers above -1 are category 0.
  kInSet,           // x >= 0, tested before the fraction goes: -0.5 is in no set (XGBoost,
                    // src/common/categorical.h InvalidCat)
  kInSetTruncated,  // x > -1: -0.5 is cut to category 0 first (LightGBM, include/LightGBM/tree.h
                    // CategoricalDecision)
};
inline bool is_set_split(Split split) {
  return split == Split::kInSet || split == Split::kInSetTruncated;
}

/// Numbers up to this size are LightGBM's zero: the float 1e-35f in a double
/// (include/LightGBM/meta.h kZeroThreshold).
inline constexpr double kZeroThreshold = 1e-35f;

/// What counts as missing at one split.
enum class MissingKind : std::uint8_t {
  kNan,        // NaN is missing: goes in the default direction
  kNanIsZero,  // nothing is missing: NaN counts as 0 (LightGBM missing_type None)
  kZeroOrNan,  // NaN and |x| <= 1e-35 are missing (LightGBM missing_type Zero)
};

/// A split or a leaf, 32 bytes. Children stand behind their parent in TreeEnsemble::nodes, so a
/// walk always ends.
struct TreeNode {
  // split: threshold (never NaN, may be infinite). leaf: the value, when leaf_width == 1 (with a
  // leaf function: what stands in for it when one of its features is missing)
  double value = 0;
  std::uint32_t left = 0;  // absolute index in TreeEnsemble::nodes
  std::uint32_t right = 0;
  std::uint32_t feature = 0;  // split: index in TreeEnsemble::features
  std::uint32_t index = 0;    // set split: in TreeEnsemble::sets. leaf: its vector (leaf_width > 1)
                              // or function (linear_leaves)
  std::uint32_t id = 0;       // the training library's number of this node (predict_leaf)
  Split split = Split::kLeaf;
  MissingKind missing = MissingKind::kNan;
  bool default_left = false;
};

/// A tree: consecutive nodes of TreeEnsemble::nodes.
struct Tree {
  std::uint32_t first_node = 0;  // the root
  std::uint32_t num_nodes = 0;
  std::uint32_t group = 0;  // the output that leaves add to, when leaf_width == 1
};

/// A set of categories: bit c of the words [first_word, first_word + num_words) of
/// TreeEnsemble::set_words.
struct CategorySet {
  std::uint32_t first_word = 0;
  std::uint32_t num_words = 0;
};

/// A leaf that is a linear function of features, as LightGBM's linear_tree makes them
/// (include/LightGBM/tree.h Tree::Predict): y = constant; y = y + coefficient * x for each term, in
/// order; each operation in the ensemble's `sum` precision, x too. An x up to kZeroThreshold in
/// size is 0 (src/c_api.cpp RowPairFunctionFromDenseMatric). When any of its features is NaN, the
/// leaf is worth TreeNode::value instead. A split's kind of missing value means nothing here: 0 is
/// a number, and NaN is never taken for 0.
struct LeafFunction {
  double constant = 0;
  std::uint32_t first_term = 0;  // in TreeEnsemble::leaf_terms, which functions use front to back
  std::uint32_t num_terms = 0;   // 0: the leaf is worth the constant
};
struct LeafTerm {
  std::uint32_t feature = 0;  // index in TreeEnsemble::features
  double coefficient = 0;
};

/// What becomes of the leaves that a row reaches.
enum class Aggregate : std::uint8_t {
  kSum,      // base + t1 + t2 + ...
  kAverage,  // (base + t1 + t2 + ...) / divisor
};

/// Trees whose leaves are added. Result: `num_groups` number columns, never missing unless a leaf
/// is NaN. Every operation of a group is done in `sum` precision, in the order of the trees: s =
/// base; s = s + leaf(t) for each tree of the group; then the division. Nothing is fused or
/// re-associated.
struct TreeEnsemble {
  std::vector<ColumnId> features;
  Precision compare = Precision::kFloat32;  // features are rounded to this before they are compared
                                            // (with a double threshold)
  Precision sum = Precision::kFloat32;      // leaf values and base are exactly representable in it
  std::uint32_t num_groups = 1;
  std::uint32_t leaf_width = 1;  // 1: a leaf adds to the tree's group. num_groups: a leaf adds a
                                 // vector to all groups
  std::vector<double> base;      // num_groups
  Aggregate aggregate = Aggregate::kSum;
  double divisor = 1;
  std::vector<Tree> trees;
  std::vector<TreeNode> nodes;
  std::vector<double> leaf_vectors;  // leaf_width > 1: vector i at i * leaf_width
  bool linear_leaves = false;        // every leaf has a function: TreeNode::index. Only when
                                     // leaf_width == 1
  std::vector<LeafFunction> leaf_functions;
  std::vector<LeafTerm> leaf_terms;
  std::vector<CategorySet> sets;
  std::vector<std::uint32_t> set_words;
  // For explanations; no score depends on them. There is one for each node, or none when the file
  // lacks a usable one. covers: how much training data reached the node, 0 or more, in the
  // library's own weight. gains: what a split was worth in training; 0 at leaves.
  std::vector<double> covers = {};
  std::vector<double> gains = {};
};

}  // namespace pgscore::model
