// The triggers of the catalog tables (sql/install/20-catalog.sql says what they are for).
#include <string>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_name.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

const TriggerData &trigger_data(FunctionCallInfo fcinfo) {
  if (!CALLED_AS_TRIGGER(fcinfo)) throw Error(ErrorCode::kInternal, "function was not called by the trigger manager");
  return *reinterpret_cast<const TriggerData *>(fcinfo->context);
}

// The row that the operation goes on with.
HeapTuple result_tuple(const TriggerData &data) {
  return TRIGGER_FIRED_BY_UPDATE(data.tg_event) ? data.tg_newtuple : data.tg_trigtuple;
}

// All model calls are planned against catalog_model, whichever table changed (planner support adds it to the plan's relations).
Datum catalog_changed(FunctionCallInfo fcinfo) {
  trigger_data(fcinfo);
  const Oid table = catalog_relation("catalog_model");
  call([table] { CacheInvalidateRelcacheByRelid(table); });
  return PointerGetDatum(nullptr);
}

// A history goes with its model only: by the time of the cascade the model is gone.
bool model_exists(const TriggerData &data) {
  const std::int64_t model_id = call([&] {
    bool is_null;
    const int column = SPI_fnumber(data.tg_relation->rd_att, "model_id");
    return DatumGetInt64(SPI_getbinval(data.tg_trigtuple, data.tg_relation->rd_att, column, &is_null));
  });
  return as_registry_owner(
      [&] { return !execute("SELECT FROM pgscore.catalog_model WHERE id = $1", {parameter(model_id)}).empty(); });
}

Datum catalog_immutable(FunctionCallInfo fcinfo) {
  const TriggerData &data = trigger_data(fcinfo);
  if (TRIGGER_FIRED_BY_DELETE(data.tg_event) && !model_exists(data)) return PointerGetDatum(data.tg_trigtuple);
  throw Error(ErrorCode::kDependentObjects,
              "rows of " + in_quotes(RelationGetRelationName(data.tg_relation)) + " cannot be changed or deleted", {},
              "They go when their model is dropped with pgscore.drop_model.");
}

Datum catalog_acl_check(FunctionCallInfo fcinfo) {
  const TriggerData &data = trigger_data(fcinfo);
  const bool known = call([&] {
    bool is_null;
    const Oid role = DatumGetObjectId(SPI_getbinval(data.tg_trigtuple, data.tg_relation->rd_att, acl_column::kGrantee, &is_null));
    return role == ACL_ID_PUBLIC || SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(role));
  });
  return PointerGetDatum(known ? result_tuple(data) : nullptr);
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(catalog_changed, pgscore::pg::catalog_changed);
PGSCORE_FUNCTION(catalog_immutable, pgscore::pg::catalog_immutable);
PGSCORE_FUNCTION(catalog_acl_check, pgscore::pg::catalog_acl_check);
