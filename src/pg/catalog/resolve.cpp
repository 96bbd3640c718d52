#include "pg/catalog/resolve.hpp"

#include <cstring>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/privilege.hpp"
#include "plan/plan_layout.hpp"
#include "registry/model_name.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_collation.h"
#include "utils/fmgroids.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

struct VersionTuple {
  bool found;
  std::int64_t id;
  std::int32_t version;
  std::int32_t plan_format;
  std::uint8_t plan_key[32];
  std::uint8_t identity[32];
};

// The functions down to the end of the block run inside call(): plain data only.

void read_digest(HeapTuple tuple, TupleDesc columns, AttrNumber column,
                 std::uint8_t (&digest)[32]) {
  bool is_null;
  const bytea *value = DatumGetByteaPP(heap_getattr(tuple, column, columns, &is_null));
  if (VARSIZE_ANY_EXHDR(value) != sizeof digest)
    elog(ERROR, "column \"%s\" of a version of the catalog is damaged",
         NameStr(TupleDescAttr(columns, column - 1)->attname));
  std::memcpy(digest, VARDATA_ANY(value), sizeof digest);
}

void read_version(HeapTuple tuple, TupleDesc columns, VersionTuple &row) {
  bool is_null;
  row.found = true;
  row.id = DatumGetInt64(heap_getattr(tuple, version_column::kId, columns, &is_null));
  row.version = DatumGetInt32(heap_getattr(tuple, version_column::kVersion, columns, &is_null));
  row.plan_format =
      DatumGetInt32(heap_getattr(tuple, version_column::kPlanFormat, columns, &is_null));
  read_digest(tuple, columns, version_column::kPlanKey, row.plan_key);
  read_digest(tuple, columns, version_column::kIdentity, row.identity);
}

VersionTuple scan_version(Oid table, Oid index, int num_keys, ScanKeyData *keys) {
  VersionTuple row{};
  Relation relation = table_open(table, AccessShareLock);
  SysScanDesc scan = systable_beginscan(relation, index, true, GetActiveSnapshot(), num_keys, keys);
  HeapTuple tuple = systable_getnext(scan);
  if (HeapTupleIsValid(tuple)) read_version(tuple, RelationGetDescr(relation), row);
  systable_endscan(scan);
  table_close(relation, AccessShareLock);
  return row;
}

std::int64_t scan_alias(Oid table, Oid index, ScanKeyData *keys) {
  std::int64_t version_id = 0;
  Relation relation = table_open(table, AccessShareLock);
  SysScanDesc scan = systable_beginscan(relation, index, true, GetActiveSnapshot(), 2, keys);
  HeapTuple tuple = systable_getnext(scan);
  bool is_null;
  if (HeapTupleIsValid(tuple))
    version_id = DatumGetInt64(
        heap_getattr(tuple, alias_column::kVersionId, RelationGetDescr(relation), &is_null));
  systable_endscan(scan);
  table_close(relation, AccessShareLock);
  return version_id;
}

// ---- end of the block

VersionTuple version_by_id(std::int64_t id) {
  const Oid table = catalog_relation("catalog_version"),
            index = catalog_relation("catalog_version_pkey");
  return call([&] {
    ScanKeyData key;
    ScanKeyInit(&key, version_column::kId, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(id));
    return scan_version(table, index, 1, &key);
  });
}

VersionTuple version_by_number(std::int64_t model_id, std::int32_t number) {
  const Oid table = catalog_relation("catalog_version"),
            index = catalog_relation("catalog_version_model_id_version_key");
  return call([&] {
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], version_column::kModelId, BTEqualStrategyNumber, F_INT8EQ,
                Int64GetDatum(model_id));
    ScanKeyInit(&keys[1], version_column::kVersion, BTEqualStrategyNumber, F_INT4EQ,
                Int32GetDatum(number));
    return scan_version(table, index, 2, keys);
  });
}

std::int64_t version_of_alias(std::int64_t model_id, const std::string &alias) {
  const Oid table = catalog_relation("catalog_alias"),
            index = catalog_relation("catalog_alias_pkey");
  const char *name = alias.c_str();
  return call([=] {
    ScanKeyData keys[2];
    ScanKeyInit(&keys[0], alias_column::kModelId, BTEqualStrategyNumber, F_INT8EQ,
                Int64GetDatum(model_id));
    ScanKeyInit(&keys[1], alias_column::kAlias, BTEqualStrategyNumber, F_TEXTEQ,
                PointerGetDatum(cstring_to_text(name)));
    keys[1].sk_collation = C_COLLATION_OID;
    return scan_alias(table, index, keys);
  });
}

VersionTuple find_tuple(const ModelRow &model, const registry::ModelReference &reference) {
  VersionTuple row{};
  if (reference.version) {
    row = version_by_number(model.id, *reference.version);
    if (!row.found) throw_undefined_version(reference.model, *reference.version);
    return row;
  }
  std::int64_t id = model.deployed_version_id;
  if (!reference.alias.empty()) {
    id = version_of_alias(model.id, reference.alias);
    if (id == 0) throw_undefined_alias(reference.model, reference.alias);
  } else if (id == 0) {
    throw_not_deployed(reference.model);
  }
  row = version_by_id(id);
  if (!row.found) throw_missing_version(reference.model);
  return row;
}

}  // namespace

namespace {
std::uint64_t rolled_back_subtransactions = 0;
}

void SnapshotIdentity::forget_all() { ++rolled_back_subtransactions; }

SnapshotIdentity SnapshotIdentity::current() {
  SnapshotIdentity identity;
  const SnapshotData *snapshot = GetActiveSnapshot();
  identity.xmin_ = snapshot->xmin;
  identity.xmax_ = snapshot->xmax;
  identity.command_ = snapshot->curcid;
  identity.completion_count_ = snapshot->snapXactCompletionCount;
  identity.transaction_start_ = GetCurrentTransactionStartTimestamp();
  identity.rolled_back_ = rolled_back_subtransactions;
  identity.user_ = GetUserId();
  return identity;
}

namespace {

std::uint64_t short_identity(const std::uint8_t *digest) {
  std::uint64_t identity = 0;
  for (int i = 0; i < 6; ++i) identity = identity << 8 | digest[i];
  return identity;
}

}  // namespace

ResolvedVersion find_version(const ModelRow &model, const registry::ModelReference &reference) {
  const VersionTuple tuple = find_tuple(model, reference);
  ResolvedVersion out;
  out.model_id = model.id;
  out.version_id = tuple.id;
  out.version = tuple.version;
  out.owner = model.owner;
  out.identity = short_identity(tuple.identity);
  std::memcpy(out.plan.hash.data(), tuple.plan_key, sizeof tuple.plan_key);
  out.plan.format = plan::kPlanVersion;
  std::memcpy(out.explanation.hash.data(), tuple.identity, sizeof tuple.identity);
  out.explanation.image = Image::kExplanation;
  out.explanation.format = explain::kExplanationVersion;
  return out;
}

namespace {

// `may_look(model, name)` decides whether the versions of the model are looked at; it may throw.
template <class MayLook>
std::optional<ResolvedVersion> resolve(std::string_view text, bool fixed_version,
                                       MayLook may_look) {
  const registry::ModelReference reference = registry::parse_model_reference(text);
  if (fixed_version && !reference.version)
    throw Error(ErrorCode::kInvalidArgument,
                in_quotes(text) + " does not name a version of a model", {},
                "Write the number of the version: \"" + reference.model + "@1\".");
  const ModelRow model = get_model(reference.model);
  if (!may_look(model, reference.model)) return std::nullopt;
  return find_version(model, reference);
}

}  // namespace

ResolvedVersion resolve_for_scoring(std::string_view text, bool fixed_version) {
  return *resolve(text, fixed_version, [](const ModelRow &model, const std::string &name) {
    require_privilege(model, name, Privilege::kExecute);
    return true;
  });
}

std::optional<ResolvedVersion> resolve_for_planning(std::string_view text, bool fixed_version,
                                                    Oid role) {
  return resolve(text, fixed_version, [role](const ModelRow &model, const std::string &) {
    return has_privilege(role, model, Privilege::kExecute);
  });
}

}  // namespace pgscore::pg
