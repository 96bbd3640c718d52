#include "pg/store/segment.hpp"

#include "pg/boundary/guard.hpp"
#include "pg/settings.hpp"
#include "pg/store/lock_guard.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/resowner.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

constexpr std::uint64_t aligned(std::uint64_t size) { return (size + 63) & ~std::uint64_t{63}; }

bool is_lack_of_resources(int sqlstate) {
  // 53: insufficient resources (disk full, out of memory); 58: system error (shm_open, ftruncate, mmap failed).
  const int category = ERRCODE_TO_CATEGORY(sqlstate);
  return category == ERRCODE_INSUFFICIENT_RESOURCES || category == ERRCODE_TO_CATEGORY(ERRCODE_SYSTEM_ERROR);
}

/// A new segment, pinned, mapped for good; null when there is no room for it. An ENOSPC of /dev/shm comes as an ERROR from inside
/// dsm_create: a resource owner of its own takes back what was begun, so the transaction may go on.
dsm_segment *create_segment(std::size_t size) {
  ResourceOwner const outer = CurrentResourceOwner;
  ResourceOwner const own = call([outer] { return ResourceOwnerCreate(outer, "pgscore segment"); });
  CurrentResourceOwner = own;
  dsm_segment *segment = nullptr;
  try {
    segment = call([size]() -> dsm_segment * {
      dsm_segment *created = dsm_create(size, DSM_CREATE_NULL_IF_MAXSEGMENTS);
      if (created != nullptr) {
        dsm_pin_mapping(created);
        dsm_pin_segment(created);
      }
      return created;
    });
  } catch (const PgError &error) {
    CurrentResourceOwner = outer;
    call([own] {
      ResourceOwnerRelease(own, RESOURCE_RELEASE_BEFORE_LOCKS, false, false);
      ResourceOwnerRelease(own, RESOURCE_RELEASE_LOCKS, false, false);
      ResourceOwnerRelease(own, RESOURCE_RELEASE_AFTER_LOCKS, false, false);
      ResourceOwnerDelete(own);
    });
    if (!is_lack_of_resources(error.data->sqlerrcode)) throw;
    return nullptr;
  }
  CurrentResourceOwner = outer;
  call([own] { ResourceOwnerDelete(own); });
  return segment;
}

/// Evicts until `bytes` more fit the limit. The lock is held in exclusive mode. -> do they fit?
bool fit_limit(Directory &directory, std::uint64_t bytes) {
  if (setting::shared_memory_limit <= 0) return true;  // no limit
  const std::uint64_t limit = static_cast<std::uint64_t>(setting::shared_memory_limit) << 20;
  if (bytes > limit) return false;
  while (directory.bytes + bytes > limit) {
    PlanSlot *victim = least_recently_used(directory);
    if (victim == nullptr) return false;
    evict_slot(directory, *victim);
  }
  return true;
}

std::optional<Room> room_in_pack(Directory &directory, std::uint64_t size) {
  for (std::uint32_t i = 0; i < kMaxPacks; ++i) {
    Pack &pack = directory.packs[i];
    if (pack.segment == DSM_HANDLE_INVALID || pack.used + size > kPackBytes) continue;
    Room room{map_segment(pack.segment), pack.segment, i, pack.used, size};
    pack.used += size;
    ++pack.live;
    return room;
  }
  return std::nullopt;
}

/// Adds an empty pack; false when there is no room or no free place for one.
bool add_pack(Directory &directory) {
  {
    LockGuard guard(directory.lock, LW_EXCLUSIVE);
    if (!fit_limit(directory, kPackBytes)) return false;
  }
  dsm_segment *segment = create_segment(kPackBytes);
  if (segment == nullptr) return false;
  LockGuard guard(directory.lock, LW_EXCLUSIVE);
  for (Pack &pack : directory.packs)
    if (pack.segment == DSM_HANDLE_INVALID) {
      pack = {dsm_segment_handle(segment), 0, 0};
      directory.bytes += kPackBytes;
      return true;
    }
  call([segment] {
    dsm_unpin_segment(dsm_segment_handle(segment));
    dsm_detach(segment);
  });
  return false;
}

}  // namespace

dsm_segment *map_segment(dsm_handle handle) {
  return call([handle]() -> dsm_segment * {
    dsm_segment *segment = dsm_find_mapping(handle);
    if (segment != nullptr) return segment;
    segment = dsm_attach(handle);
    if (segment == nullptr) elog(ERROR, "a shared memory segment of pgscore has vanished");
    dsm_pin_mapping(segment);
    return segment;
  });
}

PlanSlot *least_recently_used(Directory &directory) {
  PlanSlot *oldest = nullptr;
  for (PlanSlot &slot : directory.slots)
    if (slot.state == SlotState::kReady &&
        (oldest == nullptr || pg_atomic_read_u64(&slot.last_used) < pg_atomic_read_u64(&oldest->last_used)))
      oldest = &slot;
  return oldest;
}

void evict_slot(Directory &directory, PlanSlot &slot) {
  dsm_handle orphan = DSM_HANDLE_INVALID;
  if (slot.pack == kNoPack) {
    orphan = slot.segment;
    directory.bytes -= slot.size;
  } else if (Pack &pack = directory.packs[slot.pack]; --pack.live == 0) {
    orphan = pack.segment;
    pack.segment = DSM_HANDLE_INVALID;
    directory.bytes -= kPackBytes;
  }
  slot.state = SlotState::kFree;
  pg_atomic_fetch_add_u64(&slot.generation, 1);
  pg_atomic_write_u32(&slot.backends, 0);
  pg_atomic_fetch_add_u64(&directory.evictions, 1);
  if (orphan != DSM_HANDLE_INVALID) call([orphan] { dsm_unpin_segment(orphan); });
}

std::optional<Room> make_room(Directory &directory, std::size_t size) {
  if (size <= kMaxPackedPlan) {
    const std::uint64_t packed = aligned(size);
    for (int attempt = 0; attempt < 2; ++attempt) {
      {
        LockGuard guard(directory.lock, LW_EXCLUSIVE);
        if (auto room = room_in_pack(directory, packed)) return room;
      }
      if (attempt == 0 && !add_pack(directory)) return std::nullopt;
    }
    return std::nullopt;  // others were faster to fill the new pack
  }
  {
    LockGuard guard(directory.lock, LW_EXCLUSIVE);
    if (!fit_limit(directory, size)) return std::nullopt;
    directory.bytes += size;  // reserved: two loaders together must not pass the limit
  }
  dsm_segment *segment = nullptr;
  try {
    segment = create_segment(size);
  } catch (...) {
    LockGuard guard(directory.lock, LW_EXCLUSIVE);
    directory.bytes -= size;
    throw;
  }
  if (segment == nullptr) {
    LockGuard guard(directory.lock, LW_EXCLUSIVE);
    directory.bytes -= size;
    return std::nullopt;
  }
  return Room{segment, dsm_segment_handle(segment), kNoPack, 0, size};
}

void give_back(Directory &directory, const Room &room) {
  dsm_handle orphan = DSM_HANDLE_INVALID;
  {
    LockGuard guard(directory.lock, LW_EXCLUSIVE);
    if (room.pack == kNoPack) {
      orphan = room.segment;
      directory.bytes -= room.size;
    } else if (Pack &pack = directory.packs[room.pack]; --pack.live == 0) {
      orphan = pack.segment;
      pack.segment = DSM_HANDLE_INVALID;
      directory.bytes -= kPackBytes;
    }
  }
  if (orphan != DSM_HANDLE_INVALID) call([orphan] { dsm_unpin_segment(orphan); });
}

}  // namespace pgscore::pg
