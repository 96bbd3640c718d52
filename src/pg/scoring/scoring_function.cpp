#include "pg/scoring/scoring_function.hpp"

#include <string>
#include <string_view>

#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/compat/planner_compat.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
#include "utils/catcache.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

ScoringFunction function_of_c_symbol(std::string_view symbol) {
  constexpr std::string_view kPrefix = "pgscore_";
  if (!symbol.starts_with(kPrefix)) return {};
  return scoring_function_of_symbol(symbol.substr(kPrefix.size()));
}

}  // namespace

ScoringFunction read_scoring_function(Oid function) {
  ScoringFunction found;
  if (function < FirstNormalObjectId) return found;
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) return found;
  if (((Form_pg_proc)GETSTRUCT(tuple))->prolang == ClanguageId) {
    bool is_null;
    const Datum symbol = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &is_null);
    if (!is_null) found = function_of_c_symbol(TextDatumGetCString(symbol));
  }
  ReleaseSysCache(tuple);
  return found;
}

ScoringFunction find_scoring_function(Oid function) {
  if (function < FirstNormalObjectId) return {};
  return call([function] { return read_scoring_function(function); });
}

Oid columns_form(const ScoringFunction &function) {
  const std::string name =
      std::string(function.kind->name) + "_columns" + (function.fixed_version ? "_version" : "");
  const char *name_text = name.c_str();
  return call([name_text] {
    List *qualified =
        list_make2(makeString(pstrdup(kRegistrySchema)), makeString(pstrdup(name_text)));
    // -1 stands for any arguments, so the types are not read. Releases before 17 still want an
    // array.
    const Oid any[] = {InvalidOid};
    return LookupFuncName(qualified, -1, any, true);
  });
}

Oid written_form(const ScoringFunction &function) {
  ScoringFunction written = function;
  written.columns = false;
  // The form with a threshold has the name of the form without, and takes a row or a jsonb; the
  // planner rewrites calls with rows.
  constexpr std::string_view kAt = "_at";
  std::string name(function.kind->name);
  if (name.ends_with(kAt)) name.resize(name.size() - kAt.size());
  const char *name_text = name.c_str();
  const ScoringFunction *wanted = &written;
  return call([=]() -> Oid {
    Oid found = InvalidOid;
    CatCList *list = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name_text));
    for (int i = 0; i < list->n_members && !OidIsValid(found); ++i) {
      HeapTuple tuple = &list->members[i]->tuple;
      const auto *row = reinterpret_cast<const FormData_pg_proc *>(GETSTRUCT(tuple));
      bool is_null;
      const Datum symbol = SysCacheGetAttr(PROCNAMEARGSNSP, tuple, Anum_pg_proc_prosrc, &is_null);
      if (row->prolang != ClanguageId || is_null) continue;
      const ScoringFunction member = function_of_c_symbol(TextDatumGetCString(symbol));
      if (member.kind != wanted->kind || member.columns ||
          member.fixed_version != wanted->fixed_version)
        continue;
      if (wanted->kind->more_is_last && row->proargtypes.values[1] != RECORDOID) continue;
      if (OidIsValid(getExtensionOfObject(ProcedureRelationId, row->oid))) found = row->oid;
    }
    ReleaseSysCacheList(list);
    return found;
  });
}

void require_execute(Oid function) {
  if (!compat::may_execute(function, GetUserId()))
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_FUNCTION, get_func_name(function));
  InvokeFunctionExecuteHook(function);
}

}  // namespace pgscore::pg
