/* A C function that looks at its arguments and does nothing: what a call costs without a model. */
#include "postgres.h"
#include "fmgr.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(empty_function);
Datum empty_function(PG_FUNCTION_ARGS) {
  double sum = 0;
  for (int i = 1; i < PG_NARGS(); ++i)
    if (!PG_ARGISNULL(i)) sum += (double)PG_GETARG_DATUM(i);
  PG_RETURN_FLOAT8(sum);
}
