// The trees of one ai.onnx.ml operator as its attributes give them, and as a TreeEnsemble of the
// IR.
#pragma once
#include <cstdint>
#include <vector>

#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {

enum class NodeMode : std::uint8_t {
  kLessEqual,
  kLess,
  kGreaterEqual,
  kGreater,
  kEqual,
  kNotEqual,
  kMember,
  kLeaf
};
// As TreeEnsemble numbers them
enum class Aggregate : std::uint8_t { kAverage, kSum, kMin, kMax };

struct TreeNode {
  std::uint32_t id = 0;
  NodeMode mode = NodeMode::kLeaf;
  bool missing_is_true = false;
  std::uint32_t feature = 0;
  double value = 0;
  std::uint32_t yes = 0, no = 0;                    // ids in the same tree
  std::uint32_t first_member = 0, num_members = 0;  // kMember
  std::uint32_t first_weight = 0, num_weights = 0;  // leaf
};

struct TreeSet {
  struct Tree {
    std::uint32_t first = 0, count = 0;  // in nodes; the root is the first one
  };
  struct Weight {
    std::uint32_t target = 0;
    double value = 0;
  };
  std::vector<Tree> trees;
  std::vector<TreeNode> nodes;
  std::vector<Weight> weights;
  std::vector<double> members;
  std::uint32_t num_targets = 1;
  Aggregate aggregate = Aggregate::kSum;
};

/// The attributes nodes_*, and <prefix>_ids, <prefix>_nodeids, <prefix>_treeids and
/// <prefix>_weights of operator sets 1 to 4.
TreeSet read_trees(const Call &call, const char *prefix, std::uint32_t num_targets);
/// The attributes of TreeEnsemble, operator set 5.
TreeSet read_trees_5(const Call &call);

/// One number per target: the aggregate of its trees, before any base value. Input 0 of the node is
/// the row. `present`: instead of the weights the number of leaves that have one for the target.
std::vector<model::Operand> add_trees(const Call &call, TreeSet set, bool present = false);

/// The columns of input 0: one row of features.
const Value &feature_row(const Call &call);

}  // namespace pgscore::formats::onnx
