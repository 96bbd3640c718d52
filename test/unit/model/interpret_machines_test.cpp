// The specification of reductions, ranks, predicate trees, layers, kernel machines and distances,
// against values computed by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/builder.hpp"
#include "model/interpret.hpp"

namespace pgscore::model {
namespace {

constexpr double kNone = kMissing;

/// The columns that `add` makes of the inputs, from `first` on.
template <class Add>
std::vector<double> columns_of(const std::vector<double> &row, Add add) {
  Builder builder;
  std::vector<ColumnId> inputs;
  for (std::size_t i = 0; i < row.size(); ++i)
    inputs.push_back(builder.add_input({"x" + std::to_string(i), ColumnType::kNumber, {}}));
  const ColumnId first = add(builder, inputs);
  builder.output().values = {{"v", first}};
  const std::vector<double> columns = interpret(builder.finish(), row);
  return {columns.begin() + first, columns.end()};
}
void expect_columns(const std::vector<double> &actual, const std::vector<double> &expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i)
    if (std::isnan(expected[i]))
      EXPECT_TRUE(std::isnan(actual[i])) << "column " << i << " is " << actual[i];
    else
      EXPECT_DOUBLE_EQ(actual[i], expected[i]) << "column " << i;
}

double reduced(Reduction function, const std::vector<double> &row, bool skip = false,
               Precision precision = Precision::kFloat64) {
  return columns_of(row, [&](Builder &b, auto &inputs) {
    return b.reduce({function, precision, skip, inputs});
  })[0];
}

TEST(Reduce, folds_in_order) {
  const std::vector<double> row = {3, -4, 0.5, 2};
  EXPECT_EQ(reduced(Reduction::kSum, row), 1.5);
  EXPECT_EQ(reduced(Reduction::kProduct, row), -12);
  EXPECT_EQ(reduced(Reduction::kMin, row), -4);
  EXPECT_EQ(reduced(Reduction::kMax, row), 3);
  EXPECT_EQ(reduced(Reduction::kMean, row), 0.375);
  EXPECT_EQ(reduced(Reduction::kMedian, row), 1.25);
  EXPECT_EQ(reduced(Reduction::kMedian, {5, 1, 4}), 4);
  EXPECT_EQ(reduced(Reduction::kSumSquares, row), 29.25);
  EXPECT_EQ(reduced(Reduction::kSumSizes, row), 9.5);
  // The order shows in the rounding: (1e16 + 1) + 1 stays, 1 + 1 first does not.
  EXPECT_EQ(reduced(Reduction::kSum, {1e16, 1, 1}), 1e16);
  EXPECT_EQ(reduced(Reduction::kSum, {1, 1, 1e16}), 1e16 + 2);
  EXPECT_EQ(reduced(Reduction::kSum, {0.1, 0.2}, false, Precision::kFloat32), double{0.1f + 0.2f});
}

TEST(Reduce, weighted_median) {
  auto median = [](const std::vector<double> &row, const std::vector<double> &weights,
                   bool skip = false) {
    return columns_of(row, [&](Builder &b, auto &inputs) {
      return b.reduce({Reduction::kWeightedMedian, Precision::kFloat64, skip, inputs, weights});
    })[0];
  };
  EXPECT_EQ(median({7, 1, 5}, {11, 3, 7}), 7);
  EXPECT_EQ(median({7, 1, 5}, {1, 3, 7}), 5);
  EXPECT_EQ(median({5, 1}, {7, 3}), 5);
  EXPECT_EQ(median({5, 1}, {3, 3}), 1);  // half is enough
  EXPECT_EQ(median({4, 4, 1}, {1, 1, 1}), 4);
  EXPECT_EQ(median({9, 8, 7}, {0, 0, 1}), 7);
  EXPECT_EQ(median({9, 8, 7}, {1, 0, 0}), 9);
  EXPECT_EQ(median({3}, {0}), 3);
  EXPECT_TRUE(std::isnan(median({3, 4}, {-3, 1})));  // weights that nobody reaches half of
  EXPECT_TRUE(std::isnan(median({7, kNone, 5}, {1, 1, 5})));
  // The weight of what is missing does not count
  EXPECT_EQ(median({7, kNone, 5}, {3, 9, 2}, true), 7);
  EXPECT_TRUE(std::isnan(median({kNone, kNone}, {1, 1}, true)));
}

TEST(Reduce, missing_inputs) {
  EXPECT_TRUE(std::isnan(reduced(Reduction::kSum, {1, kNone, 2})));
  EXPECT_EQ(reduced(Reduction::kSum, {1, kNone, 2}, true), 3);
  EXPECT_EQ(reduced(Reduction::kMean, {1, kNone, 2}, true), 1.5);
  EXPECT_EQ(reduced(Reduction::kMedian, {kNone, 7, kNone}, true), 7);
  EXPECT_TRUE(std::isnan(reduced(Reduction::kMax, {kNone, kNone}, true)));
}

TEST(Rank, orders_and_leaves_missing_out) {
  auto rank = [](const std::vector<double> &row, bool ascending, std::uint32_t count) {
    return columns_of(row,
                      [&](Builder &b, auto &inputs) { return b.rank({ascending, count, inputs}); });
  };
  expect_columns(rank({2, 5, kNone, 5, 1}, false, 5), {1, 3, 0, 4, kNone});
  expect_columns(rank({2, 5, kNone, 5, 1}, true, 2), {4, 0});
}

/// Root with children a, b (default: b); b with children c, d.
PredicateTree tree_of(PredicateTree::OnMissing on_missing,
                      PredicateTree::NoTrueChild no_true_child) {
  PredicateTree tree;
  tree.on_missing = on_missing;
  tree.no_true_child = no_true_child;
  tree.nodes = {{Operand::value(1), 1, 2, 2},
                {Operand::of(0)},
                {Operand::of(1), 3, 2},
                {Operand::of(2)},
                {Operand::of(3)}};
  return tree;
}
using OnMissing = PredicateTree::OnMissing;
using NoTrueChild = PredicateTree::NoTrueChild;
std::vector<double> walk(const std::vector<double> &predicates, OnMissing on_missing,
                         NoTrueChild no_true_child = NoTrueChild::kNone) {
  return columns_of(predicates, [&](Builder &b, auto &) {
    return b.predicate_tree(tree_of(on_missing, no_true_child));
  });
}

TEST(PredicateTree, goes_to_the_first_true_child) {
  expect_columns(walk({1, 1, 1, 1}, OnMissing::kFalse), {1, 0});
  expect_columns(walk({0, 1, 1, 1}, OnMissing::kFalse), {3, 0});
  expect_columns(walk({0, 1, 0, 1}, OnMissing::kFalse), {4, 0});
  expect_columns(walk({0, 1, 0, 0}, OnMissing::kFalse), {kNone, 0});
  expect_columns(walk({0, 1, 0, 0}, OnMissing::kFalse, NoTrueChild::kLast), {2, 0});
}

TEST(PredicateTree, missing_predicates) {
  expect_columns(walk({kNone, 1, 1, 0}, OnMissing::kFalse), {3, 0});
  expect_columns(walk({kNone, 1, 1, 0}, OnMissing::kLast), {0, 0});
  expect_columns(walk({kNone, 1, 1, 0}, OnMissing::kNone), {kNone, 0});
  // To b, although its predicate is false
  expect_columns(walk({kNone, 0, 1, 0}, OnMissing::kDefaultChild), {3, 1});
  // Nowhere: b has no default child.
  expect_columns(walk({kNone, 0, kNone, 1}, OnMissing::kDefaultChild), {kNone, 1});
  // A comes first
  expect_columns(walk({1, kNone, 0, 0}, OnMissing::kNone), {1, 0});
}

TEST(PredicateTree, root_must_be_true) {
  PredicateTree tree;
  for (double root : {0.0, kNone}) {
    tree.nodes.resize(1);
    tree.nodes[0].predicate = Operand::value(root);
    expect_columns(columns_of({1}, [&](Builder &b, auto &) { return b.predicate_tree(tree); }),
                   {kNone, 0});
  }
}

TEST(Dense, fuses_in_order) {
  Dense layer;
  layer.precision = Precision::kFloat64;
  layer.num_outputs = 2;
  layer.weights = {1, 10, 2, 20};
  layer.bias = {0.5, -1};
  auto score = [&](const std::vector<double> &row) {
    return columns_of(row, [&](Builder &b, auto &inputs) {
      Dense copy = layer;
      copy.inputs = inputs;
      return b.dense(copy);
    });
  };
  expect_columns(score({3, 4}), {11.5, 109});
  expect_columns(score({3, kNone}), {kNone, kNone});
  // One rounding for each product and sum: 2^-60 survives of (1 + 2^-30)^2 - 1 - 2^-29.
  layer.num_outputs = 1;
  const double x = 1 + 0x1p-30;
  layer.weights = {1, x};
  layer.bias = {0};
  expect_columns(score({-1 - 0x1p-29, x}), {0x1p-60});
  layer.precision = Precision::kFloat32;
  layer.weights = {1, 1};
  expect_columns(score({0.1, 0}), {double{0.1f}});
}

TEST(KernelMachine, kernels) {
  using Kernel = KernelMachine::Kernel;
  KernelMachine machine;
  machine.gamma = 0.5;
  machine.offset = 1;
  machine.degree = 3;
  machine.vectors = {1, 2, 0, -1};
  machine.coefficients = {2, -1};
  machine.intercept = {0.25};
  auto score = [&](Kernel kernel, const std::vector<double> &row) {
    return columns_of(row, [&](Builder &b, auto &inputs) {
      KernelMachine copy = machine;
      copy.kernel = kernel;
      copy.inputs = inputs;
      return b.kernel_machine(copy);
    });
  };
  // Products with (3, -1): 1 and 1. Squared distances: 13 and 9.
  expect_columns(score(Kernel::kLinear, {3, -1}), {2 * 1 - 1 + 0.25});
  expect_columns(score(Kernel::kPolynomial, {3, -1}), {2 * 3.375 - 3.375 + 0.25});
  expect_columns(score(Kernel::kRadial, {3, -1}), {2 * std::exp(-6.5) - std::exp(-4.5) + 0.25});
  expect_columns(score(Kernel::kSigmoid, {3, -1}), {2 * std::tanh(1.5) - std::tanh(1.5) + 0.25});
  expect_columns(score(Kernel::kLinear, {kNone, -1}), {kNone});
  machine.coefficients = {0, -1};  // 0 * infinity would not be a number
  expect_columns(score(Kernel::kLinear, {std::numeric_limits<double>::infinity(), 0}), {kNone});
  machine.vectors = {1, 2, 1, 1};
  expect_columns(score(Kernel::kLinear, {std::numeric_limits<double>::infinity(), 0}),
                 {-std::numeric_limits<double>::infinity()});
}

TEST(PairwiseCoupling, two_classes_and_three) {
  auto couple = [](const std::vector<double> &row, std::uint32_t classes) {
    return columns_of(row, [&](Builder &b, auto &inputs) {
      return b.pairwise_coupling({Precision::kFloat64, classes, inputs});
    });
  };
  // With two classes the answer is the pair's own, within the accuracy at which the rounds end.
  const std::vector<double> two = couple({0.8}, 2);
  EXPECT_NEAR(two[0], 0.8, 0.005);
  EXPECT_NEAR(two[0] + two[1], 1, 1e-12);
  // All pairs undecided; consistent pairs p_i / (p_i + p_j) of (0.6, 0.3, 0.1) give these.
  expect_columns(couple({0.5, 0.5, 0.5}, 3), {1.0 / 3, 1.0 / 3, 1.0 / 3});
  const std::vector<double> three = couple({0.6 / 0.9, 0.6 / 0.7, 0.3 / 0.4}, 3);
  EXPECT_NEAR(three[0], 0.6, 0.01);
  EXPECT_NEAR(three[1], 0.3, 0.01);
  EXPECT_NEAR(three[2], 0.1, 0.01);
  expect_columns(couple({0.5, kNone, 0.5}, 3), {kNone, kNone, kNone});
}

TEST(Distances, measures) {
  using Measure = Distances::Measure;
  using Compare = Distances::Compare;
  Distances node;
  node.num_points = 2;
  node.points = {0, 0, 3, kNone};
  node.exponent = 3;
  auto measure = [&](Measure kind, const std::vector<double> &row, std::uint32_t nearest = 0,
                     Compare compare = Compare::kAbsDiff) {
    return columns_of(row, [&](Builder &b, auto &) {
      Distances copy = node;
      copy.measure = kind;
      copy.fields = {{0, compare, 1, 2}, {1, compare, 2, 2}};
      copy.nearest = nearest;
      return b.distances(copy);
    });
  };
  // Differences: (1, -2) and (-2, missing); weights 1 and 2, so what is left of the second counts
  // 3/1.
  expect_columns(measure(Measure::kEuclidean, {1, -2}), {3, std::sqrt(3 * 4.0)});
  expect_columns(measure(Measure::kSquaredEuclidean, {1, -2}), {9, 12});
  expect_columns(measure(Measure::kCityBlock, {1, -2}), {5, 6});
  expect_columns(measure(Measure::kChebychev, {1, -2}), {4, 2});
  expect_columns(measure(Measure::kMinkowski, {1, -2}),
                 {std::pow(17, 1.0 / 3), std::pow(24, 1.0 / 3)});
  expect_columns(measure(Measure::kCityBlock, {kNone, -2}), {2 * 2 * 1.5, kNone});
  expect_columns(measure(Measure::kCityBlock, {0, 5}, 0, Compare::kDelta), {2, 3});
  expect_columns(measure(Measure::kCityBlock, {0, 5}, 0, Compare::kEqual), {1, 0});
  expect_columns(measure(Measure::kCityBlock, {2, 0}, 0, Compare::kGauss),
                 {0.5 + 2, 3 * std::pow(2, -0.25)});
  // The second point is nearest, at 0
  expect_columns(measure(Measure::kCityBlock, {3, 1}, 1), {1, 0});
  expect_columns(measure(Measure::kCityBlock, {kNone, 1}, 2), {0, kNone, 3, kNone});
}

TEST(Distances, binary_similarity) {
  Distances node;
  node.measure = Distances::Measure::kBinary;
  node.binary = {1, 0, 0, 0, 1, 1, 1, 0};  // Jaccard
  node.fields = {{0}, {1}, {2}};
  node.num_points = 2;
  node.points = {1, 1, 0, 1, 0, 0};
  auto score = [&](std::uint32_t nearest) {
    node.nearest = nearest;
    return columns_of({1, 1, 1}, [&](Builder &b, auto &) { return b.distances(node); });
  };
  expect_columns(score(0), {2.0 / 3, 1.0 / 3});
  expect_columns(score(1), {0, 2.0 / 3});  // the most similar
}

}  // namespace
}  // namespace pgscore::model
