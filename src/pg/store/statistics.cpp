#include "pg/store/statistics.hpp"

#include <unordered_map>
#include <unordered_set>

#include "pg/boundary/guard.hpp"
#include "pg/store/directory.hpp"
#include "pg/store/lock_guard.hpp"
#include "pg/store/segment.hpp"

namespace pgscore::pg {
namespace {

void clear(ModelStatistics &place) {
  for (pg_atomic_uint64 *counter :
       {&place.calls, &place.rows, &place.null_rows, &place.errors, &place.missing, &place.unknown,
        &place.nanoseconds, &place.last_used})
    pg_atomic_write_u64(counter, 0);
}

/// Gives the places of segment `number`, mapped in this backend; null when there is no such segment
/// yet. The lock is held, or the segment was seen before: segments are never given up.
ModelStatistics *places_of_segment(Directory &shared, std::uint32_t number) {
  static ModelStatistics *mapped[kMaxStatisticsSegments];
  if (mapped[number] != nullptr) return mapped[number];
  const dsm_handle segment = shared.more_statistics[number];
  if (segment == DSM_HANDLE_INVALID) return nullptr;
  mapped[number] = static_cast<ModelStatistics *>(dsm_segment_address(map_segment(segment)));
  return mapped[number];
}

/// Calls `f` for every place until it returns true. The lock is held.
template <class F>
void for_each_place(Directory &shared, F f) {
  for (ModelStatistics &place : shared.statistics)
    if (f(place)) return;
  for (std::uint32_t number = 0; number < kMaxStatisticsSegments; ++number) {
    ModelStatistics *places = places_of_segment(shared, number);
    if (places == nullptr) return;
    for (std::uint32_t i = 0; i < kStatisticsPerSegment; ++i)
      if (f(places[i])) return;
  }
}

bool is_place_of(const ModelStatistics &place, std::int64_t model_id) {
  return place.database == MyDatabaseId && place.model_id == model_id;
}

ModelStatistics *find(Directory &shared, std::int64_t model_id) {
  ModelStatistics *found = nullptr;
  for_each_place(shared, [&](ModelStatistics &place) {
    if (is_place_of(place, model_id)) found = &place;
    return found != nullptr;
  });
  return found;
}

void release(ModelStatistics &place) {
  clear(place);
  place.database = InvalidOid;
  place.model_id = 0;
}

ModelStatistics *take(ModelStatistics &place, std::int64_t model_id) {
  clear(place);
  place.database = MyDatabaseId;
  place.model_id = model_id;
  return &place;
}

/// Gives the model's place, or takes a free one for it; null when all are taken. Takes the lock.
ModelStatistics *find_or_take_free(Directory &shared, std::int64_t model_id) {
  LockGuard guard(shared.lock, LW_EXCLUSIVE);
  if (ModelStatistics *place = find(shared, model_id)) return place;
  ModelStatistics *free = nullptr;
  for_each_place(shared, [&](ModelStatistics &place) {
    if (place.database == InvalidOid) free = &place;
    return free != nullptr;
  });
  return free == nullptr ? nullptr : take(*free, model_id);
}

/// Adds a segment of free places. -> was there room for one?
bool add_segment(Directory &shared) {
  dsm_segment *segment = make_segment(sizeof(ModelStatistics) * kStatisticsPerSegment);
  if (segment == nullptr) return false;
  initialize_statistics(static_cast<ModelStatistics *>(dsm_segment_address(segment)),
                        kStatisticsPerSegment);
  const dsm_handle handle = dsm_segment_handle(segment);
  {
    LockGuard guard(shared.lock, LW_EXCLUSIVE);
    for (dsm_handle &place : shared.more_statistics) {
      if (place != DSM_HANDLE_INVALID) continue;
      place = handle;
      return true;
    }
  }
  call([segment, handle] {
    dsm_unpin_segment(handle);
    dsm_detach(segment);
  });
  return false;
}

ModelStatistics *take_least_recently_used(Directory &shared, std::int64_t model_id) {
  LockGuard guard(shared.lock, LW_EXCLUSIVE);
  if (ModelStatistics *place = find(shared, model_id)) return place;
  ModelStatistics *oldest = &shared.statistics[0];
  for_each_place(shared, [&](ModelStatistics &place) {
    if (pg_atomic_read_u64(&place.last_used) < pg_atomic_read_u64(&oldest->last_used))
      oldest = &place;
    return false;
  });
  return take(*oldest, model_id);
}

/// Claims a place for a model that has none.
ModelStatistics *claim_place(Directory &shared, std::int64_t model_id) {
  if (ModelStatistics *place = find_or_take_free(shared, model_id)) return place;
  forget_dropped_databases();
  if (ModelStatistics *place = find_or_take_free(shared, model_id)) return place;
  if (add_segment(shared))
    if (ModelStatistics *place = find_or_take_free(shared, model_id)) return place;
  return take_least_recently_used(shared, model_id);
}

using Databases = std::unordered_set<Oid>;

/// Gives the databases that have plans or counters in shared memory.
Databases databases_in_use(Directory &shared) {
  Databases databases;
  // This allocates a few nodes under the lock. A failure releases it.
  LockGuard guard(shared.lock, LW_SHARED);
  for (const PlanSlot &slot : shared.slots)
    if (slot.state == SlotState::kReady) databases.insert(slot.database);
  for_each_place(shared, [&](const ModelStatistics &place) {
    if (place.database != InvalidOid) databases.insert(place.database);
    return false;
  });
  return databases;
}

}  // namespace

void forget_dropped_databases() {
  Directory *shared = directory();
  if (shared == nullptr || !IsTransactionState()) return;
  Databases dropped = databases_in_use(*shared);
  std::erase_if(dropped, [](Oid database) {
    return call(
        [database] { return SearchSysCacheExists1(DATABASEOID, ObjectIdGetDatum(database)); });
  });
  if (dropped.empty()) return;
  LockGuard guard(shared->lock, LW_EXCLUSIVE);
  for_each_place(*shared, [&](ModelStatistics &place) {
    if (dropped.contains(place.database)) release(place);
    return false;
  });
  for (PlanSlot &slot : shared->slots)
    if (slot.state == SlotState::kReady && dropped.contains(slot.database))
      evict_slot(*shared, slot);
}

ModelStatistics *claim_statistics(std::int64_t model_id) {
  Directory *shared = directory();
  if (shared == nullptr) return nullptr;
  // Remembers where this backend has found models before, so that a statement need not search
  // thousands of places.
  static auto *known = new std::unordered_map<std::int64_t, ModelStatistics *>;
  ModelStatistics *&place = (*known)[model_id];
  if (place == nullptr || !is_place_of(*place, model_id)) place = claim_place(*shared, model_id);
  return place;
}

void add_counts(ModelStatistics *place, std::int64_t model_id, const RowCounts &counts) noexcept {
  // Read without the lock: a place that another model takes at this moment gets a few counts of the
  // former one.
  if (place == nullptr || !is_place_of(*place, model_id)) return;
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
  LockGuard guard(shared->lock, LW_SHARED);
  for_each_place(*shared, [&](ModelStatistics &place) {
    if (place.database == MyDatabaseId)
      rows.push_back({place.model_id,
                      {pg_atomic_read_u64(&place.calls), pg_atomic_read_u64(&place.rows),
                       pg_atomic_read_u64(&place.null_rows), pg_atomic_read_u64(&place.errors),
                       pg_atomic_read_u64(&place.missing), pg_atomic_read_u64(&place.unknown),
                       pg_atomic_read_u64(&place.nanoseconds)},
                      static_cast<TimestampTz>(pg_atomic_read_u64(&place.last_used))});
    return false;
  });
  return rows;
}

void reset_statistics(std::int64_t model_id) {
  Directory *shared = directory();
  if (shared == nullptr) return;
  LockGuard guard(shared->lock, LW_EXCLUSIVE);
  for_each_place(*shared, [&](ModelStatistics &place) {
    if (place.database == MyDatabaseId && (model_id == 0 || place.model_id == model_id))
      release(place);
    return false;
  });
}

}  // namespace pgscore::pg
