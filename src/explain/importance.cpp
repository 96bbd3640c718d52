#include "explain/importance.hpp"

#include "explain/additive.hpp"

namespace pgscore::explain {
namespace {

void add_trees(const model::TreeEnsemble &trees, const std::vector<std::uint32_t> &inputs,
               Importance &sum) {
  sum.has_trees = true;
  sum.has_gains |= !trees.gains.empty();
  sum.has_covers |= !trees.covers.empty();
  for (std::size_t i = 0; i < trees.nodes.size(); ++i) {
    const model::TreeNode &node = trees.nodes[i];
    if (node.split == model::Split::kLeaf) continue;
    const std::uint32_t input = inputs[trees.features[node.feature]];
    if (input >= sum.features.size()) continue;
    FeatureImportance &feature = sum.features[input];
    ++feature.splits;
    if (!trees.gains.empty()) feature.gain += trees.gains[i];
    if (!trees.covers.empty()) feature.cover += trees.covers[i];
  }
}

}  // namespace

Importance importance_of(const model::Model &model) {
  Importance sum;
  sum.features.resize(model.inputs.size());
  const std::vector<std::uint32_t> inputs = inputs_of_columns(model);
  for (const model::Node &node : model.nodes)
    if (const auto *trees = std::get_if<model::TreeEnsemble>(&node.body))
      add_trees(*trees, inputs, sum);
  return sum;
}

}  // namespace pgscore::explain
