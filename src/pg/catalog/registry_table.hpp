// Statements on the catalog that several registry functions share. They run inside
// as_registry_owner.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pg/catalog/model_table.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Throws PgError on a standby and in a read-only transaction. lock_name and lock_model call it
/// too; callers with long work call it before.
void require_writable();

/// A row of catalog_name: the history of a name.
struct NameRow {
  std::optional<std::int64_t> model_id;  // of the model that has or had it last
  int next_version = 1;
};

/// Locks a name until the end of the transaction, whether a model has it or not. A function that
/// makes, drops or renames a model locks its names first (of two, the smaller one first), then the
/// model.
NameRow lock_name(const std::string &name);

/// Says whether a model has the name. The caller has locked the name.
bool name_is_taken(const std::string &name);

/// A row of catalog_model as it is now, not as the calling query's snapshot has it.
struct LockedModel {
  std::int64_t id = 0;
  std::string name;
  Oid owner = InvalidOid;
  std::optional<std::int64_t> deployed_version_id;
  std::optional<int> deployed_version;
};

/// Locks the model until the end of the transaction. Every change of a model needs this lock: so
/// imports get consecutive versions, and deploys follow each other. Throws kUndefinedModel when the
/// model is not there, or not any more.
LockedModel lock_model(const std::string &name);

/// Locks the model as above, for a caller who has checked rights on `checked`. Throws
/// kUndefinedModel when another model has the name by now.
LockedModel lock_model(const std::string &name, const ModelRow &checked);

/// Finds a version. Throws kUndefinedModel when the model has no such version.
VersionRow get_version(const LockedModel &model, int version);

/// Makes `version` the deployed one, and adds that to the history.
void deploy(const LockedModel &model, const VersionRow &version, const char *action,
            const std::optional<std::string> &reason, const std::string &by);

/// Gives the id for the next row of `table`. It comes from the table's sequence, and is larger than
/// any id that the table ever had: a sequence is behind where logical replication brought the rows.
std::int64_t next_id(const std::string &table);

/// Delete a model or a version, with its aliases and test rows; a model with its versions, history
/// and privileges too. No foreign keys would do it (sql/install/20-catalog.sql).
void delete_model(const LockedModel &model);
void delete_version(const VersionRow &version);

/// Gives the name of the current user. Callers ask before as_registry_owner.
std::string current_user_name();

}  // namespace pgscore::pg
