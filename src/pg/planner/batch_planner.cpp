// Looks over every finished plan for scoring calls, and puts batch nodes where they stand.
//
// This happens after the planner, which plans a scoring call like any other expression: in the
// target list or filter of a scan or a join, in the arguments of an aggregate. (A path of our own
// would have to be offered for each of these places, and would not see the arguments of aggregates
// at all. TimescaleDB's vectorised aggregation, tsl/src/nodes/vector_agg/plan.c, looks over plans
// too.)
//
// Batches must give what the query gives row by row: the same values, no error that it would not
// have, the same calls of volatile functions in the same order. Hence
//   - only calls that are evaluated for every row that reaches them (scoring_calls.hpp);
//   - conditions keep their order: those that follow a call move above the batch node together with
//     the call's, so a call stays behind the conditions of a security barrier, and a second model
//     sees the rows only that the first one lets through;
//   - rows are read ahead only where that cannot be seen (read_ahead.hpp);
//   - not where the executor wants to go backwards, return to a marked row, or say which row a
//     cursor stands on.
#include "pg/planner/batch_planner.hpp"

#include <algorithm>
#include <cstdint>

#include "pg/boundary/guard.hpp"
#include "pg/compat/planner_compat.hpp"
#include "pg/nodes/plan_nodes.hpp"
#include "pg/planner/batch_node.hpp"
#include "pg/planner/batch_plan.hpp"
#include "pg/planner/read_ahead.hpp"
#include "pg/planner/scoring_calls.hpp"
#include "pg/scoring/executor_run.hpp"
#include "pg/scoring/scored_functions.hpp"
#include "pg/settings.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

planner_hook_type previous_planner = nullptr;

constexpr double kNoLimit = 1e300;

struct Statement {
  PlannedStmt *planned;
  List *added;  // batch nodes
};

/// Whether every row of a node will be read.
enum class RowDemand {
  kUnknown,
  kAllUnlessStopped,  // if the execution runs to its end (executor_run.hpp)
  kAll,
};

/// What the nodes above a node ask of it.
struct Demand {
  RowDemand rows = RowDemand::kUnknown;
  bool marks = false;        // a merge join returns to rows that it has marked
  bool current_row = false;  // WHERE CURRENT OF may ask which row it stands on
  double limit = kNoLimit;   // rows that are asked for at most
};

/// Returns whether rows may be read ahead; sets `needs_full_run` if only when the executor runs to
/// the end.
bool may_read_ahead(ReadAhead allowed, const Demand &demand, bool &needs_full_run) {
  needs_full_run =
      allowed == ReadAhead::kWhenAllRead && demand.rows == RowDemand::kAllUnlessStopped;
  return allowed == ReadAhead::kAlways ||
         (allowed == ReadAhead::kWhenAllRead && demand.rows != RowDemand::kUnknown);
}

/// Gives how far ahead the arguments of `calls` may be read, which are computed from `rows`.
ReadAhead allowed_read_ahead(const Statement &statement, Plan *rows, List *calls) {
  const List *subplans = statement.planned->subplans;
  ReadAhead allowed;
  if (is_batch_node(rows))  // it holds the errors of its scores back (batch_scan.hpp)
    allowed = std::min(read_ahead_of_expression(reinterpret_cast<Node *>(rows->qual), subplans),
                       read_ahead_of_plan(outerPlan(rows), subplans));
  else
    allowed = read_ahead_of_plan(rows, subplans);
  ListCell *cell;
  foreach (cell, calls) {
    auto *arguments = reinterpret_cast<Node *>(static_cast<FuncExpr *>(lfirst(cell))->args);
    allowed = std::min(allowed, read_ahead_of_expression(arguments, subplans));
  }
  return allowed;
}

void add_node(Statement &statement, CustomScan *scan) {
  statement.added = lappend(statement.added, scan);
}

/// Puts batch nodes upon `plan` for the calls of its target list and filter: one, or one for each
/// condition that has calls of its own.
Plan *batch_upon(Statement &statement, Plan *plan, const Demand &demand) {
  if (demand.marks || demand.current_row || !(may_hold_batch(plan) || is_batch_node(plan)))
    return plan;
  for (;;) {
    // Looks for the first condition with a call: the calls are evaluated for each row that gets
    // there.
    int first_qual = 0;
    List *calls = NIL;
    for (; first_qual < list_length(plan->qual) && calls == NIL; ++first_qual)
      calls = unconditional_calls(static_cast<Node *>(list_nth(plan->qual, first_qual)));
    const bool filters = calls != NIL;
    if (filters) {
      if (IsA(plan, WindowAgg)) return plan;  // a condition may also end its run
      --first_qual;
    } else {
      calls = unconditional_calls(reinterpret_cast<Node *>(plan->targetlist));
    }
    if (calls == NIL) return plan;
    // The planner's estimate is of the rows that pass the filter: a third of those that are read,
    // for a condition that it cannot estimate.
    const double rows = filters ? plan->plan_rows * 3 : std::min(plan->plan_rows, demand.limit);
    if (rows < setting::batch_min_rows) return plan;
    // Looked at without the conditions that are about to leave it.
    List *quals = plan->qual;
    plan->qual = list_copy_head(quals, first_qual);
    const ReadAhead allowed = allowed_read_ahead(statement, plan, calls);
    plan->qual = quals;
    bool needs_full_run;
    if (!may_read_ahead(allowed, demand, needs_full_run)) return plan;
    CustomScan *scan =
        put_batch_upon(plan, calls, first_qual, statement.planned->rtable, needs_full_run);
    add_node(statement, scan);
    plan = reinterpret_cast<Plan *>(scan);
  }
}

/// Says whether each row is in the frame of some row.
bool is_whole_frame(const WindowAgg *window) {
  const int options = window->frameOptions;
  const bool starts_before =
      (options & (FRAMEOPTION_START_UNBOUNDED_PRECEDING | FRAMEOPTION_START_CURRENT_ROW)) != 0;
  const bool ends_after =
      (options & (FRAMEOPTION_END_UNBOUNDED_FOLLOWING | FRAMEOPTION_END_CURRENT_ROW)) != 0;
  return starts_before && ends_after && (options & FRAMEOPTION_EXCLUSION) == 0;
}

/// Puts a batch node under an Agg or a WindowAgg for the calls that aggregates take.
void batch_under(Statement &statement, Plan *parent, const Demand &demand_on_child) {
  Plan *child = outerPlan(parent);
  if (child == nullptr || child->plan_rows < setting::batch_min_rows) return;
  const bool whole =
      IsA(parent, WindowAgg) && is_whole_frame(reinterpret_cast<const WindowAgg *>(parent));
  List *calls =
      unconditional_calls_of_aggregates(reinterpret_cast<Node *>(parent->targetlist), whole);
  calls = list_concat_unique(
      calls, unconditional_calls_of_aggregates(reinterpret_cast<Node *>(parent->qual), whole));
  if (calls == NIL) return;
  // The child computes its target list as its rows are read.
  const ReadAhead targets = read_ahead_of_expression(reinterpret_cast<Node *>(child->targetlist),
                                                     statement.planned->subplans);
  bool needs_full_run;
  if (may_read_ahead(std::min(targets, allowed_read_ahead(statement, child, calls)),
                     demand_on_child, needs_full_run))
    add_node(statement, put_batch_under(parent, calls, needs_full_run));
}

/// Puts a batch node between a nested loop and its outer child for the calls in the function that
/// it calls for each outer row: explain and the like in a LATERAL.
void batch_beside(Statement &statement, NestLoop *loop, const Demand &demand_on_outer_child) {
  Plan *outer = outerPlan(loop), *inner = innerPlan(loop);
  if (!IsA(inner, FunctionScan) || outer->plan_rows < setting::batch_min_rows) return;
  if (loop->join.jointype != JOIN_INNER && loop->join.jointype != JOIN_LEFT) return;
  List *calls = NIL;
  ListCell *cell;
  foreach (cell, reinterpret_cast<FunctionScan *>(inner)->functions)
    calls = list_concat_unique(
        calls, unconditional_calls(static_cast<RangeTblFunction *>(lfirst(cell))->funcexpr));
  if (calls == NIL) return;
  List *outer_calls = calls_on_outer_rows(loop, calls);
  if (outer_calls == NIL) return;
  const ReadAhead targets = read_ahead_of_expression(reinterpret_cast<Node *>(outer->targetlist),
                                                     statement.planned->subplans);
  bool needs_full_run;
  if (may_read_ahead(std::min(targets, allowed_read_ahead(statement, outer, outer_calls)),
                     demand_on_outer_child, needs_full_run))
    add_node(statement,
             put_batch_beside(loop, calls, outer_calls, statement.planned, needs_full_run));
}

/// Gives what `plan`, of which `demand` is asked, asks of a child that it reads as `rows` says.
Demand demand_on_child(const Plan *plan, const Demand &demand, ChildDemand rows) {
  const PlanNode &node = plan_node(plan);
  Demand on_child;
  if (rows == ChildDemand::kAll) on_child.rows = RowDemand::kAll;
  if (rows == ChildDemand::kAsParent) on_child.rows = demand.rows;
  on_child.marks =
      rows == ChildDemand::kBackAndForth || (demand.marks && node.has(PlanNode::kPassesMark));
  on_child.current_row = demand.current_row && node.has(PlanNode::kPassesCurrent);
  if (node.has(PlanNode::kPassesLimit) && plan->qual == NIL) on_child.limit = demand.limit;
  // A Limit's own estimate knows parameters too.
  if (IsA(plan, Limit)) on_child.limit = std::min(on_child.limit, plan->plan_rows);
  return on_child;
}

/// Puts batch nodes into `plan` and upon it, and gives what stands in its place then.
Plan *visit(Statement &statement, Plan *plan, const Demand &demand) {
  check_stack_depth();
  for_each_child(plan, [&](Plan *&child, ChildDemand rows) {
    if (rows != ChildDemand::kNone)
      child = visit(statement, child, demand_on_child(plan, demand, rows));
  });
  if (plan_node(plan).has(PlanNode::kAggregates))
    batch_under(statement, plan, demand_on_child(plan, demand, demand_on_outer(plan)));
  if (IsA(plan, NestLoop))
    batch_beside(statement, reinterpret_cast<NestLoop *>(plan),
                 demand_on_child(plan, demand, demand_on_outer(plan)));
  return batch_upon(statement, plan, demand);
}

int greatest_node_id(Plan *plan) {
  check_stack_depth();
  int greatest = plan->plan_node_id;
  for_each_child(plan, [&greatest](Plan *child, ChildDemand) {
    greatest = std::max(greatest, greatest_node_id(child));
  });
  return greatest;
}

/// Gives the new nodes numbers that differ from all others: what workers measure is matched by
/// them.
void number_nodes(const Statement &statement) {
  if (statement.added == NIL) return;
  int greatest = greatest_node_id(statement.planned->planTree);
  ListCell *cell;
  foreach (cell, statement.planned->subplans)
    if (auto *plan = static_cast<Plan *>(lfirst(cell)); plan != nullptr)
      greatest = std::max(greatest, greatest_node_id(plan));
  foreach (cell, statement.added)
    static_cast<CustomScan *>(lfirst(cell))->scan.plan.plan_node_id = ++greatest;
}

void add_batch_nodes(PlannedStmt *planned, int cursor_options) {
  // A cursor that moves backwards reads its plan backwards, or what Material keeps of it.
  if ((cursor_options & CURSOR_OPT_SCROLL) != 0) return;
  // DECLARE CURSOR and PL/pgSQL's cursors: without NO SCROLL they may move backwards if the plan
  // can; without FOR UPDATE, WHERE CURRENT OF looks for the scan in the plan.
  const bool is_cursor = (cursor_options & CURSOR_OPT_FAST_PLAN) != 0;
  const bool may_scroll = is_cursor && (cursor_options & CURSOR_OPT_NO_SCROLL) == 0 &&
                          planned->rowMarks == NIL && ExecSupportsBackwardScan(planned->planTree);
  Statement statement{planned, NIL};
  const Demand top{RowDemand::kAllUnlessStopped, false, is_cursor && planned->rowMarks == NIL};
  Plan *original = may_scroll ? static_cast<Plan *>(copyObjectImpl(planned->planTree)) : nullptr;
  Plan *changed = visit(statement, planned->planTree, top);
  if (may_scroll && !ExecSupportsBackwardScan(changed)) {
    planned->planTree = original;
    return;
  }
  planned->planTree = changed;
  ListCell *cell;
  foreach (cell, planned->subplans)
    if (auto *plan = static_cast<Plan *>(lfirst(cell)); plan != nullptr)
      lfirst(cell) = visit(statement, plan, Demand{});
  number_nodes(statement);
}

PlannedStmt *plan_with_batches(PGSCORE_PLAN_PARAMETERS) {
  const std::uint64_t start = scored_until_now();
  PlannedStmt *planned = previous_planner != nullptr ? previous_planner(PGSCORE_PLAN_ARGUMENTS)
                                                     : standard_planner(PGSCORE_PLAN_ARGUMENTS);
  guarded([&] { depend_on_scored(planned, start); });
  if (setting::enable_batch && planned->commandType != CMD_UTILITY)
    // The frames of this file have nothing that needs a destructor.
    guarded([&] { add_batch_nodes(planned, cursor_options); });
  return planned;
}

}  // namespace

void install_batch_planner() {
  RegisterCustomScanMethods(&kBatchScanMethods);
  install_run_hook();
  previous_planner = planner_hook;
  planner_hook = plan_with_batches;
}

}  // namespace pgscore::pg
