// Tests the builders: they keep the order, and refuse nonsense with the words that users see.
#include "model/builder.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace pgscore::model {
namespace {

/// Two features, one output.
EnsembleBuilder trees(const Limits &limits = {}, Interrupt interrupt = {}) {
  EnsembleBuilder out(limits, interrupt);
  out.settings().features = {0, 1};
  out.settings().base = {0};
  return out;
}

using Codes = std::vector<std::uint32_t>;
using Step = std::function<void(EnsembleBuilder &)>;

std::string refusal(const Step &step, const Limits &limits = {},
                    ErrorCode code = ErrorCode::kInvalidModel) {
  EnsembleBuilder out = trees(limits);
  try {
    step(out);
  } catch (const Error &e) {
    EXPECT_EQ(e.code(), code) << e.message();
    return e.message();
  }
  return "no error";
}

/// Within one tree.
std::string tree_refusal(const Step &step, const Limits &limits = {},
                         ErrorCode code = ErrorCode::kInvalidModel) {
  return refusal(
      [&](EnsembleBuilder &t) {
        t.begin_tree();
        step(t);
        t.end_tree();
      },
      limits, code);
}

TEST(EnsembleBuilder, puts_nodes_in_pre_order_whatever_their_order_and_numbers) {
  // The same tree with dense numbers in order, and with far-apart numbers in another order and a
  // node that nobody reaches.
  EnsembleBuilder dense = trees(), sparse = trees();
  dense.begin_tree();
  dense.split(0, 0, Split::kLess, 1.5, true, 1, 2);
  dense.split(1, 1, Split::kLessEqual, -2, false, 3, 4, MissingKind::kZeroOrNan);
  dense.leaf(2, 20);
  dense.leaf(3, 30);
  dense.leaf(4, 40);
  dense.end_tree();
  sparse.begin_tree(0, 900'000'000);
  sparse.leaf(4'000'000'000, 40);
  sparse.leaf(7, 20);
  sparse.leaf(5, 99);
  sparse.split(11, 1, Split::kLessEqual, -2, false, 30'000'000, 4'000'000'000,
               MissingKind::kZeroOrNan);
  sparse.split(900'000'000, 0, Split::kLess, 1.5, true, 11, 7);
  sparse.leaf(30'000'000, 30);
  sparse.end_tree();
  const std::uint32_t dense_ids[] = {0, 1, 3, 4, 2},
                      sparse_ids[] = {900'000'000, 11, 30'000'000, 4'000'000'000, 7};
  for (bool is_dense : {true, false}) {
    const TreeEnsemble ensemble = (is_dense ? dense : sparse).finish();
    ASSERT_EQ(ensemble.nodes.size(), 5u);
    ASSERT_EQ(ensemble.trees.size(), 1u);
    EXPECT_EQ(ensemble.trees[0].num_nodes, 5u);
    for (std::size_t i = 0; i < 5; ++i)
      EXPECT_EQ(ensemble.nodes[i].id, (is_dense ? dense_ids : sparse_ids)[i]);
    const TreeNode &root = ensemble.nodes[0], &second = ensemble.nodes[1];
    EXPECT_EQ(root.left, 1u);
    EXPECT_EQ(root.right, 4u);
    EXPECT_EQ(root.value, 1.5);
    EXPECT_TRUE(root.split == Split::kLess && root.default_left &&
                root.missing == MissingKind::kNan && root.feature == 0);
    EXPECT_EQ(second.left, 2u);
    EXPECT_EQ(second.right, 3u);
    EXPECT_TRUE(second.split == Split::kLessEqual && !second.default_left &&
                second.missing == MissingKind::kZeroOrNan);
    EXPECT_EQ(second.feature, 1u);
    EXPECT_EQ(ensemble.nodes[2].value, 30);
    EXPECT_EQ(ensemble.nodes[3].value, 40);
    EXPECT_EQ(ensemble.nodes[4].value, 20);
  }
}

TEST(EnsembleBuilder, keeps_sets_vectors_and_functions) {
  EnsembleBuilder out = trees();
  out.begin_tree();
  out.split_in_set(0, 1, Codes{33, 0, 33}, true, 1, 2, MissingKind::kNanIsZero,
                   Split::kInSetTruncated);
  out.split_in_set(1, 1, Codes{}, false, 3, 4);
  for (std::uint32_t id : {2, 3, 4}) out.leaf(id, id);
  out.end_tree();
  const TreeEnsemble sets = out.finish();
  EXPECT_EQ(sets.nodes[0].split, Split::kInSetTruncated);
  EXPECT_EQ(sets.nodes[1].split, Split::kInSet);
  ASSERT_EQ(sets.sets.size(), 2u);
  EXPECT_EQ(sets.set_words, (Codes{1, 2}));
  EXPECT_EQ(sets.sets[sets.nodes[1].index].num_words, 0u);

  out = trees();
  out.settings().num_groups = out.settings().leaf_width = 2;
  out.settings().base = {0, 0};
  out.begin_tree(1);
  out.leaf_vector(0, std::vector<double>{3, 4});
  out.end_tree();
  EXPECT_EQ(out.finish().leaf_vectors, (std::vector<double>{3, 4}));

  out = trees();
  out.settings().linear_leaves = true;
  out.begin_tree();
  out.split(0, 0, Split::kLess, 0, false, 1, 2);
  out.linear_leaf(1, 5, std::vector<LeafTerm>{{1, 2}, {0, 3}}, 7);
  out.leaf(2, 6);
  out.end_tree();
  const TreeEnsemble linear = out.finish();
  ASSERT_EQ(linear.leaf_functions.size(), 2u);
  const LeafFunction &function = linear.leaf_functions[linear.nodes[1].index];
  const LeafFunction &constant = linear.leaf_functions[linear.nodes[2].index];
  EXPECT_EQ(linear.nodes[1].value, 7);
  EXPECT_EQ(function.constant, 5);
  EXPECT_EQ(function.num_terms, 2u);
  EXPECT_EQ(linear.leaf_terms[function.first_term + 1].coefficient, 3);
  EXPECT_EQ(constant.constant, 6);
  EXPECT_EQ(constant.num_terms, 0u);
  EXPECT_EQ(linear.nodes[2].value, 6);
}

TEST(EnsembleBuilder, refuses_steps_out_of_place) {
  EXPECT_EQ(refusal([](auto &t) { t.begin_tree(), t.begin_tree(); }),
            "a tree begins inside another tree");
  EXPECT_EQ(refusal([](auto &t) { t.begin_tree(1); }),
            "output group 1 is out of range, there are 1");
  EXPECT_EQ(refusal([](auto &t) { t.leaf(0, 1); }), "a node stands outside of a tree");
  EXPECT_EQ(refusal([](auto &t) { t.end_tree(); }), "a tree ends that did not begin");
  EXPECT_EQ(refusal([](auto &t) { t.begin_tree(), t.finish(); }), "the last tree does not end");
}

TEST(EnsembleBuilder, refuses_nodes_that_mean_nothing) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(tree_refusal([](auto &t) { t.split(3, 2, Split::kLess, 0, false, 1, 2); }),
            "node 3: feature 2 is out of range, the model has 2 features");
  EXPECT_EQ(tree_refusal([](auto &t) { t.split_in_set(3, 9, Codes{1}, false, 1, 2); }),
            "node 3: feature 9 is out of range, the model has 2 features");
  for (Split split : {Split::kLeaf, Split::kInSet, Split::kInSetTruncated})
    EXPECT_EQ(tree_refusal([&](auto &t) { t.split(0, 0, split, 0, false, 1, 2); }),
              "node 0: not a numeric split");
  for (Split split : {Split::kLeaf, Split::kLess, Split::kLessEqual})
    EXPECT_EQ(tree_refusal([&](auto &t) {
                t.split_in_set(0, 0, Codes{1}, false, 1, 2, MissingKind::kNan, split);
              }),
              "node 0: not a split by a set");
  EXPECT_EQ(tree_refusal([&](auto &t) { t.split(0, 0, Split::kLess, kNan, false, 1, 2); }),
            "node 0: the threshold is not a number");
  EXPECT_EQ(tree_refusal([](auto &t) { t.settings().leaf_width = 2, t.leaf(4, 1); }),
            "node 4: a leaf of this model needs 2 values");
  EXPECT_EQ(tree_refusal([](auto &t) { t.leaf_vector(4, std::vector<double>{1, 2, 3}); }),
            "node 4: the leaf has 3 values, 1 are needed");
  EXPECT_EQ(tree_refusal([](auto &t) { t.linear_leaf(4, 1, {}, 1); }),
            "node 4: the leaves of this model are no functions");
  EXPECT_EQ(tree_refusal([](auto &t) {
              t.settings().linear_leaves = true;
              t.settings().leaf_width = 2;
              t.linear_leaf(4, 1, {}, 1);
            }),
            "node 4: a leaf cannot be a function and a vector");
  EXPECT_EQ(tree_refusal([](auto &t) {
              t.settings().linear_leaves = true;
              t.linear_leaf(4, 1, std::vector<LeafTerm>{{1, 1}, {2, 1}}, 1);
            }),
            "node 4: feature 2 is out of range, the model has 2 features");
}

TEST(EnsembleBuilder, refuses_what_is_not_one_tree) {
  auto stump = [](auto &t, std::uint32_t left, std::uint32_t right) {
    t.split(0, 0, Split::kLess, 0, false, left, right);
  };
  EXPECT_EQ(tree_refusal([](auto &) {}), "the root, node 0, does not exist");
  EXPECT_EQ(refusal([](auto &t) { t.begin_tree(0, 5), t.leaf(0, 1), t.end_tree(); }),
            "the root, node 5, does not exist");
  EXPECT_EQ(tree_refusal([&](auto &t) { stump(t, 1, 2), t.leaf(2, 0); }),
            "node 0: left child 1 does not exist");
  EXPECT_EQ(tree_refusal([&](auto &t) { stump(t, 1, 2), t.leaf(1, 0); }),
            "node 0: right child 2 does not exist");
  EXPECT_EQ(tree_refusal([&](auto &t) { stump(t, 1, UINT32_MAX), t.leaf(1, 0); }),
            "node 0: right child 4294967295 does not exist");
  EXPECT_EQ(tree_refusal([&](auto &t) { t.leaf(0, 1), t.leaf(0, 2); }), "node 0 is defined twice");
  EXPECT_EQ(
      tree_refusal([&](auto &t) { t.leaf(0, 1), t.leaf(3'000'000, 2), t.leaf(3'000'000, 2); }),
      "node 3000000 is defined twice");
  EXPECT_EQ(tree_refusal([&](auto &t) { stump(t, 1, 1), t.leaf(1, 0); }),
            "node 1 has more than one parent");
  // A node that is its own child.
  EXPECT_EQ(tree_refusal([&](auto &t) { stump(t, 0, 1), t.leaf(1, 0); }),
            "node 0 has more than one parent");
  EXPECT_EQ(tree_refusal([&](auto &t) {  // its own grandparent
              stump(t, 1, 2);
              t.split(1, 0, Split::kLess, 0, false, 0, 3);
              t.leaf(2, 0), t.leaf(3, 0);
            }),
            "node 0 has more than one parent");
}

TEST(EnsembleBuilder, holds_to_its_limits) {
  constexpr auto kOver = ErrorCode::kLimitExceeded;
  Limits limits;
  limits.max_trees = 2;
  auto leaf_tree = [](auto &t) { t.begin_tree(), t.leaf(0, 1), t.end_tree(); };
  EXPECT_EQ(refusal([&](auto &t) { leaf_tree(t), leaf_tree(t), leaf_tree(t); }, limits, kOver),
            "model has too many trees");
  EXPECT_EQ(refusal([&](auto &t) { leaf_tree(t), leaf_tree(t); }, limits), "no error");

  limits = {};
  limits.max_nodes = 3;  // of all trees, reachable or not
  EXPECT_EQ(refusal([&](auto &t) { leaf_tree(t), leaf_tree(t), leaf_tree(t), leaf_tree(t); },
                    limits, kOver),
            "model has too many tree nodes");
  EXPECT_EQ(tree_refusal([](auto &t) { t.leaf(0, 0), t.leaf(1, 0), t.leaf(2, 0), t.leaf(3, 0); },
                         limits, kOver),
            "model has too many tree nodes");
  auto sets = [](auto &t) {
    t.split_in_set(0, 0, Codes{63}, false, 1, 2), t.split_in_set(1, 0, Codes{63}, false, 3, 4);
  };
  EXPECT_EQ(tree_refusal(sets, limits, kOver), "model has too many category set words");
  auto vectors = [](auto &t) {
    t.settings().leaf_width = 2;
    for (std::uint32_t id : {0, 1}) t.leaf_vector(id, std::vector<double>{1, 2});
  };
  EXPECT_EQ(tree_refusal(vectors, limits, kOver), "model has too many leaf values");
  auto functions = [](auto &t) {
    t.settings().linear_leaves = true;
    for (std::uint32_t id : {0, 1}) t.linear_leaf(id, 1, std::vector<LeafTerm>{{0, 1}, {1, 1}}, 1);
  };
  EXPECT_EQ(tree_refusal(functions, limits, kOver), "model has too many leaf terms");

  limits = {};
  limits.max_depth = 2;
  auto chain = [](std::uint32_t depth) {
    return [depth](auto &t) {
      for (std::uint32_t i = 0; i < depth; ++i)
        t.split(2 * i, 0, Split::kLess, 0, false, 2 * i + 1, 2 * i + 2), t.leaf(2 * i + 1, 0);
      t.leaf(2 * depth, 0);
    };
  };
  EXPECT_EQ(tree_refusal(chain(2), limits), "no error");
  EXPECT_EQ(tree_refusal(chain(3), limits, kOver), "model has too many levels in a tree");

  limits = {};
  limits.max_category = 99;
  EXPECT_EQ(
      tree_refusal([](auto &t) { t.split_in_set(6, 0, Codes{100}, false, 1, 2); }, limits, kOver),
      "node 6: category 100 is too large");
}

TEST(EnsembleBuilder, can_be_interrupted) {
  const Interrupt interrupt([] { throw Error(ErrorCode::kInternal, "stopped"); });
  EnsembleBuilder out = trees({}, interrupt);
  EXPECT_THROW(out.begin_tree(), Error);
}

TEST(Builder, numbers_columns_in_order) {
  Builder builder;
  EXPECT_EQ(builder.add_input({"a", ColumnType::kNumber, {}}), 0u);
  EXPECT_EQ(builder.add_input({"b", ColumnType::kCategory, {"x", "y"}}), 1u);
  EXPECT_EQ(builder.num_inputs(), 2u);
  EXPECT_EQ(builder.apply(Op::kAbs, {Operand::of(0)}), 2u);
  EXPECT_EQ(builder.look_up({.input = 1, .keys = {}, .values = {1, 2}}), 3u);
  EXPECT_EQ(builder.discretize({.input = 0, .cuts = {1}, .values = {1, 2}}), 4u);
  EXPECT_EQ(builder.linear({.num_outputs = 3, .intercept = {0, 0, 0}, .terms = {}}), 5u);
  EXPECT_EQ(builder.link({.inputs = {5, 6}}), 8u);
  EXPECT_EQ(builder.arg_max({8, 9}), 10u);
  EnsembleBuilder trees = builder.ensemble();
  trees.settings().num_groups = 2;
  trees.settings().base = {0, 0};
  EXPECT_EQ(builder.trees(trees.finish()), 11u);
  builder.output().values = {{"v", 12}};
  const Model model = builder.finish();
  EXPECT_EQ(model.num_columns, 13u);
  EXPECT_EQ(model.num_trees(), 0u);
  EXPECT_EQ(column_range(3, 3), (std::vector<ColumnId>{3, 4, 5}));
  EXPECT_EQ(default_feature_name(12), "f12");
}

TEST(Builder, counts_trees_and_nodes_of_all_ensembles) {
  Builder builder;
  builder.add_input({"a", ColumnType::kNumber, {}});
  for (int i = 0; i < 2; ++i) {
    EnsembleBuilder trees = builder.ensemble();
    trees.settings().features = {0};
    trees.settings().base = {0};
    for (int t = 0; t <= i; ++t) {
      trees.begin_tree();
      trees.split(0, 0, Split::kLess, 0, false, 1, 2);
      trees.leaf(1, 1), trees.leaf(2, 2);
      trees.end_tree();
    }
    builder.trees(trees.finish());
  }
  builder.output().values = {{"v", 1}};
  const Model model = builder.finish();
  EXPECT_EQ(model.num_trees(), 3u);
  EXPECT_EQ(model.num_tree_nodes(), 9u);
}

TEST(Builder, refuses_inputs_behind_nodes_and_holds_to_its_limits) {
  auto message = [](const Limits &limits, auto make) -> std::string {
    Builder builder(limits);
    try {
      make(builder);
    } catch (const Error &e) {
      return e.message() + "|" + e.detail();
    }
    return "no error";
  };
  const Input x{"x", ColumnType::kNumber, {}};
  EXPECT_EQ(message({},
                    [&](Builder &b) {
                      b.add_input(x), b.apply(Op::kAbs, {Operand::of(0)}), b.add_input(x);
                    }),
            "an input was added after a node|");
  Limits limits;
  limits.max_features = 1;
  EXPECT_EQ(message(limits, [&](Builder &b) { b.add_input(x), b.add_input(x); }),
            "model has too many features|Found 2, the limit is 1.");
  limits = {};
  limits.max_outputs = 2;
  EXPECT_EQ(message(limits, [](Builder &b) { b.link({.inputs = {0, 0, 0}}); }),
            "model has too many outputs|Found 3, the limit is 2.");
  limits = {};
  limits.max_columns = 3;
  EXPECT_EQ(
      message(limits, [](Builder &b) { b.link({.inputs = {0, 0}}), b.link({.inputs = {0, 0}}); }),
      "model has too many columns|Found 4, the limit is 3.");
  EXPECT_EQ(message({}, [&](Builder &b) { b.add_input(x), b.finish(); }),
            "a regression model has no value|");
}

}  // namespace
}  // namespace pgscore::model
