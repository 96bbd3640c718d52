// The module's entry: settings and hooks. Nothing else.
#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"

extern "C" {
PG_MODULE_MAGIC;

void _PG_init(void);
void _PG_init(void) {}
}
