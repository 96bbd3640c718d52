// The model that an import adds a version to. The import makes it when it is not there.
#pragma once
#include <string>

#include "pg/catalog/registry_table.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// A name under which the current user may import. The constructor checks that before the work
/// begins; lock_or_create() checks it again, because another user may have made the model since.
class ImportTarget {
 public:
  /// Throws kInvalidArgument when `name` cannot be the name of a model, kPermissionDenied when it
  /// is a model that the current user does not own, and PgError where nothing can be written (a
  /// standby, a read-only transaction).
  explicit ImportTarget(std::string name);

  /// Give the name, and the user who imports: the current one when this was made, and his name.
  const std::string &name() const { return name_; }
  Oid importer() const { return importer_; }
  const std::string &importer_name() const { return importer_name_; }

  /// Locks the model until the end of the transaction, so that concurrent imports, renames and
  /// drops of the name wait for each other. Makes a model that is not there yet, and the importer
  /// its owner. Runs inside as_registry_owner. Throws kPermissionDenied when the model has another
  /// owner by now.
  LockedModel lock_or_create() const;

 private:
  std::string name_;
  Oid importer_;
  std::string importer_name_;
};

}  // namespace pgscore::pg
