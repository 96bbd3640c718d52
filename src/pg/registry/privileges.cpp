// grant_model, revoke_model, has_model_privilege.
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/grant_table.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/registry_table.hpp"
#include "pg/catalog/role_dependency.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/dependents/lost_owners.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

std::vector<Privilege> privileges_named(const std::string &word) {
  if (word == "all") return {std::begin(kAllPrivileges), std::end(kAllPrivileges)};
  return {privilege_named(word)};
}

Datum grant_model(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const std::vector<Privilege> privileges = privileges_named(text_argument(fcinfo, 1, "privilege"));
  const Oid grantee = role_or_public_argument(fcinfo, 2, "role");
  const bool grantable = optional_bool_argument(fcinfo, 3).value_or(false);
  if (grantable && grantee == ACL_ID_PUBLIC)
    throw Error(ErrorCode::kInvalidArgument, "grant options can only be granted to roles");
  const ModelRow checked = get_model(name);
  const Oid user = GetUserId();
  as_registry_owner([&] {
    const LockedModel model = lock_model(name, checked);
    const std::vector<Oid> roles = roles_of(model);
    remove_dangling_grants(model);
    for (const Privilege privilege : privileges) {
      const Oid grantor = grantor_for(user, model, privilege);
      if (grantee == model.owner) continue;
      hold_role(grantee);
      add_grant(model, privilege, {grantee, grantor, grantable});
    }
    release_roles(roles);
  });
  PG_RETURN_VOID();
}

Datum revoke_model(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const std::vector<Privilege> privileges = privileges_named(text_argument(fcinfo, 1, "privilege"));
  const Oid grantee = role_or_public_argument(fcinfo, 2, "role");
  const bool cascade = optional_bool_argument(fcinfo, 3).value_or(false);
  const ModelRow checked = get_model(name);
  const Oid user = GetUserId();
  as_registry_owner([&] {
    const LockedModel model = lock_model(name, checked);
    const std::vector<Oid> roles = roles_of(model);
    remove_dangling_grants(model);
    const std::vector<Dependent> lost_before = find_lost_owners(model);
    for (const Privilege privilege : privileges)
      remove_grants(model, privilege, grantee, grantor_for(user, model, privilege), cascade);
    warn_of_lost_owners(model, lost_before);
    release_roles(roles);
  });
  PG_RETURN_VOID();
}

// Reads a list as PostgreSQL's has_table_privilege takes it: 'select, deploy with grant option'
// asks for any of its entries.
bool has_any(Oid role, const ModelRow &model, std::string_view list) {
  constexpr std::string_view kGrantOption = " with grant option", kBlanks = " \t\n";
  bool found = false;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    std::string_view word = list.substr(begin, end - begin);
    word.remove_prefix(std::min(word.find_first_not_of(kBlanks), word.size()));
    word = word.substr(0, word.find_last_not_of(kBlanks) + 1);
    const bool grant_option = word.size() > kGrantOption.size() &&
                              pg_strncasecmp(word.data() + word.size() - kGrantOption.size(),
                                             kGrantOption.data(), kGrantOption.size()) == 0;
    if (grant_option) word.remove_suffix(kGrantOption.size());
    // All entries are looked at, so that a misspelt one is always an error.
    found = has_privilege(role, model, privilege_named(word), grant_option) || found;
    begin = end + 1;
  }
  return found;
}

Datum has_model_privilege(FunctionCallInfo fcinfo) {
  const ModelRow model = get_model(text_argument(fcinfo, 0, "name"));
  return BoolGetDatum(has_any(GetUserId(), model, text_argument(fcinfo, 1, "privilege")));
}

Datum has_model_privilege_role(FunctionCallInfo fcinfo) {
  const Oid role = role_or_public_argument(fcinfo, 0, "role");
  const ModelRow model = get_model(text_argument(fcinfo, 1, "name"));
  return BoolGetDatum(has_any(role, model, text_argument(fcinfo, 2, "privilege")));
}

// For the views: their rows may name models that are gone when this is called.
Datum has_model_privilege_id(FunctionCallInfo fcinfo) {
  const auto model = find_model(PG_GETARG_INT64(0));
  if (!model) return BoolGetDatum(false);
  if (PG_ARGISNULL(1)) return BoolGetDatum(sees_model(GetUserId(), *model));
  return BoolGetDatum(has_any(GetUserId(), *model, text_argument(fcinfo, 1, "privilege")));
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(grant_model, pgscore::pg::grant_model);
PGSCORE_FUNCTION(revoke_model, pgscore::pg::revoke_model);
PGSCORE_FUNCTION(has_model_privilege, pgscore::pg::has_model_privilege);
PGSCORE_FUNCTION(has_model_privilege_role, pgscore::pg::has_model_privilege_role);
PGSCORE_FUNCTION(has_model_privilege_id, pgscore::pg::has_model_privilege_id);
