// Counters per model, shared by all backends, which the view stat_models shows. They are lost at a
// restart, like all of shared memory. When the directory is not available, nothing is counted.
//
// When all places are taken, those of dropped databases are given up. If that is not enough, a
// segment with more places is made. If there is no room for one, the model that was used longest
// ago loses its counts.
#pragma once
#include <cstdint>
#include <vector>

#include "pg/postgres.hpp"

namespace pgscore::pg {

struct ModelStatistics;

/// What one call site has counted and not yet added to shared memory.
struct RowCounts {
  std::uint64_t calls = 0;
  std::uint64_t rows = 0;
  std::uint64_t null_rows = 0;
  std::uint64_t errors = 0;
  std::uint64_t missing = 0;
  std::uint64_t unknown = 0;
  std::uint64_t nanoseconds = 0;
};

/// Gives the place of a model's counters, claimed if need be; null without shared memory. Throws
/// PgError.
ModelStatistics *claim_statistics(std::int64_t model_id);

/// Adds `counts` to the model's counters, if the place is still the model's.
void add_counts(ModelStatistics *place, std::int64_t model_id, const RowCounts &counts) noexcept;

struct StatisticsRow {
  std::int64_t model_id;
  RowCounts counts;
  TimestampTz last_used;
};
/// Gives the counters of the models of the current database.
std::vector<StatisticsRow> read_statistics();

/// Gives up the counters and the plans of databases that do not exist any more. No hook tells of a
/// DROP DATABASE, so this is called before something is shown, and when there is no place left.
void forget_dropped_databases();

/// Sets the counters of a model, or of all models of the current database (0), back to zero.
void reset_statistics(std::int64_t model_id);

}  // namespace pgscore::pg
