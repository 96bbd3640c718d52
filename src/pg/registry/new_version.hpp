// Stores an imported version in the catalog.
#pragma once
#include <optional>
#include <string>

#include "pg/catalog/registry_table.hpp"
#include "pg/registry/import_target.hpp"
#include "pg/registry/model_file.hpp"
#include "registry/prepared_version.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Says whether the model has any version.
bool has_versions(const LockedModel &model);

/// Adds a version to `model`, which is the target's, with the next number of its name. Runs inside
/// as_registry_owner. Throws PgError.
VersionRow insert_version(const LockedModel &model, const ImportTarget &target,
                          const ModelFile &file, const registry::PreparedVersion &prepared,
                          const std::optional<std::string> &comment);

}  // namespace pgscore::pg
