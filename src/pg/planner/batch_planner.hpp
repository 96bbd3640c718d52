// The planner hook that puts batch nodes (batch_node.hpp) into plans where they pay.
#pragma once

namespace pgscore::pg {

/// Called once, by _PG_init. Statements that are planned before, without shared_preload_libraries
/// the first of a session, get no batch nodes.
void install_batch_planner();

}  // namespace pgscore::pg
