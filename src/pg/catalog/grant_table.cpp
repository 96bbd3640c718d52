#include "pg/catalog/grant_table.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/role_type.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

std::vector<Grant> read_grants(const LockedModel &model, Privilege privilege) {
  std::vector<Grant> grants;
  for (const auto &row :
       execute("SELECT grantee::oid, grantor::oid, grantable FROM catalog_acl"
               " WHERE model_id = $1 AND privilege = $2 ORDER BY grantee, grantor",
               {parameter(model.id), parameter(name_of(privilege))})
           .rows)
    if (grant_counts(row[1].oid(), model.owner))
      grants.push_back({row[0].oid(), row[1].oid(), row[2].boolean()});
  return grants;
}

void delete_grant(const LockedModel &model, Privilege privilege, const Grant &grant) {
  execute(
      "DELETE FROM catalog_acl WHERE model_id = $1 AND privilege = $2 AND grantee = $3 AND grantor "
      "= $4",
      {parameter(model.id), parameter(name_of(privilege)), oid_parameter(grant.grantee),
       oid_parameter(grant.grantor)});
}

}  // namespace

Oid grantor_for(Oid user, const LockedModel &model, Privilege privilege) {
  if (is_owner(user, {model.id, model.owner, 0})) return model.owner;
  Oid holder = InvalidOid;
  for (const Grant &grant : read_grants(model, privilege)) {
    if (!grant.grantable || !call([&] { return has_privs_of_role(user, grant.grantee); })) continue;
    holder = grant.grantee;
    if (holder == user) break;  // the user's own name goes before that of a group
  }
  if (!OidIsValid(holder))
    throw Error(ErrorCode::kPermissionDenied,
                "permission denied for model " + in_quotes(model.name),
                "Only its owner and roles with the grant option may grant or revoke " +
                    in_quotes(name_of(privilege)) + ".");
  return holder;
}

void add_grant(const LockedModel &model, Privilege privilege, const Grant &grant) {
  // Granting again without the grant option does not take it back.
  execute(
      "INSERT INTO catalog_acl AS a (model_id, grantee, privilege, grantor, grantable)"
      " VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (model_id, grantee, privilege, grantor) DO UPDATE SET grantable = a.grantable "
      "OR excluded.grantable",
      {parameter(model.id), oid_parameter(grant.grantee), parameter(name_of(privilege)),
       oid_parameter(grant.grantor), parameter(grant.grantable)});
}

void remove_dangling_grants(const LockedModel &model) {
  execute(
      "DELETE FROM catalog_acl a WHERE a.model_id = $1"
      " AND (a.grantee <> 0::oid AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = "
      "a.grantee)"
      " OR a.grantor <> $2 AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = "
      "a.grantor))",
      {parameter(model.id), oid_parameter(model.owner)});
}

void change_grants_to_owner(const LockedModel &model, Oid new_owner) {
  // Grants of the old owner become grants of the new one. Two that are equal then become one.
  execute(
      "INSERT INTO catalog_acl AS a (model_id, grantee, privilege, grantor, grantable)"
      " SELECT model_id, grantee, privilege, $3, grantable FROM catalog_acl"
      " WHERE model_id = $1 AND grantor = $2 AND grantee <> $3"
      " ON CONFLICT (model_id, grantee, privilege, grantor) DO UPDATE SET grantable = a.grantable "
      "OR excluded.grantable",
      {parameter(model.id), oid_parameter(model.owner), oid_parameter(new_owner)});
  execute("DELETE FROM catalog_acl WHERE model_id = $1 AND (grantor = $2 OR grantee = $3)",
          {parameter(model.id), oid_parameter(model.owner), oid_parameter(new_owner)});
}

std::vector<Grant> without_support(const std::vector<Grant> &grants, Oid owner) {
  std::vector<Oid> may_grant{owner};
  std::vector<Grant> open(grants);
  for (bool progress = true; progress;) {
    progress = false;
    for (auto grant = open.begin(); grant != open.end();) {
      if (std::find(may_grant.begin(), may_grant.end(), grant->grantor) == may_grant.end()) {
        ++grant;
        continue;
      }
      if (grant->grantable) may_grant.push_back(grant->grantee);
      grant = open.erase(grant);
      progress = true;
    }
  }
  return open;
}

void remove_grants(const LockedModel &model, Privilege privilege, Oid grantee, Oid grantor,
                   bool cascade) {
  std::vector<Grant> keep, remove;
  for (const Grant &grant : read_grants(model, privilege)) {
    const bool hit =
        grant.grantee == grantee && (grantor == model.owner || grant.grantor == grantor);
    (hit ? remove : keep).push_back(grant);
  }
  const std::vector<Grant> dependent = without_support(keep, model.owner);
  if (!dependent.empty() && !cascade) {
    // The message names what rests on the revoked grant directly.
    const auto direct = std::find_if(dependent.begin(), dependent.end(),
                                     [&](const Grant &g) { return g.grantor == grantee; });
    throw Error(ErrorCode::kDependentObjects, "dependent privileges exist",
                role_in_quotes(grantee) + " has passed " + in_quotes(name_of(privilege)) +
                    " on to " +
                    role_in_quotes(direct != dependent.end() ? direct->grantee
                                                             : dependent.front().grantee) +
                    ".",
                "Use cascade => true to revoke them too.");
  }
  for (const Grant &grant : remove) delete_grant(model, privilege, grant);
  for (const Grant &grant : dependent) delete_grant(model, privilege, grant);
}

}  // namespace pgscore::pg
