#include "pg/store/directory.hpp"

#include <cstring>

#include "pg/boundary/guard.hpp"
#include "pg/store/lock_guard.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "storage/shmem.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

Directory *attached = nullptr;
bool unavailable = false;

void initialize(Directory *directory) {
  std::memset(static_cast<void *>(directory), 0, sizeof *directory);
  directory->tranche = LWLockNewTrancheId();
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
  for (ModelStatistics &model : directory->statistics) {
    model.database = InvalidOid;
    for (pg_atomic_uint64 *counter : {&model.calls, &model.rows, &model.null_rows, &model.errors, &model.missing, &model.unknown,
                                      &model.nanoseconds, &model.last_used})
      pg_atomic_init_u64(counter, 0);
  }
}

}  // namespace

std::size_t directory_size() { return MAXALIGN(sizeof(Directory)); }

Directory *directory() {
  if (likely(attached != nullptr) || unavailable) return attached;
  try {
    LockGuard guard(*AddinShmemInitLock, LW_EXCLUSIVE);
    attached = call([] {
      bool found;
      auto *directory = static_cast<Directory *>(ShmemInitStruct("pgscore directory", directory_size(), &found));
      if (!found) initialize(directory);
      return directory;
    });
  } catch (const PgError &error) {
    // ShmemInitStruct has released its own lock and undone its entry before it raised. Nothing else was begun, so going on
    // without the directory is safe; only the lack of room is expected here.
    if (error.data->sqlerrcode != ERRCODE_OUT_OF_MEMORY) throw;
    unavailable = true;
    call([] {
      ereport(WARNING, (errmsg("pgscore has no shared memory, each connection keeps its own copies of models"),
                        errhint("Add pgscore to shared_preload_libraries and restart the server.")));
    });
    return nullptr;
  }
  LWLockRegisterTranche(attached->tranche, "pgscore");
  return attached;
}

PlanSlot *find_slot(Directory &directory, const PlanKey &key) {
  for (PlanSlot &slot : directory.slots)
    if (slot.state != SlotState::kFree && slot.key == key) return &slot;
  return nullptr;
}

}  // namespace pgscore::pg
