// Remembers which scoring functions this backend has called, for the planner. PostgreSQL evaluates
// an IMMUTABLE call of constants while it plans, and keeps only the value. The plan then depends on
// a model, on a function and on the privileges of the role that planned it, and does not say so.
#pragma once
#include <cstdint>

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/plannodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Remembers that a call of `function` begins to score.
void note_scored(Oid function);

/// Gives the present moment in the life of the backend, for depend_on_scored().
std::uint64_t scored_until_now();

/// Makes `planned`, whose planning began at `since`, depend on the functions that have scored since
/// then, on the catalog of models and on the current user. If none has, nothing is changed.
void depend_on_scored(PlannedStmt *planned, std::uint64_t since);

}  // namespace pgscore::pg
