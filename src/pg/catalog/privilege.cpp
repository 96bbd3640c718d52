#include "pg/catalog/privilege.hpp"

#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/role_type.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "access/genam.h"
#include "access/table.h"
#include "utils/fmgroids.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

constexpr const char *kPrivilegeNames[] = {"execute", "select", "deploy"};

// Looks for a grant of `privilege` that reaches `role`; null looks for any privilege.
bool finds_grant(Oid role, const ModelRow &model, const char *privilege, bool with_grant_option) {
  const Oid table = catalog_relation("catalog_acl"), index = catalog_relation("catalog_acl_pkey");
  return call([&] {
    bool found = false;
    ScanKeyData key;
    ScanKeyInit(&key, acl_column::kModelId, BTEqualStrategyNumber, F_INT8EQ,
                Int64GetDatum(model.id));
    Relation relation = table_open(table, AccessShareLock);
    SysScanDesc scan = systable_beginscan(relation, index, true, GetActiveSnapshot(), 1, &key);
    for (HeapTuple tuple; !found && HeapTupleIsValid(tuple = systable_getnext(scan));) {
      TupleDesc columns = RelationGetDescr(relation);
      bool is_null;
      const Oid grantee =
          DatumGetObjectId(heap_getattr(tuple, acl_column::kGrantee, columns, &is_null));
      if (!grant_counts(
              DatumGetObjectId(heap_getattr(tuple, acl_column::kGrantor, columns, &is_null)),
              model.owner))
        continue;
      if (privilege != nullptr) {
        text *granted =
            DatumGetTextPP(heap_getattr(tuple, acl_column::kPrivilege, columns, &is_null));
        const std::string_view word(VARDATA_ANY(granted), VARSIZE_ANY_EXHDR(granted));
        if (word != privilege) continue;
      }
      if (with_grant_option &&
          !DatumGetBool(heap_getattr(tuple, acl_column::kGrantable, columns, &is_null)))
        continue;
      // The role is InvalidOid when has_model_privilege('public', ...) asks what PUBLIC has.
      found = grantee == ACL_ID_PUBLIC || (OidIsValid(role) && has_privs_of_role(role, grantee));
    }
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
    return found;
  });
}

}  // namespace

bool grant_counts(Oid grantor, Oid owner) { return grantor != kNoRole || grantor == owner; }

const char *name_of(Privilege privilege) { return kPrivilegeNames[static_cast<int>(privilege)]; }

Privilege privilege_named(std::string_view name) {
  std::string lower(name);
  for (char &c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (Privilege privilege : kAllPrivileges)
    if (lower == name_of(privilege)) return privilege;
  throw Error(ErrorCode::kInvalidArgument, "unrecognized model privilege " + in_quotes(name), {},
              "Privileges on models are execute, select and deploy.");
}

bool is_owner(Oid role, const ModelRow &model) {
  return OidIsValid(role) && call([&] { return has_privs_of_role(role, model.owner); });
}

bool has_privilege(Oid role, const ModelRow &model, Privilege privilege, bool with_grant_option) {
  return is_owner(role, model) || finds_grant(role, model, name_of(privilege), with_grant_option);
}

bool sees_model(Oid role, const ModelRow &model) {
  return is_owner(role, model) || finds_grant(role, model, nullptr, false);
}

void require_owner(const ModelRow &model, std::string_view name) {
  if (!is_owner(GetUserId(), model))
    throw Error(ErrorCode::kPermissionDenied, "must be owner of model " + in_quotes(name));
}

void require_privilege(const ModelRow &model, std::string_view name, Privilege privilege) {
  if (!has_privilege(GetUserId(), model, privilege))
    throw Error(ErrorCode::kPermissionDenied, "permission denied for model " + in_quotes(name),
                "The privilege " + in_quotes(name_of(privilege)) + " is missing.",
                "The owner of the model grants it with pgscore.grant_model.");
}

}  // namespace pgscore::pg
