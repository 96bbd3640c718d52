// From trees as files give them, numbered nodes in any order, to trees as TreeEnsemble holds them:
// in pre-order, children behind their parent, nothing unreachable.
#include <algorithm>
#include <cmath>
#include <string>

#include "base/grow.hpp"
#include "base/pace.hpp"
#include "base/refuse.hpp"
#include "model/builder.hpp"

namespace pgscore::model {
namespace {

std::string node_name(std::uint32_t id) { return "node " + std::to_string(id); }

/// Finds positions in the draft by ids. Files number their nodes densely, so a table is tried
/// before a search.
class IdIndex {
 public:
  template <class Drafts>
  IdIndex(const Drafts &draft, Pace &pace) {
    std::uint32_t greatest = 0;
    for (const auto &d : draft) {
      pace.spend(2);
      greatest = std::max(greatest, d.node.id);
    }
    dense_ = greatest / 4 <= draft.size() + 16;
    if (dense_) {
      table_.assign(std::size_t{greatest} + 1, kNone);
      for (std::uint32_t i = 0; i < draft.size(); ++i) {
        pace.spend(8);
        std::uint32_t &entry = table_[draft[i].node.id];
        if (entry != kNone) refuse(node_name(draft[i].node.id) + " is defined twice");
        entry = i;
      }
    } else {
      for (std::uint32_t i = 0; i < draft.size(); ++i) sorted_.push_back({draft[i].node.id, i});
      std::sort(sorted_.begin(), sorted_.end(), [&pace](const auto &a, const auto &b) {
        pace.spend(2);
        return a < b;
      });
      for (std::size_t i = 1; i < sorted_.size(); ++i)
        if (sorted_[i].first == sorted_[i - 1].first)
          refuse(node_name(sorted_[i].first) + " is defined twice");
    }
  }
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t find(std::uint32_t id) const {
    if (dense_) return id < table_.size() ? table_[id] : kNone;
    auto at = std::lower_bound(sorted_.begin(), sorted_.end(), std::pair{id, std::uint32_t{0}});
    return at != sorted_.end() && at->first == id ? at->second : kNone;
  }

 private:
  bool dense_ = true;
  std::vector<std::uint32_t> table_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sorted_;
};

}  // namespace

EnsembleBuilder::EnsembleBuilder(const Limits &limits, Interrupt interrupt)
    : limits_(limits), interrupt_(interrupt) {}

void EnsembleBuilder::reserve(std::size_t trees, std::size_t nodes) {
  check_limit(nodes, limits_.max_nodes, "tree nodes");
  ensemble_.trees.reserve(trees);
  ensemble_.nodes.reserve(nodes);
}

void EnsembleBuilder::begin_tree(std::uint32_t group, std::uint32_t root_id) {
  if (in_tree_) refuse("a tree begins inside another tree");
  if (group >= ensemble_.num_groups)
    refuse("output group " + std::to_string(group) + " is out of range, there are " +
           std::to_string(ensemble_.num_groups));
  check_limit(ensemble_.trees.size() + 1, limits_.max_trees, "trees");
  interrupt_.check();
  in_tree_ = true;
  group_ = group;
  root_id_ = root_id;
  draft_.clear();
  statistics_.clear();
}

void EnsembleBuilder::add(Draft draft) {
  if (!in_tree_) refuse("a node stands outside of a tree");
  check_limit(ensemble_.nodes.size() + draft_.size() + 1, limits_.max_nodes, "tree nodes");
  if ((draft_.size() & 0xFFFF) == 0xFFFF) interrupt_.check();
  reserve_in_pieces(draft_, draft_.size() + 1, interrupt_);
  if (draft.node.split != Split::kLeaf) check_feature(draft.node.id, draft.node.feature);
  draft_.push_back(draft);
}

void EnsembleBuilder::check_feature(std::uint32_t id, std::uint32_t feature) const {
  if (feature >= ensemble_.features.size())
    refuse(node_name(id) + ": feature " + std::to_string(feature) +
           " is out of range, the model has " + std::to_string(ensemble_.features.size()) +
           " features");
}

void EnsembleBuilder::split(std::uint32_t id, std::uint32_t feature, Split split, double threshold,
                            bool default_left, std::uint32_t left_id, std::uint32_t right_id,
                            MissingKind missing) {
  if (split != Split::kLess && split != Split::kLessEqual)
    refuse(node_name(id) + ": not a numeric split");
  if (threshold != threshold) refuse(node_name(id) + ": the threshold is not a number");
  add({{.value = threshold,
        .feature = feature,
        .id = id,
        .split = split,
        .missing = missing,
        .default_left = default_left},
       left_id,
       right_id});
}

void EnsembleBuilder::split_in_set(std::uint32_t id, std::uint32_t feature,
                                   std::span<const std::uint32_t> categories, bool default_left,
                                   std::uint32_t left_id, std::uint32_t right_id,
                                   MissingKind missing, Split split) {
  if (!is_set_split(split)) refuse(node_name(id) + ": not a split by a set");
  std::uint32_t num_words = 0;
  for (std::uint32_t category : categories) {
    if (category > limits_.max_category)
      throw Error(ErrorCode::kLimitExceeded,
                  node_name(id) + ": category " + std::to_string(category) + " is too large",
                  "The limit is " + std::to_string(limits_.max_category) + ".");
    num_words = std::max(num_words, category / 32 + 1);
  }
  const auto set = static_cast<std::uint32_t>(ensemble_.sets.size());
  add({{.feature = feature,
        .index = set,
        .id = id,
        .split = split,
        .missing = missing,
        .default_left = default_left},
       left_id,
       right_id});
  // A hostile file could ask for the largest category in every node: the words count against the
  // quota of nodes.
  const std::size_t first_word = ensemble_.set_words.size();
  check_limit(first_word + num_words, limits_.max_nodes, "category set words");
  ensemble_.set_words.resize(first_word + num_words, 0);
  for (std::uint32_t category : categories)
    ensemble_.set_words[first_word + category / 32] |= 1u << (category % 32);
  ensemble_.sets.push_back({static_cast<std::uint32_t>(first_word), num_words});
}

void EnsembleBuilder::leaf(std::uint32_t id, double value) {
  if (ensemble_.leaf_width != 1)
    refuse(node_name(id) + ": a leaf of this model needs " + std::to_string(ensemble_.leaf_width) +
           " values");
  if (ensemble_.linear_leaves) return linear_leaf(id, value, {}, value);
  add({{.value = value, .id = id}, 0, 0});
}

void EnsembleBuilder::linear_leaf(std::uint32_t id, double constant,
                                  std::span<const LeafTerm> terms, double when_missing) {
  if (!ensemble_.linear_leaves)
    refuse(node_name(id) + ": the leaves of this model are no functions");
  if (ensemble_.leaf_width != 1)
    refuse(node_name(id) + ": a leaf cannot be a function and a vector");
  for (const LeafTerm &term : terms) check_feature(id, term.feature);
  const auto index = static_cast<std::uint32_t>(ensemble_.leaf_functions.size());
  add({{.value = when_missing, .index = index, .id = id}, 0, 0});
  check_limit(ensemble_.leaf_terms.size() + terms.size(), limits_.max_nodes, "leaf terms");
  const auto first = static_cast<std::uint32_t>(ensemble_.leaf_terms.size());
  ensemble_.leaf_functions.push_back({constant, first, static_cast<std::uint32_t>(terms.size())});
  ensemble_.leaf_terms.insert(ensemble_.leaf_terms.end(), terms.begin(), terms.end());
}

void EnsembleBuilder::leaf_vector(std::uint32_t id, std::span<const double> values) {
  if (values.size() != ensemble_.leaf_width)
    refuse(node_name(id) + ": the leaf has " + std::to_string(values.size()) + " values, " +
           std::to_string(ensemble_.leaf_width) + " are needed");
  if (values.size() == 1) return leaf(id, values[0]);
  const auto index = static_cast<std::uint32_t>(ensemble_.leaf_vectors.size() / values.size());
  add({{.index = index, .id = id}, 0, 0});
  check_limit(ensemble_.leaf_vectors.size() + values.size(), limits_.max_nodes, "leaf values");
  ensemble_.leaf_vectors.insert(ensemble_.leaf_vectors.end(), values.begin(), values.end());
}

void EnsembleBuilder::cover(double cover) {
  if (draft_.empty()) refuse("a cover stands outside of a tree");
  if (!has_covers_ || !(cover >= 0) || std::isinf(cover)) return;
  statistics_.resize(draft_.size());
  statistics_.back().cover = cover;
}

void EnsembleBuilder::gain(double gain) {
  if (draft_.empty()) refuse("a gain stands outside of a tree");
  if (!has_gains_ || !(gain >= 0) || std::isinf(gain)) return;
  statistics_.resize(draft_.size());
  statistics_.back().gain = gain;
}

/// Keeps the statistics of the nodes of the tree, in the order of `order`, positions in the draft.
/// A split that lacks a cover gets the sum of its children's. As soon as a node lacks one, none is
/// kept.
void EnsembleBuilder::keep_statistics(const std::vector<std::uint32_t> &order) {
  statistics_.resize(draft_.size());
  const std::size_t first = ensemble_.nodes.size() - order.size();
  for (std::size_t i = order.size(); i-- > 0;) {
    const TreeNode &node = ensemble_.nodes[first + i];
    Statistics &own = statistics_[order[i]];
    if (own.cover >= 0 || node.split == Split::kLeaf) continue;
    const double left = statistics_[order[node.left - first]].cover,
                 right = statistics_[order[node.right - first]].cover;
    if (left >= 0 && right >= 0) own.cover = left + right;
  }
  for (const std::uint32_t at : order) {
    const Statistics &node = statistics_[at];
    const bool is_leaf = draft_[at].node.split == Split::kLeaf;
    if (node.cover < 0) has_covers_ = false;
    if (node.gain < 0 && !is_leaf) has_gains_ = false;
    if (has_covers_) ensemble_.covers.push_back(node.cover);
    if (has_gains_) ensemble_.gains.push_back(is_leaf ? 0 : node.gain);
  }
  if (!has_covers_) ensemble_.covers = {};
  if (!has_gains_) ensemble_.gains = {};
}

void EnsembleBuilder::end_tree() {
  if (!in_tree_) refuse("a tree ends that did not begin");
  Pace pace(interrupt_);
  const IdIndex index(draft_, pace);
  reserve_in_pieces(ensemble_.nodes, ensemble_.nodes.size() + draft_.size(), interrupt_);
  const std::uint32_t root = index.find(root_id_);
  if (root == IdIndex::kNone) refuse("the root, " + node_name(root_id_) + ", does not exist");

  // Pre-order walk. Each step places one node and links it to its parent; a node that was placed
  // before has two parents, or is its own ancestor.
  struct Step {
    std::uint32_t draft;
    std::uint32_t parent;  // position in ensemble_.nodes
    std::uint32_t depth;
    bool is_left;
  };
  const std::size_t first = ensemble_.nodes.size();
  std::vector<bool> placed(draft_.size(), false);
  std::vector<std::uint32_t> order;  // positions in the draft
  std::vector<Step> stack{{root, 0, 0, false}};
  while (!stack.empty()) {
    const Step step = stack.back();
    stack.pop_back();
    pace.spend(16);
    const Draft &draft = draft_[step.draft];
    if (placed[step.draft]) refuse(node_name(draft.node.id) + " has more than one parent");
    placed[step.draft] = true;
    check_limit(step.depth, limits_.max_depth, "levels in a tree");
    const auto at = static_cast<std::uint32_t>(ensemble_.nodes.size());
    ensemble_.nodes.push_back(draft.node);
    if (has_covers_ || has_gains_) order.push_back(step.draft);
    if (at != first)
      (step.is_left ? ensemble_.nodes[step.parent].left : ensemble_.nodes[step.parent].right) = at;
    if (draft.node.split == Split::kLeaf) continue;
    auto child = [&](std::uint32_t id, const char *side) {
      const std::uint32_t found = index.find(id);
      if (found == IdIndex::kNone)
        refuse(node_name(draft.node.id) + ": " + side + " child " + std::to_string(id) +
               " does not exist");
      return found;
    };
    const std::uint32_t left = child(draft.left_id, "left"), right = child(draft.right_id, "right");
    stack.push_back({right, at, step.depth + 1, false});
    stack.push_back({left, at, step.depth + 1, true});
  }
  if (has_covers_ || has_gains_) keep_statistics(order);
  ensemble_.trees.push_back({static_cast<std::uint32_t>(first),
                             static_cast<std::uint32_t>(ensemble_.nodes.size() - first), group_});
  in_tree_ = false;
}

TreeEnsemble EnsembleBuilder::finish() {
  if (in_tree_) refuse("the last tree does not end");
  return std::move(ensemble_);
}

}  // namespace pgscore::model
