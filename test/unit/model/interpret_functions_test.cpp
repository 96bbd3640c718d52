// The specification of operations and links, against values computed by hand; for links, against
// their definitions with other functions of <cmath>, or tables.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/interpreted.hpp"

namespace pgscore::model {
namespace {

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
