// The type pgscore.catalog_role: the OID of a role, written as its name.
//
// Roles belong to the cluster, the catalog to one database, and nothing tells us when a role is
// dropped. regrole writes a dropped role as its bare number, which a restore takes for whoever has
// that number then. This type writes it as none, and reads the name of a role that does not exist
// as none too, with a warning: models survive a restore where their owner is missing.
#pragma once
#include <string>

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// 'none'. A number that no role has: numbers of users' roles begin at 16384, and 0 is PUBLIC.
inline constexpr Oid kNoRole = 1;

/// Whether `role` can be granted to: PUBLIC, or a role that exists.
bool role_exists(Oid role);

/// For messages: "name" with its quotes, PUBLIC, or the number of a role that is gone.
std::string role_in_quotes(Oid role);

}  // namespace pgscore::pg
