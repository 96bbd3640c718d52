// Grants and revokes privileges on models by PostgreSQL's rules. The owner grants in his own name,
// others grant in the name of the role that has the grant option. A grant does not outlive the
// grant option that it came from.
#pragma once
#include <string>
#include <vector>

#include "pg/catalog/privilege.hpp"
#include "pg/catalog/registry_table.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// A row of catalog_acl for one model and one privilege.
struct Grant {
  Oid grantee;
  Oid grantor;
  bool grantable;
};

/// Finds the role in whose name `user` grants: the owner, or a role with the grant option. Throws
/// kPermissionDenied when there is none.
Oid grantor_for(Oid user, const LockedModel &model, Privilege privilege);

/// Adds a grant. A grant that the grantor has made before gets the grant option if `grant` has it,
/// and never loses it. Runs inside as_registry_owner; the grantor comes from grantor_for.
void add_grant(const LockedModel &model, Privilege privilege, const Grant &grant);

/// Removes what `grantor` granted to `grantee`; when the owner revokes, what any role granted. With
/// `cascade` it removes what rests on that too; without, it throws kDependentObjects when something
/// does.
void remove_grants(const LockedModel &model, Privilege privilege, Oid grantee, Oid grantor,
                   bool cascade);

/// Removes grants by and to roles that are gone (DROP OWNED, then DROP ROLE), before PostgreSQL
/// gives their numbers to other roles.
void remove_dangling_grants(const LockedModel &model);

/// Makes the grants of the model's owner those of `new_owner`, and removes grants to him: an owner
/// needs none.
void change_grants_to_owner(const LockedModel &model, Oid new_owner);

/// Gives those of `grants` that no chain of grant options connects with `owner`.
std::vector<Grant> without_support(const std::vector<Grant> &grants, Oid owner);

}  // namespace pgscore::pg
