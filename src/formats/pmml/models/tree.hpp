// PMML's trees: read into a list of nodes, then lowered to nodes of a TreeEnsemble, so that the
// fast kernels serve them.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

/// One predicate as a split of one column. Where it is neither of the simple kinds, its truth is a
/// column of its own.
struct Split {
  enum class Kind : std::uint8_t { kTrue, kFalse, kLess, kLessEqual, kInSet, kMissing };
  Kind kind = Kind::kTrue;
  bool negated = false;  // the predicate is true where the split is not, and the value is there
  model::ColumnId column = 0;
  double threshold = 0;
  std::vector<std::uint32_t> codes;  // kInSet
  bool is_whole = false;             // kInSet: the column takes no other values than codes of a
                                     // closed list, with `num_codes`
  std::uint32_t num_codes = 0;
  // Two predicates with the same key are unknown for the same rows
  std::vector<model::ColumnId> missing_key;
};

struct TreeNode {
  XmlElement element;
  std::uint32_t first_child = 0, num_children = 0;
  std::optional<std::uint32_t> default_child;
};

/// A TreeModel as the document has it. The children of a node stand one after the other, in the
/// order of their parents.
struct Tree {
  enum class OnMissing : std::uint8_t {
    kNone,
    kLast,
    kNull,
    kDefaultChild,
    kWeightedConfidence,
    kAggregateNodes
  };
  XmlElement model;
  OnMissing on_missing = OnMissing::kNone;
  bool no_true_child_is_last = false;
  double missing_penalty = 1;
  std::vector<TreeNode> nodes = {};
};

/// Reads the nodes of a TreeModel, the root first; predicates and scores are left in the document,
/// which must outlive the tree. Warns of children of one node with the same predicate. Throws
/// kInvalidModel for an unknown strategy or a default child that is none, kUnsupportedModel for
/// models within nodes, kLimitExceeded.
Tree parse_tree(const XmlElement &model, Reading &reading);

/// The score of a node: its attribute, or the class of most records; none when it has neither.
std::optional<std::string> score_attribute(const XmlElement &node);
/// For each label the probability, or the confidence, that the node's ScoreDistribution says; empty
/// when it has none.
std::vector<double> distribution_of(const XmlElement &node, const std::vector<std::string> &labels,
                                    bool confidences);
/// The classes of a tree or of several: the scores of all nodes, and what their distributions name,
/// each once. As every node may have a number for every class, their product is limited.
class Scores {
 public:
  /// Keeps a reference to the limits.
  explicit Scores(const Limits &limits) : limits_(limits) {}

  /// Adds the classes of one more tree. Throws kLimitExceeded when nodes times classes exceed
  /// max_nodes.
  void add(const Tree &tree);

  /// Gives the classes, in the order in which the document first names them.
  const std::vector<std::string> &found() const { return found_; }

 private:
  void add(std::string_view score);

  const Limits &limits_;
  std::uint64_t num_nodes_ = 0;
  std::vector<std::string> found_;
};

/// Adds trees to an ensemble.
class Ensemble {
 public:
  /// Begins an ensemble that sums in float64, and keeps a reference to the scope's graph.
  /// announce() has to see every tree before the first add(): it decides in which precision trees
  /// compare.
  Ensemble(Scope &scope);
  /// What is done with a leaf: the node that predicts, or none where there is no prediction.
  using Leaf =
      std::function<void(model::EnsembleBuilder &builder, std::uint32_t id, const TreeNode *node)>;

  /// Gives the builder, for settings before the first tree.
  model::EnsembleBuilder &builder() { return builder_; }
  /// Looks at the fields of a tree before any is added: when all of an ensemble are float, they are
  /// compared as floats.
  void announce(const Tree &tree, Scope &scope);
  /// False, with the ensemble unusable, when the tree's treatment of missing values needs more than
  /// one way to a node.
  bool add(const Tree &tree, Scope &scope, std::uint32_t group, const Leaf &leaf);
  /// The first column of the results.
  model::ColumnId finish();

 private:
  std::uint32_t feature(model::ColumnId column);

  Graph &graph_;
  model::EnsembleBuilder builder_;
  bool all_float_ = true;
  std::map<model::ColumnId, std::uint32_t> features_;
};

/// The split that a predicate is. `rounds`: floats are compared as floats, and need not be rounded
/// before.
Split split_of(const XmlElement &predicate, Scope &scope, bool rounds);
/// Whether one is true where the other is false, whenever neither is unknown.
bool are_complementary(const Split &a, const Split &b);

}  // namespace pgscore::formats::pmml
