#include "pg/sql/scoring_function.hpp"

#include <string>
#include <string_view>

#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "access/transam.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

ScoringFunction function_of_c_symbol(std::string_view symbol) {
  constexpr std::string_view kPrefix = "pgscore_";
  if (!symbol.starts_with(kPrefix)) return {};
  return scoring_function_of_symbol(symbol.substr(kPrefix.size()));
}

}  // namespace
ScoringFunction find_scoring_function(Oid function) {
  if (function < FirstNormalObjectId) return {};
  return call([function] {
    ScoringFunction found;
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(tuple)) return found;
    if (((Form_pg_proc)GETSTRUCT(tuple))->prolang == ClanguageId) {
      bool is_null;
      const Datum symbol = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &is_null);
      if (!is_null) found = function_of_c_symbol(TextDatumGetCString(symbol));
    }
    ReleaseSysCache(tuple);
    return found;
  });
}

Oid columns_form(const ScoringFunction &function) {
  const std::string name = std::string(function.kind->name) + "_columns" + (function.fixed_version ? "_version" : "");
  const char *name_text = name.c_str();
  return call([name_text] {
    List *qualified = list_make2(makeString(pstrdup(kRegistrySchema)), makeString(pstrdup(name_text)));
    return LookupFuncName(qualified, -1, nullptr, true);
  });
}

}  // namespace pgscore::pg
