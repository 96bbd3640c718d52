// May a plan's rows be read before they are asked for?
//
// A batch reads rows that a LIMIT, a cursor or a client may never reach. Nobody must notice: an
// error of such a row is one that the query does not have, and a volatile function would be called
// more often, or in another order.
//
// Plain data; the functions may ereport.
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/plannodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

enum class ReadAhead {
  kNever,        // something volatile, or locks, or a node that nothing is known of
  kWhenAllRead,  // a row may raise an error, so only where all rows are read in any case
  kAlways,
};

/// What of `expressions` (a list, or one) allows.
ReadAhead read_ahead_of_expression(Node *expressions, const List *subplans);

/// What the nodes of `plan` allow. Its own target list is not looked at. `subplans`: of the
/// statement.
ReadAhead read_ahead_of_plan(const Plan *plan, const List *subplans);

}  // namespace pgscore::pg
