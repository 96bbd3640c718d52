// Differences between the PostgreSQL versions that pgscore supports. PG_VERSION_NUM is looked at in
// this folder only, beside postgres.hpp's lower bound.
#pragma once
#include "pg/postgres.hpp"

namespace pgscore::pg::compat {

/// Whether `member` may SET ROLE to `role`. Before 16 every member may.
inline bool can_set_role(Oid member, Oid role) {
#if PG_VERSION_NUM >= 160000
  return member_can_set_role(member, role);
#else
  return is_member_of_role(member, role);
#endif
}

}  // namespace pgscore::pg::compat
