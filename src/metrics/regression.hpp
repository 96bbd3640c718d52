// Metrics of predicted numbers. Definitions and edge cases as scikit-learn (1.2.1,
// sklearn/metrics/_regression.py).
#pragma once
#include <cstdint>
#include <optional>

#include "metrics/mean.hpp"
#include "metrics/ranked_rows.hpp"
#include "metrics/spread.hpp"

namespace pgscore::metrics {

/// What rmse, mae, mape and r2_score need of the rows.
struct RegressionSums {
  /// Adds a row. All are finite, `weight` is not negative; a row of weight 0 does not count.
  void add(double actual, double predicted, double weight);
  /// Adds all rows of another one.
  void add(const RegressionSums &other);

  std::uint64_t num_rows = 0;
  Mean squared, absolute, relative;  // errors
  Spread spread;                     // of the actual values
};

/// Each is nullopt without rows.

/// The root of the mean squared error (root of mean_squared_error).
std::optional<double> rmse(const RegressionSums &sums);
/// The mean absolute error (mean_absolute_error).
std::optional<double> mae(const RegressionSums &sums);
/// The mean of |error| / |actual| (mean_absolute_percentage_error), an actual value of 0 taken for
/// 2^-52.
std::optional<double> mape(const RegressionSums &sums);
/// 1 - squared errors / squared distances of the actual values to their mean (r2_score). Without a
/// distance: 1 when there is no error either, else 0. nullopt for fewer than two rows, and where
/// the squares overflow.
std::optional<double> r2_score(const RegressionSums &sums);

/// The median of scores that were added as positive (median_absolute_error, 1.8): where half of the
/// weight lies exactly on both sides, the mean of the two in the middle.
std::optional<double> median(RankedRows &rows);

/// Losses of one row, to be averaged.

/// Twice the log-likelihood that a Poisson distribution of mean `predicted`, above 0, loses against
/// one of mean `actual`, 0 or more (mean_poisson_deviance).
double poisson_deviance(double actual, double predicted);
/// The same of gamma distributions; both are above 0 (mean_gamma_deviance).
double gamma_deviance(double actual, double predicted);
/// `alpha` for each unit that the actual value lies above the predicted quantile, 1 - `alpha` below
/// (mean_pinball_loss).
double pinball_loss(double actual, double predicted, double alpha);

}  // namespace pgscore::metrics
