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

using kernels::Want;

constexpr ScoringKind kScoringKinds[] = {
    {"predict", Want::kValues, false, false},
    {"predict_class", Want::kClass, false, false},
    {"predict_class_at", Want::kProbabilities, true, true},
    {"predict_proba", Want::kProbabilities, false, false},
    {"predict_proba_of", Want::kProbabilities, true, false},
    {"predict_raw", Want::kRaw, false, false},
    {"predict_leaf", Want::kLeaves, false, false},
    {"predict_outputs", Want::kAll, false, false},
};

bool remove_suffix(std::string_view &text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

ScoringFunction function_of_symbol(std::string_view symbol) {
  constexpr std::string_view kPrefix = "pgscore_";
  if (!symbol.starts_with(kPrefix)) return {};
  symbol.remove_prefix(kPrefix.size());
  ScoringFunction function;
  function.fixed_version = remove_suffix(symbol, "_version");
  function.columns = remove_suffix(symbol, "_columns");
  for (const ScoringKind &kind : kScoringKinds)
    if (symbol == kind.name) function.kind = &kind;
  return function;
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
      if (!is_null) found = function_of_symbol(TextDatumGetCString(symbol));
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
