// Who may do what with a model. The owner, its members and superusers may do everything; others
// need a row of catalog_acl, granted to them, to a role whose privileges they have, or to PUBLIC.
// Read through the active snapshot, as everything in the catalog: a parallel worker may not take
// another one.
#pragma once
#include <cstdint>
#include <string_view>

#include "pg/catalog/model_table.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

enum class Privilege : std::uint8_t {
  kExecute,  // score
  kSelect,   // read the artifact, the trees, the test rows
  kDeploy,   // deploy, roll back, set aliases
};
inline constexpr Privilege kAllPrivileges[] = {Privilege::kExecute, Privilege::kSelect,
                                               Privilege::kDeploy};

/// Gives the word that catalog_acl, SQL functions and messages have for a privilege.
const char *name_of(Privilege privilege);
/// Case does not matter. Throws kInvalidArgument.
Privilege privilege_named(std::string_view name);

/// Whether a grant by `grantor` means anything: one by a role that is not there (kNoRole) does when
/// the owner is not there either. So says the reader and not the writer of catalog_acl: a grant may
/// arrive before its model.
bool grant_counts(Oid grantor, Oid owner);

/// Say whether a role may do it: as the owner, by inheriting from him or as a superuser, or by a
/// grant that reaches it. InvalidOid stands for everybody: it owns nothing and has what PUBLIC was
/// granted. `with_grant_option`: a grant counts only with that option. Throw PgError.
bool is_owner(Oid role, const ModelRow &model);
bool has_privilege(Oid role, const ModelRow &model, Privilege privilege,
                   bool with_grant_option = false);
/// Owner, or any privilege at all: who sees the model in the views.
bool sees_model(Oid role, const ModelRow &model);

/// For the current user; throw kPermissionDenied. `name` is for the message.
void require_owner(const ModelRow &model, std::string_view name);
void require_privilege(const ModelRow &model, std::string_view name, Privilege privilege);

}  // namespace pgscore::pg
