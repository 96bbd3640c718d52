// Makes PostgreSQL refuse to drop a role that owns models or has privileges on them.
//
// DROP ROLE does not look at the rows of an extension's tables (pg_shdepend names catalog objects
// only, and its reports know no others). But a privilege on a view is such an
// object: each role with a model or a privilege is granted SELECT on the view pgscore.role_models,
// which anybody may read anyway. DROP ROLE then says
//   ERROR:  role "ana" cannot be dropped because some objects depend on it
//   DETAIL:  privileges for view pgscore.role_models
// in every database, without preloading, after a restore and a pg_upgrade; and the view shows what
// there is. DROP OWNED takes the grant away, and with it the protection: what the role had then
// belongs to nobody (role_type.hpp).
//
// Locks: adding a grant holds a shared lock on the role, as PostgreSQL does while it records a
// dependency; taking the grant away holds an exclusive one.
#pragma once
#include <vector>

#include "pg/catalog/registry_table.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Keeps `role` from being dropped, because it owns a model from now on or has a privilege. The
/// triggers of both tables call it. Throws PgError when the role was dropped.
void hold_role(Oid role);

/// Gives the owner and the grantees of a model. Callers hand them to release_roles after a change.
std::vector<Oid> roles_of(const LockedModel &model);

/// Takes the grant from those of `roles` that have no model and no privilege any more.
void release_roles(const std::vector<Oid> &roles);

}  // namespace pgscore::pg
