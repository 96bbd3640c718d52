// Statements on the catalog that several registry functions share. All run inside
// as_registry_owner.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pg/catalog/model_table.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Throws on a standby and in a read-only transaction. lock_name and lock_model ask too; call it
/// before long work.
void require_writable();

/// A row of catalog_name: what became of a name.
struct NameRow {
  std::optional<std::int64_t> model_id;  // of the model that has or had it last
  int next_version = 1;
};

/// Locks a name until the end of the transaction, whether a model has it or not. Who makes, drops
/// or renames a model locks its names first (of two, the smaller one), then the model.
NameRow lock_name(const std::string &name);

/// Whether a model has the name, for who has locked it.
bool name_is_taken(const std::string &name);

/// A row of catalog_model as it is now, not as the calling query's snapshot has it.
struct LockedModel {
  std::int64_t id = 0;
  std::string name;
  Oid owner = InvalidOid;
  std::optional<std::int64_t> deployed_version_id;
  std::optional<int> deployed_version;
};

/// Locks the model until the end of the transaction: whoever changes anything of a model holds this
/// lock, so imports get consecutive versions and deploys follow each other. kUndefinedModel when it
/// is not there, or not any more.
LockedModel lock_model(const std::string &name);

/// The same, for a caller whose rights were checked on `checked`: a model that was dropped and made
/// again since is another one.
LockedModel lock_model(const std::string &name, const ModelRow &checked);

/// kUndefinedModel when the model has no such version.
VersionRow get_version(const LockedModel &model, int version);

/// Makes `version` the deployed one and writes history.
void deploy(const LockedModel &model, const VersionRow &version, const char *action,
            const std::optional<std::string> &reason, const std::string &by);

/// The id of the next row of `table`: from its sequence, and larger than all that were ever in the
/// table. Sequences are behind where logical replication brought the rows.
std::int64_t next_id(const std::string &table);

/// Delete a model or a version with everything that belongs to it: aliases, test rows, and of a
/// model also its versions, its history and its privileges. There are no foreign keys that would do
/// it (sql/install/20-catalog.sql).
void delete_model(const LockedModel &model);
void delete_version(const VersionRow &version);

/// Name of the current user; call it before as_registry_owner.
std::string current_user_name();

}  // namespace pgscore::pg
