// What aggregates that are means share, whatever they are means of.
#include "metrics/mean.hpp"

#include "pg/metrics/plain_state.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

Datum mean_value(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  return optional_result(fcinfo, state_argument<metrics::Mean>(fcinfo)->value());
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(mean_combine, pgscore::pg::plain_combine<pgscore::metrics::Mean>);
PGSCORE_FUNCTION(mean_serialize, pgscore::pg::plain_serialize<pgscore::metrics::Mean>);
PGSCORE_FUNCTION(mean_deserialize, pgscore::pg::plain_deserialize<pgscore::metrics::Mean>);
PGSCORE_FUNCTION(mean_value, pgscore::pg::mean_value);
