// The specification of trees, against values computed by hand. Every kernel must equal the
// interpreter.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "support/interpreted.hpp"

namespace pgscore::model {
namespace {

/// A tree of one split over x: 1 for left, 0 for right.
struct Stump {
  Split split = Split::kLess;
  double threshold = 0;
  std::vector<std::uint32_t> set = {};
  MissingKind missing = MissingKind::kNan;
  bool default_left = false;
  Precision compare = kDouble;

  double at(double x) const {
    return value_of(
        [&](Builder &builder) {
          EnsembleBuilder trees = builder.ensemble();
          trees.settings().features = {0};
          trees.settings().base = {0};
          trees.settings().compare = compare;
          trees.begin_tree();
          if (is_set_split(split))
            trees.split_in_set(0, 0, set, default_left, 1, 2, missing, split);
          else
            trees.split(0, 0, split, threshold, default_left, 1, 2, missing);
          trees.leaf(1, 1);
          trees.leaf(2, 0);
          trees.end_tree();
          return builder.trees(trees.finish());
        },
        x);
  }
};

TEST(Interpret, numeric_splits) {
  const Stump less{.split = Split::kLess, .threshold = 0.5},
      less_equal{.split = Split::kLessEqual, .threshold = 0.5};
  EXPECT_EQ(less.at(0.5), 0);
  EXPECT_EQ(less_equal.at(0.5), 1);
  EXPECT_EQ(less.at(std::nextafter(0.5, 0)), 1);
  EXPECT_EQ(less_equal.at(std::nextafter(0.5, 1)), 0);
  EXPECT_EQ(less.at(-kInfinity), 1);
  EXPECT_EQ(less_equal.at(kInfinity), 0);
  // Zeros are one number, infinities compare as numbers.
  EXPECT_EQ((Stump{.split = Split::kLess, .threshold = 0.0}.at(-0.0)), 0);
  EXPECT_EQ((Stump{.split = Split::kLessEqual, .threshold = -0.0}.at(0.0)), 1);
  EXPECT_EQ((Stump{.split = Split::kLess, .threshold = kInfinity}.at(kInfinity)), 0);
  EXPECT_EQ((Stump{.split = Split::kLessEqual, .threshold = kInfinity}.at(kInfinity)), 1);
}

TEST(Interpret, features_are_rounded_to_the_precision_of_the_comparison) {
  // 0.1f is 0.100000001490116...: above 0.1, so the double threshold 0.1 parts float32 and double.
  EXPECT_EQ((Stump{.split = Split::kLessEqual, .threshold = 0.1, .compare = kDouble}.at(0.1)), 1);
  EXPECT_EQ((Stump{.split = Split::kLessEqual, .threshold = 0.1, .compare = kSingle}.at(0.1)), 0);
  EXPECT_EQ((Stump{.split = Split::kLess, .threshold = 0.1f, .compare = kDouble}.at(0.1)), 1);
  EXPECT_EQ((Stump{.split = Split::kLess, .threshold = 0.1f, .compare = kSingle}.at(0.1)), 0);
  // 1e300 is infinite in float32; 2^24 + 1 lies half way and ties to even.
  EXPECT_EQ((Stump{.split = Split::kLess, .threshold = kInfinity, .compare = kSingle}.at(1e300)),
            0);
  EXPECT_EQ((Stump{.split = Split::kLess, .threshold = kInfinity, .compare = kDouble}.at(1e300)),
            1);
  EXPECT_EQ(
      (Stump{.split = Split::kLessEqual, .threshold = 16777216, .compare = kSingle}.at(16777217)),
      1);
  EXPECT_EQ(
      (Stump{.split = Split::kLessEqual, .threshold = 16777216, .compare = kDouble}.at(16777217)),
      0);
}

TEST(Interpret, missing_values_at_splits) {
  for (bool left : {false, true}) {
    Stump stump{.split = Split::kLess, .threshold = -1, .default_left = left};
    EXPECT_EQ(stump.at(kMissing), left);
    EXPECT_EQ(stump.at(0), 0);
    // The float 1e-35f itself is zero, the next double is not
    stump.missing = MissingKind::kZeroOrNan;
    EXPECT_EQ(stump.at(kMissing), left);
    for (double zero : {0.0, -0.0, 1e-36, -1e-36, double{1e-35f}, -double{1e-35f}})
      EXPECT_EQ(stump.at(zero), left) << zero;
    EXPECT_EQ(stump.at(std::nextafter(double{1e-35f}, 1)), 0);
    EXPECT_EQ(stump.at(-std::nextafter(double{1e-35f}, 1)), 0);
    stump.missing = MissingKind::kNanIsZero;
    EXPECT_EQ(stump.at(kMissing), 0);  // 0 < -1 is false, whatever the default
    stump.threshold = 1;
    EXPECT_EQ(stump.at(kMissing), 1);
  }
}

TEST(Interpret, category_sets) {
  for (Split split : {Split::kInSet, Split::kInSetTruncated}) {
    const Stump stump{.split = split, .set = {0, 3, 33}};
    for (double in : {0.0, -0.0, 0.9, 3.0, 3.999, 33.5}) EXPECT_EQ(stump.at(in), 1) << in;
    for (double out : {1.0, 2.0, -1.0, -1.5, -3.0, 32.0, 34.0, 63.9, 64.0, 65.0, 1e10, 4294967296.0,
                       4294967299.0, -4294967296.0, 1e300, -1e300, kInfinity, -kInfinity})
      EXPECT_EQ(stump.at(out), 0) << out;
    // Between -1 and 0 the two libraries part.
    for (double x : {-0.5, -1e-300, std::nextafter(-1.0, 0)})
      EXPECT_EQ(stump.at(x), split == Split::kInSetTruncated) << x;
    // ... but only category 0 is concerned, and an empty set has nobody.
    EXPECT_EQ((Stump{.split = split, .set = {1, 3}}.at(-0.5)), 0);
    EXPECT_EQ((Stump{.split = split, .set = {}}.at(0)), 0);
    // Missing values first.
    for (bool left : {false, true}) {
      EXPECT_EQ((Stump{.split = split, .set = {0}, .default_left = left}.at(kMissing)), left);
      EXPECT_EQ(
          (Stump{
              .split = split, .set = {0}, .missing = MissingKind::kZeroOrNan, .default_left = left}
               .at(0)),
          left);
      EXPECT_EQ(
          (Stump{
              .split = split, .set = {0}, .missing = MissingKind::kNanIsZero, .default_left = left}
               .at(kMissing)),
          1);
      EXPECT_EQ(
          (Stump{
              .split = split, .set = {1}, .missing = MissingKind::kNanIsZero, .default_left = left}
               .at(kMissing)),
          0);
    }
  }
  // Rounded first: the float32 nearest to -0.99999999999 is -1, which is nobody; 2.99999999999
  // becomes 3.
  EXPECT_EQ(
      (Stump{.split = Split::kInSetTruncated, .set = {0}, .compare = kSingle}.at(-0.99999999999)),
      0);
  EXPECT_EQ(
      (Stump{.split = Split::kInSetTruncated, .set = {0}, .compare = kDouble}.at(-0.99999999999)),
      1);
  EXPECT_EQ((Stump{.split = Split::kInSet, .set = {3}, .compare = kSingle}.at(2.99999999999)), 1);
}

/// Trees that are one leaf each, over two groups.
std::vector<double> sums(Precision precision, std::vector<double> base,
                         std::vector<std::pair<std::uint32_t, double>> leaves, double divisor = 0) {
  Builder builder;
  EnsembleBuilder trees = builder.ensemble();
  trees.settings().num_groups = 2;
  trees.settings().sum = precision;
  trees.settings().base = base;
  if (divisor != 0)
    trees.settings().aggregate = Aggregate::kAverage, trees.settings().divisor = divisor;
  for (const auto &[group, value] : leaves) {
    trees.begin_tree(group);
    trees.leaf(0, value);
    trees.end_tree();
  }
  const ColumnId first = builder.trees(trees.finish());
  builder.output().values = {{"a", first}, {"b", first + 1}};
  return interpret(builder.finish(), {});
}

TEST(Interpret, sums_in_the_precision_and_the_order_of_the_trees) {
  // In float32 2^24 + 1 is 2^24, but 1 + 1 first survives: the order shows.
  EXPECT_EQ(sums(kSingle, {16777216, 0}, {{0, 1}, {1, 5}, {0, 1}}),
            (std::vector<double>{16777216, 5}));
  EXPECT_EQ(sums(kSingle, {0, 0}, {{0, 1}, {0, 1}, {1, 5}, {0, 16777216}}),
            (std::vector<double>{16777218, 5}));
  EXPECT_EQ(sums(kDouble, {16777216, 0}, {{0, 1}, {1, 5}, {0, 1}}),
            (std::vector<double>{16777218, 5}));
  EXPECT_EQ(sums(kDouble, {0, 0}, {{0, 0.1}, {0, 0.2}, {0, 0.3}})[0], (0.1 + 0.2) + 0.3);
  EXPECT_NE(sums(kDouble, {0, 0}, {{0, 0.3}, {0, 0.2}, {0, 0.1}})[0], (0.1 + 0.2) + 0.3);
  EXPECT_EQ(sums(kSingle, {0.5, 0.25}, {}), (std::vector<double>{0.5, 0.25}));
  EXPECT_TRUE(is_missing(sums(kSingle, {0, 0}, {{0, 1}, {0, kMissing}})[0]));
}

TEST(Interpret, averages_divide_the_sum_with_its_base) {
  EXPECT_EQ(sums(kDouble, {1, 0}, {{0, 1}, {1, 2}}, 4), (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(sums(kSingle, {1, 0}, {}, 3)[0], double{1.0f / 3.0f});
  EXPECT_EQ(sums(kDouble, {1, 0}, {}, 3)[0], 1.0 / 3.0);
}

TEST(Interpret, leaf_vectors_add_to_all_groups) {
  Builder builder;
  builder.add_input({"x", ColumnType::kNumber, {}});
  EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = {0};
  trees.settings().num_groups = trees.settings().leaf_width = 2;
  trees.settings().base = {1, 2};
  for (int t = 0; t < 2; ++t) {
    trees.begin_tree();
    trees.split(0, 0, Split::kLess, t, false, 7, 9);
    trees.leaf_vector(7, std::vector<double>{10, 20});
    trees.leaf_vector(9, std::vector<double>{100, 200});
    trees.end_tree();
  }
  const ColumnId first = builder.trees(trees.finish());
  builder.output().values = {{"a", first}, {"b", first + 1}};
  const Model model = builder.finish();
  const double row[] = {0};
  EXPECT_EQ(interpret(model, row), (std::vector<double>{0, 111, 222}));
  EXPECT_EQ(interpret_leaves(model, row), (std::vector<std::uint32_t>{9, 7}));
}

TEST(Interpret, linear_leaves) {
  auto leaf = [](Precision precision, double constant, std::vector<LeafTerm> terms,
                 double when_missing, double x, double y) {
    Builder builder;
    builder.add_input({"x", ColumnType::kNumber, {}});
    builder.add_input({"y", ColumnType::kNumber, {}});
    EnsembleBuilder trees = builder.ensemble();
    trees.settings().features = {0, 1};
    trees.settings().base = {1};
    trees.settings().sum = precision;
    trees.settings().linear_leaves = true;
    trees.begin_tree();
    trees.split(0, 0, Split::kLess, 1000, true, 1, 2, MissingKind::kZeroOrNan);
    trees.linear_leaf(1, constant, terms, when_missing);
    trees.leaf(2, 64);
    trees.end_tree();
    const ColumnId column = builder.trees(trees.finish());
    builder.output().values = {{"v", column}};
    const double row[] = {x, y};
    return interpret(builder.finish(), row)[column];
  };
  EXPECT_EQ(leaf(kDouble, 2, {{0, 3}, {1, 5}}, -7, 10, 100), 1 + 2 + 30 + 500);
  // A constant leaf needs nothing
  EXPECT_EQ(leaf(kDouble, 2, {{0, 3}, {1, 5}}, -7, 2000, kMissing), 1 + 64);
  EXPECT_EQ(leaf(kDouble, 2, {}, -7, kMissing, kMissing), 1 + 2);
  EXPECT_EQ(leaf(kDouble, 2, {{1, 5}}, -7, kMissing, 1), 1 + 2 + 5);  // x is in no term
  // Any missing feature: the constant that stands in, not what was summed so far. Zero is no
  // missing value here.
  EXPECT_EQ(leaf(kDouble, 2, {{0, 3}, {1, 5}}, -7, 10, kMissing), 1 - 7);
  EXPECT_EQ(leaf(kDouble, 2, {{0, 3}, {1, 5}}, -7, kMissing, 100), 1 - 7);
  EXPECT_EQ(leaf(kDouble, 2, {{0, 3}, {1, 0}}, -7, 10, kMissing), 1 - 7);
  EXPECT_EQ(leaf(kDouble, 2, {{0, 3}, {1, 5}}, -7, 0, 0), 1 + 2);
  EXPECT_EQ(leaf(kDouble, 2, {{0, 1}}, -7, -kInfinity, 0), -kInfinity);
  // Term by term, in the precision of the sum, the feature rounded too; a product is rounded before
  // it is added.
  EXPECT_EQ(leaf(kDouble, 0.1, {{0, 0.2}, {1, 0.3}}, 0, 0.7, 0.9),
            1 + ((0.1 + 0.2 * 0.7) + 0.3 * 0.9));
  EXPECT_EQ(leaf(kSingle, 0.1f, {{0, 0.2f}, {1, 0.3f}}, 0, 0.7, 0.9),
            double{1 + ((0.1f + 0.2f * 0.7f) + 0.3f * 0.9f)});
  // What is zero to LightGBM is zero here, too.
  for (double zero : {1e-36, -1e-36, double{1e-35f}, -double{1e-35f}})
    EXPECT_EQ(leaf(kDouble, 0, {{0, 1e40}}, 0, zero, 0), 1);
  EXPECT_GT(leaf(kDouble, 0, {{0, 1e40}}, 0, std::nextafter(double{1e-35f}, 1), 0), 1000);
  // -16777217 is -16777216 in float32; three times the double would round to -50331652.
  EXPECT_EQ(leaf(kSingle, 0, {{0, 3}}, 0, -16777217, 0), -50331648);
  const double x = 1 + 0x1p-30;  // x * x - 1 keeps 2^-60 only when product and sum are fused
  EXPECT_EQ(leaf(kDouble, -1, {{0, x}}, 0, x, 0), 1 + (x * x - 1));
}

}  // namespace
}  // namespace pgscore::model
