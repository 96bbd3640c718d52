// The rewrite of scoring calls, and what they cost: what the support function of the scoring
// functions answers.
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/supportnodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// The call of the columns form that means the same, or null: the call stays as it is. Throws what
/// the call would throw for every row: no such model, a column that is missing or of a wrong type,
/// an output that the model does not have.
Node *rewrite_call(const SupportRequestSimplify &request);

/// Fills the costs. -> false: nothing is known.
bool estimate_cost(SupportRequestCost &request);

}  // namespace pgscore::pg
