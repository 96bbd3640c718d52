// Finds the scoring calls of an expression that may be computed before it: those that are evaluated
// whenever it is.
//
// A call in an arm of CASE, behind the first argument of COALESCE, AND or OR, or in a sub-select
// may never be evaluated. Computing it anyway would cost time, and raise errors that the query does
// not have.
//
// Plain data in the current memory context; the functions may ereport.
#pragma once
#include "pg/scoring/scoring_function.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/primnodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Gives the scoring function that `node` calls, if the call can be scored in batches; otherwise
/// one that is false. The model must be a constant. The arguments must be neither volatile nor
/// contain CaseTestExpr, SubPlan or the like (ExpressionNode::bound_to_place).
ScoringFunction batchable_call(const Node *node);

/// Gives the calls that are evaluated whenever `expression` (or a list of them) is: FuncExpr, each
/// once. If calls are nested, only the innermost are returned.
List *unconditional_calls(Node *expression);

/// Gives those calls of the input of the aggregates (Aggref) in `expression`, and of aggregates
/// over windows (WindowFunc) if each row is in the frame of some row (`whole_windows`).
List *unconditional_calls_of_aggregates(Node *expression, bool whole_windows);

}  // namespace pgscore::pg
