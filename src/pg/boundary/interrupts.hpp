// Lets core code that runs in a backend notice a cancel, a timeout or a shutdown.
#pragma once
#include "base/interrupt.hpp"

namespace pgscore::pg {

/// Throws PgError when the statement is to be cancelled. Costs one load when nothing is pending.
void check_interrupts();

inline constexpr Interrupt kServerInterrupt{&check_interrupts};

}  // namespace pgscore::pg
