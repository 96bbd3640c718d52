// Decides who may do what with a model. The owner, its members and superusers may do everything.
// Others need a row of catalog_acl, granted to them, to a role whose privileges they have, or to
// PUBLIC. It is read through the active snapshot, because a parallel worker may take no other.
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
/// Gives the privilege of a name, in capitals or not. Throws kInvalidArgument when there is none.
Privilege privilege_named(std::string_view name);

/// Says whether a grant by `grantor` counts. A grant by a role that does not exist (kNoRole) counts
/// only when the owner does not exist either. Readers of catalog_acl ask this and not its writers,
/// because a restore may bring a grant before its model.
bool grant_counts(Oid grantor, Oid owner);

/// Say whether a role owns a model (it is the owner, inherits from him, or is a superuser), and
/// whether it has a privilege, as an owner or by a grant that reaches it. InvalidOid stands for
/// PUBLIC, which owns nothing. `with_grant_option`: a grant counts only with that option. Throw
/// PgError.
bool is_owner(Oid role, const ModelRow &model);
bool has_privilege(Oid role, const ModelRow &model, Privilege privilege,
                   bool with_grant_option = false);
/// Says whether the views show the model to a role: it owns the model, or has any privilege on it.
bool sees_model(Oid role, const ModelRow &model);

/// Throw kPermissionDenied when the current user does not own the model, or lacks the privilege.
/// `name` is the model's, for the message.
void require_owner(const ModelRow &model, std::string_view name);
void require_privilege(const ModelRow &model, std::string_view name, Privilege privilege);

}  // namespace pgscore::pg
