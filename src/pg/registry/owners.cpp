// set_model_owner, reassign_models, drop_role_grants: they do for models what ALTER ... OWNER TO,
// REASSIGN OWNED and DROP OWNED do for objects of PostgreSQL.
#include <string>
#include <vector>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/grant_table.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/registry_table.hpp"
#include "pg/catalog/role_dependency.hpp"
#include "pg/catalog/role_type.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/compat/compat.hpp"
#include "pg/dependents/lost_owners.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

// A user gives models only to roles as which he could have made them.
void require_membership(Oid role) {
  if (!call([role] { return compat::can_set_role(GetUserId(), role); }))
    throw Error(ErrorCode::kPermissionDenied, "must be member of role " + role_in_quotes(role));
}

void require_privileges_of(Oid role, const char *action) {
  if (!call([role] { return has_privs_of_role(GetUserId(), role); }))
    throw Error(ErrorCode::kPermissionDenied, std::string("permission denied to ") + action,
                "Only roles with privileges of role " + role_in_quotes(role) + " may do so.");
}

void change_owner(const LockedModel &model, Oid new_owner) {
  if (model.owner == new_owner) return;
  const std::vector<Oid> roles = roles_of(model);
  remove_dangling_grants(model);
  const std::vector<Dependent> lost_before = find_lost_owners(model);
  change_grants_to_owner(model, new_owner);
  execute("UPDATE catalog_model SET owner = $2 WHERE id = $1",
          {parameter(model.id), oid_parameter(new_owner)});
  warn_of_lost_owners(model, lost_before);
  release_roles(roles);
}

Datum set_model_owner(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const Oid new_owner = role_argument(fcinfo, 1, "new_owner");
  const ModelRow checked = get_model(name);
  require_owner(checked, name);
  require_membership(new_owner);
  as_registry_owner([&] { change_owner(lock_model(name, checked), new_owner); });
  PG_RETURN_VOID();
}

// Finds the names of models with `query` for `role`, in the order in which all functions lock them.
std::vector<std::string> names_of_models(const char *query, Oid role) {
  std::vector<std::string> names;
  for (const auto &row : execute(query, {oid_parameter(role)}).rows) names.push_back(row[0].text());
  return names;
}

Datum reassign_models(FunctionCallInfo fcinfo) {
  const Oid old_owner = role_argument(fcinfo, 0, "old_owner");
  const Oid new_owner = role_argument(fcinfo, 1, "new_owner");
  require_privileges_of(old_owner, "reassign models");
  require_membership(new_owner);
  return Int32GetDatum(as_registry_owner([&] {
    int count = 0;
    for (const std::string &name : names_of_models(
             "SELECT name FROM catalog_model WHERE owner = $1 ORDER BY id", old_owner)) {
      const LockedModel model = lock_model(name);
      if (model.owner != old_owner) continue;  // another transaction was faster
      change_owner(model, new_owner);
      ++count;
    }
    return count;
  }));
}

int drop_grants_to(Oid role) {
  int count = 0;
  for (const std::string &name :
       names_of_models("SELECT m.name FROM catalog_model m WHERE EXISTS (SELECT FROM catalog_acl a"
                       " WHERE a.model_id = m.id AND a.grantee = $1) ORDER BY m.id",
                       role)) {
    const LockedModel model = lock_model(name);
    const std::vector<Oid> roles = roles_of(model);
    remove_dangling_grants(model);
    const std::vector<Dependent> lost_before = find_lost_owners(model);
    for (const Privilege privilege : kAllPrivileges)
      remove_grants(model, privilege, role, model.owner, true);
    warn_of_lost_owners(model, lost_before);
    release_roles(roles);
    ++count;
  }
  return count;
}

Datum drop_role_grants(FunctionCallInfo fcinfo) {
  const Oid role = role_argument(fcinfo, 0, "role");
  require_privileges_of(role, "drop privileges on models");
  return Int32GetDatum(as_registry_owner([&] { return drop_grants_to(role); }));
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(set_model_owner, pgscore::pg::set_model_owner);
PGSCORE_FUNCTION(reassign_models, pgscore::pg::reassign_models);
PGSCORE_FUNCTION(drop_role_grants, pgscore::pg::drop_role_grants);
