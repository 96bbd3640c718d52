#include "plan/oblivious_trees.hpp"

#include <algorithm>

namespace pgscore::plan {
namespace {

using model::Split;
using model::TreeEnsemble;
using model::TreeNode;

bool same_test(const TreeNode &a, const TreeNode &b, const CategorySets &sets) {
  if (a.split != b.split || a.feature != b.feature || a.missing != b.missing ||
      a.default_left != b.default_left)
    return false;
  return model::is_set_split(a.split) ? sets.number[a.index] == sets.number[b.index]
                                      : a.value == b.value;
}

/// Replaces the nodes of a level, by place, by those below it.
void descend(const TreeEnsemble &ensemble, std::vector<std::uint32_t> &level) {
  const std::size_t count = level.size();
  level.resize(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    const TreeNode &node = ensemble.nodes[level[i]];
    level[count + i] = node.left;
    level[i] = node.right;
  }
}

}  // namespace

std::optional<ObliviousTrees> find_oblivious_trees(const TreeEnsemble &ensemble,
                                                   const CategorySets &sets, Interrupt interrupt) {
  if (ensemble.trees.empty()) return std::nullopt;
  ObliviousTrees found;
  found.first_test.reserve(ensemble.trees.size() + 1);
  found.first_test.push_back(0);
  std::vector<std::uint32_t> level;
  for (const model::Tree &tree : ensemble.trees) {
    interrupt.check();
    level.assign(1, tree.first_node);
    std::uint32_t num_levels = 0;
    while (true) {
      const TreeNode &first = ensemble.nodes[level[0]];
      const bool is_leaf = first.split == Split::kLeaf;
      for (const std::uint32_t node : level)
        if (is_leaf ? ensemble.nodes[node].split != Split::kLeaf
                    : !same_test(first, ensemble.nodes[node], sets))
          return std::nullopt;
      if (is_leaf) break;
      if (++num_levels > kMaxObliviousLevels) return std::nullopt;
      found.tests.push_back(level[0]);
      descend(ensemble, level);
    }
    found.first_test.push_back(static_cast<std::uint32_t>(found.tests.size()));
    found.max_levels = std::max(found.max_levels, num_levels);
  }
  return found;
}

void oblivious_leaves(const TreeEnsemble &ensemble, std::uint32_t tree,
                      std::vector<std::uint32_t> &leaves) {
  leaves.assign(1, ensemble.trees[tree].first_node);
  while (ensemble.nodes[leaves[0]].split != Split::kLeaf) descend(ensemble, leaves);
}

}  // namespace pgscore::plan
