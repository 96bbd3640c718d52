// As compat.hpp, for shared memory that is made while the server runs, and its locks.
#pragma once
#include <cstddef>

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "storage/lwlock.h"
#include "storage/shmem.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg::compat {

/// The bytes of a struct's name in shared memory, with the zero at its end. 19 keeps the number to
/// itself.
inline constexpr std::size_t kShmemNameBytes = 48;
#if PG_VERSION_NUM < 190000
static_assert(kShmemNameBytes == SHMEM_INDEX_KEYSIZE);
#endif

/// A new tranche of locks, which 19 gives its name for all backends. May ereport, in 19 also when
/// the server has no place for another tranche.
inline int new_lwlock_tranche(const char *name) {
#if PG_VERSION_NUM >= 190000
  return LWLockNewTrancheId(name);
#else
  (void)name;
  return LWLockNewTrancheId();
#endif
}

/// Gives the tranche its name in this backend, which before 19 each one does. `name` is kept.
inline void name_lwlock_tranche(int tranche, const char *name) {
#if PG_VERSION_NUM >= 190000
  (void)tranche;
  (void)name;
#else
  LWLockRegisterTranche(tranche, name);
#endif
}

/// To be called when an error of ShmemInitStruct was caught and goes no further. Before 19, the
/// server has released the lock of its index then. 19 holds it, and gives it no name: so this
/// releases all locks of the backend, of which none may be needed any more.
inline void release_shmem_index() {
#if PG_VERSION_NUM >= 190000
  LWLockReleaseAll();
#endif
}

}  // namespace pgscore::pg::compat
