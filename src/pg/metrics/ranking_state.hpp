// The state of ranking metrics. All aggregates over the same arguments share one, and its sort.
#pragma once
#include <memory>
#include <optional>

#include "metrics/ranked_rows.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/metrics/label.hpp"
#include "pg/metrics/spill_file.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Remembered by a call site from row to row.
struct RankingSite {
  LabelReader labels;
  std::shared_ptr<metrics::Budget> budget;  // of all groups of the call; work_mem
};

struct RankingState {
  ContextMemory memory;
  metrics::RankedRows rows;

  /// Takes memory of `context`, and counts it in the budget.
  RankingState(MemoryContext context, std::shared_ptr<metrics::Budget> budget);
};

/// Makes an empty state that lives as long as `context`, for the function that is being called.
RankingState *make_ranking_state(FunctionCallInfo fcinfo, MemoryContext context);

/// The function that makes a result of such a state.
template <std::optional<double> (*Metric)(metrics::RankedRows &)>
Datum ranking_result(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  return optional_result(fcinfo, Metric(state_argument<RankingState>(fcinfo)->rows));
}

}  // namespace pgscore::pg
