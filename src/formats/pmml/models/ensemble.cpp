// Trees of PMML as nodes of a TreeEnsemble.
//
// A node of PMML has any number of children, of which the first with a true predicate is taken; a
// predicate may be unknown. So a node becomes a chain of splits, one for each child, and at its end
// what happens when no child is true. At each split a missing value can go one of two ways; where
// that is not what missingValueStrategy wants, a split on being missing stands before it.
#include <algorithm>

#include "base/float_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/models/tree.hpp"

namespace pgscore::formats::pmml {

using model::EnsembleBuilder;

namespace {

constexpr std::uint32_t kNothing = UINT32_MAX;

/// Gives the training records of a node, or of its classes together; none where the document does
/// not say, or says something that is no number: no score depends on it.
std::optional<double> record_count(const XmlElement &node) {
  auto count_of = [](const XmlElement &element) {
    return parse_float64(element.attribute("recordCount").value_or(""));
  };
  if (const std::optional<double> count = count_of(node)) return count;
  std::optional<double> total;
  for (const XmlElement part : node.children("ScoreDistribution")) {
    const std::optional<double> count = count_of(part);
    if (!count) return std::nullopt;
    total = total.value_or(0) + *count;
  }
  return total;
}

/// Lowers one tree.
class TreeLowering {
 public:
  using FeatureOf = std::function<std::uint32_t(model::ColumnId)>;

  TreeLowering(const Tree &tree, const std::vector<Split> &splits, EnsembleBuilder &builder,
               FeatureOf feature_of, const Ensemble::Leaf &leaf, Interrupt interrupt)
      : tree_(tree),
        splits_(splits),
        builder_(builder),
        feature_of_(std::move(feature_of)),
        leaf_(leaf),
        interrupt_(interrupt) {
    for (const TreeNode &node : tree.nodes) counts_.push_back(record_count(node.element));
  }

  bool run() {
    // The root's predicate is tested, too.
    tasks_.push_back({0, Task::kRoot, 0, 0, kNothing});
    next_id_ = 1;
    for (std::uint64_t steps = 1; !tasks_.empty(); ++steps) {
      if (steps % 1024 == 0) interrupt_.check();
      const Task task = tasks_.back();
      tasks_.pop_back();
      if (!place(task)) return false;
    }
    return true;
  }

 private:
  /// What shall stand at the id `id`.
  struct Task {
    enum Kind : std::uint8_t { kRoot, kNode, kChain, kLast, kDefault, kNull };
    std::uint32_t id;
    Kind kind;
    std::uint32_t node;     // kNode, kLast, kDefault: this one; kChain, kNull: the parent of the
                            // chain
    std::uint32_t child;    // kChain: the child that is next
    std::uint32_t present;  // in present_
  };
  /// Columns that are known not to be missing, on the way from the root: a list with common ends.
  struct Present {
    std::vector<model::ColumnId> key;
    std::uint32_t rest;
  };

  bool is_present(const std::vector<model::ColumnId> &key, std::uint32_t list) const {
    for (; list != kNothing; list = present_[list].rest)
      if (present_[list].key == key) return true;
    return false;
  }
  std::uint32_t with(const std::vector<model::ColumnId> &key, std::uint32_t list) {
    present_.push_back({key, list});
    return static_cast<std::uint32_t>(present_.size() - 1);
  }
  /// Where `task` will stand.
  std::uint32_t later(Task task) {
    task.id = next_id_++;
    tasks_.push_back(task);
    return task.id;
  }

  /// A split; `holds` is where the predicate is true.
  void split(std::uint32_t id, const Split &split, std::uint32_t holds, std::uint32_t fails,
             bool missing_holds) {
    const std::uint32_t feature = feature_of_(split.column);
    const std::uint32_t left = split.negated ? fails : holds, right = split.negated ? holds : fails;
    const bool default_left = missing_holds != split.negated;
    if (split.kind == Split::Kind::kInSet)
      builder_.split_in_set(id, feature, split.codes, default_left, left, right);
    else
      builder_.split(
          id, feature,
          split.kind == Split::Kind::kLess ? model::Split::kLess : model::Split::kLessEqual,
          split.threshold, default_left, left, right);
  }
  /// A split on being missing: any number is at most infinite.
  void split_missing(std::uint32_t id, model::ColumnId column, std::uint32_t missing,
                     std::uint32_t present) {
    builder_.split(id, feature_of_(column), model::Split::kLessEqual,
                   std::numeric_limits<double>::infinity(), false, present, missing);
  }

  bool place(const Task &task) {
    switch (task.kind) {
      case Task::kNull:
        leaf_(builder_, task.id, nullptr);
        builder_.cover(take_rest(task.node));
        return true;
      case Task::kLast:
        leaf_(builder_, task.id, &tree_.nodes[task.node]);
        if (tree_.nodes[task.node].num_children > 0)
          builder_.cover(take_rest(task.node));
        else if (counts_[task.node])
          builder_.cover(*counts_[task.node]);
        return true;
      case Task::kDefault:  // its records are counted where the child stands
        leaf_(builder_, task.id, &tree_.nodes[task.node]);
        builder_.cover(0);
        return true;
      case Task::kRoot:
        return place_root(task);
      case Task::kNode:
        if (tree_.nodes[task.node].num_children == 0)
          return place({task.id, Task::kLast, task.node, 0, task.present});
        return place(
            {task.id, Task::kChain, task.node, tree_.nodes[task.node].first_child, task.present});
      case Task::kChain:
        return place_chain(task);
    }
    return false;
  }

  /// Gives the training records that ended at an inner node, where the first leaf that stands for
  /// that takes them: the document does not say which of the others did.
  double take_rest(std::uint32_t node) {
    if (node == kNothing || !counts_[node]) return 0;
    double rest = *counts_[node];
    const TreeNode &parent = tree_.nodes[node];
    for (std::uint32_t k = 0; k < parent.num_children; ++k)
      rest -= counts_[parent.first_child + k].value_or(rest);
    counts_[node].reset();
    return std::max(rest, 0.0);
  }

  /// No prediction unless the root's predicate is true.
  bool place_root(const Task &task) {
    const Split &root = splits_[0];
    if (root.kind == Split::Kind::kTrue) return place({task.id, Task::kNode, 0, 0, kNothing});
    const Task nothing{task.id, Task::kNull, kNothing, 0, kNothing};
    if (root.kind == Split::Kind::kFalse) return place(nothing);
    const std::uint32_t node = later({0, Task::kNode, 0, 0, kNothing}), none = later(nothing);
    if (root.kind == Split::Kind::kMissing)
      split_missing(task.id, root.column, root.negated ? none : node, root.negated ? node : none);
    else
      split(task.id, root, node, none, false);
    return true;
  }

  /// A child that asks whether a column is missing. `rest`: the chain behind it.
  bool place_missing(const Task &task, Task rest) {
    const std::uint32_t child = task.child;
    const Split &at = splits_[child];
    if (is_present({at.column}, task.present)) {  // nothing to ask
      if (!at.negated) return place_chain(rest);
      return place({task.id, Task::kNode, child, 0, task.present});
    }
    const std::uint32_t present = with({at.column}, task.present);
    if (at.negated) {
      const std::uint32_t here = later({0, Task::kNode, child, 0, present});
      split_missing(task.id, at.column, later(rest), here);
    } else {
      const std::uint32_t here = later({0, Task::kNode, child, 0, task.present});
      rest.present = present;
      split_missing(task.id, at.column, here, later(rest));
    }
    return true;
  }

  bool place_chain(Task task) {
    const TreeNode &parent = tree_.nodes[task.node];
    const std::uint32_t end = parent.first_child + parent.num_children;
    while (task.child < end && splits_[task.child].kind == Split::Kind::kFalse) ++task.child;
    if (task.child == end) {
      task.kind = tree_.no_true_child_is_last ? Task::kLast : Task::kNull;
      return place(task);
    }
    const std::uint32_t child = task.child;
    const Split &at = splits_[child];
    if (at.kind == Split::Kind::kTrue) return place({task.id, Task::kNode, child, 0, task.present});
    Task rest = task;
    ++rest.child;
    if (at.kind == Split::Kind::kMissing) return place_missing(task, rest);
    const std::vector<model::ColumnId> &key = at.missing_key;
    const bool is_last_pair = child + 2 == end && are_complementary(at, splits_[child + 1]);
    if (is_present(key, task.present)) {
      if (is_last_pair) rest = {0, Task::kNode, child + 1, 0, task.present};
      const std::uint32_t here = later({0, Task::kNode, child, 0, task.present});
      split(task.id, at, here, later(rest), false);
      return true;
    }
    const std::uint32_t present = key.empty() ? task.present : with(key, task.present);
    using OnMissing = Tree::OnMissing;
    if (tree_.on_missing == OnMissing::kNone) {  // unknown is as false
      const std::uint32_t here = later({0, Task::kNode, child, 0, present});
      split(task.id, at, here, later(rest), false);
      return true;
    }
    if (tree_.on_missing == OnMissing::kDefaultChild && parent.default_child)
      return place_default(task, rest, present, is_last_pair);
    // The walk ends at a leaf.
    const bool is_last = tree_.on_missing == OnMissing::kLast;
    if (reaches_end(parent.first_child, child, end, is_last)) {
      const std::uint32_t here = later({0, Task::kNode, child, 0, present});
      if (child + 1 == end)
        rest = {0, is_last ? Task::kLast : Task::kNull, task.node, 0, task.present};
      split(task.id, at, here, later(rest), false);
      return true;
    }
    const std::uint32_t leaf =
        later({0, is_last ? Task::kLast : Task::kNull, task.node, 0, task.present});
    Task again = task;
    again.present = present;
    split_missing(task.id, at.column, leaf, later(again));
    return true;
  }

  /// Whether rows with the missing value fall through the rest of the chain to its end, and the end
  /// is the leaf they go to.
  bool reaches_end(std::uint32_t first, std::uint32_t child, std::uint32_t end,
                   bool is_last) const {
    for (std::uint32_t i = child + 1; i < end; ++i)
      if (splits_[i].missing_key != splits_[child].missing_key ||
          splits_[i].kind == Split::Kind::kMissing)
        return false;
    // Where the last two are complementary, only missing values come behind them.
    const bool whole = end >= first + 2 && are_complementary(splits_[end - 2], splits_[end - 1]);
    return whole || is_last == tree_.no_true_child_is_last;
  }

  /// Unknown goes to the default child.
  bool place_default(const Task &task, Task rest, std::uint32_t present, bool is_last_pair) {
    const TreeNode &parent = tree_.nodes[task.node];
    const std::uint32_t child = task.child, target = *parent.default_child;
    const Split &at = splits_[child];
    if (is_last_pair && (target == child || target == child + 1)) {
      const std::uint32_t first =
          later({0, Task::kNode, child, 0, target == child ? task.present : present});
      const std::uint32_t second =
          later({0, Task::kNode, child + 1, 0, target == child ? present : task.present});
      split(task.id, at, first, second, target == child);
      return true;
    }
    if (target == child) {
      const std::uint32_t here = later({0, Task::kNode, child, 0, task.present});
      rest.present = present;
      split(task.id, at, here, later(rest), true);
      return true;
    }
    bool same_until_target = target > child;
    for (std::uint32_t i = child + 1; same_until_target && i <= target; ++i)
      same_until_target =
          splits_[i].missing_key == at.missing_key && splits_[i].kind != Split::Kind::kMissing;
    if (same_until_target) {  // missing there, too, and then it is the target's turn
      const std::uint32_t here = later({0, Task::kNode, child, 0, present});
      split(task.id, at, here, later(rest), false);
      return true;
    }
    if (tree_.nodes[target].num_children != 0) return false;
    const std::uint32_t leaf = later({0, Task::kDefault, target, 0, task.present});
    Task again = task;
    again.present = present;
    split_missing(task.id, at.column, leaf, later(again));
    return true;
  }

  const Tree &tree_;
  const std::vector<Split> &splits_;
  EnsembleBuilder &builder_;
  FeatureOf feature_of_;
  const Ensemble::Leaf &leaf_;
  Interrupt interrupt_;
  std::vector<std::optional<double>> counts_;  // of the nodes: their training records
  std::vector<Task> tasks_;
  std::vector<Present> present_;
  std::uint32_t next_id_ = 1;
};

}  // namespace

Ensemble::Ensemble(Scope &scope) : graph_(scope.graph()), builder_(scope.builder().ensemble()) {
  builder_.settings().compare = model::Precision::kFloat64;
  builder_.settings().sum = model::Precision::kFloat64;
}

void Ensemble::announce(const Tree &tree, Scope &scope) {
  for (const TreeNode &node : tree.nodes) {
    if (!all_float_) return;
    const XmlElement predicate = predicate_of(node.element);
    if (const auto field = predicate.attribute("field")) {
      const Column column = scope.unrounded_field(*field, predicate);
      all_float_ = column.is_text() || column.type.kind == Type::Kind::kFloat;
    } else if (predicate.is("CompoundPredicate")) {
      all_float_ = false;
    }
  }
}

std::uint32_t Ensemble::feature(model::ColumnId column) {
  std::vector<model::ColumnId> &features = builder_.settings().features;
  const auto [place, is_new] =
      features_.emplace(column, static_cast<std::uint32_t>(features.size()));
  if (is_new) features.push_back(column);
  return place->second;
}

bool Ensemble::add(const Tree &tree, Scope &scope, std::uint32_t group, const Leaf &leaf) {
  if (tree.on_missing == Tree::OnMissing::kWeightedConfidence ||
      tree.on_missing == Tree::OnMissing::kAggregateNodes)
    return false;
  if (all_float_) builder_.settings().compare = model::Precision::kFloat32;
  std::vector<Split> splits;
  splits.reserve(tree.nodes.size());
  for (const TreeNode &node : tree.nodes)
    splits.push_back(split_of(predicate_of(node.element), scope, all_float_));
  builder_.begin_tree(group, 0);
  if (!TreeLowering(
           tree, splits, builder_, [this](model::ColumnId column) { return feature(column); }, leaf,
           graph_.builder().interrupt())
           .run())
    return false;
  builder_.end_tree();
  return true;
}

model::ColumnId Ensemble::finish() { return graph_.builder().trees(builder_.finish()); }

}  // namespace pgscore::formats::pmml
