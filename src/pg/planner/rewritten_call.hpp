// The calls that the planner's support function makes of predict('credit', t) and its kin, for
// whoever looks for them in a finished plan.
//
//     pgscore.predict_columns('credit version 3 (age, income)'::pgscore.planned_model, t.age,
//                             t.income)
//
// is a FuncExpr whose function is one of the planner's forms
// (find_scoring_function(funcid).columns, pg/sql/scoring_function.hpp), with these arguments:
//     0                  a Const of type pgscore.planned_model, never null: the model and the names
//                        of the columns (planned_model.hpp)
//     1                  of predict_proba_of_columns: the class, text; of predict_class_at_columns:
//                        the threshold, float8. Any expression, may be null (the result is NULL)
//     first_input() ..   the columns, at least one, of the types that they have in the row; any
//                        expressions. More than a call may have arguments (FUNC_MAX_ARGS) are one
//                        argument: a RowExpr of them, of type record
// funcvariadic is false. The result type and collation are those of the original call. The call is
// never NULL for a NULL row: where the row may be NULL (nullable side of an outer join) it stands
// in CASE WHEN t.tableoid IS NOT NULL THEN ... END.
//
// Calls that stay as the user wrote them: the name is not a constant; the row is not seen through
// (a function's result, a parameter, a composite column, an outer query's row), jsonb, arrays,
// VARIADIC; more columns than a row may have; the planning snapshot's version is not the latest
// one; pgscore.enable_rewrite is off.
//
// To score what a call would score: CallSite (pg/sql/call_site.hpp), made of the text of argument 0
// and request_of(function). It looks the name up through the active snapshot, checks the privilege
// and binds the columns to the version found; a plan never decides which version that is.
//
// SupportRequestCost of the columns forms gives the cost per row of the model (scoring_cost.cpp).
#pragma once
#include <optional>

#include "pg/sql/scoring_function.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/primnodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

struct RewrittenCall {
  ScoringFunction function;
  const FuncExpr *expression;
  const Const *planned_model;
};

/// `node` as a rewritten call; nothing when it is anything else.
std::optional<RewrittenCall> find_rewritten_call(const Node *node);

}  // namespace pgscore::pg
