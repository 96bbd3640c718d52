#include "pg/catalog/role_type.hpp"

#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "libpq/pqformat.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

// Neither can be the name of a role: both words are reserved.
constexpr char kPublic[] = "public", kNone[] = "none";

// The functions down to the end of the block run inside call(): plain data only.

const char *role_text(Oid role) {
  if (role == ACL_ID_PUBLIC) return kPublic;
  const char *name = GetUserNameFromId(role, true);
  return name == nullptr ? kNone : quote_identifier(name);
}

Oid role_of_text(const char *text) {
  List *names = NIL;
  if (!SplitIdentifierString(pstrdup(text), '.', &names) || list_length(names) != 1)
    ereport(ERROR, (errcode(ERRCODE_INVALID_NAME), errmsg("invalid name syntax")));
  const auto *name = static_cast<const char *>(linitial(names));
  if (strcmp(name, kPublic) == 0) return ACL_ID_PUBLIC;
  if (strcmp(name, kNone) == 0) return kNoRole;
  const Oid role = get_role_oid(name, true);
  if (OidIsValid(role)) return role;
  ereport(WARNING, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("role \"%s\" does not exist", name),
                    errdetail("Its models have no owner, its privileges on models are left out."),
                    errhint("Superusers give such models an owner with pgscore.set_model_owner.")));
  return kNoRole;
}

// ---- end of the block

Datum catalog_role_in(FunctionCallInfo fcinfo) {
  const char *text = PG_GETARG_CSTRING(0);
  return ObjectIdGetDatum(call([text] { return role_of_text(text); }));
}

Datum catalog_role_out(FunctionCallInfo fcinfo) {
  const Oid role = PG_GETARG_OID(0);
  return CStringGetDatum(call([role] { return pstrdup(role_text(role)); }));
}

// The binary protocol has the text too: a number would mean another role in another cluster.
Datum catalog_role_recv(FunctionCallInfo fcinfo) {
  auto buffer = reinterpret_cast<StringInfo>(PG_GETARG_POINTER(0));
  return ObjectIdGetDatum(call([buffer] {
    int size;
    return role_of_text(pq_getmsgtext(buffer, buffer->len - buffer->cursor, &size));
  }));
}

Datum catalog_role_send(FunctionCallInfo fcinfo) {
  const Oid role = PG_GETARG_OID(0);
  return PointerGetDatum(call([role] {
    StringInfoData buffer;
    pq_begintypsend(&buffer);
    const char *text = role_text(role);
    pq_sendtext(&buffer, text, static_cast<int>(strlen(text)));
    return pq_endtypsend(&buffer);
  }));
}

}  // namespace

bool role_exists(Oid role) {
  return role == ACL_ID_PUBLIC ||
         call([role] { return SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(role)); });
}

std::string role_in_quotes(Oid role) {
  if (role == ACL_ID_PUBLIC) return "PUBLIC";
  const char *name =
      call([role] { return static_cast<const char *>(GetUserNameFromId(role, true)); });
  return name == nullptr ? std::to_string(role) : in_quotes(name);
}

}  // namespace pgscore::pg

PGSCORE_FUNCTION(catalog_role_in, pgscore::pg::catalog_role_in);
PGSCORE_FUNCTION(catalog_role_out, pgscore::pg::catalog_role_out);
PGSCORE_FUNCTION(catalog_role_recv, pgscore::pg::catalog_role_recv);
PGSCORE_FUNCTION(catalog_role_send, pgscore::pg::catalog_role_send);
