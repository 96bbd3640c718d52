// The specification, against values computed by hand (and, for links, from their definitions with
// other functions of <cmath> or tables). What this file says, every kernel must equal.
#include "model/interpret.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <limits>

#include "model/builder.hpp"

namespace pgscore::model {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Precision kSingle = Precision::kFloat32, kDouble = Precision::kFloat64;

bool is_missing(double x) { return std::isnan(x); }
/// The column that `add` makes of inputs "x" (a number) and "c" (a category of three).
double value_of(const std::function<ColumnId(Builder &)> &add, double x, double c = 0) {
  Builder builder;
  builder.add_input({"x", ColumnType::kNumber, {}});
  builder.add_input({"c", ColumnType::kCategory, {"p", "q", "r"}});
  const ColumnId column = add(builder);
  builder.output().values = {{"v", column}};
  const double row[] = {x, c};
  return interpret(builder.finish(), row)[column];
}

// ---- splits -------------------------------------------------------------------------------------

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

// ---- sums ---------------------------------------------------------------------------------------

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

// ---- tables, bins, linear predictors ------------------------------------------------------------

TEST(Interpret, tables) {
  auto by_code = [](double c) {
    return value_of(
        [](Builder &b) {
          return b.look_up(
              {.input = 1, .keys = {}, .values = {5, 6, 7}, .unknown = -1, .missing = -2});
        },
        0, c);
  };
  EXPECT_EQ(by_code(0), 5);
  EXPECT_EQ(by_code(2), 7);
  EXPECT_EQ(by_code(3), -1);
  EXPECT_EQ(by_code(kUnknownCategory), -1);
  EXPECT_EQ(by_code(kMissing), -2);
  auto by_key = [](double x) {
    return value_of(
        [](Builder &b) {
          return b.look_up({.input = 0,
                            .keys = {-1, 0, 2.5},
                            .values = {5, kMissing, 7},
                            .unknown = -1,
                            .missing = -2});
        },
        x);
  };
  EXPECT_EQ(by_key(-1), 5);
  EXPECT_TRUE(is_missing(by_key(-0.0)));
  EXPECT_EQ(by_key(2.5), 7);
  EXPECT_EQ(by_key(std::nextafter(2.5, 3)), -1);
  EXPECT_EQ(by_key(kInfinity), -1);
  EXPECT_EQ(by_key(kMissing), -2);
}

TEST(Interpret, hash_tables) {
  // CatBoost's CalcHashes, written out for the pairs (2, -1) and (0, 0).
  constexpr std::uint64_t kM = 0x4906ba494954cb65;
  const std::uint64_t pair = kM * (kM * (kM * 2) + kM * ~std::uint64_t{0});
  auto look_up = [&](double x, double c) {
    return value_of(
        [&](Builder &b) {
          HashLookUp table{
              .inputs = {0, 1}, .keys = {0, pair}, .values = {10, 11, 20, 21}, .unknown = {-1, -2}};
          return b.hash_look_up(table) + 1;
        },
        x, c);
  };
  EXPECT_EQ(look_up(2, -1), 21);
  EXPECT_EQ(look_up(0, 0), 11);
  EXPECT_EQ(look_up(-1, 2), -2);  // the order is part of the key
  EXPECT_EQ(look_up(2, 1), -2);
  for (double x : {kMissing, 2.5, kInfinity, -kInfinity, 1e300}) EXPECT_EQ(look_up(x, -1), -2) << x;
  EXPECT_EQ(look_up(2, kMissing), -2);
}

TEST(Interpret, bins) {
  auto bin = [](bool upper_open, double x) {
    return value_of(
        [&](Builder &b) {
          return b.discretize({.input = 0,
                               .cuts = {0, 10},
                               .upper_open = upper_open,
                               .values = {1, 2, 3},
                               .missing = -2});
        },
        x);
  };
  EXPECT_EQ(bin(true, -1), 1);
  EXPECT_EQ(bin(true, 0), 2);
  EXPECT_EQ(bin(false, 0), 1);
  EXPECT_EQ(bin(false, -0.0), 1);
  EXPECT_EQ(bin(true, 10), 3);
  EXPECT_EQ(bin(false, 10), 2);
  EXPECT_EQ(bin(false, kInfinity), 3);
  EXPECT_EQ(bin(true, -kInfinity), 1);
  EXPECT_EQ(bin(true, kMissing), -2);
}

TEST(Interpret, linear_predictors) {
  auto predictor = [](Linear linear, double x, double c, std::uint32_t output = 0) {
    linear.num_outputs = 2;
    linear.intercept = {0.25, 100};
    linear.terms = {{0, false, {2, 3}}, {1, true, {10, 11, 20, 21, 30, 31}}};
    return value_of([&](Builder &b) { return b.linear(linear) + output; }, x, c);
  };
  EXPECT_EQ(predictor({.intercept = {}, .terms = {}}, 4, 1), 0.25 + 8 + 20);
  EXPECT_EQ(predictor({.intercept = {}, .terms = {}}, 4, 1, 1), 100 + 12 + 21);
  const Linear skip{.on_missing = Linear::OnMissing::kSkip, .intercept = {}, .terms = {}};
  for (double c : {kMissing, kUnknownCategory, 3.0}) {
    EXPECT_TRUE(is_missing(predictor({.intercept = {}, .terms = {}}, 4, c)));
    EXPECT_EQ(predictor(skip, 4, c), 8.25);
  }
  EXPECT_TRUE(is_missing(predictor({.intercept = {}, .terms = {}}, kMissing, 0, 1)));
  EXPECT_EQ(predictor(skip, kMissing, 2, 1), 131);
}

TEST(Interpret, linear_predictors_add_in_order_and_precision) {
  auto predictor = [](Precision precision, bool intercept_first) {
    return value_of(
        [&](Builder &b) {
          return b.linear({.precision = precision,
                           .intercept_first = intercept_first,
                           .intercept = {16777216},
                           .terms = {{0, false, {1}}, {0, false, {1}}}});
        },
        1);
  };
  EXPECT_EQ(predictor(kSingle, true), 16777216);
  EXPECT_EQ(predictor(kSingle, false), 16777218);
  EXPECT_EQ(predictor(kDouble, true), 16777218);
  auto product = [](Precision precision, double coefficient, double x) {
    return value_of(
        [&](Builder &b) {
          return b.linear(
              {.precision = precision, .intercept = {0}, .terms = {{0, false, {coefficient}}}});
        },
        x);
  };
  EXPECT_EQ(product(kSingle, double{0.1f}, 0.1), double{0.1f * 0.1f});
  EXPECT_EQ(product(kDouble, 0.1, 0.1), 0.1 * 0.1);
}

TEST(Interpret, arg_max_is_the_first_of_the_greatest) {
  auto best = [](double x) {
    return value_of(
        [](Builder &b) {
          const ColumnId a = b.apply(Op::kMin, {Operand::of(0), Operand::value(5)});
          const ColumnId c = b.apply(Op::kAdd, {Operand::value(5), Operand::value(0)});
          return b.arg_max({a, c});
        },
        x);
  };
  EXPECT_EQ(best(4), 1);
  EXPECT_EQ(best(9), 0);  // equal: the first
  EXPECT_TRUE(is_missing(best(kMissing)));
}

TEST(Interpret, refuses_a_row_of_another_width) {
  Builder builder;
  builder.add_input({"x", ColumnType::kNumber, {}});
  builder.output().values = {{"v", 0}};
  EXPECT_THROW(interpret(builder.finish(), {}), Error);
}

// ---- operations ---------------------------------------------------------------------------------

double op(Op op, std::vector<double> args, Precision precision = kDouble) {
  return apply_op(op, precision, args);
}

TEST(ApplyOp, arithmetic) {
  EXPECT_EQ(op(Op::kAdd, {1, 2}), 3);
  EXPECT_EQ(op(Op::kSubtract, {1, 2}), -1);
  EXPECT_EQ(op(Op::kMultiply, {3, 2}), 6);
  EXPECT_EQ(op(Op::kDivide, {1, 0}), kInfinity);
  EXPECT_EQ(op(Op::kDivide, {-1, 4}), -0.25);
  EXPECT_EQ(op(Op::kMin, {3, 2}), 2);
  EXPECT_EQ(op(Op::kMax, {3, 2}), 3);
  EXPECT_EQ(op(Op::kPower, {3, 2}), 9);
  EXPECT_EQ(op(Op::kNegate, {3}), -3);
  EXPECT_EQ(op(Op::kAbs, {-3}), 3);
  EXPECT_EQ(op(Op::kSqrt, {9}), 3);
  EXPECT_TRUE(is_missing(op(Op::kSqrt, {-1})));
  EXPECT_EQ(op(Op::kExp, {0}), 1);
  EXPECT_EQ(op(Op::kExpm1, {1e-20}), 1e-20);
  EXPECT_EQ(op(Op::kLog, {1}), 0);
  EXPECT_EQ(op(Op::kLog, {0}), -kInfinity);
  EXPECT_EQ(op(Op::kLog1p, {1e-20}), 1e-20);
  EXPECT_EQ(op(Op::kFloor, {-0.5}), -1);
  EXPECT_EQ(op(Op::kCeil, {0.5}), 1);
  EXPECT_EQ(op(Op::kRound, {2.5}), 3);  // away from zero, not to even
  EXPECT_EQ(op(Op::kRound, {-2.5}), -3);
  EXPECT_EQ(op(Op::kToFloat32, {0.1}), double{0.1f});
  EXPECT_EQ(op(Op::kAdd, {16777216, 1}, kSingle), 16777216);
  EXPECT_EQ(op(Op::kMultiply, {0.1, 1}, kSingle), double{0.1f});
  EXPECT_EQ(op(Op::kIfMissing, {0.1, 5}, kSingle), double{0.1f});
  for (Op each :
       {Op::kAdd, Op::kSubtract, Op::kMultiply, Op::kDivide, Op::kMin, Op::kMax, Op::kPower,
        Op::kLess, Op::kLessEqual, Op::kGreater, Op::kGreaterEqual, Op::kEqual, Op::kNotEqual}) {
    EXPECT_TRUE(is_missing(op(each, {kMissing, 0})));  // pow(NaN, 0) would be 1
    EXPECT_TRUE(is_missing(op(each, {1, kMissing})));  // pow(1, NaN) would be 1
  }
  for (Op each : {Op::kNegate, Op::kAbs, Op::kSqrt, Op::kExp, Op::kExpm1, Op::kLog, Op::kLog1p,
                  Op::kFloor, Op::kCeil, Op::kRound, Op::kNot, Op::kToFloat32})
    EXPECT_TRUE(is_missing(op(each, {kMissing})));
}

TEST(ApplyOp, comparisons) {
  const double pairs[][2] = {{1, 2}, {2, 2}, {3, 2}};
  const int expected[][6] = {{1, 1, 0, 0, 0, 1}, {0, 1, 0, 1, 1, 0}, {0, 0, 1, 1, 0, 1}};
  const Op ops[] = {Op::kLess,         Op::kLessEqual, Op::kGreater,
                    Op::kGreaterEqual, Op::kEqual,     Op::kNotEqual};
  for (int p = 0; p < 3; ++p)
    for (int o = 0; o < 6; ++o)
      EXPECT_EQ(op(ops[o], {pairs[p][0], pairs[p][1]}), expected[p][o]) << p << ' ' << o;
  EXPECT_EQ(op(Op::kEqual, {0.1, double{0.1f}}), 0);
  EXPECT_EQ(op(Op::kEqual, {0.1, double{0.1f}}, kSingle), 1);
}

TEST(ApplyOp, truth_has_three_values) {
  const double truths[] = {0, 2, kMissing};
  const double conjunction[3][3] = {{0, 0, 0}, {0, 1, kMissing}, {0, kMissing, kMissing}};
  const double disjunction[3][3] = {{0, 1, kMissing}, {1, 1, 1}, {kMissing, 1, kMissing}};
  auto same = [](double a, double b) { return a == b || (is_missing(a) && is_missing(b)); };
  for (int x = 0; x < 3; ++x)
    for (int y = 0; y < 3; ++y) {
      EXPECT_TRUE(same(op(Op::kAnd, {truths[x], truths[y]}), conjunction[x][y])) << x << ' ' << y;
      EXPECT_TRUE(same(op(Op::kOr, {truths[x], truths[y]}), disjunction[x][y])) << x << ' ' << y;
    }
  EXPECT_EQ(op(Op::kNot, {0}), 1);
  EXPECT_EQ(op(Op::kNot, {-3}), 0);
  EXPECT_EQ(op(Op::kIsMissing, {kMissing}), 1);
  EXPECT_EQ(op(Op::kIsMissing, {kInfinity}), 0);
  EXPECT_EQ(op(Op::kIfMissing, {kMissing, 5}), 5);
  EXPECT_EQ(op(Op::kIfMissing, {0, 5}), 0);
  EXPECT_TRUE(is_missing(op(Op::kIfMissing, {kMissing, kMissing})));
  EXPECT_EQ(op(Op::kIf, {1, 5, 6}), 5);
  EXPECT_EQ(op(Op::kIf, {0, 5, 6}), 6);
  EXPECT_TRUE(is_missing(op(Op::kIf, {kMissing, 5, 6})));
  EXPECT_EQ(op(Op::kIf, {1, 5, kMissing}), 5);
  EXPECT_TRUE(is_missing(op(Op::kIf, {0, 5, kMissing})));
  EXPECT_EQ(op(Op::kIndicator, {3, 3}), 1);
  EXPECT_EQ(op(Op::kIndicator, {3, 4}), 0);
  EXPECT_EQ(op(Op::kIndicator, {kMissing, kMissing}), 0);
  EXPECT_EQ(op(Op::kIndicator, {kUnknownCategory, 0}), 0);
}

// ---- links --------------------------------------------------------------------------------------

double link(LinkFunction function, double x, Precision precision = kDouble) {
  apply_link(function, precision, {&x, 1});
  return x;
}
std::vector<double> links(LinkFunction function, std::vector<double> values,
                          Precision precision = kDouble) {
  apply_link(function, precision, values);
  return values;
}

TEST(ApplyLink, at_points_known_otherwise) {
  constexpr double kE = 2.718281828459045235, kPi = 3.141592653589793238;
  EXPECT_DOUBLE_EQ(link(LinkFunction::kLogistic, 0), 0.5);
  EXPECT_DOUBLE_EQ(link(LinkFunction::kLogistic, std::log(3)), 0.75);
  EXPECT_DOUBLE_EQ(link(LinkFunction::kLogistic, -std::log(3)), 0.25);
  EXPECT_EQ(link(LinkFunction::kLogistic, -1000), 0);
  EXPECT_EQ(link(LinkFunction::kLogistic, 1000), 1);
  EXPECT_DOUBLE_EQ(link(LinkFunction::kLogisticGlm, std::log(3)), 0.75);
  EXPECT_DOUBLE_EQ(link(LinkFunction::kExp, 1), kE);
  EXPECT_DOUBLE_EQ(link(LinkFunction::kNormalCdf, 0), 0.5);
  // The table of every statistics book
  EXPECT_DOUBLE_EQ(link(LinkFunction::kNormalCdf, 1.959963984540054), 0.975);
  EXPECT_NEAR(link(LinkFunction::kNormalCdf, -1.959963984540054), 0.025, 1e-16);
  EXPECT_DOUBLE_EQ(link(LinkFunction::kCloglog, 0), 1 - 1 / kE);
  // 1 - exp(-exp(x)) would be 0 there
  EXPECT_DOUBLE_EQ(link(LinkFunction::kCloglog, -40), std::exp(-40));
  EXPECT_DOUBLE_EQ(link(LinkFunction::kLoglog, 0), 1 / kE);
  EXPECT_DOUBLE_EQ(link(LinkFunction::kCauchit, 0), 0.5);
  EXPECT_DOUBLE_EQ(link(LinkFunction::kCauchit, 1), 0.75);  // atan(1) is pi / 4
  EXPECT_DOUBLE_EQ(link(LinkFunction::kCauchit, std::tan(kPi / 3)), 0.5 + 1.0 / 3);
  EXPECT_EQ(link(LinkFunction::kReciprocal, 4), 0.25);
  EXPECT_EQ(link(LinkFunction::kInverseSquare, 16), 0.25);
  EXPECT_EQ(link(LinkFunction::kSquare, -3), 9);
  for (int f = 0; f <= static_cast<int>(LinkFunction::kSquare); ++f)
    EXPECT_TRUE(is_missing(link(static_cast<LinkFunction>(f), kMissing))) << f;
}

TEST(ApplyLink, the_logistic_of_r_stops_at_thirty) {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();  // R's DBL_EPSILON
  EXPECT_EQ(link(LinkFunction::kLogisticGlm, -30.1), kEpsilon / (1 + kEpsilon));
  EXPECT_EQ(link(LinkFunction::kLogisticGlm, -1000), kEpsilon / (1 + kEpsilon));
  EXPECT_EQ(link(LinkFunction::kLogisticGlm, 1000), (1 / kEpsilon) / (1 + 1 / kEpsilon));
  EXPECT_EQ(link(LinkFunction::kLogisticGlm, -30), std::exp(-30.0) / (1 + std::exp(-30.0)));
  EXPECT_LT(link(LinkFunction::kLogisticGlm, 1000), 1);
}

TEST(ApplyLink, the_logistic_of_xgboost_is_float) {
  const float x = -0.75f;
  EXPECT_EQ(link(LinkFunction::kLogistic, x, kSingle),
            double{1.0f / (std::exp(-x) + 1.0f + 1e-16f)});
  // Not 0: -x stops at 88.7
  EXPECT_EQ(link(LinkFunction::kLogistic, -1000, kSingle), double{1.0f / (std::exp(88.7f) + 1.0f)});
  EXPECT_GT(link(LinkFunction::kLogistic, -1000, kSingle), 0);
}

TEST(ApplyLink, softmax_and_normalize) {
  const std::vector<double> softmax =
      links(LinkFunction::kSoftmax, {std::log(1), std::log(2), std::log(5)});
  for (int i = 0; i < 3; ++i)
    EXPECT_DOUBLE_EQ(softmax[static_cast<std::size_t>(i)],
                     (std::vector<double>{0.125, 0.25, 0.625}[i]));
  // Without the maximum: inf / inf
  EXPECT_EQ(links(LinkFunction::kSoftmax, {1000, 1000}), (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(links(LinkFunction::kSoftmax, {-1000, -1000}), (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(links(LinkFunction::kSoftmax, {0, -2000}), (std::vector<double>{1, 0}));
  // float32, but the sum in double: 3 * exp(-20) is lost beside 1 in a float32 sum only if added
  // one by one.
  const std::vector<double> narrow = links(LinkFunction::kSoftmax, {0, -17, -17, -17}, kSingle);
  const double small = std::exp(-17.0f), sum = 1 + small + small + small;
  EXPECT_EQ(narrow[0], double{1.0f / static_cast<float>(sum)});
  EXPECT_EQ(narrow[1], double{static_cast<float>(small) / static_cast<float>(sum)});
  EXPECT_EQ(links(LinkFunction::kNormalize, {1, 3}), (std::vector<double>{0.25, 0.75}));
  EXPECT_EQ(links(LinkFunction::kNormalize, {0, 0, 0, 0}),
            (std::vector<double>{0.25, 0.25, 0.25, 0.25}));
  for (LinkFunction function : {LinkFunction::kSoftmax, LinkFunction::kNormalize})
    for (double x : links(function, {1, kMissing, 2})) EXPECT_TRUE(is_missing(x));
  EXPECT_EQ(links(LinkFunction::kSquare, {2, kMissing})[0], 4);  // the others: each by itself
}

}  // namespace
}  // namespace pgscore::model
