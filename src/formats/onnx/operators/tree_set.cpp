// Attributes -> TreeSet. Semantics: ONNX Runtime 1.21,
// core/providers/cpu/ml/tree_ensemble_common.h, Init and AddNodes, and tree_ensemble_attribute.h.
#include "formats/onnx/operators/tree_set.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <unordered_map>

#include "base/shown_text.hpp"

namespace pgscore::formats::onnx {
namespace {

std::string node_name(std::int64_t tree, std::int64_t node) {
  return "tree " + std::to_string(tree) + ": node " + std::to_string(node);
}

std::uint32_t number_of(std::int64_t value, const char *what) {
  if (value < 0 || value > INT32_MAX)
    refuse(std::string(what) + " " + std::to_string(value) + " is out of range");
  return static_cast<std::uint32_t>(value);
}

NodeMode mode_named(std::string_view name) {
  constexpr std::pair<std::string_view, NodeMode> kModes[] = {
      {"BRANCH_LEQ", NodeMode::kLessEqual}, {"LEAF", NodeMode::kLeaf},
      {"BRANCH_LT", NodeMode::kLess},       {"BRANCH_GTE", NodeMode::kGreaterEqual},
      {"BRANCH_GT", NodeMode::kGreater},    {"BRANCH_EQ", NodeMode::kEqual},
      {"BRANCH_NEQ", NodeMode::kNotEqual},
  };
  for (const auto &[known, mode] : kModes)
    if (known == name) return mode;
  refuse("unknown node mode " + shown(name));
}

/// Floats, or a tensor in the attribute <name>_as_tensor of operator set 3.
std::vector<double> floats_or_tensor(const Call &call, const std::string &name) {
  const auto floats = call.floats(name);
  const Tensor *tensor = call.tensor(name + "_as_tensor");
  if (tensor != nullptr && !floats.empty())
    refuse("attribute \"" + name + "\" is there twice, as a tensor too");
  return tensor != nullptr ? tensor->numbers : std::vector<double>(floats.begin(), floats.end());
}

void same_length(std::size_t length, std::size_t expected, const char *name) {
  if (length != expected)
    refuse("attribute \"" + std::string(name) + "\" has " + std::to_string(length) +
           " elements, there must be " + std::to_string(expected));
}

/// Where the nodes of each tree stand, by the file's numbers.
class NodeIndex {
 public:
  NodeIndex(Budget &budget, const TreeSet &set, std::span<const std::int64_t> tree_ids)
      : set_(set) {
    for (std::uint32_t t = 0; t < set.trees.size(); ++t) {
      const TreeSet::Tree &tree = set.trees[t];
      const std::int64_t id = tree_ids[tree.first];
      if (!trees_.emplace(id, t).second)
        refuse("the nodes of tree " + std::to_string(id) + " do not stand together");
    }
    order_.resize(set.nodes.size());
    for (std::uint32_t i = 0; i < order_.size(); ++i) order_[i] = i;
    for (const TreeSet::Tree &tree : set.trees) {
      const auto first = order_.begin() + tree.first, end = first + tree.count;
      std::sort(first, end, [&](std::uint32_t a, std::uint32_t b) {
        budget.spend();
        return set.nodes[a].id < set.nodes[b].id;
      });
      const auto twice = std::adjacent_find(
          first, end, [&](auto a, auto b) { return set.nodes[a].id == set.nodes[b].id; });
      if (twice != end)
        refuse(node_name(tree_ids[tree.first], set.nodes[*twice].id) + " is defined twice");
    }
  }
  std::uint32_t find(std::int64_t tree_id, std::int64_t node_id) const {
    const auto at = trees_.find(tree_id);
    if (at != trees_.end()) {
      const TreeSet::Tree &tree = set_.trees[at->second];
      const auto first = order_.begin() + tree.first, end = first + tree.count;
      const auto node =
          std::lower_bound(first, end, node_id,
                           [&](std::uint32_t i, std::int64_t id) { return set_.nodes[i].id < id; });
      if (node != end && set_.nodes[*node].id == node_id) return *node;
    }
    refuse(node_name(tree_id, node_id) + " has weights and does not exist");
  }

 private:
  const TreeSet &set_;
  std::unordered_map<std::int64_t, std::uint32_t> trees_;
  std::vector<std::uint32_t> order_;
};

void read_weights(const Call &call, const std::string &prefix, const NodeIndex &index,
                  TreeSet &set) {
  const auto targets = call.integers(prefix + "_ids"), nodes = call.integers(prefix + "_nodeids"),
             trees = call.integers(prefix + "_treeids");
  const std::vector<double> values = floats_or_tensor(call, prefix + "_weights");
  same_length(nodes.size(), targets.size(), (prefix + "_nodeids").c_str());
  same_length(trees.size(), targets.size(), (prefix + "_treeids").c_str());
  same_length(values.size(), targets.size(), (prefix + "_weights").c_str());
  std::vector<std::uint32_t> owner;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    call.graph().budget().spend();
    owner.push_back(index.find(trees[i], nodes[i]));
    TreeNode &node = set.nodes[owner.back()];
    if (targets[i] < 0 || targets[i] >= set.num_targets)
      refuse(node_name(trees[i], nodes[i]) + ": " + (prefix == "class" ? "class " : "target ") +
             std::to_string(targets[i]) + " is out of range, there are " +
             std::to_string(set.num_targets));
    // Old versions of onnxmltools gave weights to splits: they are left out.
    if (node.mode == NodeMode::kLeaf) ++node.num_weights;
  }
  std::uint32_t first = 0;
  for (TreeNode &node : set.nodes) {
    node.first_weight = first;
    first += node.num_weights;
    node.num_weights = 0;
  }
  set.weights.resize(first);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    TreeNode &node = set.nodes[owner[i]];
    if (node.mode != NodeMode::kLeaf) continue;
    set.weights[node.first_weight + node.num_weights++] = {static_cast<std::uint32_t>(targets[i]),
                                                           values[i]};
  }
  std::vector<std::uint32_t> last_leaf(set.num_targets, UINT32_MAX);
  for (std::uint32_t i = 0; i < set.nodes.size(); ++i) {
    const TreeNode &node = set.nodes[i];
    if (node.mode == NodeMode::kLeaf && node.num_weights == 0)
      refuse("leaf " + std::to_string(node.id) + " has no weight");
    for (std::uint32_t k = node.first_weight; k < node.first_weight + node.num_weights; ++k) {
      std::uint32_t &last = last_leaf[set.weights[k].target];
      if (last == i)
        refuse_unsupported("leaf " + std::to_string(node.id) + " has two weights for one output");
      last = i;
    }
  }
}

}  // namespace

TreeSet read_trees(const Call &call, const char *prefix, std::uint32_t num_targets) {
  TreeSet set;
  set.num_targets = num_targets;
  const std::string aggregate = call.text("aggregate_function", "SUM");
  if (aggregate == "AVERAGE")
    set.aggregate = Aggregate::kAverage;
  else if (aggregate == "MIN")
    set.aggregate = Aggregate::kMin;
  else if (aggregate == "MAX")
    set.aggregate = Aggregate::kMax;
  else if (aggregate != "SUM")
    refuse("unknown aggregate_function " + shown(aggregate));
  const auto tree_ids = call.integers("nodes_treeids"), ids = call.integers("nodes_nodeids"),
             features = call.integers("nodes_featureids"), yes = call.integers("nodes_truenodeids"),
             no = call.integers("nodes_falsenodeids"),
             missing = call.integers("nodes_missing_value_tracks_true");
  const Attribute *modes = call.find("nodes_modes");
  const std::vector<double> values = floats_or_tensor(call, "nodes_values");
  same_length(ids.size(), tree_ids.size(), "nodes_nodeids");
  same_length(features.size(), tree_ids.size(), "nodes_featureids");
  same_length(yes.size(), tree_ids.size(), "nodes_truenodeids");
  same_length(no.size(), tree_ids.size(), "nodes_falsenodeids");
  same_length(values.size(), tree_ids.size(), "nodes_values");
  same_length(modes == nullptr ? 0 : modes->strings.size(), tree_ids.size(), "nodes_modes");
  if (!missing.empty())
    same_length(missing.size(), tree_ids.size(), "nodes_missing_value_tracks_true");
  check_limit(tree_ids.size(), call.graph().limits().max_nodes, "tree nodes");
  set.nodes.reserve(tree_ids.size());
  for (std::size_t i = 0; i < tree_ids.size(); ++i) {
    call.graph().budget().spend();
    // The first node of a tree is its root.
    if (i == 0 || tree_ids[i] != tree_ids[i - 1])
      set.trees.push_back({static_cast<std::uint32_t>(i), 0});
    ++set.trees.back().count;
    TreeNode node;
    node.id = number_of(ids[i], "node");
    node.mode = mode_named(modes->strings[i]);
    node.missing_is_true = !missing.empty() && missing[i] == 1;
    if (node.mode != NodeMode::kLeaf) {
      node.feature = number_of(features[i], (node_name(tree_ids[i], ids[i]) + ": feature").c_str());
      node.value = values[i];
      node.yes = number_of(yes[i], (node_name(tree_ids[i], ids[i]) + ": true node").c_str());
      node.no = number_of(no[i], (node_name(tree_ids[i], ids[i]) + ": false node").c_str());
    }
    set.nodes.push_back(node);
  }
  check_limit(set.trees.size(), call.graph().limits().max_trees, "trees");
  read_weights(call, prefix, NodeIndex(call.graph().budget(), set, tree_ids), set);
  return set;
}

namespace {

/// The arrays of operator set 5: splits and leaves are numbered on their own, trees say where their
/// root is.
class TreeReader5 {
 public:
  explicit TreeReader5(const Call &call)
      : call_(call),
        features_(call.integers("nodes_featureids")),
        yes_(call.integers("nodes_truenodeids")),
        no_(call.integers("nodes_falsenodeids")),
        yes_leaf_(call.integers("nodes_trueleafs")),
        no_leaf_(call.integers("nodes_falseleafs")),
        missing_(call.integers("nodes_missing_value_tracks_true")),
        targets_(call.integers("leaf_targetids")),
        roots_(call.integers("tree_roots")) {}

  TreeSet read() {
    const std::size_t count = features_.size();
    same_length(yes_.size(), count, "nodes_truenodeids");
    same_length(no_.size(), count, "nodes_falsenodeids");
    same_length(yes_leaf_.size(), count, "nodes_trueleafs");
    same_length(no_leaf_.size(), count, "nodes_falseleafs");
    if (!missing_.empty()) same_length(missing_.size(), count, "nodes_missing_value_tracks_true");
    splits_ = tensor("nodes_splits", count);
    modes_ = tensor("nodes_modes", count);
    weights_ = tensor("leaf_weights", targets_.size());
    const std::int64_t targets = call_.integer("n_targets", 0),
                       aggregate = call_.integer("aggregate_function", 1);
    if (targets < 1) refuse("n_targets is " + std::to_string(targets));
    check_limit(static_cast<std::uint64_t>(targets), call_.graph().limits().max_outputs, "outputs");
    if (aggregate < 0 || aggregate > 3)
      refuse("unknown aggregate_function " + std::to_string(aggregate));
    set_.num_targets = static_cast<std::uint32_t>(targets);
    set_.aggregate = static_cast<Aggregate>(aggregate);
    check_limit(roots_.size(), call_.graph().limits().max_trees, "trees");
    read_members();
    used_.assign(count + targets_.size(), false);
    for (const std::int64_t root : roots_) add_tree(root);
    return std::move(set_);
  }

 private:
  std::vector<double> tensor(const char *name, std::size_t count) const {
    const Tensor *tensor = call_.tensor(name);
    if (tensor == nullptr) refuse("attribute \"" + std::string(name) + "\" is missing");
    same_length(tensor->numbers.size(), count, name);
    return tensor->numbers;
  }

  /// The sets of all BRANCH_MEMBER nodes, in their order, with NaN after each.
  void read_members() {
    const Tensor *tensor = call_.tensor("membership_values");
    if (tensor != nullptr) set_.members = tensor->numbers;
    std::size_t next = 0;
    for (const double mode : modes_) {
      std::pair<std::uint32_t, std::uint32_t> members{static_cast<std::uint32_t>(next), 0};
      if (mode == static_cast<double>(NodeMode::kMember)) {
        if (next >= set_.members.size())
          refuse("membership_values has fewer lists than there are nodes BRANCH_MEMBER");
        while (next < set_.members.size() && !std::isnan(set_.members[next])) ++next;
        members.second = static_cast<std::uint32_t>(next) - members.first;
        ++next;
      }
      members_.push_back(members);
    }
  }

  std::uint32_t id_of(std::int64_t index, bool leaf) const {
    if (index < 0 || index >= static_cast<std::int64_t>(leaf ? targets_.size() : features_.size()))
      refuse((leaf ? "leaf " : "node ") + std::to_string(index) + " is out of range");
    return static_cast<std::uint32_t>(index) +
           (leaf ? static_cast<std::uint32_t>(features_.size()) : 0);
  }

  void add_tree(std::int64_t root) {
    TreeSet::Tree tree{static_cast<std::uint32_t>(set_.nodes.size()), 0};
    const std::uint32_t first = id_of(root, false);
    // A tree of one leaf is a split with that leaf on both sides.
    const bool single = yes_leaf_[first] != 0 && no_leaf_[first] != 0 && yes_[first] == no_[first];
    std::vector<std::uint32_t> open{single ? id_of(yes_[first], true) : first};
    while (!open.empty()) {
      call_.graph().budget().spend();
      const std::uint32_t id = open.back();
      open.pop_back();
      // The IR's trees share no nodes; without this a small file could say very many.
      if (used_[id]) refuse_unsupported("node " + std::to_string(id) + " has more than one parent");
      used_[id] = true;
      ++tree.count;
      if (id >= features_.size()) {
        add_leaf(id);
        continue;
      }
      add_split(id);
      open.push_back(set_.nodes.back().no);
      open.push_back(set_.nodes.back().yes);
    }
    set_.trees.push_back(tree);
  }

  void add_split(std::uint32_t id) {
    TreeNode node;
    node.id = id;
    if (!(modes_[id] >= 0 && modes_[id] <= 6))
      refuse("node " + std::to_string(id) + ": unknown mode");
    node.mode = static_cast<NodeMode>(modes_[id]);
    node.missing_is_true = !missing_.empty() && missing_[id] == 1;
    node.feature = number_of(features_[id], "feature");
    node.value = splits_[id];
    node.yes = id_of(yes_[id], yes_leaf_[id] != 0);
    node.no = id_of(no_[id], no_leaf_[id] != 0);
    node.first_member = members_[id].first;
    node.num_members = members_[id].second;
    set_.nodes.push_back(node);
  }

  void add_leaf(std::uint32_t id) {
    const std::size_t leaf = id - features_.size();
    if (targets_[leaf] < 0 || targets_[leaf] >= set_.num_targets)
      refuse("leaf " + std::to_string(leaf) + ": target " + std::to_string(targets_[leaf]) +
             " is out of range");
    TreeNode node;
    node.id = id;
    node.first_weight = static_cast<std::uint32_t>(set_.weights.size());
    node.num_weights = 1;
    set_.weights.push_back({static_cast<std::uint32_t>(targets_[leaf]), weights_[leaf]});
    set_.nodes.push_back(node);
  }

  const Call &call_;
  std::span<const std::int64_t> features_, yes_, no_, yes_leaf_, no_leaf_, missing_, targets_,
      roots_;
  std::vector<double> splits_, modes_, weights_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> members_;
  std::vector<bool> used_;
  TreeSet set_;
};

}  // namespace

TreeSet read_trees_5(const Call &call) { return TreeReader5(call).read(); }

}  // namespace pgscore::formats::onnx
