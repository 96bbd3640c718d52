// As compat.hpp, for what needs the executor's headers: hooks and callbacks whose parameters
// differ.
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
PGSCORE_SERVER_HEADERS_END

// Parameters of ExecutorRun, and what passes them on.
#if PG_VERSION_NUM >= 180000
#define PGSCORE_RUN_PARAMETERS QueryDesc *query, ScanDirection direction, uint64 count
#define PGSCORE_RUN_ARGUMENTS query, direction, count
#else
#define PGSCORE_RUN_PARAMETERS \
  QueryDesc *query, ScanDirection direction, uint64 count, bool execute_once
#define PGSCORE_RUN_ARGUMENTS query, direction, count, execute_once
#endif

namespace pgscore::pg::compat {

/// The callback is declared without parameters before 16, which in C++ is a type of its own.
inline bool walk_plan_state(PlanState *node, bool (*walker)(PlanState *node, void *context),
                            void *context) {
#if PG_VERSION_NUM >= 160000
  return planstate_tree_walker(node, walker, context);
#else
  return planstate_tree_walker(
      node, reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(walker)), context);
#endif
}

}  // namespace pgscore::pg::compat
