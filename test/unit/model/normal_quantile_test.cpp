// Compares the quantile function of the normal distribution with the inverse of an independent
// distribution function, and with known values.
#include "model/normal_quantile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace pgscore::model {
namespace {

TEST(NormalQuantile, known_values) {
  EXPECT_EQ(normal_quantile(0.5), 0);
  // Tables of the normal distribution, to the last digit of a double.
  EXPECT_DOUBLE_EQ(normal_quantile(0.975), 1.959963984540054);
  EXPECT_DOUBLE_EQ(normal_quantile(0.95), 1.6448536269514722);
  EXPECT_DOUBLE_EQ(normal_quantile(0.75), 0.6744897501960817);
  EXPECT_DOUBLE_EQ(normal_quantile(0.001), -3.090232306167813);
}

TEST(NormalQuantile, ends_and_what_is_no_probability) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(normal_quantile(0), -kInfinity);
  EXPECT_EQ(normal_quantile(1), kInfinity);
  for (double p : {-1e-300, std::nextafter(1.0, 2.0), -kInfinity, kInfinity,
                   std::numeric_limits<double>::quiet_NaN()})
    EXPECT_TRUE(std::isnan(normal_quantile(p))) << p;
}

// An error of dz in z is one of |z| * dz of p in the tails, relative to p.
TEST(NormalQuantile, is_the_inverse) {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  std::size_t checked = 0;
  auto check = [&](double p) {
    const double z = normal_quantile(p), back = std::erfc(-z / std::numbers::sqrt2) / 2;
    ASSERT_NEAR(back / p, 1, 4 * (z * z + 1) * kEpsilon) << p;
    // It ascends, over the seams between the formulas, too
    ASSERT_LT(normal_quantile(p / 1.0001), z) << p;
    ++checked;
  };
  for (double p = 0.5; p > 1e-305; p /= 1.013) check(p);
  for (double p = 0.0001; p < 0.5; p += 0.00037) check(p);
  for (double p : {0.075, 0.07499999999, 0.07500000001, 1.3887943864964021e-11, 1.38e-11, 1.39e-11})
    check(p);
  for (double p = 0.001; p < 0.5; p += 0.001)
    ASSERT_NEAR(normal_quantile(1 - p), -normal_quantile(p), 1e-12 * (1 + 1 / p)) << p;
  EXPECT_GT(checked, 50000u);
}

}  // namespace
}  // namespace pgscore::model
