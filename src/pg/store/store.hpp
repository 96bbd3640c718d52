// One copy of each plan for all backends, and each backend's view of it.
//
// acquire() finds the plan in this backend, or in the directory, or loads it: one backend loads,
// the others that want the same plan wait for it. When shared memory has no room, the backend keeps
// a private copy and says so with a WARNING, once. Private copies are given up when they are not in
// use and something was evicted, so that there may be room, or another private copy is needed. The
// store moves bytes. It knows neither models nor the catalog: the caller's loader brings the bytes.
#pragma once
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "pg/store/plan_key.hpp"
#include "plan/plan.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

struct LocalPlan;

/// A counted reference to a plan that is mapped in this backend. The plan stays where it is as long
/// as a reference lives.
class PlanRef {
 public:
  PlanRef() = default;
  /// Counts one reference more to a plan of the store, which alone makes these. A reference that
  /// was moved from is empty; one that was assigned from holds what the other had.
  explicit PlanRef(LocalPlan *plan);
  PlanRef(PlanRef &&other) noexcept : local_(std::exchange(other.local_, nullptr)) {}
  PlanRef &operator=(PlanRef &&other) noexcept {
    std::swap(local_, other.local_);
    return *this;
  }
  ~PlanRef();

  /// Give the plan, for as long as the reference lives, and whether it is a private copy, since
  /// shared memory had no room. The reference must not be empty.
  plan::Plan plan() const;
  bool is_private() const;
  explicit operator bool() const { return local_ != nullptr; }

 private:
  LocalPlan *local_ = nullptr;
};

/// The bytes of a plan on their way into the store: in `memory`, or palloc'ed.
struct PlanBytes {
  Bytes bytes;
  std::vector<std::byte> memory;
  void *palloced = nullptr;
};

/// Where the bytes of a plan come from.
enum class PlanOrigin { kStored, kMadeAgain };

/// Brings the bytes of the plan; may throw. They need not be verified: when the stored ones turn
/// out to be damaged, they are asked for again, made from the source.
using PlanLoader = std::function<PlanBytes(PlanOrigin)>;

/// The plan called `key`, verified (kCorruptedPlan when `load` brings something else even if it
/// makes it again).
PlanRef acquire_plan(const PlanKey &key, const PlanLoader &load);

/// Takes the plan out of shared memory. -> was it there?
bool evict_plan(const PlanKey &key);

/// What the directory holds, for the view loaded_models.
struct LoadedPlan {
  PlanKey key;
  std::uint64_t bytes;
  bool packed;
  TimestampTz loaded_at;
  TimestampTz last_used;
  std::uint64_t load_microseconds;
  std::uint32_t backends;
};

/// Copies what is said of the plans in shared memory at this moment. Those that are still being
/// loaded and private copies are not among them; without shared memory there are none. Throws
/// PgError.
std::vector<LoadedPlan> loaded_plans();

/// Unmaps what was evicted and is not referenced; called at the end of transactions. Cannot fail.
void unmap_evicted_plans() noexcept;

}  // namespace pgscore::pg
