#include "pg/store/statistics.hpp"

#include "pg/store/directory.hpp"
#include "pg/store/lock_guard.hpp"

namespace pgscore::pg {
namespace {

void clear(ModelStatistics &place) {
  for (pg_atomic_uint64 *counter : {&place.calls, &place.rows, &place.null_rows, &place.errors, &place.missing, &place.unknown,
                                    &place.nanoseconds, &place.last_used})
    pg_atomic_write_u64(counter, 0);
}

ModelStatistics *find(Directory &shared, std::int64_t model_id) {
  for (ModelStatistics &place : shared.statistics)
    if (place.database == MyDatabaseId && place.model_id == model_id) return &place;
  return nullptr;
}

}  // namespace

ModelStatistics *claim_statistics(std::int64_t model_id) {
  Directory *shared = directory();
  if (shared == nullptr) return nullptr;
  {
    LockGuard guard(shared->lock, LW_SHARED);
    if (ModelStatistics *place = find(*shared, model_id)) return place;
  }
  LockGuard guard(shared->lock, LW_EXCLUSIVE);
  if (ModelStatistics *place = find(*shared, model_id)) return place;
  ModelStatistics *claimed = &shared->statistics[0];
  for (ModelStatistics &place : shared->statistics) {
    if (place.database == InvalidOid) {
      claimed = &place;
      break;
    }
    if (pg_atomic_read_u64(&place.last_used) < pg_atomic_read_u64(&claimed->last_used)) claimed = &place;
  }
  clear(*claimed);
  claimed->database = MyDatabaseId;
  claimed->model_id = model_id;
  return claimed;
}

void add_counts(ModelStatistics *place, std::int64_t model_id, const RowCounts &counts) noexcept {
  // Read without the lock: a place that changes hands at this very moment gets a few counts of its former model.
  if (place == nullptr || place->model_id != model_id) return;
  auto add = [](pg_atomic_uint64 &counter, std::uint64_t count) {
    if (count > 0) pg_atomic_fetch_add_u64(&counter, static_cast<int64>(count));
  };
  add(place->calls, counts.calls);
  add(place->rows, counts.rows);
  add(place->null_rows, counts.null_rows);
  add(place->errors, counts.errors);
  add(place->missing, counts.missing);
  add(place->unknown, counts.unknown);
  add(place->nanoseconds, counts.nanoseconds);
  pg_atomic_write_u64(&place->last_used, static_cast<std::uint64_t>(GetCurrentTimestamp()));
}

std::vector<StatisticsRow> read_statistics() {
  std::vector<StatisticsRow> rows;
  Directory *shared = directory();
  if (shared == nullptr) return rows;
  rows.reserve(kMaxStatistics);  // no allocation under the lock
  LockGuard guard(shared->lock, LW_SHARED);
  for (ModelStatistics &place : shared->statistics)
    if (place.database == MyDatabaseId)
      rows.push_back({place.model_id,
                      {pg_atomic_read_u64(&place.calls), pg_atomic_read_u64(&place.rows), pg_atomic_read_u64(&place.null_rows),
                       pg_atomic_read_u64(&place.errors), pg_atomic_read_u64(&place.missing), pg_atomic_read_u64(&place.unknown),
                       pg_atomic_read_u64(&place.nanoseconds)},
                      static_cast<TimestampTz>(pg_atomic_read_u64(&place.last_used))});
  return rows;
}

void reset_statistics(std::int64_t model_id) {
  Directory *shared = directory();
  if (shared == nullptr) return;
  LockGuard guard(shared->lock, LW_EXCLUSIVE);
  for (ModelStatistics &place : shared->statistics)
    if (place.database == MyDatabaseId && (model_id == 0 || place.model_id == model_id)) {
      clear(place);
      place.database = InvalidOid;
      place.model_id = 0;
    }
}

}  // namespace pgscore::pg
