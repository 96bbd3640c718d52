// Finding the scoring calls of an expression that may be computed before it: those that are
// evaluated whenever it is.
//
// A call in an arm of CASE, behind the first argument of COALESCE, AND or OR, or in a sub-select
// may never be evaluated: computing it anyway would cost time, and give errors that the query does
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

/// `node` as a call that can be scored in batches; false when it is anything else. The model must
/// be a constant, the arguments must be free of side effects and of what only has a value where
/// they stand.
ScoringFunction batchable_call(const Node *node);

/// The calls that are evaluated whenever `expression` (or a list of them) is; FuncExpr, each once.
/// Of nested ones the inner.
List *unconditional_calls(Node *expression);

/// The same of the input of aggregates (Aggref) and of aggregates over windows (WindowFunc, if
/// `whole_windows`: each row is in the frame of some row) in `expression`.
List *unconditional_calls_of_aggregates(Node *expression, bool whole_windows);

/// Does any batchable call stand in `expression`?
bool has_batchable_call(Node *expression);

}  // namespace pgscore::pg
