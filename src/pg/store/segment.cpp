#include "pg/store/segment.hpp"

#include <sys/statvfs.h>

#include <algorithm>

#include "pg/boundary/clean_up.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/settings.hpp"
#include "pg/store/lock_guard.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "storage/dsm_impl.h"
#include "utils/resowner.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

constexpr std::uint64_t aligned(std::uint64_t size) { return (size + 63) & ~std::uint64_t{63}; }

bool is_lack_of_resources(int sqlstate) {
  // 53: insufficient resources (disk full, out of memory); 58: system error (shm_open, ftruncate,
  // mmap failed).
  const int category = ERRCODE_TO_CATEGORY(sqlstate);
  return category == ERRCODE_INSUFFICIENT_RESOURCES ||
         category == ERRCODE_TO_CATEGORY(ERRCODE_SYSTEM_ERROR);
}

/// Makes a segment, pinned, mapped for good; null when there is no room for it. dsm_create raises
/// an ERROR for an ENOSPC of /dev/shm. A resource owner of its own then takes back what was begun,
/// so the transaction may go on.
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

bool is_older(const PlanSlot &slot, const PlanSlot *other) {
  auto last_used = [](const PlanSlot &of) {
    return pg_atomic_read_u64(const_cast<pg_atomic_uint64 *>(&of.last_used));
  };
  return other == nullptr || last_used(slot) < last_used(*other);
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

/// Gives the least recently used of the plans that no backend has mapped. When such a plan is given
/// up its memory is free at once, while that of a mapped one stays until the last backend unmaps
/// it. The lock is held.
PlanSlot *oldest_unmapped(Directory &directory) {
  PlanSlot *oldest = nullptr;
  for (PlanSlot &slot : directory.slots)
    if (slot.state == SlotState::kReady && pg_atomic_read_u32(&slot.backends) == 0 &&
        is_older(slot, oldest))
      oldest = &slot;
  return oldest;
}

/// Evicts until `bytes` more leave the headroom, beside the segments that others are making. The
/// lock is held in exclusive mode. -> do they?
bool fit_file_system(Directory &directory, std::uint64_t bytes) {
  while (!leaves_headroom(directory.reserved + bytes)) {
    PlanSlot *oldest = oldest_unmapped(directory);
    if (oldest == nullptr) return false;
    evict_slot(directory, *oldest);
  }
  return true;
}

/// Makes a segment like create_segment(), and gives up plans that no backend has mapped while there
/// is no room.
dsm_segment *create_segment_evicting(Directory &directory, std::size_t size) {
  for (;;) {
    if (dsm_segment *segment = create_segment(size)) return segment;
    LockGuard guard(directory.lock, LW_EXCLUSIVE);
    PlanSlot *oldest = oldest_unmapped(directory);
    if (oldest == nullptr) return nullptr;
    evict_slot(directory, *oldest);
  }
}

/// Reserves bytes in the directory for a segment that is being made: two loaders together must not
/// exceed the limit.
class Reservation {
 public:
  Reservation(Directory &directory, std::uint64_t size) : directory_(directory), size_(size) {
    LockGuard guard(directory.lock, LW_EXCLUSIVE);
    if (!fit_limit(directory, size) || !fit_file_system(directory, size)) return;
    directory.bytes += size;
    directory.reserved += size;
    made_ = true;
  }
  ~Reservation() {
    if (!made_) return;
    LockGuard guard(directory_.lock, LW_EXCLUSIVE);
    directory_.reserved -= size_;
    if (!kept_) directory_.bytes -= size_;
  }
  Reservation(const Reservation &) = delete;
  Reservation &operator=(const Reservation &) = delete;
  bool made() const { return made_; }
  void keep() { kept_ = true; }

 private:
  Directory &directory_;
  std::uint64_t size_;
  bool made_ = false, kept_ = false;
};

/// Makes a segment within the limit and adds its bytes to the directory's; null when there is no
/// room.
dsm_segment *reserve_segment(Directory &directory, std::size_t size) {
  Reservation reservation(directory, size);
  if (!reservation.made()) return nullptr;
  dsm_segment *segment = create_segment_evicting(directory, size);
  if (segment != nullptr) reservation.keep();
  return segment;
}

/// Gives a place for a pack. When all are taken, the pack with the fewest plans is given up: a pack
/// may be full though most of its plans are gone. The lock is held in exclusive mode.
Pack *free_pack(Directory &directory) {
  Pack *emptiest = nullptr;
  for (Pack &pack : directory.packs) {
    if (pack.segment == DSM_HANDLE_INVALID) return &pack;
    if (emptiest == nullptr || pack.live < emptiest->live) emptiest = &pack;
  }
  const auto number = static_cast<std::uint32_t>(emptiest - directory.packs);
  for (PlanSlot &slot : directory.slots)
    if (slot.state == SlotState::kReady && slot.pack == number) evict_slot(directory, slot);
  // If not, a plan is being loaded into it
  return emptiest->segment == DSM_HANDLE_INVALID ? emptiest : nullptr;
}

/// Makes room at the front of a new pack; nullopt when there is no room or no place for one.
std::optional<Room> room_in_new_pack(Directory &directory, std::uint64_t size) {
  dsm_segment *segment = reserve_segment(directory, kPackBytes);
  if (segment == nullptr) return std::nullopt;
  const dsm_handle handle = dsm_segment_handle(segment);
  {
    LockGuard guard(directory.lock, LW_EXCLUSIVE);
    if (Pack *pack = free_pack(directory)) {
      *pack = {handle, 1, size};
      return Room{segment, handle, static_cast<std::uint32_t>(pack - directory.packs), 0, size};
    }
    directory.bytes -= kPackBytes;
  }
  call([segment, handle] {
    dsm_unpin_segment(handle);
    dsm_detach(segment);
  });
  return std::nullopt;
}

}  // namespace

bool leaves_headroom(std::uint64_t bytes) {
  const char *folder = nullptr;
  if (dynamic_shared_memory_type == DSM_IMPL_POSIX) folder = "/dev/shm";
  if (dynamic_shared_memory_type == DSM_IMPL_MMAP) folder = PG_DYNSHMEM_DIR;
  struct statvfs system;
  // With min_dynamic_shared_memory, the server's segments come from a region of their own first.
  if (folder == nullptr || min_dynamic_shared_memory > 0 || statvfs(folder, &system) != 0)
    return true;
  constexpr std::uint64_t kMostHeadroom = std::uint64_t{256} << 20;
  const std::uint64_t headroom =
      std::min(std::uint64_t{system.f_frsize} * system.f_blocks / 2, kMostHeadroom);
  return std::uint64_t{system.f_frsize} * system.f_bavail >= headroom + bytes;
}

dsm_segment *make_segment(std::size_t size) {
  return leaves_headroom(size) ? create_segment(size) : nullptr;
}

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
    if (slot.state == SlotState::kReady && is_older(slot, oldest)) oldest = &slot;
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
    {
      LockGuard guard(directory.lock, LW_EXCLUSIVE);
      if (auto room = room_in_pack(directory, aligned(size))) return room;
    }
    if (auto room = room_in_new_pack(directory, aligned(size))) return room;
    // There may still be room for the plan alone: under a limit or on a /dev/shm that is smaller
    // than a pack.
  }
  dsm_segment *segment = reserve_segment(directory, size);
  if (segment == nullptr) return std::nullopt;
  return Room{segment, dsm_segment_handle(segment), kNoPack, 0, size};
}

void give_back(Directory &directory, const Room &room) noexcept {
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
  if (orphan == DSM_HANDLE_INVALID) return;
  // A pack's mapping may still serve plans that were evicted and are in use here.
  dsm_segment *mapping = room.pack == kNoPack ? room.mapping : nullptr;
  clean_up([orphan, mapping] {
    dsm_unpin_segment(orphan);
    if (mapping != nullptr) dsm_detach(mapping);
  });
}

}  // namespace pgscore::pg
