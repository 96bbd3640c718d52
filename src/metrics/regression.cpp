#include "metrics/regression.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pgscore::metrics {

void RegressionSums::add(double actual, double predicted, double weight) {
  if (weight == 0) return;
  ++num_rows;
  const double error = std::fabs(actual - predicted);
  squared.add(error * error, weight);
  absolute.add(error, weight);
  relative.add(error / std::max(std::fabs(actual), std::numeric_limits<double>::epsilon()), weight);
  spread.add(actual, weight);
}

void RegressionSums::add(const RegressionSums &other) {
  num_rows += other.num_rows;
  squared.add(other.squared);
  absolute.add(other.absolute);
  relative.add(other.relative);
  spread.add(other.spread);
}

std::optional<double> rmse(const RegressionSums &sums) {
  const auto mean = sums.squared.value();
  return mean ? std::optional(std::sqrt(*mean)) : std::nullopt;
}

std::optional<double> mae(const RegressionSums &sums) { return sums.absolute.value(); }

std::optional<double> mape(const RegressionSums &sums) { return sums.relative.value(); }

std::optional<double> r2_score(const RegressionSums &sums) {
  if (sums.num_rows < 2) return std::nullopt;
  const double errors = sums.squared.total(), spread = sums.spread.value();
  if (errors == 0) return 1;
  if (spread == 0) return 0;
  const double score = 1 - errors / spread;
  return std::isfinite(spread) && std::isfinite(score) ? std::optional(score) : std::nullopt;
}

std::optional<double> median(RankedRows &rows) {
  const double half = rows.totals().positive.value() / 2;
  GroupReader groups = rows.read();
  Sum above;
  ScoreGroup upper, lower;
  do {
    if (!groups.next(upper)) return std::nullopt;
    above.add(upper.positive);
  } while (above.value() < half);
  if (above.value() > half || !groups.next(lower)) return upper.score;
  return (lower.score + upper.score) / 2;
}

namespace {

// log(a / b) of positive numbers, whose quotient may overflow.
double log_of_ratio(double a, double b) {
  const double ratio = a / b;
  return std::isnormal(ratio) ? std::log(ratio) : std::log(a) - std::log(b);
}

// Near 1, a quotient and its logarithm nearly cancel: there the distance to 1 is taken.
constexpr double kNear = 0.5;

}  // namespace

double poisson_deviance(double actual, double predicted) {
  const double distance = actual - predicted, relative = distance / predicted;
  if (actual == 0) return 2 * predicted;
  if (std::fabs(relative) < kNear) return 2 * (actual * std::log1p(relative) - distance);
  return 2 * (actual * log_of_ratio(actual, predicted) - distance);
}

double gamma_deviance(double actual, double predicted) {
  const double relative = (actual - predicted) / predicted;
  if (std::fabs(relative) < kNear) return 2 * (relative - std::log1p(relative));
  return 2 * (log_of_ratio(predicted, actual) + relative);
}

double pinball_loss(double actual, double predicted, double alpha) {
  const double distance = actual - predicted;
  return distance >= 0 ? alpha * distance : (alpha - 1) * distance;
}

}  // namespace pgscore::metrics
