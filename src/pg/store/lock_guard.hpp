// Holds an LWLock for the life of a C++ scope.
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "storage/lwlock.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Holds the lock as long as it lives. Taking an LWLock only fails by a bug in pgscore ("too many
/// LWLocks taken"), so it is not guarded.
class LockGuard {
 public:
  /// Waits for the lock, which this backend does not hold yet. Cancels wait until it is released.
  LockGuard(LWLock &lock, LWLockMode mode) : lock_(&lock) { LWLockAcquire(lock_, mode); }
  ~LockGuard() {
    // An ERROR that was caught on the way has set InterruptHoldoffCount to zero, and LWLockRelease
    // is about to decrement it: the same correction as in LWLockReleaseAll.
    if (InterruptHoldoffCount == 0) InterruptHoldoffCount = 1;
    LWLockRelease(lock_);
  }
  LockGuard(const LockGuard &) = delete;
  LockGuard &operator=(const LockGuard &) = delete;

 private:
  LWLock *lock_;
};

}  // namespace pgscore::pg
