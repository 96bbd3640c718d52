// The scoring functions of SQL, and the C symbols that they are made of. A scoring function has
// four forms:
//
//   symbol pgscore_...      SQL
//   <name>                  <name>(model text, [more,] VARIADIC input "any")
//   <name>_version          <name>(model model_version, [more,] VARIADIC input "any")
//   <name>_columns          pgscore.<name>_columns(planned_model, [more,] VARIADIC "any")
//   <name>_columns_version  pgscore.<name>_columns_version(planned_model, [more,] VARIADIC "any")
// People call the first two; the planner rewrites them to the others (pg/planner). The first and
// the third are STABLE, those of a version are IMMUTABLE.
//
// `more` is the class of predict_proba_of and predict_contrib_of, or the threshold of predict_class with a threshold
// (symbol predict_class_at), which stands behind the input in the forms that people call.
#pragma once
#include <cstdint>
#include <string_view>

#include "kernels/kernel.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Contributions of features to a score, in place of the score.
enum class ContributionsOf : std::uint8_t {
  kNothing,       // the function gives scores
  kRow,           // one number for each input of the model, and the bias
  kRowAndInputs,  // and the inputs behind them, encoded as model.hpp says
};

/// One of the scoring functions in all its forms.
struct ScoringKind {
  std::string_view name;  // as in its C symbols
  kernels::Want want;
  bool more;          // there is an argument `more`
  bool more_is_last;  // in the forms that people call it follows the input, which is a single
                      // argument then
  ContributionsOf contributions = ContributionsOf::kNothing;
  bool more_may_be_null = false;  // otherwise the result is NULL then
};

/// What one SQL function is.
struct ScoringFunction {
  const ScoringKind *kind = nullptr;
  bool columns = false;        // the planner's form: the first argument is a planned_model
  bool fixed_version = false;  // IMMUTABLE: the model is named with its version

  /// Says whether it is a scoring function; if not, nothing else may be asked.
  explicit operator bool() const { return kind != nullptr; }
  /// Give the numbers of the first argument of the input, and of the argument `more`.
  int first_input() const { return kind->more && (columns || !kind->more_is_last) ? 2 : 1; }
  int more_argument() const { return columns || !kind->more_is_last ? 1 : 2; }
};

inline constexpr ScoringKind kScoringKinds[] = {
    {"predict", kernels::Want::kValues, false, false},
    {"predict_class", kernels::Want::kClass, false, false},
    {"predict_class_at", kernels::Want::kProbabilities, true, true},
    {"predict_proba", kernels::Want::kProbabilities, false, false},
    {"predict_proba_of", kernels::Want::kProbabilities, true, false},
    {"predict_raw", kernels::Want::kRaw, false, false},
    {"predict_leaf", kernels::Want::kLeaves, false, false},
    {"predict_outputs", kernels::Want::kAll, false, false},
    {"predict_contrib", kernels::Want::kRaw, false, false, ContributionsOf::kRow},
    {"predict_contrib_of", kernels::Want::kRaw, true, false, ContributionsOf::kRow},
    {"explained", kernels::Want::kRaw, true, false, ContributionsOf::kRowAndInputs, true},
};

/// Gives the function of a symbol like "predict_proba_columns_version"; false: there is none.
constexpr ScoringFunction scoring_function_of_symbol(std::string_view symbol) {
  auto remove_suffix = [&](std::string_view suffix) {
    if (!symbol.ends_with(suffix)) return false;
    symbol.remove_suffix(suffix.size());
    return true;
  };
  ScoringFunction function;
  function.fixed_version = remove_suffix("_version");
  function.columns = remove_suffix("_columns");
  for (const ScoringKind &kind : kScoringKinds)
    if (symbol == kind.name) function.kind = &kind;
  return function;
}

/// Gives which scoring function the SQL function is; false: none. The C symbol in pg_proc decides,
/// so the function may have another name and schema. Throws PgError.
ScoringFunction find_scoring_function(Oid function);
/// Gives the same inside call(): may ereport.
ScoringFunction read_scoring_function(Oid function);

/// Gives the planner's form of a function: the OID of pgscore.<name>_columns[_version], or
/// InvalidOid. Throws PgError.
Oid columns_form(const ScoringFunction &function);

/// Gives the function that people write for `function`, which is one of its forms: predict for
/// pgscore.predict_columns. InvalidOid when it was given another name. Throws PgError.
Oid written_form(const ScoringFunction &function);

/// Raises PostgreSQL's error unless the current user may execute the function. Inside call().
void require_execute(Oid function);

}  // namespace pgscore::pg
