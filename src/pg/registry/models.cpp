// drop_model, rename_model, release_model_name, comment_on_model, export_model, class_labels: they
// are about models as a whole.
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/registry_table.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/catalog/role_dependency.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/dependents/drop_dependents.hpp"
#include "pg/registry/arguments.hpp"
#include "registry/model_name.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

ModelRow get_owned_model(const std::string &name) {
  const ModelRow model = get_model(name);
  require_owner(model, name);
  return model;
}

Datum drop_model(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const bool cascade = optional_bool_argument(fcinfo, 1).value_or(false);
  const ModelRow checked = get_owned_model(name);
  const Oid user = GetUserId();
  as_registry_owner([&] {
    // The row of the name stays, so that a later model of that name continues its version numbers.
    lock_name(name);
    const LockedModel model = lock_model(name, checked);
    remove_dependents({name, "drop model " + in_quotes(name),
                       [](const registry::ModelReference &) { return true; }},
                      cascade, user);
    const std::vector<Oid> roles = roles_of(model);
    delete_model(model);
    release_roles(roles);
  });
  PG_RETURN_VOID();
}

void drop_version(const LockedModel &model, int version, bool cascade, Oid user) {
  const VersionRow row = get_version(model, version);
  const std::string action =
      "drop version " + std::to_string(version) + " of model " + in_quotes(model.name);
  const std::string what = "cannot " + action;
  if (model.deployed_version_id == row.id)
    throw Error(
        ErrorCode::kDependentObjects, what, "It is the deployed version.",
        "Deploy another version first, or drop the whole model with pgscore.drop_model(name).");
  const Result alias =
      execute("SELECT alias FROM catalog_alias WHERE version_id = $1 ORDER BY alias LIMIT 1",
              {parameter(row.id)});
  if (!alias.empty())
    throw Error(ErrorCode::kDependentObjects, what,
                "The alias " + in_quotes(alias.first()[0].text()) + " stands for it.",
                "Use pgscore.set_alias or pgscore.drop_alias first.");
  remove_dependents({model.name, action,
                     [version](const registry::ModelReference &reference) {
                       return reference.version == version;
                     }},
                    cascade, user);
  delete_version(row);
}

Datum drop_model_version(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const int version = int_argument(fcinfo, 1, "version");
  const bool cascade = optional_bool_argument(fcinfo, 2).value_or(false);
  const ModelRow checked = get_owned_model(name);
  const Oid user = GetUserId();
  as_registry_owner([&] { drop_version(lock_model(name, checked), version, cascade, user); });
  PG_RETURN_VOID();
}

// The versions keep their numbers, so the new name must not have had versions of another model.
void check_numbers_are_free(const LockedModel &model, const std::string &new_name,
                            const NameRow &row) {
  if (row.next_version == 1 || row.model_id == model.id) return;
  const std::string last = std::to_string(row.next_version - 1);
  throw Error(ErrorCode::kDuplicateModel,
              "model name " + in_quotes(new_name) + " was used by another model",
              "Its versions 1 to " + last +
                  " must not come to mean others: indexes and generated columns may hold them.",
              "Choose another name, or import the model as " + in_quotes(new_name) +
                  ", which continues with version " + std::to_string(row.next_version) + ".");
}

void rename(const std::string &name, const ModelRow &checked, const std::string &new_name,
            bool force) {
  const bool new_first = new_name < name;
  NameRow new_row = new_first ? lock_name(new_name) : NameRow{};
  const NameRow old_row = lock_name(name);
  if (!new_first) new_row = lock_name(new_name);
  const LockedModel model = lock_model(name, checked);
  if (name_is_taken(new_name))
    throw Error(ErrorCode::kDuplicateModel, "model " + in_quotes(new_name) + " already exists", {},
                "Choose another name.");
  check_numbers_are_free(model, new_name, new_row);
  leave_dependents({name, "rename model " + in_quotes(name),
                    [](const registry::ModelReference &) { return true; }},
                   force);
  execute("UPDATE catalog_model SET name = $2 WHERE id = $1",
          {parameter(model.id), parameter(new_name)});
  execute("UPDATE catalog_name SET model_id = $2, next_version = $3 WHERE name = $1",
          {parameter(new_name), parameter(model.id), parameter(old_row.next_version)});
}

Datum rename_model(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const std::string new_name = text_argument(fcinfo, 1, "new_name");
  const bool force = optional_bool_argument(fcinfo, 2).value_or(false);
  registry::check_model_name(new_name);
  const ModelRow checked = get_owned_model(name);
  as_registry_owner([&] { rename(name, checked, new_name, force); });
  PG_RETURN_VOID();
}

// Makes a retired name new again. The caller must know that nothing holds a model_version of it;
// the function checks what the catalog can tell.
Datum release_model_name(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  registry::check_model_name(name);
  as_registry_owner([&] {
    require_writable();
    if (execute("SELECT FROM catalog_name WHERE name = $1 FOR UPDATE", {parameter(name)}).empty())
      throw Error(ErrorCode::kUndefinedModel, "no model was ever named " + in_quotes(name));
    if (name_is_taken(name))
      throw Error(ErrorCode::kDependentObjects,
                  "cannot release the name of model " + in_quotes(name), "The model exists.",
                  "Drop it with pgscore.drop_model or give it another name with "
                  "pgscore.rename_model first.");
    const std::vector<Dependent> holders = find_version_dependents(name);
    if (!holders.empty())
      throw Error(
          ErrorCode::kDependentObjects,
          "cannot release the name " + in_quotes(name) + " because objects hold its versions",
          describe_each(holders),
          "Drop them first: they would come to mean versions of another model.");
    execute("DELETE FROM catalog_name WHERE name = $1", {parameter(name)});
  });
  PG_RETURN_VOID();
}

Datum comment_on_model(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const auto comment = optional_text_argument(fcinfo, 1);
  const auto version = optional_int_argument(fcinfo, 2);
  const ModelRow checked = get_owned_model(name);
  as_registry_owner([&] {
    const LockedModel model = lock_model(name, checked);
    const Parameter text = optional_parameter(comment, TEXTOID);
    if (version)
      execute("UPDATE catalog_version SET comment = $2 WHERE id = $1",
              {parameter(get_version(model, *version).id), text});
    else
      execute("UPDATE catalog_model SET comment = $2 WHERE id = $1", {parameter(model.id), text});
  });
  PG_RETURN_VOID();
}

Datum export_model(FunctionCallInfo fcinfo) {
  registry::ModelReference reference =
      registry::parse_model_reference(text_argument(fcinfo, 0, "name"));
  if (const auto version = optional_int_argument(fcinfo, 1)) {
    if (reference.version || !reference.alias.empty())
      throw Error(ErrorCode::kInvalidArgument, "the version is given twice",
                  "The name says one, the argument \"version\" another.");
    reference.version = version;
  }
  const ModelRow model = get_model(reference.model);
  require_privilege(model, reference.model, Privilege::kSelect);
  const std::string artifact = as_registry_owner([&] {
    const ResolvedVersion version = find_version(model, reference);
    return execute("SELECT artifact FROM catalog_version WHERE id = $1",
                   {parameter(version.version_id)}, true)
        .first()[0]
        .bytes();
  });
  return bytea_result(as_bytes(artifact));
}

Datum class_labels(FunctionCallInfo fcinfo) {
  const registry::ModelReference reference =
      registry::parse_model_reference(text_argument(fcinfo, 0, "name"));
  const ModelRow model = get_model(reference.model);
  require_privilege(model, reference.model, Privilege::kExecute);
  const auto labels = as_registry_owner([&]() -> std::optional<std::vector<std::string>> {
    const ResolvedVersion version = find_version(model, reference);
    if (execute("SELECT labels IS NULL FROM catalog_version WHERE id = $1",
                {parameter(version.version_id)}, true)
            .first()[0]
            .boolean())
      return std::nullopt;
    std::vector<std::string> out;
    for (const auto &row :
         execute("SELECT l.label FROM catalog_version v, pg_catalog.unnest(v.labels)"
                 " WITH ORDINALITY AS l (label, position) WHERE v.id = $1 ORDER BY l.position",
                 {parameter(version.version_id)}, true)
             .rows)
      out.push_back(row[0].text());
    return out;
  });
  if (!labels) PG_RETURN_NULL();
  return text_array_result(*labels);
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(drop_model, pgscore::pg::drop_model);
PGSCORE_FUNCTION(drop_model_version, pgscore::pg::drop_model_version);
PGSCORE_FUNCTION(rename_model, pgscore::pg::rename_model);
PGSCORE_FUNCTION(release_model_name, pgscore::pg::release_model_name);
PGSCORE_FUNCTION(comment_on_model, pgscore::pg::comment_on_model);
PGSCORE_FUNCTION(export_model, pgscore::pg::export_model);
PGSCORE_FUNCTION(class_labels, pgscore::pg::class_labels);
