// Aggregates of ranked rows that give more than a number: roc_curve, pr_curve, lift_table; and
// population_stability.
#include "metrics/curves.hpp"

#include "metrics/stability.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/metrics/ranking_state.hpp"
#include "pg/metrics/record_array.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

// (state, label, score, parts [, weight]); `what` are the parts.
Datum parts_step(FunctionCallInfo fcinfo, const char *what) {
  auto *state = state_argument<RankingState>(fcinfo);
  if (has_null(fcinfo, 1)) return state_result(fcinfo, state);
  const std::int32_t parts = parts_argument(fcinfo, 3, state == nullptr ? 0 : state->parts, what);
  state = add_ranked_row(fcinfo, 4);
  state->parts = parts;
  PG_RETURN_POINTER(state);
}

Datum lift_step(FunctionCallInfo fcinfo) { return parts_step(fcinfo, "tiles"); }
Datum stability_step(FunctionCallInfo fcinfo) { return parts_step(fcinfo, "bins"); }

class CurveRecords : public metrics::CurveSink {
 public:
  explicit CurveRecords(FunctionCallInfo fcinfo) : records_(fcinfo) {}
  void add(double threshold, double x, double y) override {
    records_.add({Float8GetDatum(threshold), Float8GetDatum(x), Float8GetDatum(y)},
                 "There is a point for each different score: round the scores.");
  }
  Datum result() { return records_.result(); }

 private:
  RecordArray records_;
};

template <bool (*Curve)(metrics::RankedRows &, metrics::CurveSink &)>
Datum ranking_curve(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  CurveRecords points(fcinfo);
  if (!Curve(state_argument<RankingState>(fcinfo)->rows, points)) PG_RETURN_NULL();
  return points.result();
}

Datum ranking_lift_table(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  auto *state = state_argument<RankingState>(fcinfo);
  const auto tiles = metrics::lift_table(state->rows, static_cast<std::size_t>(state->parts));
  if (!tiles) PG_RETURN_NULL();
  RecordArray records(fcinfo);
  for (const metrics::LiftTile &tile : *tiles)
    records.add(
        {Int32GetDatum(static_cast<std::int32_t>(tile.number) + 1),
         Float8GetDatum(tile.lowest_score), Float8GetDatum(tile.weight),
         Float8GetDatum(tile.positives), Float8GetDatum(tile.capture), Float8GetDatum(tile.lift),
         Float8GetDatum(tile.cumulative_lift), Float8GetDatum(tile.ks)},
        "Ask for fewer tiles.");
  return records.result();
}

Datum ranking_population_stability(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  auto *state = state_argument<RankingState>(fcinfo);
  return optional_result(
      fcinfo, metrics::population_stability(state->rows, static_cast<std::size_t>(state->parts)));
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(lift_step, pgscore::pg::lift_step);
PGSCORE_FUNCTION(stability_step, pgscore::pg::stability_step);
PGSCORE_FUNCTION(ranking_roc_curve, pgscore::pg::ranking_curve<pgscore::metrics::roc_curve>);
PGSCORE_FUNCTION(ranking_pr_curve,
                 pgscore::pg::ranking_curve<pgscore::metrics::precision_recall_curve>);
PGSCORE_FUNCTION(ranking_lift_table, pgscore::pg::ranking_lift_table);
PGSCORE_FUNCTION(ranking_population_stability, pgscore::pg::ranking_population_stability);
