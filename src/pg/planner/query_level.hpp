// Tells to which query a variable belongs that the planner is simplifying.
//
// A Var is a number of the range table of its query, and the planner passes a root with the Var.
// The query of that root is not always the Var's: PostgreSQL simplifies some expressions "with the
// parent's root, which is technically wrong, but we can get away with it" (convert_EXISTS_to_ANY in
// optimizer/plan/subselect.c, releases 15 to 18).
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/pathnodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Says whether `row`, a whole-row Var of level 0, is certainly a row of root->parse, so that the
/// range table of that query describes it. May ereport.
bool is_row_of_query(PlannerInfo *root, const Var *row);

}  // namespace pgscore::pg
