// SQL: pgscore.dependents.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/role_type.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/dependents/dependent.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

/// The versions that the names of a model stand for now.
struct Meaning {
  std::optional<int> deployed;
  std::map<int, bool> versions;
  std::map<std::string, int> aliases;

  std::optional<int> version_of(const registry::ModelReference &reference) const {
    if (reference.version)
      return versions.contains(*reference.version) ? reference.version : std::nullopt;
    if (reference.alias.empty()) return deployed;
    const auto alias = aliases.find(reference.alias);
    return alias == aliases.end() ? std::nullopt : std::optional<int>(alias->second);
  }
};

Meaning read_meaning(const ModelRow &model) {
  Meaning meaning;
  for (const auto &row :
       execute("SELECT v.version, v.id = $2, a.alias FROM catalog_version v"
               " LEFT JOIN catalog_alias a ON a.version_id = v.id WHERE v.model_id = $1",
               {parameter(model.id), parameter(model.deployed_version_id)})
           .rows) {
    const int version = row[0].integer();
    meaning.versions[version] = true;
    if (row[1].boolean()) meaning.deployed = version;
    if (!row[2].is_null()) meaning.aliases[row[2].text()] = version;
  }
  return meaning;
}

void put_row(FunctionCallInfo fcinfo, const Dependent &dependent, const std::string &use,
             std::optional<int> version, bool may_execute) {
  Datum values[] = {text_result(dependent.kind),
                    text_result(dependent.object),
                    text_result(use),
                    Int32GetDatum(version.value_or(0)),
                    Datum{0},
                    BoolGetDatum(may_execute)};
  bool nulls[] = {false, false, false, !version, false, false};
  const Oid owner = dependent.owner;
  call([&] {
    const char *name = GetUserNameFromId(owner, true);
    nulls[4] = name == nullptr;
    if (name != nullptr) values[4] = DirectFunctionCall1(namein, CStringGetDatum(name));
    auto *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  });
}

Datum dependents(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const auto wanted = optional_int_argument(fcinfo, 1);
  const ModelRow model = get_model(name);
  if (!sees_model(GetUserId(), model))
    throw Error(ErrorCode::kPermissionDenied, "permission denied for model " + in_quotes(name),
                "A privilege on it is needed to see what depends on it.",
                "The owner of the model grants privileges with pgscore.grant_model.");
  call([=] { InitMaterializedSRF(fcinfo, 0); });
  Meaning meaning;
  std::vector<Dependent> found;
  as_registry_owner([&] {
    meaning = read_meaning(model);
    if (wanted && !meaning.versions.contains(*wanted)) throw_undefined_version(name, *wanted);
    found = find_dependents(name);
  });
  for (const Dependent &each : found) {
    if (each.derived) continue;
    std::map<std::string, std::optional<int>> uses;
    for (const ModelUse &use : each.uses)
      uses.try_emplace(use.text(), meaning.version_of(use.reference));
    const bool may_execute =
        role_exists(each.owner) && has_privilege(each.owner, model, Privilege::kExecute);
    for (const auto &[use, version] : uses)
      if (!wanted || version == wanted) put_row(fcinfo, each, use, version, may_execute);
  }
  return 0;
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(dependents, pgscore::pg::dependents);
