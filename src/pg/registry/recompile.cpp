// recompile_models: the work that remains after an upgrade of the library to another plan format.
#include "pg/boundary/guard.hpp"
#include "pg/catalog/recompile.hpp"
#include "pg/catalog/registry_table.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

Datum recompile_models(FunctionCallInfo) {
  require_writable();
  return Int32GetDatum(recompile_stale_versions());
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(recompile_models, pgscore::pg::recompile_models);
