// The state of ranking metrics. All aggregates over the same arguments share one, and its sort.
#pragma once
#include <cstdint>
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

/// Makes the budget of the groups of a call.
std::shared_ptr<metrics::Budget> make_budget();

/// Takes the bytes of a run for the state of a parallel worker.
class StateSink : public metrics::ByteSink {
 public:
  /// Keeps a reference to `bytes`.
  explicit StateSink(StateBytes &bytes) : bytes_(bytes) {}
  void write(std::span<const std::byte> bytes) override { bytes_.add(bytes); }

 private:
  StateBytes &bytes_;
};

struct RankingState {
  ContextMemory memory;
  metrics::RankedRows rows;
  std::int32_t parts = 0;  // that a result makes of the rows; 0: none

  /// Takes memory of `context`, and counts it in the budget.
  RankingState(MemoryContext context, std::shared_ptr<metrics::Budget> budget);
};

/// Makes an empty state that lives as long as `context`, for the function that is being called.
RankingState *make_ranking_state(FunctionCallInfo fcinfo, MemoryContext context);

/// Adds the label and the score of arguments 1 and 2, none of which is NULL, to the state of
/// argument 0, which is made when there is none. The weight, if there is one, is argument `weight`.
RankingState *add_ranked_row(FunctionCallInfo fcinfo, int weight);

/// The function that makes a result of such a state.
template <std::optional<double> (*Metric)(metrics::RankedRows &)>
Datum ranking_result(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  return optional_result(fcinfo, Metric(state_argument<RankingState>(fcinfo)->rows));
}

}  // namespace pgscore::pg
