// TreeSet -> TreeEnsemble nodes of the IR.
//
// Splits that compare become the IR's: x >= t is x < t with its children swapped, x > t is x <= t.
// Equality and membership become a column of their own, 1 or 0, and a split of that. ONNX Runtime
// (1.21, tree_ensemble_common.h, ProcessTreeNodeLeave) sends a missing value to the true child when
// the node says so or the test is !=, otherwise to the false one.
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "formats/onnx/operators/tree_set.hpp"

namespace pgscore::formats::onnx {
namespace {

using model::Operand;
using model::Precision;
using model::Reduction;

class TreeBuilder {
 public:
  TreeBuilder(const Call &call, TreeSet &set, bool present)
      : graph_(call.graph()), set_(set), row_(feature_row(call)), present_(present) {
    precision_ = row_.type == Type::kDouble ? Precision::kFloat64 : Precision::kFloat32;
    features_ = graph_.arguments(row_);
    for (TreeSet::Tree &tree : set_.trees) merge_equalities(tree);
    derive_columns();
  }

  std::vector<Operand> sums() {
    const std::uint32_t targets = set_.num_targets;
    const std::vector<std::uint32_t> groups = group_of_trees();
    const bool vectors = groups.empty() && targets > 1;
    graph_.budget().hold(set_.nodes.size(), sizeof(model::TreeNode));
    if (vectors) graph_.budget().hold(set_.nodes.size(), targets * sizeof(double));
    model::EnsembleBuilder ensemble = start(targets);
    ensemble.settings().leaf_width = vectors ? targets : 1;
    if (set_.aggregate == Aggregate::kAverage && !present_ && !set_.trees.empty()) {
      ensemble.settings().aggregate = model::Aggregate::kAverage;
      ensemble.settings().divisor = static_cast<double>(set_.trees.size());
    }
    std::vector<double> vector(targets);
    for (std::uint32_t t = 0; t < set_.trees.size(); ++t) {
      add_tree(ensemble, t, vectors || targets == 1 ? 0 : groups[t], [&](const TreeNode &leaf) {
        if (!vectors) return ensemble.leaf(leaf.id, weight(leaf.first_weight));
        std::fill(vector.begin(), vector.end(), 0.0);
        for (std::uint32_t k = 0; k < leaf.num_weights; ++k)
          vector[set_.weights[leaf.first_weight + k].target] = weight(leaf.first_weight + k);
        ensemble.leaf_vector(leaf.id, vector);
      });
    }
    return finish(std::move(ensemble), targets);
  }

  /// A group for each tree, then the least or greatest of them. A leaf without a weight for the
  /// target does not count; when none counts, the result is 0.
  std::vector<Operand> extremes() {
    const Reduction function =
        set_.aggregate == Aggregate::kMin ? Reduction::kMin : Reduction::kMax;
    std::vector<Operand> results;
    for (std::uint32_t target = 0; target < set_.num_targets; ++target) {
      const auto count = static_cast<std::uint32_t>(set_.trees.size());
      if (count == 0) {
        results.push_back(Operand::value(0));
        continue;
      }
      graph_.budget().hold(set_.nodes.size(), sizeof(model::TreeNode));
      model::EnsembleBuilder ensemble = start(count);
      for (std::uint32_t t = 0; t < count; ++t)
        add_tree(ensemble, t, t, [&](const TreeNode &leaf) {
          double value = model::kMissing;
          for (std::uint32_t k = leaf.first_weight; k < leaf.first_weight + leaf.num_weights; ++k)
            if (set_.weights[k].target == target) value = weight(k);
          ensemble.leaf(leaf.id, value);
        });
      const Operand extreme =
          graph_.reduce(function, finish(std::move(ensemble), count), precision_, true);
      results.push_back(graph_.if_missing(extreme, model::Operand::value(0), precision_));
    }
    return results;
  }

 private:
  static bool is_set(NodeMode mode) {
    return mode == NodeMode::kEqual || mode == NodeMode::kNotEqual || mode == NodeMode::kMember;
  }
  double weight(std::uint32_t index) const { return present_ ? 1 : set_.weights[index].value; }

  /// Converters of LightGBM write a set of categories as a chain of equalities that share their
  /// true child: one membership.
  void merge_equalities(const TreeSet::Tree &tree) {
    const auto nodes = std::span(set_.nodes).subspan(tree.first, tree.count);
    std::map<std::uint32_t, std::uint32_t> by_id;
    graph_.budget().spend(nodes.size());
    for (std::uint32_t i = 0; i < nodes.size(); ++i)
      if (nodes[i].mode == NodeMode::kEqual) by_id.emplace(nodes[i].id, i);
    if (by_id.empty()) return;
    merged_.resize(set_.nodes.size(), false);
    // The false child of an equality that it merges with
    std::vector<bool> is_inner(nodes.size(), false);
    auto next_of = [&](std::uint32_t i) -> std::int64_t {
      const auto at = by_id.find(nodes[i].no);
      if (at == by_id.end()) return -1;
      const TreeNode &next = nodes[at->second];
      const bool same = next.feature == nodes[i].feature && next.yes == nodes[i].yes &&
                        next.missing_is_true == nodes[i].missing_is_true;
      return same && at->second != 0 ? static_cast<std::int64_t>(at->second) : -1;
    };
    for (const auto &[id, i] : by_id)
      if (const std::int64_t next = next_of(i); next >= 0)
        is_inner[static_cast<std::size_t>(next)] = true;
    for (const auto &[id, i] : by_id) {
      if (is_inner[i]) continue;
      TreeNode &head = nodes[i];
      std::int64_t next = next_of(i);
      if (next < 0) continue;
      head.first_member = static_cast<std::uint32_t>(set_.members.size());
      set_.members.push_back(head.value);
      // An inner node is the false child of one node only, or the builder finds it with two
      // parents.
      for (; next >= 0 && !merged_[tree.first + static_cast<std::size_t>(next)];
           next = next_of(static_cast<std::uint32_t>(next))) {
        merged_[tree.first + static_cast<std::size_t>(next)] = true;
        set_.members.push_back(nodes[static_cast<std::size_t>(next)].value);
        head.no = nodes[static_cast<std::size_t>(next)].no;
      }
      head.mode = NodeMode::kMember;
      head.num_members = static_cast<std::uint32_t>(set_.members.size()) - head.first_member;
    }
  }

  void check_feature(const TreeNode &node) const {
    if (node.feature >= row_.size())
      refuse("node " + std::to_string(node.id) + ": feature " + std::to_string(node.feature) +
             " is out of range, the row has " + std::to_string(row_.size()) + " features");
  }

  void derive_columns() {
    std::map<std::tuple<std::uint32_t, bool, bool, std::vector<double>>, std::uint32_t> known;
    for (TreeNode &node : set_.nodes) {
      graph_.budget().spend(1 + node.num_members);
      if (node.mode == NodeMode::kLeaf) continue;
      check_feature(node);
      if (!is_set(node.mode)) continue;
      std::vector<double> members{node.value};
      if (node.mode == NodeMode::kMember) {
        const auto first = set_.members.begin() + node.first_member;
        members.assign(first, first + node.num_members);
      }
      std::erase_if(members, [](double x) { return std::isnan(x); });
      std::sort(members.begin(), members.end());
      members.erase(std::unique(members.begin(), members.end()), members.end());
      const bool negated = node.mode == NodeMode::kNotEqual,
                 missing = node.missing_is_true || negated;
      const auto [at, is_new] = known.try_emplace({node.feature, negated, missing, members}, 0);
      if (is_new) {
        at->second = static_cast<std::uint32_t>(features_.size());
        std::vector<std::pair<double, double>> table;
        for (const double member : members) table.emplace_back(member, negated ? 0 : 1);
        features_.push_back(graph_.column(graph_.look_up(graph_.number(row_, node.feature), table,
                                                         negated ? 1 : 0, missing ? 1 : 0)));
      }
      node.feature = at->second;
    }
  }

  /// The target of each tree, when all leaves of a tree have one weight for the same target;
  /// otherwise empty.
  std::vector<std::uint32_t> group_of_trees() const {
    std::vector<std::uint32_t> groups;
    for (const TreeSet::Tree &tree : set_.trees) {
      std::uint32_t group = UINT32_MAX;
      for (std::uint32_t i = tree.first; i < tree.first + tree.count; ++i) {
        const TreeNode &node = set_.nodes[i];
        if (node.mode != NodeMode::kLeaf) continue;
        if (node.num_weights != 1) return {};
        const std::uint32_t target = set_.weights[node.first_weight].target;
        if (group != UINT32_MAX && group != target) return {};
        group = target;
      }
      if (group == UINT32_MAX) return {};
      groups.push_back(group);
    }
    return groups;
  }

  model::EnsembleBuilder start(std::uint32_t groups) {
    check_limit(groups, graph_.limits().max_outputs, "outputs");
    model::EnsembleBuilder ensemble = graph_.builder().ensemble();
    model::TreeEnsemble &settings = ensemble.settings();
    settings.features = features_;
    // Integers are compared with float32 thresholds, as float32.
    settings.compare = precision_;
    settings.sum = precision_;
    settings.num_groups = groups;
    settings.base.assign(groups, 0.0);
    return ensemble;
  }

  template <class AddLeaf>
  void add_tree(model::EnsembleBuilder &ensemble, std::uint32_t number, std::uint32_t group,
                AddLeaf add_leaf) {
    const TreeSet::Tree &tree = set_.trees[number];
    try {
      ensemble.begin_tree(group, set_.nodes[tree.first].id);
      for (std::uint32_t i = tree.first; i < tree.first + tree.count; ++i) {
        if (!merged_.empty() && merged_[i]) continue;
        const TreeNode &node = set_.nodes[i];
        if (node.mode == NodeMode::kLeaf)
          add_leaf(node);
        else
          add_split(ensemble, node);
      }
      ensemble.end_tree();
    } catch (const Error &e) {
      throw e.within("tree " + std::to_string(number));
    }
  }

  static void add_split(model::EnsembleBuilder &ensemble, const TreeNode &node) {
    using model::Split;
    switch (node.mode) {
      case NodeMode::kLessEqual:
      case NodeMode::kLess:
        return ensemble.split(node.id, node.feature,
                              node.mode == NodeMode::kLess ? Split::kLess : Split::kLessEqual,
                              node.value, node.missing_is_true, node.yes, node.no);
      case NodeMode::kGreaterEqual:
      case NodeMode::kGreater:
        return ensemble.split(
            node.id, node.feature,
            node.mode == NodeMode::kGreaterEqual ? Split::kLess : Split::kLessEqual, node.value,
            !node.missing_is_true, node.no, node.yes);
      default:
        return ensemble.split(node.id, node.feature, Split::kLess, 0.5, true, node.no, node.yes);
    }
  }

  std::vector<Operand> finish(model::EnsembleBuilder ensemble, std::uint32_t groups) {
    const model::ColumnId first = graph_.builder().trees(ensemble.finish());
    std::vector<Operand> results;
    for (std::uint32_t g = 0; g < groups; ++g) results.push_back(Operand::of(first + g));
    return results;
  }

  Graph &graph_;
  TreeSet &set_;
  const Value &row_;
  bool present_;
  Precision precision_;
  std::vector<model::ColumnId> features_;
  std::vector<bool> merged_;  // by node: part of another one's membership
};

}  // namespace

const Value &feature_row(const Call &call) {
  const Value &row = call.input(0);
  if (row.type == Type::kString) refuse("its input is of texts");
  if (row.shape.empty() || row.shape.size() > 2)
    refuse("its input has " + std::to_string(row.shape.size()) +
           " dimensions, there must be one or two");
  if (row.shape.size() == 2 && row.shape[0] != 1)
    refuse_unsupported("its input has " + std::to_string(row.shape[0]) +
                       " rows for one row of the model");
  return row;
}

std::vector<Operand> add_trees(const Call &call, TreeSet set, bool present) {
  const bool extreme = set.aggregate == Aggregate::kMin || set.aggregate == Aggregate::kMax;
  TreeBuilder builder(call, set, present);
  return extreme && !present ? builder.extremes() : builder.sums();
}

}  // namespace pgscore::formats::onnx
