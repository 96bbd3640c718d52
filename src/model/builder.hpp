// The only way to make a Model. Every function refuses what would not be a model (a column that
// does not exist yet, a NaN threshold, a node with two parents, a label that is there twice) with
// ErrorCode::kInvalidModel or kLimitExceeded and a message that names the place; readers add the
// file's own place with Error::within. finish() checks the whole with verify().
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/interrupt.hpp"
#include "base/limits.hpp"
#include "model/model.hpp"

namespace pgscore::model {

/// Collects the trees of one TreeEnsemble. Node ids are the file's own numbers (any order, gaps
/// allowed); begin_tree / split and leaf / end_tree. end_tree checks that the nodes are one tree:
/// the root exists, every child exists, nothing has two parents or is its own ancestor, depth
/// within the limit. Nodes that cannot be reached from the root are dropped (XGBoost keeps deleted
/// nodes in its files). Scores do not depend on the order in which nodes of one tree are given.
class EnsembleBuilder {
 public:
  /// Copies the limits. `interrupt` is asked while nodes come in and trees end, and may throw.
  explicit EnsembleBuilder(const Limits &limits = {}, Interrupt interrupt = {});

  /// Features, precisions, groups, base, aggregate: to be set before the first tree.
  TreeEnsemble &settings() { return ensemble_; }
  const TreeEnsemble &settings() const { return ensemble_; }

  /// Reserves memory for so many trees and nodes. Their number must be known: a file's word for it
  /// is not enough.
  void reserve(std::size_t trees, std::size_t nodes);
  /// Begins a tree that adds to output `group`, with the node `root_id` as its root.
  void begin_tree(std::uint32_t group = 0, std::uint32_t root_id = 0);
  /// Adds a node that compares a feature (an index in TreeEnsemble::features) with a threshold.
  void split(std::uint32_t id, std::uint32_t feature, Split split, double threshold,
             bool default_left, std::uint32_t left_id, std::uint32_t right_id,
             MissingKind missing = MissingKind::kNan);
  /// Adds a node that sends the codes in `categories` left; duplicates are allowed.
  void split_in_set(std::uint32_t id, std::uint32_t feature,
                    std::span<const std::uint32_t> categories, bool default_left,
                    std::uint32_t left_id, std::uint32_t right_id,
                    MissingKind missing = MissingKind::kNan, Split split = Split::kInSet);
  /// Adds a leaf that is a number (with linear_leaves: a function without terms), one that is a
  /// function, and one that is a vector of leaf_width numbers. A function needs the setting
  /// linear_leaves, and is worth `when_missing` when a feature of `terms` is missing.
  void leaf(std::uint32_t id, double value);
  void linear_leaf(std::uint32_t id, double constant, std::span<const LeafTerm> terms,
                   double when_missing);
  void leaf_vector(std::uint32_t id, std::span<const double> values);
  /// Say how much training data reached the node that was added last, and what its split was worth
  /// in training. Values that are no such measure (negative, not finite) count as none. Covers of
  /// the leaves suffice.
  void cover(double cover);
  void gain(double gain);
  /// Ends the tree, and checks it as said above.
  void end_tree();

  /// Counts the trees that have ended.
  std::size_t num_trees() const { return ensemble_.trees.size(); }
  /// Moves the ensemble out: nothing may be called after it. Throws kInvalidModel when a tree has
  /// not ended. The settings are checked by Builder::finish only.
  TreeEnsemble finish();

 private:
  struct Draft {
    TreeNode node;
    std::uint32_t left_id = 0, right_id = 0;
  };
  struct Statistics {
    double cover = -1, gain = -1;  // negative: unknown
  };
  void add(Draft draft);
  void keep_statistics(const std::vector<std::uint32_t> &order);
  void check_feature(std::uint32_t id, std::uint32_t feature) const;

  Limits limits_;
  Interrupt interrupt_;
  TreeEnsemble ensemble_;
  std::vector<Draft> draft_;            // of the tree that has begun
  std::vector<Statistics> statistics_;  // of the same nodes, while all trees have some
  bool has_covers_ = true, has_gains_ = true;
  std::uint32_t group_ = 0, root_id_ = 0;
  bool in_tree_ = false;
};

/// Makes a model: inputs, then nodes, then what it gives.
class Builder {
 public:
  /// Begins an empty model. The limits are copied; `interrupt` may throw, from ensemble() and
  /// finish() too.
  explicit Builder(const Limits &limits = {}, Interrupt interrupt = {});

  /// Give what the constructor was given, for readers that check limits or ask the interrupt
  /// themselves, and an empty ensemble under the same limits.
  const Limits &limits() const { return limits_; }
  Interrupt interrupt() const { return interrupt_; }
  EnsembleBuilder ensemble() const { return EnsembleBuilder(limits_, interrupt_); }

  /// Set the members of Model that say what the file is. The format's name goes into the catalog,
  /// the others are for people. A fact may have any bytes: finish() replaces those that are no text
  /// by "?".
  void set_format(std::string format) { model_.format = std::move(format); }
  void set_objective(std::string objective) { model_.objective = std::move(objective); }
  void add_fact(std::string name, std::string value) {
    model_.facts.push_back({std::move(name), std::move(value)});
  }
  /// Warns the user who imports the file (model/warning.hpp). A warning that was given before is
  /// not given again, and only the first 20 are kept.
  void warn(std::string message, std::string detail = {}, std::string hint = {});
  /// Gives the file's own rows with known scores: a reader adds them, the import checks them.
  TestRows &test_rows() { return model_.test_rows; }

  /// Adds an input and returns its column. All inputs come before the first node.
  ColumnId add_input(Input input);
  std::uint32_t num_inputs() const { return static_cast<std::uint32_t>(model_.inputs.size()); }

  /// Add a node (the comments at its struct say what it computes) and return the first column that
  /// it writes.
  ColumnId apply(Op op, std::vector<Operand> args, Precision precision = Precision::kFloat64);
  ColumnId look_up(LookUp table);
  ColumnId discretize(Discretize bins);
  ColumnId hash_look_up(HashLookUp table);
  ColumnId trees(TreeEnsemble ensemble);
  ColumnId linear(Linear linear);
  ColumnId link(Link link);
  ColumnId arg_max(std::vector<ColumnId> inputs);
  ColumnId reduce(Reduce reduce);
  ColumnId rank(Rank rank);
  ColumnId predicate_tree(PredicateTree tree);
  ColumnId dense(Dense layer);
  ColumnId kernel_machine(KernelMachine machine);
  ColumnId pairwise_coupling(PairwiseCoupling coupling);
  ColumnId distances(Distances distances);

  /// Gives the model's outputs, to be filled in before finish(), which checks them.
  Output &output() { return model_.output; }
  /// Gives the inputs, whose names, categories and policies may still be changed before finish(),
  /// which checks them.
  std::vector<Input> &inputs() { return model_.inputs; }
  /// Checks the whole (verify) and moves it out: nothing may be called after it. Throws
  /// kInvalidModel, kLimitExceeded, and what the Interrupt throws.
  Model finish();

 private:
  ColumnId add(decltype(Node::body) body, std::uint64_t num_outputs);

  Limits limits_;
  Interrupt interrupt_;
  Model model_;
};

/// Throws when `model` breaks any rule of model.hpp or any limit. Builder::finish calls it, and so
/// do tests of hand-made models.
void verify(const Model &model, const Limits &limits = {});

/// Gives first, first + 1, ..., first + count - 1.
std::vector<ColumnId> column_range(ColumnId first, std::uint32_t count);

/// Gives "f0", "f1", ..., as XGBoost names features of models without names.
std::string default_feature_name(std::uint32_t index);

}  // namespace pgscore::model
