// Finds the version that 'credit', 'credit@3' or 'credit@champion' stands for now, and its plan.
//
// Names resolve through the active snapshot, so a query sees one version throughout, a transaction
// sees its own changes, and a deploy is visible at commit everywhere. The result may be kept as
// long as the active snapshot is the same one (SnapshotIdentity): a look-up costs some
// microseconds, the comparison some nanoseconds.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "explain/explanation_layout.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/store/plan_key.hpp"
#include "pg/store/store.hpp"
#include "registry/model_name.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// The snapshot and the user with which something was looked up.
class SnapshotIdentity {
 public:
  /// Gives the present one. Needs an active snapshot.
  static SnapshotIdentity current();
  friend bool operator==(const SnapshotIdentity &, const SnapshotIdentity &) = default;
  /// Makes all earlier identities differ from the present one. It is called when a subtransaction
  /// is rolled back: a snapshot that is kept, as REPEATABLE READ does, no longer sees the changes
  /// of that subtransaction, though nothing in the snapshot has changed.
  static void forget_all();

 private:
  TransactionId xmin_ = 0, xmax_ = 0;
  CommandId command_ = 0;
  // Differs between snapshots between which something was committed
  std::uint64_t completion_count_ = 0;
  TimestampTz transaction_start_ = 0;
  std::uint64_t rolled_back_ = 0;  // subtransactions of this backend, so far
  Oid user_ = InvalidOid;
};

struct ResolvedVersion {
  std::int64_t model_id = 0;
  std::int64_t version_id = 0;
  std::int32_t version = 0;
  Oid owner = InvalidOid;
  // Of the content, in every database: the first 48 bits of catalog_version.identity
  std::uint64_t identity = 0;
  PlanKey plan, explanation;
};

/// Finds the version for the current user. Throws kUndefinedModel, kInvalidArgument for what is no
/// name, and kPermissionDenied when the user may not score the model. With `fixed_version` only
/// 'name@version' is taken (the type model_version).
ResolvedVersion resolve_for_scoring(std::string_view reference, bool fixed_version = false);

/// Finds the version for the planner; nullopt when `role` may not score the model. Then the
/// versions are not read: what the planner shows or costs must not depend on them.
std::optional<ResolvedVersion> resolve_for_planning(std::string_view reference, bool fixed_version,
                                                    Oid role);

/// Finds the version of `model`, whose name is that of the reference. The caller has checked the
/// rights. Throws kUndefinedModel.
ResolvedVersion find_version(const ModelRow &model, const registry::ModelReference &reference);

/// Gives the plan of a version, from the store or, the first time, from the catalog. A plan of
/// another plan format is compiled again from the artifact.
PlanRef plan_of(const ResolvedVersion &version);

/// Gives the explanation of a version, from the store or, the first time, from the catalog; it is
/// made from the artifact where the catalog has none, or one of another format. Throws
/// kUnsupportedModel, with the reason, for a model that has no exact contributions.
PlanRef explanation_of(const ResolvedVersion &version);

}  // namespace pgscore::pg
