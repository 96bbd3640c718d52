#include "pg/store/directory.hpp"

#include <cstring>

#include "pg/boundary/guard.hpp"
#include "pg/compat/shmem_compat.hpp"
#include "pg/store/lock_guard.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

Directory *attached = nullptr;
bool unavailable = false;
constexpr const char *kTranche = "pgscore";

// The layout comes last: a directory without it, where an error ended this, is nobody's.
void initialize(Directory *directory) {
  std::memset(static_cast<void *>(directory), 0, sizeof *directory);
  directory->tranche = compat::new_lwlock_tranche(kTranche);
  LWLockInitialize(&directory->lock, directory->tranche);
  ConditionVariableInit(&directory->loaded);
  pg_atomic_init_u64(&directory->evictions, 0);
  pg_atomic_init_u64(&directory->loads, 0);
  pg_atomic_init_u64(&directory->private_loads, 0);
  for (Pack &pack : directory->packs) pack.segment = DSM_HANDLE_INVALID;
  for (PlanSlot &slot : directory->slots) {
    slot.state = SlotState::kFree;
    pg_atomic_init_u64(&slot.generation, 0);
    pg_atomic_init_u64(&slot.last_used, 0);
    pg_atomic_init_u32(&slot.backends, 0);
  }
  initialize_statistics(directory->statistics, kMaxStatistics);
  for (dsm_handle &segment : directory->more_statistics) segment = DSM_HANDLE_INVALID;
  directory->layout = kDirectoryLayout;
}

}  // namespace

void initialize_statistics(ModelStatistics *places, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    ModelStatistics &model = places[i];
    model.database = InvalidOid;
    model.model_id = 0;
    for (pg_atomic_uint64 *counter :
         {&model.calls, &model.rows, &model.null_rows, &model.errors, &model.missing,
          &model.unknown, &model.nanoseconds, &model.last_used})
      pg_atomic_init_u64(counter, 0);
  }
}

std::size_t directory_size() { return MAXALIGN(sizeof(Directory)); }

Directory *attached_directory() noexcept { return attached; }

Directory *directory() {
  if (likely(attached != nullptr) || unavailable) return attached;
  char name[compat::kShmemNameBytes];
  snprintf(name, sizeof name, "pgscore directory %u, %zu bytes", kDirectoryLayout,
           directory_size());
  Directory *found = nullptr;
  try {
    LockGuard guard(*AddinShmemInitLock, LW_EXCLUSIVE);
    found = call([&name] {
      bool exists;
      auto *directory = static_cast<Directory *>(ShmemInitStruct(name, directory_size(), &exists));
      if (!exists) initialize(directory);
      return directory->layout == kDirectoryLayout ? directory : nullptr;
    });
  } catch (const PgError &) {
    // There is no room, or the struct of this name has another size. ShmemInitStruct has undone its
    // entry before it raised. Nothing else was begun, so going on without the directory is safe.
    compat::release_shmem_index();
  }
  if (found == nullptr) {
    unavailable = true;
    call([] {
      ereport(
          WARNING,
          (errmsg("pgscore has no shared memory, each connection keeps its own copies of models"),
           errhint("Add pgscore to shared_preload_libraries and restart the server.")));
    });
    return nullptr;
  }
  attached = found;
  compat::name_lwlock_tranche(attached->tranche, kTranche);
  return attached;
}

PlanSlot *find_slot(Directory &directory, const PlanKey &key) {
  for (PlanSlot &slot : directory.slots)
    if (slot.state != SlotState::kFree && slot.key == key) return &slot;
  return nullptr;
}

}  // namespace pgscore::pg
