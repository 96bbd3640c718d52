// The scoring functions of SQL and how their C symbols are made of them. A scoring function has
// four forms:
//
//   symbol pgscore_...      SQL
//   <name>                  <name>(model text, [more,] VARIADIC input "any")
//   <name>_version          <name>(model model_version, [more,] VARIADIC input "any")
//   <name>_columns          pgscore.<name>_columns(planned_model, [more,] VARIADIC "any")
//   <name>_columns_version  pgscore.<name>_columns_version(planned_model, [more,] VARIADIC "any")
// People call the first two, the planner makes the others of them (pg/planner). The first and the
// third are STABLE, those of a version are IMMUTABLE.
//
// `more` is the class of predict_proba_of, the threshold of predict_class with a threshold (symbol
// predict_class_at; in the forms that people call it stands behind the input).
#pragma once
#include <string_view>

#include "kernels/kernel.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// One of the scoring functions, whatever its form.
struct ScoringKind {
  std::string_view name;  // as in its C symbols
  kernels::Want want;
  bool more;          // there is an argument `more`
  bool more_is_last;  // in the forms that people call it follows the input, which is a single
                      // argument then
};

/// What one SQL function is.
struct ScoringFunction {
  const ScoringKind *kind = nullptr;
  bool columns = false;        // the planner's form: the first argument is a planned_model
  bool fixed_version = false;  // IMMUTABLE: the model is named with its version

  /// False: it is no scoring function, and nothing else may be asked.
  explicit operator bool() const { return kind != nullptr; }
  /// Numbers of the first argument of the input, and of the argument `more`.
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
};

/// From "predict_proba_columns_version"; false when there is no such function.
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

/// What `function` is; false when it is none of ours. By the C symbol in pg_proc, so whatever its
/// name and schema are.
ScoringFunction find_scoring_function(Oid function);
/// The same inside call(): may ereport.
ScoringFunction read_scoring_function(Oid function);

/// The planner's form of a function: the OID of pgscore.<name>_columns[_version], or InvalidOid.
Oid columns_form(const ScoringFunction &function);

/// The function that people write and that the planner makes `function`, one of its forms, of:
/// predict for pgscore.predict_columns. InvalidOid when it was given another name.
Oid written_form(const ScoringFunction &function);

/// Raises PostgreSQL's error unless the current user may execute the function. Inside call().
void require_execute(Oid function);

}  // namespace pgscore::pg
