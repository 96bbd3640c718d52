// What makes PostgreSQL refuse to drop a role that owns models or has privileges on them.
//
// An extension cannot put rows of its own tables under the care of DROP ROLE (pg_shdepend names
// catalog objects only, and its reports know no others). But a privilege on a view is such an
// object: each role with a model or a privilege is granted SELECT on the view pgscore.role_models,
// which anybody may read anyway. DROP ROLE then says
//   ERROR:  role "ana" cannot be dropped because some objects depend on it
//   DETAIL:  privileges for view pgscore.role_models
// in every database, without preloading, after a restore and a pg_upgrade; and the view shows what
// there is. DROP OWNED takes the grant away, and with it the protection: what the role had then
// belongs to nobody (role_type.hpp).
//
// Locks: the role is held (shared) as PostgreSQL holds it while it records a dependency; taking the
// grant away needs it alone.
#pragma once
#include <vector>

#include "pg/catalog/registry_table.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// `role` owns a model from now on, or has a privilege: the triggers of both tables call it. Fails
/// when the role was dropped.
void hold_role(Oid role);

/// Owner and grantees of a model, to be handed to release_roles after a change.
std::vector<Oid> roles_of(const LockedModel &model);

/// Takes the grant from those of `roles` that have nothing any more.
void release_roles(const std::vector<Oid> &roles);

}  // namespace pgscore::pg
