// The scoring functions. Each is a thin shell: the call site gives the outputs of the row,
// scoring_result makes a Datum of them. scoring_function.hpp says which forms there are.
#include "pg/boundary/context_memory.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/scoring/call_site.hpp"
#include "pg/scoring/scoring_result.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

Datum null_result(FunctionCallInfo fcinfo) {
  fcinfo->isnull = true;
  return 0;
}

/// Scores the row of the call. The frames from here to the executor hold nothing with a destructor.
/// It is inlined, since `function` and `make` are constants where it is called.
[[gnu::always_inline]] inline Datum score_call(FunctionCallInfo fcinfo,
                                               const ScoringFunction &function, MakeResult make) {
  // pg_upgrade reads statistics into columns of domains before it moves the files of the registry's
  // tables. A constraint that scores must hold then; no row is written.
  if (PG_ARGISNULL(0) || IsBinaryUpgrade) return null_result(fcinfo);
  CallSite &site = cached<CallSites>(fcinfo->flinfo).find(fcinfo, function);
  NullableDatum more{0, true};
  if (function.kind->more) {
    more = fcinfo->args[function.more_argument()];
    if (is_null_at_once(*function.kind, more)) {
      site.look_up(PG_NARGS());
      return null_result(fcinfo);
    }
  }
  const double *outputs = site.score(fcinfo);
  const NullableDatum result = make(site.scored(), outputs, more);
  fcinfo->isnull = result.isnull;
  return result.value;
}

}  // namespace
}  // namespace pgscore::pg

#define PGSCORE_SCORING_FORM(symbol, name)                                       \
  PGSCORE_FUNCTION(symbol, [](FunctionCallInfo call) {                           \
    constexpr pgscore::pg::ScoringFunction kFunction =                           \
        pgscore::pg::scoring_function_of_symbol(#symbol);                        \
    return pgscore::pg::score_call(call, kFunction, pgscore::pg::name##_result); \
  })
#define PGSCORE_SCORING_FUNCTION(name)        \
  PGSCORE_SCORING_FORM(name, name);           \
  PGSCORE_SCORING_FORM(name##_version, name); \
  PGSCORE_SCORING_FORM(name##_columns, name); \
  PGSCORE_SCORING_FORM(name##_columns_version, name)

PGSCORE_SCORING_FUNCTION(predict);
PGSCORE_SCORING_FUNCTION(predict_class);
PGSCORE_SCORING_FUNCTION(predict_class_at);
PGSCORE_SCORING_FUNCTION(predict_proba);
PGSCORE_SCORING_FUNCTION(predict_proba_of);
PGSCORE_SCORING_FUNCTION(predict_raw);
PGSCORE_SCORING_FUNCTION(predict_leaf);
PGSCORE_SCORING_FUNCTION(predict_outputs);
PGSCORE_SCORING_FUNCTION(predict_contrib);
PGSCORE_SCORING_FUNCTION(predict_contrib_of);
PGSCORE_SCORING_FUNCTION(explained);
