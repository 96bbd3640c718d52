// Gets plans for the store out of the catalog's rows of versions.
#include <cstring>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/in_pieces.hpp"
#include "explain/explanation_layout.hpp"
#include "formats/format.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/catalog/read_model.hpp"
#include "pg/catalog/recompile.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/catalog/version_source.hpp"
#include "plan/plan_layout.hpp"
#include "registry/prepared_version.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "access/detoast.h"
#include "access/genam.h"
#include "access/table.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// The columns of a version that make its plan, palloc'ed in the current context.
struct StoredVersion {
  // The image that is wanted. Null when there is none, or it has another format, or is not wanted:
  // then the members below are filled.
  bytea *image;
  bytea *artifact;
  const char *format, *options, *features, *labels;  // features and labels: JSON, or null
};

// The next functions run inside call(): plain data only.

/// Copies a large value in pieces, so that a cancel need not wait for the whole. A compressed value
/// is copied at once: it is not as large.
bytea *copy_bytea(Datum value) {
  constexpr std::int32_t kPiece = 8 << 20;
  const auto *stored = reinterpret_cast<const varlena *>(DatumGetPointer(value));
  if (!VARATT_IS_EXTERNAL_ONDISK(stored)) return DatumGetByteaPCopy(value);
  varatt_external pointer;
  VARATT_EXTERNAL_GET_POINTER(pointer, stored);
  const std::int32_t size = pointer.va_rawsize - VARHDRSZ;
  if (VARATT_EXTERNAL_GET_EXTSIZE(pointer) != static_cast<std::uint32_t>(size))
    return DatumGetByteaPCopy(value);
  auto *copy = static_cast<bytea *>(
      MemoryContextAllocHuge(CurrentMemoryContext, static_cast<Size>(size) + VARHDRSZ));
  SET_VARSIZE(copy, size + VARHDRSZ);
  for (std::int32_t at = 0; at < size;) {
    CHECK_FOR_INTERRUPTS();
    const std::int32_t count = Min(kPiece, size - at);
    bytea *piece = DatumGetByteaPSlice(value, at, count);
    std::memcpy(VARDATA(copy) + at, VARDATA_ANY(piece), count);
    pfree(piece);
    at += count;
  }
  return copy;
}

/// Says whether an image of an explanation begins with the version that this library reads.
bool is_readable_explanation(Datum image) {
  constexpr std::int32_t kSize = sizeof(explain::Header::magic) + sizeof(explain::Header::version);
  const bytea *start = DatumGetByteaPSlice(image, 0, kSize);
  std::uint32_t version;
  if (VARSIZE_ANY_EXHDR(start) < kSize) return false;
  std::memcpy(&version, VARDATA_ANY(start) + sizeof(explain::Header::magic), sizeof version);
  return version == explain::kExplanationVersion;
}

/// Copies large values out of the tuple, which is pinned.
StoredVersion read_stored(HeapTuple tuple, TupleDesc columns, Image image, PlanOrigin origin) {
  StoredVersion out{};
  bool is_null;
  auto value = [&](AttrNumber column) { return heap_getattr(tuple, column, columns, &is_null); };
  bool readable;
  Datum stored;
  if (image == Image::kPlan) {
    readable = DatumGetInt32(value(version_column::kPlanFormat)) ==
               static_cast<std::int32_t>(plan::kPlanVersion);
    stored = value(version_column::kPlan);
  } else {
    // A catalog that ALTER EXTENSION UPDATE has not reached yet has no such column.
    const bool has_column = columns->natts >= version_column::kExplanation;
    stored = has_column ? value(version_column::kExplanation) : Datum{0};
    readable = has_column && !is_null && is_readable_explanation(stored);
  }
  if (readable && origin == PlanOrigin::kStored) {
    out.image = copy_bytea(stored);
    return out;
  }
  out.artifact = copy_bytea(value(version_column::kArtifact));
  out.format = TextDatumGetCString(value(version_column::kFormat));
  out.options = DatumGetCString(DirectFunctionCall1(jsonb_out, value(version_column::kOptions)));
  const Datum overrides = value(version_column::kOverrides);
  auto member = [&](const char *key) -> const char * {
    JsonbValue buffer;
    const JsonbValue *found = getKeyJsonValueFromContainer(&DatumGetJsonbP(overrides)->root, key,
                                                           static_cast<int>(strlen(key)), &buffer);
    if (found == nullptr || found->type != jbvBinary) return nullptr;
    StringInfoData text;
    initStringInfo(&text);
    return JsonbToCString(&text, found->val.binary.data, found->val.binary.len);
  };
  out.features = member("features");
  out.labels = member("labels");
  return out;
}

StoredVersion fetch(std::int64_t version_id, Image image, PlanOrigin origin) {
  const Oid table = catalog_relation("catalog_version"),
            index = catalog_relation("catalog_version_pkey");
  return call([&] {
    StoredVersion out{};
    ScanKeyData key;
    ScanKeyInit(&key, version_column::kId, BTEqualStrategyNumber, F_INT8EQ,
                Int64GetDatum(version_id));
    Relation relation = table_open(table, AccessShareLock);
    SysScanDesc scan = systable_beginscan(relation, index, true, GetActiveSnapshot(), 1, &key);
    HeapTuple tuple = systable_getnext(scan);
    if (!HeapTupleIsValid(tuple))
      elog(ERROR, "version %lld of the catalog does not exist", (long long)version_id);
    out = read_stored(tuple, RelationGetDescr(relation), image, origin);
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
    return out;
  });
}

std::vector<std::string> parse_labels(const char *json) {
  std::vector<std::string> labels;  // an array of texts has the form of a list of feature names
  if (json != nullptr)
    for (const formats::FeatureOverride &label : formats::parse_features(in_utf8(json)))
      labels.push_back(label.name);
  return labels;
}

VersionSource source_from(const StoredVersion &stored) {
  VersionSource out{stored.format, {}};
  out.source.bytes = {reinterpret_cast<const std::byte *>(VARDATA_ANY(stored.artifact)),
                      VARSIZE_ANY_EXHDR(stored.artifact)};
  out.source.options = formats::parse_options(in_utf8(stored.options));
  if (stored.features != nullptr)
    out.source.features = formats::parse_features(in_utf8(stored.features));
  out.source.labels = parse_labels(stored.labels);
  return out;
}

PlanBytes load(std::int64_t version_id, Image image, PlanOrigin origin) {
  const StoredVersion stored = fetch(version_id, image, origin);
  PlanBytes out;
  if (stored.image != nullptr) {
    out.bytes = {reinterpret_cast<const std::byte *>(VARDATA_ANY(stored.image)),
                 VARSIZE_ANY_EXHDR(stored.image)};
    out.palloced = stored.image;
    return out;
  }
  const VersionSource made_from = source_from(stored);
  const plan::PlanMemory made =
      image == Image::kExplanation
          ? registry::make_explanation(read_model(made_from.format, made_from.source),
                                       kServerInterrupt)
          : plan_made_from(made_from);
  // Without a stored plan every cold load would compile again.
  if (image == Image::kPlan && origin == PlanOrigin::kStored) ask_for_recompilation();
  out.memory.resize(made.size());
  copy_in_pieces(made.bytes(), out.memory.data(), kServerInterrupt);
  out.bytes = out.memory;
  return out;
}

}  // namespace

VersionSource source_of(std::int64_t version_id) {
  return source_from(fetch(version_id, Image::kPlan, PlanOrigin::kMadeAgain));
}

plan::PlanMemory plan_made_from(const VersionSource &made_from) {
  model::Model model = read_model(made_from.format, made_from.source);
  return registry::make_plan(model, kServerInterrupt);
}

PlanRef plan_of(const ResolvedVersion &version) {
  return acquire_plan(version.plan, [id = version.version_id](PlanOrigin origin) {
    return load(id, Image::kPlan, origin);
  });
}

PlanRef explanation_of(const ResolvedVersion &version) {
  return acquire_plan(version.explanation, [id = version.version_id](PlanOrigin origin) {
    return load(id, Image::kExplanation, origin);
  });
}

}  // namespace pgscore::pg
