// The model that an import adds a version to, or makes.
#pragma once
#include <string>

#include "pg/catalog/registry_table.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// A name under which the current user may import. It is checked when it is made, before the work
/// begins, and once more when it is locked, because somebody else may have made the model since.
class ImportTarget {
 public:
  /// Throws kInvalidArgument when `name` cannot be the name of a model, kPermissionDenied when it
  /// is a model that the current user does not own, and PgError where nothing can be written: on a
  /// standby and in a read-only transaction.
  explicit ImportTarget(std::string name);

  /// Give the name, and who imports: the user when this was made, and the name he had.
  const std::string &name() const { return name_; }
  Oid importer() const { return importer_; }
  const std::string &importer_name() const { return importer_name_; }

  /// Locks the model until the end of the transaction; makes it, with the importer as its owner,
  /// when it is not there yet. Inside as_registry_owner. Concurrent imports, renames and drops of
  /// the name wait for each other. Throws kPermissionDenied when the model has another owner by
  /// now.
  LockedModel lock_or_create() const;

 private:
  std::string name_;
  Oid importer_;
  std::string importer_name_;
};

}  // namespace pgscore::pg
