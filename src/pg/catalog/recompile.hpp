// Stored plans of another plan format, made again. A version whose plan this library cannot read is
// compiled from its model file at every cold load; here the catalog gets the plan that came of it.
#pragma once

namespace pgscore::pg {

/// Compiles the versions of this database whose plans have another format, and stores the plans, as
/// the owner of the extension. A version that cannot be compiled is left as it is, with a warning.
/// -> how many were stored. Needs an active snapshot, and a transaction that may write.
int recompile_stale_versions();

/// Asks a background worker to do that, in transactions of its own: once for each backend, and only
/// where its transaction may write (not on a standby, not in a read-only transaction or a parallel
/// worker). Whether a worker comes of it does not matter to the caller; this never raises an error.
void ask_for_recompilation();

}  // namespace pgscore::pg
