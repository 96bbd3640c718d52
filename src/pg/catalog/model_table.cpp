#include "pg/catalog/model_table.hpp"

#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "access/genam.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "utils/fmgroids.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

struct Found {
  bool found;
  ModelRow row;
};

// Runs inside call(): plain data only.
Found scan_model(Oid table, Oid index, ScanKeyData *key) {
  Found out{};
  Relation relation = table_open(table, AccessShareLock);
  SysScanDesc scan = systable_beginscan(relation, index, true, GetActiveSnapshot(), 1, key);
  HeapTuple tuple = systable_getnext(scan);
  if (HeapTupleIsValid(tuple)) {
    TupleDesc columns = RelationGetDescr(relation);
    bool is_null;
    out.found = true;
    out.row.id = DatumGetInt64(heap_getattr(tuple, model_column::kId, columns, &is_null));
    out.row.owner = DatumGetObjectId(heap_getattr(tuple, model_column::kOwner, columns, &is_null));
    const Datum deployed = heap_getattr(tuple, model_column::kDeployedVersionId, columns, &is_null);
    out.row.deployed_version_id = is_null ? 0 : DatumGetInt64(deployed);
  }
  systable_endscan(scan);
  table_close(relation, AccessShareLock);
  return out;
}

// Gives the number of the next version under a name; 0 when no model ever had the name.
std::int32_t next_version(std::string_view name) {
  const Oid table = catalog_relation("catalog_name"), index = catalog_relation("catalog_name_pkey");
  return call([&] {
    ScanKeyData key;
    ScanKeyInit(
        &key, name_column::kName, BTEqualStrategyNumber, F_TEXTEQ,
        PointerGetDatum(cstring_to_text_with_len(name.data(), static_cast<int>(name.size()))));
    key.sk_collation = C_COLLATION_OID;
    std::int32_t version = 0;
    Relation relation = table_open(table, AccessShareLock);
    SysScanDesc scan = systable_beginscan(relation, index, true, GetActiveSnapshot(), 1, &key);
    HeapTuple tuple = systable_getnext(scan);
    bool is_null;
    if (HeapTupleIsValid(tuple))
      version = DatumGetInt32(
          heap_getattr(tuple, name_column::kNextVersion, RelationGetDescr(relation), &is_null));
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
    return version;
  });
}

Oid get_relation(const char *schema, const char *name) {
  const Oid oid = call([=] {
    const Oid schema_oid = get_namespace_oid(schema, true);
    return OidIsValid(schema_oid) ? get_relname_relid(name, schema_oid) : InvalidOid;
  });
  if (!OidIsValid(oid))
    throw Error(ErrorCode::kInternal,
                "relation " + in_quotes(std::string(schema) + "." + name) + " does not exist", {},
                "Use CREATE EXTENSION pgscore.");
  return oid;
}

bool is_empty(const char *name) {
  const Oid table = catalog_relation(name);
  return call([=] {
    Relation relation = table_open(table, AccessShareLock);
    SysScanDesc scan =
        systable_beginscan(relation, InvalidOid, false, GetActiveSnapshot(), 0, nullptr);
    const bool empty = !HeapTupleIsValid(systable_getnext(scan));
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
    return empty;
  });
}

// True before the first import, and during a restore in which tables that score came first.
bool is_incomplete() { return is_empty("catalog_model") || is_empty("catalog_version"); }

constexpr char kRestoreHint[] =
    "In a restore, load the data of schema \"!pgscore\" before tables that score: see "
    "docs/backup.md.";
constexpr char kNoModels[] = "The registry is empty.";

std::optional<ModelRow> to_optional(const Found &found) {
  if (!found.found) return std::nullopt;
  return found.row;
}

}  // namespace

Oid catalog_relation(const char *name) { return get_relation(kCatalogSchema, name); }
bool catalog_has(const char *table, const char *column) {
  return call([=] {
    const Oid relation = get_relname_relid(table, get_namespace_oid(kCatalogSchema, false));
    return OidIsValid(relation) &&
           (column == nullptr || get_attnum(relation, column) != InvalidAttrNumber);
  });
}
Oid registry_view(const char *name) { return get_relation(kRegistrySchema, name); }

std::optional<ModelRow> find_model(std::string_view name) {
  const Oid table = catalog_relation("catalog_model"),
            index = catalog_relation("catalog_model_name_key");
  return to_optional(call([&] {
    ScanKeyData key;
    ScanKeyInit(
        &key, model_column::kName, BTEqualStrategyNumber, F_TEXTEQ,
        PointerGetDatum(cstring_to_text_with_len(name.data(), static_cast<int>(name.size()))));
    key.sk_collation = C_COLLATION_OID;
    return scan_model(table, index, &key);
  }));
}

std::optional<ModelRow> find_model(std::int64_t id) {
  const Oid table = catalog_relation("catalog_model"),
            index = catalog_relation("catalog_model_pkey");
  return to_optional(call([&] {
    ScanKeyData key;
    ScanKeyInit(&key, model_column::kId, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(id));
    return scan_model(table, index, &key);
  }));
}

ModelRow get_model(std::string_view name) {
  const auto row = find_model(name);
  if (!row) throw_undefined_model(name);
  return *row;
}

void throw_undefined_model(std::string_view name) {
  const bool existed = next_version(name) > 0, incomplete = is_incomplete();
  throw Error(ErrorCode::kUndefinedModel, "model " + in_quotes(name) + " does not exist",
              existed      ? "A model of this name was dropped or renamed."
              : incomplete ? kNoModels
                           : "",
              incomplete ? kRestoreHint : "See pgscore.models.");
}

void throw_undefined_version(std::string_view model, int version) {
  const std::string number = std::to_string(version), known = in_quotes(model);
  if (is_incomplete())
    throw Error(ErrorCode::kUndefinedModel, "model " + known + " has no version " + number,
                kNoModels, kRestoreHint);
  if (version < next_version(model))
    throw Error(ErrorCode::kUndefinedModel,
                "version " + number + " of model " + known + " was dropped", {},
                "See pgscore.model_versions.");
  throw Error(ErrorCode::kUndefinedModel, "model " + known + " has no version " + number, {},
              "See pgscore.model_versions.");
}

void throw_undefined_alias(std::string_view model, std::string_view alias) {
  throw Error(ErrorCode::kUndefinedModel,
              "model " + in_quotes(model) + " has no alias " + in_quotes(alias), {},
              "See pgscore.model_aliases.");
}

void throw_not_deployed(std::string_view model) {
  throw Error(ErrorCode::kUndefinedModel, "model " + in_quotes(model) + " has no deployed version",
              {},
              "Deploy one with pgscore.deploy_model, or name a version as in " +
                  in_quotes(std::string(model) + "@1") + ".");
}

void throw_missing_version(std::string_view model) {
  throw Error(ErrorCode::kUndefinedModel,
              "the deployed version of model " + in_quotes(model) + " is not there",
              "Rows of the registry are missing, see pgscore.registry_problems.", kRestoreHint);
}

}  // namespace pgscore::pg
