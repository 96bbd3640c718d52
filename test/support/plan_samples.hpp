// Models whose plans the tests of the verifier damage.
#pragma once
#include <bit>
#include <cstdint>
#include <vector>

#include "model/builder.hpp"
#include "plan/compile.hpp"

namespace pgscore::plan {

/// The layouts of trees that are not oblivious.
inline constexpr TreeLayout kTreeLayouts[] = {TreeLayout::kCodes8, TreeLayout::kCodes16,
                                              TreeLayout::kDirect};

/// A model of a number and a category, with transforms, trees of three groups with sets and one
/// deep branch, a softmax and an argmax.
inline model::Model sample_model(bool vector_leaves = false) {
  model::Builder builder;
  builder.add_input({.name = "age"});
  builder.add_input({.name = "purpose",
                     .type = model::ColumnType::kCategory,
                     .categories = {"car", "tv", "house"},
                     .text_operations = {{model::TextFunction::kSubstring, 2, 5},
                                         {model::TextFunction::kTrim, 0, 0}}});
  const auto log = builder.apply(model::Op::kLog1p, {model::Operand::of(0)});
  model::LookUp table;
  table.input = 0;
  table.keys = {1, 2, 3};
  table.values = {4, 5, 6};
  const auto looked_up = builder.look_up(table);
  model::Discretize bins;
  bins.input = log;
  bins.cuts = {0.5, 1.5};
  bins.values = {1, 2, 3};
  const auto binned = builder.discretize(bins);
  model::Linear linear;
  linear.intercept = {1};
  linear.terms = {{1, true, {1, 2, 3}}, {looked_up, false, {0.5}}};
  const auto sum = builder.linear(linear);
  auto trees = builder.ensemble();
  trees.settings().features = {0, 1, binned, sum};
  trees.settings().num_groups = 3;
  trees.settings().leaf_width = vector_leaves ? 3 : 1;
  trees.settings().base = {0, 0.5, 1};
  for (std::uint32_t t = 0; t < 7; ++t) {
    trees.begin_tree(t % 3);
    const std::uint32_t depth = t == 2 ? 11 : t;
    for (std::uint32_t i = 0; i <= depth; ++i) {
      const std::uint32_t id = 2 * i, leaf = 2 * i + 1;
      const double values[] = {0.25 * i, 1, 2};
      if (i == depth) {
        vector_leaves ? trees.leaf_vector(id, values) : trees.leaf(id, 0.125 * t);
        break;
      }
      if (i % 3 == 1)
        trees.split_in_set(id, 1, std::vector<std::uint32_t>{i % 3, 40}, i % 2 == 0, leaf, id + 2);
      else
        trees.split(id, i % 4, model::Split::kLess, 3.0 * i - 5, i % 2 == 0, leaf, id + 2);
      vector_leaves ? trees.leaf_vector(leaf, values) : trees.leaf(leaf, i);
    }
    trees.end_tree();
  }
  const auto margins = model::column_range(builder.trees(trees.finish()), 3);
  const auto probabilities = model::column_range(
      builder.link({.function = model::LinkFunction::kSoftmax, .inputs = margins}), 3);
  auto &output = builder.output();
  output.task = model::Task::kClassification;
  output.labels = {"a", "b", "c"};
  output.raw = margins;
  output.probabilities = probabilities;
  output.class_code = builder.arg_max(probabilities);
  return builder.finish();
}

/// One tree whose leaves are functions, over a look-up that only the class needs, and sets of both
/// kinds.
inline model::Model linear_leaves_model() {
  model::Builder builder;
  builder.add_input({.name = "x"});
  builder.add_input({.name = "y"});
  const model::ColumnId table = builder.look_up({.input = 0, .keys = {1, 2}, .values = {3, 4}});
  model::EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = {0, 1, table};
  trees.settings().compare = trees.settings().sum = model::Precision::kFloat64;
  trees.settings().base = {0};
  trees.settings().linear_leaves = true;
  trees.begin_tree();
  trees.split_in_set(0, 0, std::vector<std::uint32_t>{0, 3}, false, 1, 2, model::MissingKind::kNan,
                     model::Split::kInSetTruncated);
  trees.split_in_set(1, 0, std::vector<std::uint32_t>{0}, false, 3, 4);
  trees.leaf(2, 7);
  trees.linear_leaf(3, 0.5, std::vector<model::LeafTerm>{{0, 2}, {1, 3}}, -1);
  trees.linear_leaf(4, 1.5, std::vector<model::LeafTerm>{{2, 4}}, -2);
  trees.end_tree();
  builder.output().values = {{"value", builder.trees(trees.finish())}};
  return builder.finish();
}

/// Trees of `levels` and fewer levels, each with one test for a level.
inline model::Model oblivious_model(std::uint32_t levels, bool vector_leaves) {
  model::Builder builder;
  builder.add_input({.name = "x"});
  builder.add_input({.name = "c", .type = model::ColumnType::kCategory, .categories = {"a", "b"}});
  model::EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = {0, 1};
  trees.settings().sum = model::Precision::kFloat64;
  trees.settings().num_groups = 2;
  trees.settings().leaf_width = vector_leaves ? 2 : 1;
  trees.settings().base = {0, 1};
  for (std::uint32_t t = 0; t < 5; ++t) {
    const std::uint32_t first_leaf = 1u << (levels > t ? levels - t : 0);
    trees.begin_tree(t % 2, 1);
    for (std::uint32_t h = 1; h < first_leaf; ++h) {
      const std::uint32_t level = static_cast<std::uint32_t>(std::bit_width(h));
      if (level % 3 == 2)
        trees.split_in_set(h, 1, std::vector<std::uint32_t>{1}, false, 2 * h, 2 * h + 1);
      else
        trees.split(h, 0, model::Split::kLessEqual, 0.5 * level + t, level % 2 == 0, 2 * h,
                    2 * h + 1);
    }
    for (std::uint32_t h = first_leaf; h < 2 * first_leaf; ++h) {
      const double values[] = {0.25 * h, t + 0.5};
      vector_leaves ? trees.leaf_vector(h, values) : trees.leaf(h, values[0]);
    }
    trees.end_tree();
  }
  const auto margins = model::column_range(builder.trees(trees.finish()), 2);
  builder.output().values = {{"y", margins[0]}, {"z", margins[1]}};
  return builder.finish();
}

}  // namespace pgscore::plan
