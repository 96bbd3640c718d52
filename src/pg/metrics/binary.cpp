// Aggregates of a label and a prediction that are both yes or no: precision_score, recall_score,
// f1_score of the positive class.
#include "metrics/binary_counts.hpp"

#include "pg/boundary/context_memory.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/metrics/label.hpp"
#include "pg/metrics/plain_state.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

constexpr const char *kHint =
    "Pass conditions, precision_score(label = 'bad', predicted = 'bad'), or an average of all "
    "classes: precision_score(label, predicted, 'macro').";

// (state, label, predicted [, weight])
Datum binary_step(FunctionCallInfo fcinfo) {
  if (has_null(fcinfo, 1)) return state_result(fcinfo, state_argument<void>(fcinfo));
  auto &labels = cached<LabelReader>(fcinfo->flinfo);
  if (!labels.is_set()) [[unlikely]]
    labels.set_type(fcinfo, 1, kHint);
  const bool label = labels.is_positive(PG_GETARG_DATUM(1));
  const bool predicted = labels.is_positive(PG_GETARG_DATUM(2));
  auto *state = plain_state<metrics::BinaryCounts>(fcinfo);
  state->add(label, predicted, weight_argument(fcinfo, 3));
  PG_RETURN_POINTER(state);
}

template <double (*Metric)(const metrics::Hits &)>
Datum binary_result(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  return optional_result(fcinfo, state_argument<metrics::BinaryCounts>(fcinfo)->value(Metric));
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(binary_step, pgscore::pg::binary_step);
PGSCORE_FUNCTION(binary_combine, pgscore::pg::plain_combine<pgscore::metrics::BinaryCounts>);
PGSCORE_FUNCTION(binary_serialize, pgscore::pg::plain_serialize<pgscore::metrics::BinaryCounts>);
PGSCORE_FUNCTION(binary_deserialize,
                 pgscore::pg::plain_deserialize<pgscore::metrics::BinaryCounts>);
PGSCORE_FUNCTION(binary_precision, pgscore::pg::binary_result<pgscore::metrics::precision>);
PGSCORE_FUNCTION(binary_recall, pgscore::pg::binary_result<pgscore::metrics::recall>);
PGSCORE_FUNCTION(binary_f1, pgscore::pg::binary_result<pgscore::metrics::f1>);
