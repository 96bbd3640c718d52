// Reads the catalog tables from C, by index scans through the active snapshot. A look-up takes
// about 1.3 us, and is right at every isolation level. The scans bypass the tables' ACL, so callers
// check privileges themselves (privilege.hpp).
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "pg/postgres.hpp"

namespace pgscore::pg {

struct VersionRow {
  std::int64_t id = 0;
  int version = 0;
};

/// The schema that users see: views and functions.
inline constexpr char kRegistrySchema[] = "pgscore";
/// The schema of the tables behind them. Its name sorts before others, because pg_dump writes the
/// data of tables in the order of their schemas' names: generated columns, CHECKs and partition
/// keys need the models when their tables are restored.
inline constexpr char kCatalogSchema[] = "!pgscore";

/// Attribute numbers of sql/install/20-catalog.sql.
namespace model_column {
inline constexpr AttrNumber kId = 1, kName = 2, kOwner = 3, kDeployedVersionId = 6;
}
namespace name_column {
inline constexpr AttrNumber kName = 1, kModelId = 2, kNextVersion = 3;
}
namespace version_column {
inline constexpr AttrNumber kId = 1, kModelId = 2, kVersion = 3, kFormat = 4, kArtifact = 7,
                            kPlan = 9, kPlanKey = 10, kPlanFormat = 11, kOptions = 12,
                            kOverrides = 21, kIdentity = 22, kExplanation = 24;
}
namespace alias_column {
inline constexpr AttrNumber kModelId = 1, kAlias = 2, kVersionId = 3;
}
namespace acl_column {
inline constexpr AttrNumber kModelId = 1, kGrantee = 2, kPrivilege = 3, kGrantor = 4,
                            kGrantable = 5;
}

/// Gives the OID of a table or index of the catalog. Throws kInternal when it is not there.
Oid catalog_relation(const char *name);
/// Says whether the catalog has a table, and a column of it: until ALTER EXTENSION UPDATE has run
/// it is that of an earlier release, which this library works with as that release did.
bool catalog_has(const char *table, const char *column = nullptr);
/// Gives the OID of a view of the registry. Throws kInternal when it is not there.
Oid registry_view(const char *name);

struct ModelRow {
  std::int64_t id;
  Oid owner;
  std::int64_t deployed_version_id;  // 0: nothing is deployed
};

/// Finds a model by its name, byte for byte in the encoding of the database, or by its id. nullopt
/// when the active snapshot has none; the row is not locked. Throws PgError.
std::optional<ModelRow> find_model(std::string_view name);
std::optional<ModelRow> find_model(std::int64_t id);

/// Finds a model by its name as find_model does. Throws kUndefinedModel when there is none.
ModelRow get_model(std::string_view name);

/// Throws kUndefinedModel. The message tells when a model of that name was dropped or renamed, and
/// when the registry is empty, as during a restore.
[[noreturn]] void throw_undefined_model(std::string_view name);
/// Throw kUndefinedModel. The message tells when the version was dropped, and when the registry is
/// empty.
[[noreturn]] void throw_undefined_version(std::string_view model, int version);
[[noreturn]] void throw_undefined_alias(std::string_view model, std::string_view alias);
[[noreturn]] void throw_not_deployed(std::string_view model);
/// Throws kUndefinedModel for a model whose deployed version is not in the catalog. That happens
/// during a restore, and after an incomplete one.
[[noreturn]] void throw_missing_version(std::string_view model);

}  // namespace pgscore::pg
