// The triggers of the catalog tables (sql/install/20-catalog.sql says what they are for).
#include <initializer_list>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/role_dependency.hpp"
#include "pg/catalog/role_type.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

// These functions read rows by the columns of our own tables. They must not run on other tables,
// nor for each statement, where there is no row.
const TriggerData &trigger_data(FunctionCallInfo fcinfo,
                                std::initializer_list<const char *> tables) {
  if (!CALLED_AS_TRIGGER(fcinfo))
    throw Error(ErrorCode::kInternal, "function was not called by the trigger manager");
  const auto &data = *reinterpret_cast<const TriggerData *>(fcinfo->context);
  for (const char *table : tables)
    if (RelationGetRelid(data.tg_relation) == catalog_relation(table)) return data;
  throw Error(ErrorCode::kInternal, "trigger function was called for another table",
              "It belongs to the tables of the registry, not to " +
                  in_quotes(RelationGetRelationName(data.tg_relation)) + ".");
}

void require_row(const TriggerData &data) {
  if (!TRIGGER_FIRED_FOR_ROW(data.tg_event))
    throw Error(ErrorCode::kInternal, "trigger function must be called for each row");
}

// Invalidates the plans of all model calls, whichever table changed: planner support adds
// catalog_model to the relations of each.
Datum catalog_changed(FunctionCallInfo fcinfo) {
  trigger_data(fcinfo, {"catalog_model", "catalog_version", "catalog_alias", "catalog_acl"});
  const Oid table = catalog_relation("catalog_model");
  call([table] { CacheInvalidateRelcacheByRelid(table); });
  return Datum{0};
}

// A history is deleted with its model only: the model is gone before its history is deleted.
bool model_exists(const TriggerData &data) {
  const std::int64_t model_id = call([&] {
    bool is_null;
    const int column = SPI_fnumber(data.tg_relation->rd_att, "model_id");
    return DatumGetInt64(
        SPI_getbinval(data.tg_trigtuple, data.tg_relation->rd_att, column, &is_null));
  });
  return as_registry_owner([&] {
    return !execute("SELECT FROM catalog_model WHERE id = $1", {parameter(model_id)}).empty();
  });
}

Datum catalog_immutable(FunctionCallInfo fcinfo) {
  const TriggerData &data = trigger_data(fcinfo, {"catalog_version", "catalog_deployment"});
  if (TRIGGER_FIRED_BY_DELETE(data.tg_event)) {
    require_row(data);
    if (!model_exists(data)) return PointerGetDatum(data.tg_trigtuple);
  }
  throw Error(ErrorCode::kDependentObjects,
              "rows of " + in_quotes(RelationGetRelationName(data.tg_relation)) +
                  " cannot be changed or deleted",
              {}, "They go when their model is dropped with pgscore.drop_model.");
}

// A trigger does this, and not the registry functions alone, because rows that a restore brings in
// hold their roles too. The GRANTs of a dump are not enough: they are one command, which fails when
// one role is missing.
void hold(Oid role) {
  if (role != kNoRole) as_registry_owner([role] { hold_role(role); });
}

// Names of roles that do not exist all read as none. Of several such rows, one is kept.
bool is_kept_already(std::int64_t model_id, Oid grantee, const char *privilege, Oid grantor) {
  return as_registry_owner([&] {
    return !execute(
                "SELECT FROM catalog_acl WHERE model_id = $1 AND grantee = $2 AND privilege = $3 "
                "AND grantor = $4",
                {parameter(model_id), oid_parameter(grantee), parameter(privilege),
                 oid_parameter(grantor)})
                .empty();
  });
}

Datum catalog_acl_check(FunctionCallInfo fcinfo) {
  const TriggerData &data = trigger_data(fcinfo, {"catalog_acl"});
  require_row(data);
  const auto value = [&](AttrNumber column) {
    return call([&, column] {
      bool is_null;
      return SPI_getbinval(data.tg_trigtuple, data.tg_relation->rd_att, column, &is_null);
    });
  };
  const Oid grantee = DatumGetObjectId(value(acl_column::kGrantee)),
            grantor = DatumGetObjectId(value(acl_column::kGrantor));
  bool keep = role_exists(grantee);
  if (keep && grantor == kNoRole) {
    const Datum privilege = value(acl_column::kPrivilege);
    keep = !is_kept_already(DatumGetInt64(value(acl_column::kModelId)), grantee,
                            call([privilege] { return TextDatumGetCString(privilege); }), grantor);
  }
  if (keep) hold(grantee);
  return PointerGetDatum(keep ? data.tg_trigtuple : nullptr);
}

Datum catalog_owner(FunctionCallInfo fcinfo) {
  const TriggerData &data = trigger_data(fcinfo, {"catalog_model"});
  require_row(data);
  hold(DatumGetObjectId(call([&] {
    bool is_null;
    HeapTuple row = TRIGGER_FIRED_BY_UPDATE(data.tg_event) ? data.tg_newtuple : data.tg_trigtuple;
    return SPI_getbinval(row, data.tg_relation->rd_att, model_column::kOwner, &is_null);
  })));
  return Datum{0};
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(catalog_changed, pgscore::pg::catalog_changed);
PGSCORE_FUNCTION(catalog_immutable, pgscore::pg::catalog_immutable);
PGSCORE_FUNCTION(catalog_acl_check, pgscore::pg::catalog_acl_check);
PGSCORE_FUNCTION(catalog_owner, pgscore::pg::catalog_owner);
