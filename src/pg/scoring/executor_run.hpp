// Knows which plan the executor runs, and whether it runs to its end or stops when it has some
// rows.
//
// The plan itself does not say: psql reads a SELECT to its end, a cursor or a loop in PL/pgSQL
// reads ten rows of it at a time and may stop at any of them. ExecutorRun is told how many rows are
// wanted, and a hook remembers it.
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/execnodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Installs the hook; called once, by _PG_init.
void install_run_hook();

/// Says whether all rows of this execution are certainly wanted.
bool runs_to_the_end(const EState *estate);

/// Gives the top of the plan that runs with `memory` as its es_query_cxt: the expressions of a plan
/// keep their state there. Null when `memory` is another one, or when the plan is not known. The
/// plan lives as long as `memory`.
PlanState *running_plan(MemoryContext memory);

}  // namespace pgscore::pg
