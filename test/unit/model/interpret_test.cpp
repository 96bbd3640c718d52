// The specification of tables, bins, linear predictors and arg max, against values computed by
// hand. Every kernel must equal the interpreter.
#include <gtest/gtest.h>

#include <cmath>

#include "support/interpreted.hpp"

namespace pgscore::model {
namespace {

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

}  // namespace
}  // namespace pgscore::model
