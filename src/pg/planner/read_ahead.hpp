// May a plan's rows be read before they are asked for?
//
// A batch reads rows that a LIMIT, a cursor or a client may never reach. The query must not show
// it: an error of such a row is one that the query does not have, and a volatile function would be
// called more often, or in another order.
//
// Plain data; the functions may ereport.
#pragma once
#include "pg/nodes/plan_nodes.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Gives how far ahead rows may be read if `expressions` (a list, or one) are evaluated for each of
/// them. `subplans`: those of the statement.
ReadAhead read_ahead_of_expression(Node *expressions, const List *subplans);

/// Gives how far ahead the rows of `plan` may be read, without its own target list. `subplans`:
/// those of the statement.
ReadAhead read_ahead_of_plan(Plan *plan, const List *subplans);

}  // namespace pgscore::pg
