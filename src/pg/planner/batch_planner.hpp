// The planner hook that puts batch nodes (batch_node.hpp) into plans where they save time.
#pragma once

namespace pgscore::pg {

/// Installs the hook; called once, by _PG_init. Statements that were planned before it get no batch
/// nodes: without shared_preload_libraries that is the first one of a session.
void install_batch_planner();

}  // namespace pgscore::pg
