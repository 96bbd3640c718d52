// Aggregates of a label and a probability: log_loss, brier_score, calibration_curve.
#include "metrics/probability.hpp"

#include "pg/boundary/context_memory.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/metrics/label.hpp"
#include "pg/metrics/mean_step.hpp"
#include "pg/metrics/record_array.hpp"
#include "pg/metrics/spill_file.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

// Says whether the row is positive, by argument 1.
bool label_of_row(FunctionCallInfo fcinfo) {
  auto &labels = cached<LabelReader>(fcinfo->flinfo);
  if (!labels.is_set()) [[unlikely]]
    labels.set_type(fcinfo, 1, "Pass a condition: log_loss(label = 'bad', score).");
  return labels.is_positive(PG_GETARG_DATUM(1));
}

double log_loss_of_row(FunctionCallInfo fcinfo) {
  return metrics::binary_log_loss(label_of_row(fcinfo), probability_argument(fcinfo, 2));
}

double brier_score_of_row(FunctionCallInfo fcinfo) {
  return metrics::brier_score(label_of_row(fcinfo), probability_argument(fcinfo, 2));
}

struct CalibrationState {
  ContextMemory memory;
  metrics::CalibrationBins bins;

  CalibrationState(MemoryContext context, std::int32_t count)
      : memory(context), bins(static_cast<std::size_t>(count), &memory) {}
  std::int32_t count() const { return static_cast<std::int32_t>(bins.bins().size()); }
};

CalibrationState *make_calibration_state(MemoryContext context, std::int32_t count) {
  return make_in_context<CalibrationState>(context, context, count);
}

// (state, label, score, bins [, weight])
Datum calibration_step(FunctionCallInfo fcinfo) {
  auto *state = state_argument<CalibrationState>(fcinfo);
  if (has_null(fcinfo, 1)) return state_result(fcinfo, state);
  const std::int32_t count =
      parts_argument(fcinfo, 3, state == nullptr ? 0 : state->count(), "bins");
  const bool positive = label_of_row(fcinfo);
  const double score = probability_argument(fcinfo, 2);
  if (state == nullptr) state = make_calibration_state(aggregate_context(fcinfo), count);
  state->bins.add(score, positive, weight_argument(fcinfo, 4));
  PG_RETURN_POINTER(state);
}

Datum calibration_combine(FunctionCallInfo fcinfo) {
  auto *state = state_argument<CalibrationState>(fcinfo);
  const auto *other = state_argument<CalibrationState>(fcinfo, 1);
  if (other == nullptr) return state_result(fcinfo, state);
  if (state == nullptr) state = make_calibration_state(aggregate_context(fcinfo), other->count());
  refuse_difference(state->count() != other->count(), "number of bins");
  state->bins.add(other->bins.bins());
  PG_RETURN_POINTER(state);
}

Datum calibration_serialize(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  const auto *state = state_argument<CalibrationState>(fcinfo);
  StateBytes bytes;
  bytes.add_value(state->count());
  bytes.add(std::as_bytes(state->bins.bins()));
  return bytes.result();
}

Datum calibration_deserialize(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  StateReader bytes(fcinfo, 0);
  const auto count = bytes.take_value<std::int32_t>();
  CalibrationState *state = make_calibration_state(CurrentMemoryContext, count);
  std::vector<metrics::CalibrationBins::Bin> bins(static_cast<std::size_t>(count));
  for (auto &bin : bins) bin = bytes.take_value<metrics::CalibrationBins::Bin>();
  state->bins.add(bins);
  PG_RETURN_POINTER(state);
}

Datum calibration_curve(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  RecordArray records(fcinfo);
  std::int32_t number = 0;
  bool has_rows = false;
  for (const auto &bin : state_argument<CalibrationState>(fcinfo)->bins.bins()) {
    ++number;
    const double weight = bin.weight.value();
    if (weight == 0) continue;
    has_rows = true;
    records.add({Int32GetDatum(number), Float8GetDatum(bin.scores.value() / weight),
                 Float8GetDatum(bin.positives.value() / weight), Float8GetDatum(weight)},
                "Ask for fewer bins.");
  }
  if (!has_rows) PG_RETURN_NULL();
  return records.result();
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(log_loss_step, pgscore::pg::mean_step<pgscore::pg::log_loss_of_row>);
PGSCORE_FUNCTION(brier_score_step, pgscore::pg::mean_step<pgscore::pg::brier_score_of_row>);
PGSCORE_FUNCTION(calibration_step, pgscore::pg::calibration_step);
PGSCORE_FUNCTION(calibration_combine, pgscore::pg::calibration_combine);
PGSCORE_FUNCTION(calibration_serialize, pgscore::pg::calibration_serialize);
PGSCORE_FUNCTION(calibration_deserialize, pgscore::pg::calibration_deserialize);
PGSCORE_FUNCTION(calibration_curve, pgscore::pg::calibration_curve);
