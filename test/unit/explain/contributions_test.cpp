// Contributions against all subsets of features, by the definition of the Shapley value.
#include "explain/contributions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "model/builder.hpp"
#include "model/interpret.hpp"
#include "support/explained_rows.hpp"

namespace pgscore::explain {
namespace {

using model::ColumnId;
using model::Split;
using model::TreeEnsemble;
using model::TreeNode;

using Random = std::mt19937;

double uniform(Random &random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}
std::uint32_t below(Random &random, std::uint32_t count) {
  return std::uniform_int_distribution<std::uint32_t>(0, count - 1)(random);
}

/// Adds a node and what is below it; numbers of nodes are given in pre-order.
void grow(Random &random, model::EnsembleBuilder &trees, std::uint32_t num_features,
          std::uint32_t levels, double cover, std::uint32_t id, std::uint32_t &next) {
  if (levels == 0 || below(random, 6) == 0) {
    trees.leaf(id, std::round(uniform(random, -100, 100)) / 16);
    trees.cover(cover);
    return;
  }
  const std::uint32_t left = next++, right = next++, feature = below(random, num_features);
  const bool default_left = below(random, 2) == 0;
  if (feature == num_features - 1) {  // the category
    const std::uint32_t categories[] = {below(random, 4), below(random, 4)};
    trees.split_in_set(id, feature, categories, default_left, left, right);
  } else {
    trees.split(id, feature, below(random, 2) == 0 ? Split::kLess : Split::kLessEqual,
                below(random, 5) * 0.25, default_left, left, right);
  }
  trees.cover(cover);
  const double share = below(random, 12) == 0 ? 0 : uniform(random, 0.05, 0.95);
  grow(random, trees, num_features, levels - 1, cover * share, left, next);
  grow(random, trees, num_features, levels - 1, cover * (1 - share), right, next);
}

model::Model random_model(Random &random, std::uint32_t num_features, std::uint32_t levels,
                          std::uint32_t num_trees, std::uint32_t num_outputs) {
  model::Builder builder;
  for (std::uint32_t i = 0; i + 1 < num_features; ++i)
    builder.add_input({.name = "f" + std::to_string(i)});
  builder.add_input(
      {.name = "c", .type = model::ColumnType::kCategory, .categories = {"a", "b", "c", "d"}});
  model::EnsembleBuilder trees = builder.ensemble();
  TreeEnsemble &settings = trees.settings();
  settings.features = model::column_range(0, num_features);
  settings.compare = settings.sum = model::Precision::kFloat64;
  settings.num_groups = num_outputs;
  settings.base.assign(num_outputs, 0.5);
  for (std::uint32_t t = 0; t < num_trees; ++t) {
    std::uint32_t next = 1;
    trees.begin_tree(t % num_outputs);
    grow(random, trees, num_features, levels, 100, 0, next);
    trees.end_tree();
  }
  const ColumnId first = builder.trees(trees.finish());
  builder.output().raw = model::column_range(first, num_outputs);
  for (std::uint32_t k = 0; k < num_outputs; ++k)
    builder.output().values.push_back({"v" + std::to_string(k), first + k});
  return builder.finish();
}

std::vector<double> random_row(Random &random, std::uint32_t num_features) {
  std::vector<double> row(num_features);
  for (double &x : row) x = below(random, 8) == 0 ? model::kMissing : below(random, 6) * 0.25;
  if (!std::isnan(row.back())) row.back() = below(random, 5) == 4 ? -1 : below(random, 4);
  return row;
}

/// Whether the row goes left, for each split of the ensemble: the interpreter says it of a tree of
/// the split alone.
std::vector<bool> ways_of(const model::Model &model, const TreeEnsemble &trees,
                          const std::vector<double> &row) {
  std::vector<bool> left(trees.nodes.size(), false);
  TreeEnsemble alone = trees;
  alone.covers = {};
  alone.num_groups = 1;
  alone.base = {0};
  alone.trees = {{0, 3, 0}};
  model::Model small;
  small.inputs = model.inputs;
  small.num_columns = static_cast<std::uint32_t>(model.inputs.size()) + 1;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (trees.nodes[i].split == Split::kLeaf) continue;
    alone.nodes = {trees.nodes[i], {.value = 1}, {.value = 0}};
    alone.nodes[0].left = 1;
    alone.nodes[0].right = 2;
    small.nodes = {{alone, static_cast<ColumnId>(model.inputs.size()), 1}};
    left[i] = model::interpret(small, row).back() != 0;
  }
  return left;
}

/// The value of a set of known features, by the definition: a split of another feature averages.
double game(const TreeEnsemble &trees, std::uint32_t index, const std::vector<bool> &left,
            std::uint32_t known) {
  const TreeNode &node = trees.nodes[index];
  if (node.split == Split::kLeaf) return node.value;
  if ((known >> node.feature & 1) != 0)
    return game(trees, left[index] ? node.left : node.right, left, known);
  const double cover = trees.covers[index];
  if (cover == 0) return 0;
  return (trees.covers[node.left] * game(trees, node.left, left, known) +
          trees.covers[node.right] * game(trees, node.right, left, known)) /
         cover;
}

/// Shapley values over all subsets; the last number is the value of the empty set.
std::vector<double> brute_force(const model::Model &model, std::uint32_t output,
                                const std::vector<double> &row) {
  const auto &trees = std::get<TreeEnsemble>(model.nodes[0].body);
  const std::vector<bool> left = ways_of(model, trees, row);
  return test::shapley(static_cast<std::uint32_t>(model.inputs.size()), [&](std::uint32_t known) {
    double value = trees.base[output];
    for (const model::Tree &tree : trees.trees)
      if (tree.group == output) value += game(trees, tree.first_node, left, known);
    return value;
  });
}

TEST(Contributions, equal_the_shapley_values_over_all_subsets) {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const std::uint32_t num_features = 1 + below(random, 6), levels = below(random, 7),
                        num_outputs = 1 + below(random, 2);
    const model::Model model =
        random_model(random, num_features, levels, 1 + below(random, 4), num_outputs);
    std::vector<std::vector<double>> rows(1 + below(random, 11));
    for (auto &row : rows) row = random_row(random, num_features);
    const std::uint32_t output = below(random, num_outputs);
    const std::vector<double> found = test::explain_rows(model, output, rows);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const std::vector<double> expected = brute_force(model, output, rows[r]);
      double sum = 0;
      for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(found[r * expected.size() + i], expected[i], 1e-11) << "row " << r << ", " << i;
        sum += found[r * expected.size() + i];
      }
      EXPECT_NEAR(sum, model::interpret(model, rows[r])[model.output.raw[output]], 1e-11);
    }
  }
}

TEST(Contributions, of_deep_trees_add_up_to_the_score) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    const model::Model model = random_model(random, 40, 14, 2, 1);
    std::vector<std::vector<double>> rows(3);
    for (auto &row : rows) row = random_row(random, 40);
    const std::vector<double> found = test::explain_rows(model, 0, rows);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      double sum = 0;
      for (std::size_t i = 0; i <= 40; ++i) sum += found[r * 41 + i];
      EXPECT_NEAR(sum, model::interpret(model, rows[r])[model.output.raw[0]], 1e-9);
    }
  }
}

}  // namespace
}  // namespace pgscore::explain
