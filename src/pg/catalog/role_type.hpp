// The type pgscore.catalog_role: the OID of a role, written as its name.
//
// Roles belong to the cluster and the catalog to one database, so nothing tells us when a role is
// dropped. regrole writes a dropped role as its bare number, which a restore takes for the role
// that has that number then. This type writes a dropped role as none. It reads the name of a role
// that does not exist as none too, with a warning, so that models survive a restore where their
// owner is missing.
#pragma once
#include <string>

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// The number of 'none'. No role has it: numbers of users' roles begin at 16384, and 0 is PUBLIC.
inline constexpr Oid kNoRole = 1;

/// Says whether privileges can be granted to `role`: it is PUBLIC, or exists.
bool role_exists(Oid role);

/// Writes a role for messages: "name" with the quotes, PUBLIC, or the number of a role that is
/// gone.
std::string role_in_quotes(Oid role);

}  // namespace pgscore::pg
