// Metrics of numbers: known values, rows shared between states, and what doubles alone would lose.
#include "metrics/regression.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "support/ranking_memory.hpp"

using namespace pgscore::metrics;

namespace {

struct Row {
  double actual, predicted, weight;
};

RegressionSums sums_of(const std::vector<Row> &rows, std::size_t first = 0, std::size_t step = 1) {
  RegressionSums sums;
  for (std::size_t i = first; i < rows.size(); i += step)
    sums.add(rows[i].actual, rows[i].predicted, rows[i].weight);
  return sums;
}

std::optional<double> median_of(const std::vector<std::pair<double, double>> &weighted) {
  auto rows = test::ranked_rows(1 << 20);
  for (const auto &[value, weight] : weighted) rows->add(value, true, weight);
  return median(*rows);
}

}  // namespace

TEST(Regression, known_values) {
  const RegressionSums sums = sums_of({{1, 2, 1}, {2, 2, 1}, {4, 2, 1}, {5, 9, 0}});
  EXPECT_DOUBLE_EQ(*rmse(sums), std::sqrt(5.0 / 3));
  EXPECT_DOUBLE_EQ(*mae(sums), 1);
  EXPECT_DOUBLE_EQ(*mape(sums), 0.5);
  EXPECT_DOUBLE_EQ(*r2_score(sums), 1 - 5 / (14.0 / 3));
}

TEST(Regression, weights_are_repeated_rows) {
  const RegressionSums weighted = sums_of({{1, 2, 3}, {2, 2, 1}, {4, 2, 2}});
  const RegressionSums repeated =
      sums_of({{1, 2, 1}, {4, 2, 1}, {1, 2, 1}, {2, 2, 1}, {4, 2, 1}, {1, 2, 1}});
  EXPECT_DOUBLE_EQ(*rmse(weighted), *rmse(repeated));
  EXPECT_DOUBLE_EQ(*mae(weighted), *mae(repeated));
  EXPECT_DOUBLE_EQ(*mape(weighted), *mape(repeated));
  EXPECT_DOUBLE_EQ(*r2_score(weighted), *r2_score(repeated));
}

TEST(Regression, what_is_not_defined) {
  EXPECT_EQ(rmse({}), std::nullopt);
  EXPECT_EQ(mae({}), std::nullopt);
  EXPECT_EQ(mape({}), std::nullopt);
  EXPECT_EQ(r2_score({}), std::nullopt);
  EXPECT_EQ(r2_score(sums_of({{1, 2, 1}})), std::nullopt);
  EXPECT_EQ(r2_score(sums_of({{1e200, 2, 1}, {-1e200, 0, 1}})), std::nullopt);
  EXPECT_EQ(r2_score(sums_of({{0.1, 0.1, 1}, {0.1, 0.1, 1}, {0.1, 0.1, 1}})), 1);
  EXPECT_EQ(r2_score(sums_of({{0.1, 0.1, 1}, {0.1, 0.2, 1}, {0.1, 0.1, 1}})), 0);
  EXPECT_GT(*mape(sums_of({{0, 1, 1}})), 4e15);
}

TEST(Regression, spread_far_from_zero) {
  // The numbers 0 to n - 1 have the spread (n^3 - n) / 12, wherever they begin.
  constexpr double kRows = 100'000;
  for (const double origin : {0.0, 1e6, -1e15})
    for (const double outlier : {0.0, 1e12}) {
      Spread whole, parts[3];
      if (outlier != 0) whole.add(outlier, 1e-3);
      for (double i = 0; i < kRows; ++i) {
        whole.add(origin + i, 1);
        parts[static_cast<int>(i) % 3].add(origin + i, 1);
      }
      const double expected = (kRows * kRows * kRows - kRows) / 12;
      if (outlier == 0) {
        EXPECT_DOUBLE_EQ(whole.value(), expected);
      }
      Spread joined;
      for (const Spread &part : parts) joined.add(part);
      EXPECT_DOUBLE_EQ(joined.value(), expected);
      if (outlier != 0) {
        joined.add(outlier, 1e-3);
        EXPECT_DOUBLE_EQ(whole.value(), joined.value());
      }
    }
}

TEST(Regression, equal_values_have_no_spread) {
  Spread spread, other;
  EXPECT_EQ(spread.value(), 0);
  for (int i = 1; i < 1000; ++i) (i % 2 ? spread : other).add(0.1, 1.0 / i);
  spread.add(other);
  EXPECT_EQ(spread.value(), 0);
}

TEST(Regression, rows_are_shared) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal(100, 3);
  std::vector<Row> rows;
  for (int i = 0; i < 20'000; ++i)
    rows.push_back({normal(random), normal(random), std::fabs(normal(random))});
  const RegressionSums whole = sums_of(rows);
  RegressionSums joined;
  for (int part = 0; part < 4; ++part) joined.add(sums_of(rows, part, 4));
  EXPECT_DOUBLE_EQ(*rmse(whole), *rmse(joined));
  EXPECT_DOUBLE_EQ(*mae(whole), *mae(joined));
  EXPECT_DOUBLE_EQ(*mape(whole), *mape(joined));
  EXPECT_DOUBLE_EQ(*r2_score(whole), *r2_score(joined));
}

TEST(Regression, medians) {
  EXPECT_EQ(median_of({}), std::nullopt);
  EXPECT_EQ(median_of({{3, 0}}), std::nullopt);
  EXPECT_EQ(median_of({{3, 1}}), 3);
  EXPECT_EQ(median_of({{3, 1}, {1, 1}}), 2);
  EXPECT_EQ(median_of({{3, 1}, {1, 1}, {7, 1}}), 3);
  EXPECT_EQ(median_of({{3, 1}, {1, 1}, {7, 1}, {4, 1}}), 3.5);
  EXPECT_EQ(median_of({{3, 1}, {1, 1}, {7, 1}, {3, 1}}), 3);
  EXPECT_EQ(median_of({{3, 1.7}, {1, 1.7}, {7, 1.7}, {4, 1.7}}), 3.5);
  EXPECT_EQ(median_of({{3, 1}, {1, 1}, {7, 1}, {4, 1.5}}), 4);
  EXPECT_EQ(median_of({{1, 5}, {2, 1}}), 1);
  EXPECT_EQ(median_of({{1, 1}, {2, 5}}), 2);
  EXPECT_EQ(median_of({{1, 3}, {2, 3}}), 1.5);
}

TEST(Regression, deviances_near_and_far) {
  EXPECT_EQ(poisson_deviance(0, 3), 6);
  EXPECT_EQ(poisson_deviance(3, 3), 0);
  EXPECT_EQ(gamma_deviance(3, 3), 0);
  // (actual - predicted)^2 / actual, nearly: the terms of the definition cancel.
  EXPECT_NEAR(poisson_deviance(1e6 + 1, 1e6) * 1e6, 1, 1e-6);
  EXPECT_NEAR(gamma_deviance(1 + 0x1p-20, 1) * 0x1p40, 1, 1e-6);
  for (const double actual : {0.3, 1.4999, 1.5001, 40.0}) {
    EXPECT_NEAR(poisson_deviance(actual, 1), 2 * (actual * std::log(actual) - actual + 1), 1e-13);
    EXPECT_NEAR(gamma_deviance(actual, 1), 2 * (std::log(1 / actual) + actual - 1), 1e-13);
  }
  EXPECT_TRUE(std::isfinite(poisson_deviance(1e300, 1e-300)));
  EXPECT_NEAR(gamma_deviance(1e-300, 1e300), 2 * (600 * std::log(10) - 1), 1e-9);
  EXPECT_EQ(gamma_deviance(1e300, 1e-300), std::numeric_limits<double>::infinity());
}

TEST(Regression, pinball_loss_takes_sides) {
  EXPECT_EQ(pinball_loss(3, 1, 0.75), 1.5);
  EXPECT_EQ(pinball_loss(1, 3, 0.75), 0.5);
  EXPECT_EQ(pinball_loss(3, 3, 0.75), 0);
}
