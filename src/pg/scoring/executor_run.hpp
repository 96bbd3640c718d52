// What the executor runs: which plan, and to its end, or only until it has some rows?
//
// The plan itself does not know: the same SELECT is read to its end by psql, and ten rows at a time
// by a cursor or a loop in PL/pgSQL that may stop at any of them. ExecutorRun is told how many rows
// are wanted, and a hook remembers it.
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/execnodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Called once, by _PG_init.
void install_run_hook();

/// Are all rows of this execution wanted? false when it is not known.
bool runs_to_the_end(const EState *estate);

/// The top of the plan that runs with `memory` as its es_query_cxt, where what belongs to an
/// expression of a plan is; null when that is none, or when it is not known. Lives as long as
/// `memory`.
PlanState *running_plan(MemoryContext memory);

}  // namespace pgscore::pg
