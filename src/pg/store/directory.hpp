// The directory of loaded plans: one fixed-size struct in the server's main shared memory.
//
// The bytes of the plans lie in dynamic shared memory segments: a large plan has a segment of its
// own, small ones share "packs". The directory says which plan lies where. It is a cache of the
// catalog, keyed by content, shared by all databases of the server. A crash empties it (PostgreSQL
// re-initialises shared memory and removes the segments), and it is filled again on demand.
//
// It works without shared_preload_libraries: the struct fits into the shared memory that the server
// leaves for late requests (about 100 kB for all extensions together; storage/ipc/ipci.c). If that
// is used up too, directory() returns null and plans are private.
//
// The name of the struct in shared memory contains its layout: when a library with another layout
// replaces this one while the server runs, it makes a directory of its own beside it.
//
// Locking. `lock` protects every field that is not atomic. Segments are attached with the lock held
// in shared mode, and unpinned with it held in exclusive mode: so a segment that the directory
// names exists. Nothing is loaded, compiled or waited for under the lock. A slot in state kLoading
// belongs to the backend `loader_pid`; others wait on `loaded`.
#pragma once
#include <cstddef>
#include <cstdint>

#include "pg/store/plan_key.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "port/atomics.h"
#include "storage/condition_variable.h"
#include "storage/dsm.h"
#include "storage/lwlock.h"
#include "utils/wait_event.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// The number of the layout. Raise it with every change of the structures below and of what their
/// fields mean.
inline constexpr std::uint32_t kDirectoryLayout = 3;

inline constexpr std::uint32_t kMaxPlans = 256;
inline constexpr std::uint32_t kMaxPacks = 32;
inline constexpr std::uint32_t kMaxStatistics = 256;
// Segments with places for more counters, which are made when those of the directory are taken
inline constexpr std::uint32_t kMaxStatisticsSegments = 64;
inline constexpr std::uint32_t kStatisticsPerSegment = 1024;
inline constexpr std::uint32_t kNoPack = UINT32_MAX;
inline constexpr std::size_t kPackBytes = std::size_t{4} << 20;
// Larger plans get a segment of their own
inline constexpr std::size_t kMaxPackedPlan = std::size_t{256} << 10;

enum class SlotState : std::uint32_t { kFree, kLoading, kReady };

struct PlanSlot {
  PlanKey key;
  SlotState state;
  std::int32_t loader_pid;          // kLoading: who loads
  Oid database;                     // the one whose backend loaded it, or mapped it last; written
                                    // under the lock, also a shared one
  dsm_handle segment;               // kReady: where the bytes lie
  std::uint32_t pack;               // kReady: index of the pack, kNoPack when the segment belongs
                                    // to this plan alone
  std::uint64_t offset;             // kReady: of the plan in the segment
  std::uint64_t size;               // kReady: bytes of the plan
  std::uint64_t load_microseconds;  // kReady: from the catalog to shared memory
  TimestampTz loaded_at;
  pg_atomic_uint64 generation;  // changes whenever the slot gets or loses a plan; written under the
                                // lock, read without
  pg_atomic_uint64 last_used;   // TimestampTz; for the eviction of the least recently used
  pg_atomic_uint32 backends;    // how many backends have it mapped
};

/// A segment that holds several small plans. It is filled from the front, and given up when its
/// last plan goes.
struct Pack {
  dsm_handle segment;  // DSM_HANDLE_INVALID: free
  std::uint32_t live;  // plans in it
  std::uint64_t used;  // bytes given out
};

/// Counters of one model. They are claimed and given up under the lock, and counted without it.
struct ModelStatistics {
  Oid database;  // InvalidOid: free
  std::int64_t model_id;
  pg_atomic_uint64 calls;  // statements' call sites
  pg_atomic_uint64 rows;
  pg_atomic_uint64 null_rows;  // rows whose result was NULL
  pg_atomic_uint64 errors;
  pg_atomic_uint64 missing;      // missing values among the features
  pg_atomic_uint64 unknown;      // unknown categories among the features
  pg_atomic_uint64 nanoseconds;  // estimated from a sample of the rows
  pg_atomic_uint64 last_used;    // TimestampTz
};

struct Directory {
  std::uint32_t layout;  // kDirectoryLayout
  LWLock lock;
  std::int32_t tranche;
  ConditionVariable loaded;
  std::uint64_t bytes;     // of all segments, packs counted whole
  std::uint64_t reserved;  // the part of `bytes` for segments that are being made
  pg_atomic_uint64 evictions;
  pg_atomic_uint64 loads;
  pg_atomic_uint64 private_loads;  // plans that did not fit
  Pack packs[kMaxPacks];
  PlanSlot slots[kMaxPlans];
  ModelStatistics statistics[kMaxStatistics];
  // kStatisticsPerSegment each; made one after the other, never given up
  dsm_handle more_statistics[kMaxStatisticsSegments];
};

/// Makes `count` free places of raw memory.
void initialize_statistics(ModelStatistics *places, std::size_t count);

/// Gives the bytes to ask for when the server starts with the library preloaded.
std::size_t directory_size();

/// Gives the directory, which the first call of the first backend makes; null when shared memory
/// has no room for it (a WARNING says so once per backend). Throws PgError.
Directory *directory();

/// Gives the directory if this backend has it already, else null: for clean-up code, which must not
/// throw.
Directory *attached_directory() noexcept;

/// Gives the slot that holds or loads `key`, or null. The lock is held.
PlanSlot *find_slot(Directory &directory, const PlanKey &key);

}  // namespace pgscore::pg
