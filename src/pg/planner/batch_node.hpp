// A batch node in a plan: a CustomScan that reads blocks of rows from its child, scores them all at
// once, and gives them on one by one with their scores.
//
//     Custom Scan (PgscoreBatch)          target list and filter refer to the scan tuple as
//                                         INDEX_VAR
//       Scan tuple (custom_scan_tlist):   child's column 1 .. child's column n, call 1 .. call m
//       -> child                          (outer plan)
// A column is a Var, a call the FuncExpr of a scoring call (scoring_calls.hpp) whose arguments
// refer to the child's columns as OUTER_VAR. The call is never executed: the node evaluates its
// arguments, and its value is the score. The columns that the node or its parent refer to are
// copied with the block; the others are NULL in the scan tuple.
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/extensible.h"
#include "nodes/plannodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// The node's methods, registered under a name by which parallel workers find them too.
extern const CustomScanMethods kBatchScanMethods;

/// Says whether a node of a plan is one of these; what follows takes no others.
inline bool is_batch_node(const Plan *plan) {
  return IsA(plan, CustomScan) &&
         reinterpret_cast<const CustomScan *>(plan)->methods == &kBatchScanMethods;
}

/// Give how many columns the child has, and the numbers of those that are copied (an integer list,
/// counted from 1).
inline int batch_num_columns(const CustomScan *scan) {
  return intVal(linitial(scan->custom_private));
}
inline const List *batch_copied_columns(const CustomScan *scan) {
  return static_cast<const List *>(lsecond(scan->custom_private));
}
/// Says whether rows may only be read ahead when the execution runs to its end (executor_run.hpp).
inline bool batch_needs_full_run(const CustomScan *scan) {
  return intVal(lthird(scan->custom_private)) != 0;
}
/// Makes the custom_private of a node, which the functions above read.
inline List *batch_private(int num_columns, List *copied, bool needs_full_run) {
  return list_make3(makeInteger(num_columns), copied, makeInteger(needs_full_run ? 1 : 0));
}

}  // namespace pgscore::pg
