// Keeps one copy of each plan for all backends, and each backend's mapping of it. A plan here is any
// image that a version is compiled to: its explanation is kept in the same way.
//
// acquire_plan() finds the plan in this backend, or in the directory, or loads it: one backend
// loads, the others that want the same plan wait for it. When shared memory has no room, the
// backend keeps a private copy and raises a WARNING, once. It gives up private copies that are not
// in use when something was evicted, so that there may be room, or when it needs another private
// copy.
//
// The store moves bytes. It knows neither models nor the catalog: the caller's loader provides the
// bytes.
#pragma once
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "explain/explanation.hpp"
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

  /// Give the plan or the explanation, whichever the key named, for as long as the reference lives,
  /// and whether it is a private copy, since shared memory had no room. The reference must not be
  /// empty.
  plan::Plan plan() const;
  explain::Explanation explanation() const;
  bool is_private() const;
  explicit operator bool() const { return local_ != nullptr; }

 private:
  LocalPlan *local_ = nullptr;
};

/// The bytes of a plan that a loader provides. They lie in `memory`, or are palloc'ed.
struct PlanBytes {
  Bytes bytes;
  std::vector<std::byte> memory;
  void *palloced = nullptr;
};

/// Where the bytes of a plan come from.
enum class PlanOrigin { kStored, kMadeAgain };

/// Provides the bytes of the plan; may throw. They need not be verified: when the stored ones turn
/// out to be damaged, the store asks again for bytes that are made from the source.
using PlanLoader = std::function<PlanBytes(PlanOrigin)>;

/// Gives the plan with this key, verified. Throws kCorruptedPlan when the bytes that `load` makes
/// again are no valid plan either, what `load` throws, and PgError.
PlanRef acquire_plan(const PlanKey &key, const PlanLoader &load);

/// Takes the plan out of shared memory. Throws PgError. -> was it there?
bool evict_plan(const PlanKey &key);

/// A plan in shared memory, as the view loaded_models shows it.
struct LoadedPlan {
  PlanKey key;
  std::uint64_t bytes;
  bool packed;
  TimestampTz loaded_at;
  TimestampTz last_used;
  std::uint64_t load_microseconds;
  std::uint32_t backends;
};

/// Gives the plans in shared memory at this moment, without those that are still being loaded and
/// without private copies; none if there is no shared memory. Throws PgError.
std::vector<LoadedPlan> loaded_plans();

/// Unmaps what was evicted and is not referenced; called at the end of transactions. Cannot fail.
void unmap_evicted_plans() noexcept;

}  // namespace pgscore::pg
