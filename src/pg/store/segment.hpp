// Makes room for plans in dynamic shared memory segments.
#pragma once
#include <cstddef>
#include <optional>

#include "pg/store/directory.hpp"

namespace pgscore::pg {

/// Room for one plan, mapped in this backend for the rest of its life (dsm_pin_mapping).
struct Room {
  dsm_segment *mapping;
  dsm_handle segment;
  std::uint32_t pack;  // kNoPack: the segment is this plan's own
  std::uint64_t offset;
  std::uint64_t size;

  /// Gives the first byte of the room in this backend: the same for all of its life.
  std::byte *address() const {
    return static_cast<std::byte *>(dsm_segment_address(mapping)) + offset;
  }
};

/// Makes room for `size` bytes, evicting the least recently used plans when
/// pgscore.shared_memory_limit asks for it. nullopt when there is no room: the limit is smaller
/// than the plan, the rest of /dev/shm is for the server's own segments (leaves_headroom), or the
/// server has no segments left.
std::optional<Room> make_room(Directory &directory, std::size_t size);

/// Says whether the file system of the segments keeps enough room after another segment of `bytes`:
/// half of its size, 256 MB at most, for the segments of parallel queries, which fail without.
/// Always true where segments lie in no file system, and with min_dynamic_shared_memory.
bool leaves_headroom(std::uint64_t bytes);

/// Gives back room that was made and not published.
void give_back(Directory &directory, const Room &room) noexcept;

/// Takes the plan out of the directory. Backends that have it mapped keep reading it until they
/// unmap it; the memory goes with the last of them. The lock is held in exclusive mode.
void evict_slot(Directory &directory, PlanSlot &slot);

/// Gives the least recently used plan, or null when none is loaded. The lock is held.
PlanSlot *least_recently_used(Directory &directory);

/// Makes a segment of `size` bytes for something else than plans, pinned and mapped for good; it
/// does not count for pgscore.shared_memory_limit. Null when there is no room that leaves the
/// headroom.
dsm_segment *make_segment(std::size_t size);

/// Gives the mapping of `segment` in this backend, attached if need be. The lock is held. Throws
/// PgError.
dsm_segment *map_segment(dsm_handle segment);

}  // namespace pgscore::pg
