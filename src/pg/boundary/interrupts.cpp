#include "pg/boundary/interrupts.hpp"

#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

void check_interrupts() {
  if (unlikely(InterruptPending)) call([] { CHECK_FOR_INTERRUPTS(); });
}

}  // namespace pgscore::pg
