// The rewrite of scoring calls, and their costs: the answers of the scoring functions' support
// function.
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/supportnodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Gives the call of the columns form that means the same, or null: the call stays as it is. Throws
/// the errors that the call would raise for every row: no such model, a column that is missing or
/// of a wrong type, an output that the model does not have.
Node *rewrite_call(const SupportRequestSimplify &request);

/// Fills the costs of the call. -> false: they are not known
bool estimate_cost(SupportRequestCost &request);

}  // namespace pgscore::pg
