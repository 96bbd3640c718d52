// Aggregates that are means of a value of each row.
#pragma once
#include "metrics/mean.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/metrics/plain_state.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// The transition function: adds what `value_of_row` makes of the arguments from 1 on, none of
/// which is NULL. The weight, if there is one, is argument `weight`.
template <double (*value_of_row)(FunctionCallInfo), int weight = 3>
Datum mean_step(FunctionCallInfo fcinfo) {
  if (has_null(fcinfo, 1)) return state_result(fcinfo, state_argument<void>(fcinfo));
  const double value = value_of_row(fcinfo);
  auto *state = plain_state<metrics::Mean>(fcinfo);
  state->add(value, weight_argument(fcinfo, weight));
  PG_RETURN_POINTER(state);
}

}  // namespace pgscore::pg
