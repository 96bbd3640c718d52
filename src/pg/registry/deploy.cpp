// deploy_model, rollback_model, set_alias, drop_alias: they decide which version a name stands for.
// A change is visible everywhere when its transaction commits.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/registry_table.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/dependents/drop_dependents.hpp"
#include "pg/registry/arguments.hpp"
#include "registry/model_name.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

ModelRow require_deployer(const std::string &name) {
  const ModelRow model = get_model(name);
  require_privilege(model, name, Privilege::kDeploy);
  return model;
}

Datum deploy_model(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const int version = int_argument(fcinfo, 1, "version");
  const auto reason = optional_text_argument(fcinfo, 2);
  const ModelRow checked = require_deployer(name);
  const std::string by = current_user_name();
  as_registry_owner([&] {
    const LockedModel model = lock_model(name, checked);
    const VersionRow row = get_version(model, version);
    if (model.deployed_version_id != row.id)
      deploy(model, row, "deploy", reason, by);
    else
      call([&] {
        ereport(NOTICE,
                (errmsg("version %d of model \"%s\" is deployed already", version, name.c_str())));
      });
  });
  return Int32GetDatum(version);
}

// The history is read as a stack. A deployment is pushed, and a rollback pops down to the version
// that it went to. So a second rollback goes one step further back instead of undoing the first,
// and a deployment after a rollback starts from there.
struct HistoryEntry {
  std::string action;
  int to_version;
};

std::optional<int> version_before(const std::vector<HistoryEntry> &history,
                                  const std::vector<int> &existing, int current) {
  std::vector<int> stack;
  for (const HistoryEntry &entry : history) {
    if (entry.action == "rollback") {
      while (!stack.empty() && stack.back() != entry.to_version) stack.pop_back();
      if (stack.empty()) stack.push_back(entry.to_version);
    } else {
      stack.push_back(entry.to_version);
    }
  }
  if (!stack.empty()) stack.pop_back();  // the current one
  // A rollback cannot go to a version that was dropped since.
  const auto exists = [&](int version) {
    return std::find(existing.begin(), existing.end(), version) != existing.end();
  };
  while (!stack.empty() && (stack.back() == current || !exists(stack.back()))) stack.pop_back();
  if (stack.empty()) return std::nullopt;
  return stack.back();
}

int rollback(const LockedModel &model, const std::optional<std::string> &reason,
             const std::string &by) {
  std::vector<HistoryEntry> history;
  for (const auto &row :
       execute("SELECT action, to_version FROM catalog_deployment WHERE model_id = $1 ORDER BY id",
               {parameter(model.id)})
           .rows)
    history.push_back({row[0].text(), row[1].integer()});
  std::vector<int> existing;
  for (const auto &row :
       execute("SELECT version FROM catalog_version WHERE model_id = $1", {parameter(model.id)})
           .rows)
    existing.push_back(row[0].integer());

  const auto target = model.deployed_version
                          ? version_before(history, existing, *model.deployed_version)
                          : std::nullopt;
  if (!target)
    throw Error(ErrorCode::kUndefinedModel,
                "model " + in_quotes(model.name) + " has no earlier deployment to roll back to", {},
                "See pgscore.deployments. Any version can be deployed with pgscore.deploy_model.");
  deploy(model, get_version(model, *target), "rollback", reason, by);
  return *target;
}

Datum rollback_model(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const auto reason = optional_text_argument(fcinfo, 1);
  const ModelRow checked = require_deployer(name);
  const std::string by = current_user_name();
  return Int32GetDatum(
      as_registry_owner([&] { return rollback(lock_model(name, checked), reason, by); }));
}

Datum set_alias(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const std::string alias = text_argument(fcinfo, 1, "alias");
  const int version = int_argument(fcinfo, 2, "version");
  registry::check_alias(alias);
  const ModelRow checked = require_deployer(name);
  as_registry_owner([&] {
    const LockedModel model = lock_model(name, checked);
    execute(
        "INSERT INTO catalog_alias (model_id, alias, version_id) VALUES ($1, $2, $3)"
        " ON CONFLICT (model_id, alias) DO UPDATE SET version_id = excluded.version_id",
        {parameter(model.id), parameter(alias), parameter(get_version(model, version).id)});
  });
  PG_RETURN_VOID();
}

Datum drop_alias(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const std::string alias = text_argument(fcinfo, 1, "alias");
  const bool cascade = optional_bool_argument(fcinfo, 2).value_or(false);
  const ModelRow checked = require_deployer(name);
  const Oid user = GetUserId();
  as_registry_owner([&] {
    const LockedModel model = lock_model(name, checked);
    remove_dependents({name, "drop alias " + in_quotes(alias) + " of model " + in_quotes(name),
                       [&](const registry::ModelReference &reference) {
                         return reference.alias == alias && !alias.empty();
                       }},
                      cascade, user);
    if (execute("DELETE FROM catalog_alias WHERE model_id = $1 AND alias = $2",
                {parameter(model.id), parameter(alias)})
            .processed == 0)
      throw_undefined_alias(name, alias);
  });
  PG_RETURN_VOID();
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(deploy_model, pgscore::pg::deploy_model);
PGSCORE_FUNCTION(rollback_model, pgscore::pg::rollback_model);
PGSCORE_FUNCTION(set_alias, pgscore::pg::set_alias);
PGSCORE_FUNCTION(drop_alias, pgscore::pg::drop_alias);
