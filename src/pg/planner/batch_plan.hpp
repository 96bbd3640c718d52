// Puts batch nodes into a finished plan.
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/plannodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Makes a batch node upon `plan` that computes `calls`. They stand in the target list of `plan`
/// and in its filter from condition `first_qual` on. The target list and these conditions become
/// the new node's; `plan` then returns the columns that they need. `rtable`: the statement's.
CustomScan *put_batch_upon(Plan *plan, List *calls, int first_qual, const List *rtable,
                           bool needs_full_run);

/// Makes a batch node between `parent` (an Agg or WindowAgg) and its child that computes `calls`,
/// which stand in the expressions of `parent`.
CustomScan *put_batch_under(Plan *parent, List *calls, bool needs_full_run);

/// Gives the calls, which stand in the function that a nested loop calls for each of its outer
/// rows, in terms of the columns of these rows; NIL when one needs something else.
List *calls_on_outer_rows(const NestLoop *loop, const List *calls);

/// Makes a batch node between a nested loop and its outer child that computes `outer_calls`
/// (calls_on_outer_rows of `calls`), and hands the results to the function as parameters. The inner
/// child is a FunctionScan.
CustomScan *put_batch_beside(NestLoop *loop, const List *calls, const List *outer_calls,
                             PlannedStmt *planned, bool needs_full_run);

}  // namespace pgscore::pg
