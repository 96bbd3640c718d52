// Aggregates of an actual and a predicted number: rmse, mae, mape, median_absolute_error, r2_score,
// poisson_deviance, gamma_deviance, pinball_loss.
#include "metrics/regression.hpp"

#include <cmath>

#include "pg/metrics/aggregate.hpp"
#include "pg/metrics/mean_step.hpp"
#include "pg/metrics/plain_state.hpp"
#include "pg/metrics/ranking_state.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

struct Numbers {
  double actual, predicted;
};

// Arguments 1 and 2.
Numbers numbers_of_row(FunctionCallInfo fcinfo) {
  return {finite_argument(fcinfo, 1, "actual value"),
          finite_argument(fcinfo, 2, "predicted value")};
}

// (state, actual, predicted [, weight])
Datum regression_step(FunctionCallInfo fcinfo) {
  if (has_null(fcinfo, 1)) return state_result(fcinfo, state_argument<void>(fcinfo));
  const Numbers row = numbers_of_row(fcinfo);
  auto *state = plain_state<metrics::RegressionSums>(fcinfo);
  state->add(row.actual, row.predicted, weight_argument(fcinfo, 3));
  PG_RETURN_POINTER(state);
}

// The same, sorted by their errors.
Datum absolute_error_step(FunctionCallInfo fcinfo) {
  auto *state = state_argument<RankingState>(fcinfo);
  if (has_null(fcinfo, 1)) return state_result(fcinfo, state);
  const Numbers row = numbers_of_row(fcinfo);
  if (state == nullptr) state = make_ranking_state(fcinfo, aggregate_context(fcinfo));
  state->rows.add(std::fabs(row.actual - row.predicted), true, weight_argument(fcinfo, 3));
  PG_RETURN_POINTER(state);
}

double poisson_deviance_of_row(FunctionCallInfo fcinfo) {
  const Numbers row = numbers_of_row(fcinfo);
  refuse_number(row.actual < 0, "actual value is below 0", "actual value", row.actual,
                "A Poisson distribution is one of counts. Leave such rows out with FILTER.");
  refuse_number(row.predicted <= 0, "predicted value is not above 0", "predicted value",
                row.predicted, "The mean of a Poisson distribution is above 0.");
  return metrics::poisson_deviance(row.actual, row.predicted);
}

double gamma_deviance_of_row(FunctionCallInfo fcinfo) {
  const Numbers row = numbers_of_row(fcinfo);
  refuse_number(row.actual <= 0, "actual value is not above 0", "actual value", row.actual,
                "A gamma distribution has positive values. Leave such rows out with FILTER.");
  refuse_number(row.predicted <= 0, "predicted value is not above 0", "predicted value",
                row.predicted, "The mean of a gamma distribution is above 0.");
  return metrics::gamma_deviance(row.actual, row.predicted);
}

double pinball_loss_of_row(FunctionCallInfo fcinfo) {
  const Numbers row = numbers_of_row(fcinfo);
  const double alpha = PG_GETARG_FLOAT8(3);
  refuse_number(!(alpha >= 0 && alpha <= 1), "alpha is not from 0 to 1", "alpha", alpha,
                "0.9 stands for the quantile that 90 % of the values lie below.");
  return metrics::pinball_loss(row.actual, row.predicted, alpha);
}

template <std::optional<double> (*Metric)(const metrics::RegressionSums &)>
Datum regression_result(FunctionCallInfo fcinfo) {
  return plain_result<metrics::RegressionSums, Metric>(fcinfo);
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(regression_step, pgscore::pg::regression_step);
PGSCORE_FUNCTION(regression_combine, pgscore::pg::plain_combine<pgscore::metrics::RegressionSums>);
PGSCORE_FUNCTION(regression_serialize,
                 pgscore::pg::plain_serialize<pgscore::metrics::RegressionSums>);
PGSCORE_FUNCTION(regression_deserialize,
                 pgscore::pg::plain_deserialize<pgscore::metrics::RegressionSums>);
PGSCORE_FUNCTION(regression_rmse, pgscore::pg::regression_result<pgscore::metrics::rmse>);
PGSCORE_FUNCTION(regression_mae, pgscore::pg::regression_result<pgscore::metrics::mae>);
PGSCORE_FUNCTION(regression_mape, pgscore::pg::regression_result<pgscore::metrics::mape>);
PGSCORE_FUNCTION(regression_r2_score, pgscore::pg::regression_result<pgscore::metrics::r2_score>);
PGSCORE_FUNCTION(absolute_error_step, pgscore::pg::absolute_error_step);
PGSCORE_FUNCTION(ranking_median, pgscore::pg::ranking_result<pgscore::metrics::median>);
PGSCORE_FUNCTION(poisson_deviance_step,
                 pgscore::pg::mean_step<pgscore::pg::poisson_deviance_of_row>);
PGSCORE_FUNCTION(gamma_deviance_step, pgscore::pg::mean_step<pgscore::pg::gamma_deviance_of_row>);
PGSCORE_FUNCTION(pinball_loss_step, (pgscore::pg::mean_step<pgscore::pg::pinball_loss_of_row, 4>));
