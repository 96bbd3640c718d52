// Aggregates of a label and a score: roc_auc, average_precision, gini, ks_statistic.
#include "metrics/ranking.hpp"

#include <utility>

#include "pg/boundary/context_memory.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/metrics/ranking_state.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

RankingState::RankingState(MemoryContext context, std::shared_ptr<metrics::Budget> budget)
    : memory(context),
      rows(std::make_unique<metrics::CountedMemory>(&memory, std::move(budget)),
           std::make_unique<SpillFile>(), kServerInterrupt) {}

std::shared_ptr<metrics::Budget> make_budget() {
  auto budget = std::make_shared<metrics::Budget>();
  budget->limit = static_cast<std::size_t>(work_mem) * 1024;
  return budget;
}

RankingState *make_ranking_state(FunctionCallInfo fcinfo, MemoryContext context) {
  auto &site = cached<RankingSite>(fcinfo->flinfo);
  if (site.budget == nullptr) site.budget = make_budget();
  return make_in_context<RankingState>(context, context, site.budget);
}

RankingState *add_ranked_row(FunctionCallInfo fcinfo, int weight) {
  auto *state = state_argument<RankingState>(fcinfo);
  auto &site = cached<RankingSite>(fcinfo->flinfo);
  if (!site.labels.is_set()) [[unlikely]]
    site.labels.set_type(fcinfo, 1);
  if (state == nullptr) state = make_ranking_state(fcinfo, aggregate_context(fcinfo));
  const bool positive = site.labels.is_positive(PG_GETARG_DATUM(1));
  state->rows.add(score_argument(fcinfo, 2), positive, weight_argument(fcinfo, weight));
  return state;
}

namespace {

// (state, label, score [, weight])
Datum ranking_step(FunctionCallInfo fcinfo) {
  if (has_null(fcinfo, 1)) return state_result(fcinfo, state_argument<RankingState>(fcinfo));
  PG_RETURN_POINTER(add_ranked_row(fcinfo, 3));
}

Datum ranking_combine(FunctionCallInfo fcinfo) {
  auto *state = state_argument<RankingState>(fcinfo);
  auto *other = state_argument<RankingState>(fcinfo, 1);
  if (other == nullptr) return state_result(fcinfo, state);
  if (state == nullptr) state = make_ranking_state(fcinfo, aggregate_context(fcinfo));
  state->rows.add_rows(other->rows);
  refuse_difference(state->parts != 0 && state->parts != other->parts, "number of tiles or bins");
  state->parts = other->parts;
  PG_RETURN_POINTER(state);
}

Datum ranking_serialize(FunctionCallInfo fcinfo) {
  auto *state = state_argument<RankingState>(fcinfo);
  StateBytes bytes;
  bytes.add_value(state->parts);
  bytes.add_value(state->rows.totals());
  StateSink sink(bytes);
  state->rows.write(sink);
  return bytes.result();
}

// The state is short-lived: it is a view of the bytes.
Datum ranking_deserialize(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  StateReader bytes(fcinfo, 0);
  RankingState *state = make_ranking_state(fcinfo, CurrentMemoryContext);
  state->parts = bytes.take_value<std::int32_t>();
  const auto totals = bytes.take_value<metrics::LabelTotals>();
  state->rows.borrow_run(bytes.take_rest(), totals);
  PG_RETURN_POINTER(state);
}

std::optional<double> gini(metrics::RankedRows &rows) {
  const auto auc = metrics::roc_auc(rows);
  return auc ? std::optional(2 * *auc - 1) : std::nullopt;
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(ranking_step, pgscore::pg::ranking_step);
PGSCORE_FUNCTION(ranking_combine, pgscore::pg::ranking_combine);
PGSCORE_FUNCTION(ranking_serialize, pgscore::pg::ranking_serialize);
PGSCORE_FUNCTION(ranking_deserialize, pgscore::pg::ranking_deserialize);
PGSCORE_FUNCTION(ranking_roc_auc, pgscore::pg::ranking_result<pgscore::metrics::roc_auc>);
PGSCORE_FUNCTION(ranking_average_precision,
                 pgscore::pg::ranking_result<pgscore::metrics::average_precision>);
PGSCORE_FUNCTION(ranking_ks_statistic, pgscore::pg::ranking_result<pgscore::metrics::ks_statistic>);
PGSCORE_FUNCTION(ranking_gini, pgscore::pg::ranking_result<pgscore::pg::gini>);
