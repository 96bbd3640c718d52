#include "pg/store/store.hpp"

#include <cstring>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/in_pieces.hpp"
#include "explain/verify.hpp"
#include "pg/boundary/clean_up.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/store/directory.hpp"
#include "pg/store/lock_guard.hpp"
#include "pg/store/segment.hpp"
#include "pg/store/statistics.hpp"
#include "plan/plan_memory.hpp"
#include "plan/verify_plan.hpp"

namespace pgscore::pg {

struct LocalPlan {
  PlanKey key;
  const std::byte *base = nullptr;
  dsm_segment *mapping = nullptr;  // null: private
  plan::PlanMemory own_bytes;      // private
  PlanSlot *slot = nullptr;
  std::uint64_t generation = 0;  // of the slot when it was mapped
  std::uint32_t references = 0;

  bool evicted() const {
    return slot != nullptr && pg_atomic_read_u64(&slot->generation) != generation;
  }
};

namespace {

using LocalPlans = std::unordered_map<PlanKey, std::unique_ptr<LocalPlan>, PlanKeyHash>;
LocalPlans *local_plans = nullptr;  // made on first use; lives as long as the backend
std::uint64_t seen_evictions = 0;
bool warned_private = false;

/// Counts this backend's mapping of the plan off, and unmaps the segment when it has no other plan
/// of this backend.
void unmap(LocalPlan &local) noexcept {
  if (local.mapping == nullptr) return;
  {
    // The generation cannot change under the lock
    LockGuard guard(attached_directory()->lock, LW_SHARED);
    if (!local.evicted()) pg_atomic_fetch_sub_u32(&local.slot->backends, 1);
  }
  for (const auto &[key, other] : *local_plans)
    if (other.get() != &local && other->mapping == local.mapping) return;
  clean_up([&local] { dsm_detach(local.mapping); });
}

/// Runs at exit. Other backends must not wait for a loader that is gone, nor count a mapping that
/// is.
void forget_at_exit(int, Datum) {
  Directory *shared = attached_directory();
  if (shared == nullptr) return;
  LockGuard guard(shared->lock, LW_EXCLUSIVE);
  for (const auto &[key, local] : *local_plans)
    if (local->slot != nullptr && !local->evicted())
      pg_atomic_fetch_sub_u32(&local->slot->backends, 1);
  for (PlanSlot &slot : shared->slots)
    if (slot.state == SlotState::kLoading && slot.loader_pid == MyProcPid)
      slot.state = SlotState::kFree;
  ConditionVariableBroadcast(&shared->loaded);
}

LocalPlan *insert(std::unique_ptr<LocalPlan> local) {
  LocalPlan *plan = local.get();
  (*local_plans)[plan->key] = std::move(local);
  return plan;
}

/// Maps the plan of a ready slot. The lock is held.
std::unique_ptr<LocalPlan> map_slot(PlanSlot &slot) {
  auto local = std::make_unique<LocalPlan>();
  local->key = slot.key;
  local->mapping = map_segment(slot.segment);
  local->base = static_cast<const std::byte *>(dsm_segment_address(local->mapping)) + slot.offset;
  local->slot = &slot;
  local->generation = pg_atomic_read_u64(&slot.generation);
  slot.database = MyDatabaseId;
  pg_atomic_fetch_add_u32(&slot.backends, 1);
  return local;
}

/// A slot in state kLoading that belongs to this backend. It is freed unless the plan is published.
class LoadingSlot {
 public:
  LoadingSlot(Directory &directory, PlanSlot &slot) : directory_(directory), slot_(slot) {}
  ~LoadingSlot() {
    if (!published_) {
      LockGuard guard(directory_.lock, LW_EXCLUSIVE);
      slot_.state = SlotState::kFree;
    }
    ConditionVariableBroadcast(&directory_.loaded);
  }
  LoadingSlot(const LoadingSlot &) = delete;
  LoadingSlot &operator=(const LoadingSlot &) = delete;

  std::unique_ptr<LocalPlan> publish(const Room &room, std::uint64_t size,
                                     std::uint64_t microseconds) {
    LockGuard guard(directory_.lock, LW_EXCLUSIVE);
    slot_.segment = room.segment;
    slot_.pack = room.pack;
    slot_.offset = room.offset;
    slot_.size = size;
    slot_.load_microseconds = microseconds;
    slot_.loaded_at = GetCurrentTimestamp();
    pg_atomic_write_u64(&slot_.last_used, slot_.loaded_at);
    pg_atomic_write_u32(&slot_.backends, 0);
    pg_atomic_fetch_add_u64(&slot_.generation, 1);
    pg_atomic_fetch_add_u64(&directory_.loads, 1);
    slot_.state = SlotState::kReady;
    published_ = true;
    return map_slot(slot_);
  }

 private:
  Directory &directory_;
  PlanSlot &slot_;
  bool published_ = false;
};

/// Room that is given back unless its plan is published.
class RoomHolder {
 public:
  RoomHolder(Directory &directory, const Room &room) : directory_(directory), room_(room) {}
  ~RoomHolder() {
    if (!kept_) give_back(directory_, room_);
  }
  RoomHolder(const RoomHolder &) = delete;
  RoomHolder &operator=(const RoomHolder &) = delete;
  void keep() { kept_ = true; }

 private:
  Directory &directory_;
  Room room_;
  bool kept_ = false;
};

void verify(const PlanKey &key, Bytes bytes) {
  if (key.image == Image::kExplanation)
    explain::verify(bytes, kServerInterrupt);
  else
    plan::verify_plan(bytes, kServerInterrupt);
}

std::unique_ptr<LocalPlan> private_plan(const PlanKey &key, Bytes bytes) {
  auto local = std::make_unique<LocalPlan>();
  local->key = key;
  local->own_bytes = plan::PlanMemory(bytes, kServerInterrupt);
  verify(key, local->own_bytes.bytes());
  local->base = local->own_bytes.data();
  return local;
}

/// Warns the first time in a connection. After that it is a message at DEBUG1, and the model is not
/// in pgscore.loaded_models.
void warn_private(std::size_t size) {
  const int level = warned_private ? DEBUG1 : WARNING;
  warned_private = true;
  call([size, level] {
    ereport(level,
            (errmsg("this connection keeps a private copy of a model of %zu kB", size / 1024),
             errdetail("Shared memory for models is full or cannot be had."),
             errhint("Raise pgscore.shared_memory_limit, or the size of /dev/shm, or use "
                     "pgscore.evict_model.")));
  });
}

/// Gives up the private copies that nothing uses, so that a backend that goes through many models
/// holds one of them, not all.
void drop_private_plans() {
  std::erase_if(*local_plans, [](const auto &entry) {
    return entry.second->slot == nullptr && entry.second->references == 0;
  });
}

void warn_damaged(const Error &error, Image image) {
  const char *reason = error.detail().empty() ? error.message().c_str() : error.detail().c_str();
  const char *what = image == Image::kPlan ? "plan" : "explanation";
  call([reason, what] {
    ereport(
        WARNING,
        (errcode(ERRCODE_DATA_CORRUPTED),
         errmsg("the stored %s of a model is damaged, it is made again from the model file", what),
         errdetail("%s", reason),
         errhint("Import the model file again, and look for the cause of the damage.")));
  });
}

/// Calls use(bytes) with the bytes of the plan: the stored ones, or, if those are damaged, bytes
/// that are made again.
template <class Use>
LocalPlan *load_bytes(const PlanKey &key, const PlanLoader &load, Use use) {
  auto attempt = [&](PlanOrigin origin) {
    const PlanBytes source = load(origin);
    LocalPlan *result = use(source.bytes);
    if (source.palloced != nullptr) pfree(source.palloced);
    return result;
  };
  try {
    return attempt(PlanOrigin::kStored);
  } catch (const Error &error) {
    if (error.code() != ErrorCode::kCorruptedPlan) throw;
    warn_damaged(error, key.image);
  }
  return attempt(PlanOrigin::kMadeAgain);
}

LocalPlan *keep_private(const PlanKey &key, Bytes bytes) {
  drop_private_plans();
  return insert(private_plan(key, bytes));
}

/// Loads into `slot`, which belongs to this backend, or into private memory when there is no room.
LocalPlan *load_into(Directory &shared, PlanSlot &slot, const PlanKey &key,
                     const PlanLoader &load) {
  LoadingSlot loading(shared, slot);
  const TimestampTz start = GetCurrentTimestamp();
  return load_bytes(key, load, [&](Bytes bytes) -> LocalPlan * {
    const std::optional<Room> room = make_room(shared, bytes.size());
    if (!room) {
      LocalPlan *result = keep_private(key, bytes);
      pg_atomic_fetch_add_u64(&shared.private_loads, 1);
      warn_private(bytes.size());
      return result;
    }
    RoomHolder holder(shared, *room);
    copy_in_pieces(bytes, room->address(), kServerInterrupt);
    verify(key, {room->address(), bytes.size()});
    auto local = loading.publish(*room, bytes.size(),
                                 static_cast<std::uint64_t>(GetCurrentTimestamp() - start));
    holder.keep();
    return insert(std::move(local));
  });
}

PlanSlot *free_slot(Directory &shared) {
  for (PlanSlot &slot : shared.slots)
    if (slot.state == SlotState::kFree) return &slot;
  PlanSlot *victim = least_recently_used(shared);
  if (victim != nullptr) evict_slot(shared, *victim);
  return victim;  // null: every slot is being loaded
}

LocalPlan *find_or_load(Directory &shared, const PlanKey &key, const PlanLoader &load) {
  for (bool looked_for_dropped = false;; looked_for_dropped = true) {
    {
      LockGuard guard(shared.lock, LW_SHARED);
      if (PlanSlot *slot = find_slot(shared, key);
          slot != nullptr && slot->state == SlotState::kReady)
        return insert(map_slot(*slot));
    }
    if (!looked_for_dropped) forget_dropped_databases();
    PlanSlot *mine = nullptr;
    {
      LockGuard guard(shared.lock, LW_EXCLUSIVE);
      PlanSlot *slot = find_slot(shared, key);
      if (slot == nullptr && (mine = free_slot(shared)) != nullptr) {
        mine->key = key;
        mine->state = SlotState::kLoading;
        mine->loader_pid = MyProcPid;
      } else if (slot != nullptr && slot->state == SlotState::kReady) {
        continue;  // loaded meanwhile
      } else if (slot != nullptr && slot->loader_pid == MyProcPid) {
        throw Error(ErrorCode::kInternal, "a model is needed to load itself");
      }
    }
    if (mine != nullptr) return load_into(shared, *mine, key, load);
    call([&shared] { ConditionVariableTimedSleep(&shared.loaded, 1000, PG_WAIT_EXTENSION); });
    ConditionVariableCancelSleep();
  }
}

LocalPlan *load_private(const PlanKey &key, const PlanLoader &load) {
  return load_bytes(key, load, [&](Bytes bytes) { return keep_private(key, bytes); });
}

void touch(const LocalPlan &local) {
  if (local.slot != nullptr && !local.evicted())
    pg_atomic_write_u64(&local.slot->last_used, static_cast<std::uint64_t>(GetCurrentTimestamp()));
}

}  // namespace

PlanRef::PlanRef(LocalPlan *plan) : local_(plan) { ++local_->references; }
PlanRef::~PlanRef() {
  if (local_ != nullptr) --local_->references;
}
plan::Plan PlanRef::plan() const { return plan::Plan(local_->base); }
explain::Explanation PlanRef::explanation() const { return explain::Explanation(local_->base); }
bool PlanRef::is_private() const { return local_->mapping == nullptr; }

PlanRef acquire_plan(const PlanKey &key, const PlanLoader &load) {
  if (local_plans == nullptr) {
    local_plans = new LocalPlans();
    call([] { before_shmem_exit(&forget_at_exit, 0); });
  }
  LocalPlan *local = nullptr;
  if (auto found = local_plans->find(key); found != local_plans->end()) {
    local = found->second.get();
    if (local->references == 0 && local->evicted()) {
      unmap(*local);
      local_plans->erase(found);
      local = nullptr;
    }
  }
  if (local == nullptr) {
    Directory *shared = directory();
    local = shared != nullptr ? find_or_load(*shared, key, load) : load_private(key, load);
  }
  touch(*local);
  return PlanRef(local);
}

bool evict_plan(const PlanKey &key) {
  Directory *shared = directory();
  if (shared == nullptr) return false;
  LockGuard guard(shared->lock, LW_EXCLUSIVE);
  PlanSlot *slot = find_slot(*shared, key);
  if (slot == nullptr || slot->state != SlotState::kReady) return false;
  evict_slot(*shared, *slot);
  return true;
}

std::vector<LoadedPlan> loaded_plans() {
  std::vector<LoadedPlan> plans;
  Directory *shared = directory();
  if (shared == nullptr) return plans;
  plans.reserve(kMaxPlans);  // no allocation under the lock
  LockGuard guard(shared->lock, LW_SHARED);
  for (PlanSlot &slot : shared->slots)
    if (slot.state == SlotState::kReady)
      plans.push_back({slot.key, slot.size, slot.pack != kNoPack, slot.loaded_at,
                       static_cast<TimestampTz>(pg_atomic_read_u64(&slot.last_used)),
                       slot.load_microseconds, pg_atomic_read_u32(&slot.backends)});
  return plans;
}

void unmap_evicted_plans() noexcept {
  Directory *shared = attached_directory();
  if (local_plans == nullptr || shared == nullptr) return;
  const std::uint64_t evictions = pg_atomic_read_u64(&shared->evictions);
  if (evictions == seen_evictions) return;
  seen_evictions = evictions;
  drop_private_plans();
  for (auto at = local_plans->begin(); at != local_plans->end();) {
    if (at->second->references == 0 && at->second->evicted()) {
      unmap(*at->second);
      at = local_plans->erase(at);
    } else {
      ++at;
    }
  }
}

}  // namespace pgscore::pg
