// Replaces stored plans that have another plan format. A version whose plan this library cannot
// read is compiled from its model file at every cold load, until the catalog has the new plan.
#pragma once

namespace pgscore::pg {

/// Compiles the versions of this database whose plans have another format, stores the plans as the
/// owner of the extension, and returns how many it has stored. A version that cannot be compiled
/// stays as it is, with a warning. Needs an active snapshot, and a transaction that may write.
int recompile_stale_versions();

/// Asks a background worker to do that in transactions of its own. A backend asks once, and only
/// where its transaction may write (not on a standby, not in a read-only transaction or a parallel
/// worker). It is no error when no worker can be had.
void ask_for_recompilation();

}  // namespace pgscore::pg
