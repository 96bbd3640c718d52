#include "pg/catalog/role_dependency.hpp"

#include <string>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/role_type.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "storage/lmgr.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

constexpr char kView[] = "role_models";

bool is_held(Oid role) {
  return !execute(
              "SELECT FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a WHERE c.oid = "
              "$1 AND a.grantee = $2",
              {oid_parameter(registry_view(kView)), oid_parameter(role)})
              .empty();
}

bool has_anything(Oid role) {
  return !execute(
              "SELECT FROM catalog_model WHERE owner = $1 UNION ALL"
              " SELECT FROM catalog_acl WHERE grantee = $1 LIMIT 1",
              {oid_parameter(role)})
              .empty();
}

// Takes a lock for changes of the view's privileges: two grants at once would be an error. A lock
// on the view itself would stop its readers.
void lock_grants() {
  const Oid view = registry_view(kView);
  call([view] { LockDatabaseObject(RelationRelationId, view, 0, ExclusiveLock); });
}

std::string quoted_role(Oid role) {
  return call([role] { return quote_identifier(GetUserNameFromId(role, false)); });
}

// PUBLIC is no role. The owner of the extension, as whom this runs, needs no grant: it cannot be
// dropped as long as it owns the view.
bool needs_no_hold(Oid role) {
  return role == ACL_ID_PUBLIC || role == GetUserId() || !role_exists(role);
}

}  // namespace

void hold_role(Oid role) {
  if (role == ACL_ID_PUBLIC || role == GetUserId()) return;
  call([role] { LockSharedObject(AuthIdRelationId, role, 0, AccessShareLock); });
  if (!role_exists(role))
    throw Error(ErrorCode::kUndefinedModel, "role was concurrently dropped",
                "Its number was " + std::to_string(role) + ".");
  if (is_held(role)) return;
  lock_grants();
  execute(("GRANT SELECT ON pgscore.role_models TO " + quoted_role(role)).c_str());
}

std::vector<Oid> roles_of(const LockedModel &model) {
  std::vector<Oid> roles{model.owner};
  for (const auto &row : execute("SELECT DISTINCT grantee::pg_catalog.oid FROM catalog_acl WHERE "
                                 "model_id = $1 ORDER BY 1",
                                 {parameter(model.id)})
                             .rows)
    roles.push_back(row[0].oid());
  return roles;
}

void release_roles(const std::vector<Oid> &roles) {
  for (const Oid role : roles) {
    if (needs_no_hold(role) || has_anything(role) || !is_held(role)) continue;
    call([role] { LockSharedObject(AuthIdRelationId, role, 0, AccessExclusiveLock); });
    // Transactions that gave the role something meanwhile have committed.
    if (needs_no_hold(role) || has_anything(role)) continue;
    lock_grants();
    execute(("REVOKE ALL ON pgscore.role_models FROM " + quoted_role(role)).c_str());
  }
}

}  // namespace pgscore::pg
