// Grants and revokes of model privileges, with PostgreSQL's rules: the owner grants in his own
// name, others in the name of the role that has the grant option, and a grant does not outlive the
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

/// The role in whose name `user` grants: the owner, or a role with the grant option. Throws
/// kPermissionDenied.
Oid grantor_for(Oid user, const LockedModel &model, Privilege privilege);

/// Adds a grant. Where the grantor has made it before, it gets the grant option if `grant` has it,
/// and never loses one. Needs the registry's rights (as_registry_owner); the grantor is from
/// grantor_for.
void add_grant(const LockedModel &model, Privilege privilege, const Grant &grant);

/// Removes what `grantor` granted to `grantee` (what anybody granted, when the owner revokes), and
/// with `cascade` everything that rests on it; without, throws kDependentObjects when something
/// does.
void remove_grants(const LockedModel &model, Privilege privilege, Oid grantee, Oid grantor,
                   bool cascade);

/// Forgets grants of and to roles that are gone (DROP OWNED, then DROP ROLE), before their numbers
/// are given out again.
void remove_dangling_grants(const LockedModel &model);

/// The grants that the owner of the model made become those of `new_owner`, who needs none himself.
void change_grants_to_owner(const LockedModel &model, Oid new_owner);

/// The grants among `grants` that no chain of grant options connects with `owner`.
std::vector<Grant> without_support(const std::vector<Grant> &grants, Oid owner);

}  // namespace pgscore::pg
