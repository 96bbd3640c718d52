#include "pg/registry/import_target.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/spi.hpp"
#include "registry/model_name.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

ImportTarget::ImportTarget(std::string name)
    : name_(std::move(name)), importer_(GetUserId()), importer_name_(current_user_name()) {
  registry::check_model_name(name_);
  if (const auto model = find_model(name_)) require_owner(*model, name_);
  require_writable();
}

LockedModel ImportTarget::lock_or_create() const {
  lock_name(name_);
  if (!name_is_taken(name_))
    execute(
        "WITH m AS (INSERT INTO catalog_model (id, name, owner) VALUES ($3, $1, $2) RETURNING id)"
        " UPDATE catalog_name SET model_id = m.id FROM m WHERE name = $1",
        {parameter(name_), oid_parameter(importer_), parameter(next_id("catalog_model"))});
  LockedModel model = lock_model(name_);
  if (!is_owner(importer_, {model.id, model.owner, 0}))
    throw Error(ErrorCode::kPermissionDenied, "must be owner of model " + in_quotes(name_), {},
                "Its owner imports further versions. Choose another name for a model of your own.");
  return model;
}

}  // namespace pgscore::pg
