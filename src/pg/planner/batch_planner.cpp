// Looks over every finished plan for scoring calls, and puts batch nodes where they stand.
//
// After the planner, because it plans a scoring call like any other expression: in the target list
// or filter of a scan or a join, in the arguments of an aggregate. (A path of our own would have to
// be offered for each of these places, and would not see the arguments of aggregates at all.
// TimescaleDB's vectorised aggregation, tsl/src/nodes/vector_agg/plan.c, looks over plans too.)
//
// What a query does row by row it must do in batches: the same values, no error that it would not
// have, the same calls of volatile functions in the same order. Hence
//   - only calls that are evaluated for every row that reaches them (scoring_calls.hpp);
//   - conditions keep their order: those behind a call move above the batch node together with the
//     call's, so a call stays behind the conditions of a security barrier, and a second model sees
//     the rows only that the first one lets through;
//   - rows are read ahead only where that goes unnoticed (read_ahead.hpp);
//   - not where the executor wants to go backwards, return to a marked row, or say which row a
//     cursor stands on.
#include "pg/planner/batch_planner.hpp"

#include <algorithm>
#include <cstdint>

#include "pg/boundary/guard.hpp"
#include "pg/compat/planner_compat.hpp"
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

struct Statement {
  PlannedStmt *planned;
  List *added;  // batch nodes
};

/// If a row of a node is read, are all?
enum class Reading {
  kSome,         // not known
  kWhatIsAsked,  // if the execution runs to its end (executor_run.hpp)
  kAll,
};

/// Where in the plan a node stands.
struct Place {
  Reading reading;
  bool marked;   // a merge join returns to rows of it
  bool current;  // WHERE CURRENT OF may ask for its row
  double limit;  // rows that are asked for at most
};

constexpr double kNoLimit = 1e300;

bool is_place_for_batch(const Plan *plan) {
  switch (nodeTag(plan)) {
    case T_SeqScan:
    case T_SampleScan:
    case T_IndexScan:
    case T_IndexOnlyScan:
    case T_BitmapHeapScan:
    case T_TidScan:
    case T_TidRangeScan:
    case T_SubqueryScan:
    case T_FunctionScan:
    case T_ValuesScan:
    case T_TableFuncScan:
    case T_CteScan:
    case T_NamedTuplestoreScan:
    case T_WorkTableScan:
    case T_NestLoop:
    case T_MergeJoin:
    case T_HashJoin:
    case T_Agg:
    case T_WindowAgg:
    case T_Gather:
    case T_GatherMerge:
      return true;
    case T_Result:
      return outerPlan(plan) != nullptr;
    case T_ForeignScan:
      // A join or an aggregate of the foreign server has a target list of its own.
      return reinterpret_cast<const ForeignScan *>(plan)->operation == CMD_SELECT &&
             reinterpret_cast<const Scan *>(plan)->scanrelid > 0;
    default:
      return is_batch_node(plan);
  }
}

/// May rows be read ahead when their reading allows `allowed`? And then, `needs_full_run`?
bool may_read_ahead(ReadAhead allowed, const Place &place, bool &needs_full_run) {
  needs_full_run = allowed == ReadAhead::kWhenAllRead && place.reading == Reading::kWhatIsAsked;
  return allowed == ReadAhead::kAlways ||
         (allowed == ReadAhead::kWhenAllRead && place.reading != Reading::kSome);
}

/// What the arguments of `calls`, and the rows that they are computed from, allow.
ReadAhead allowed_read_ahead(const Statement &statement, const Plan *rows, List *calls) {
  const List *subplans = statement.planned->subplans;
  ReadAhead allowed;
  if (is_batch_node(rows))  // holds its scores' errors back for us (batch_scan.hpp)
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

/// Batch nodes upon `plan` for the calls of its target list and filter: one, or one for each
/// condition that has calls of its own.
Plan *batch_upon(Statement &statement, Plan *plan, const Place &place) {
  if (place.marked || place.current || !is_place_for_batch(plan)) return plan;
  for (;;) {
    // The first condition with a call, and what is evaluated for each row that gets there.
    int first_qual = 0;
    List *calls = NIL;
    for (; first_qual < list_length(plan->qual) && calls == NIL; ++first_qual)
      calls = unconditional_calls(static_cast<Node *>(list_nth(plan->qual, first_qual)));
    const bool filters = calls != NIL;
    if (filters) {
      if (IsA(plan, WindowAgg)) return plan;  // its conditions end its run too
      --first_qual;
    } else {
      calls = unconditional_calls(reinterpret_cast<Node *>(plan->targetlist));
    }
    if (calls == NIL) return plan;
    // Filtered rows are few of those that are read; the planner thinks a third of a condition that
    // it knows nothing of.
    const double rows = filters ? plan->plan_rows * 3 : std::min(plan->plan_rows, place.limit);
    if (rows < setting::batch_min_rows) return plan;
    // The node without what is about to leave it.
    List *quals = plan->qual;
    plan->qual = list_copy_head(quals, first_qual);
    const ReadAhead allowed = allowed_read_ahead(statement, plan, calls);
    plan->qual = quals;
    bool needs_full_run;
    if (!may_read_ahead(allowed, place, needs_full_run)) return plan;
    CustomScan *scan =
        put_batch_upon(plan, calls, first_qual, statement.planned->rtable, needs_full_run);
    add_node(statement, scan);
    plan = reinterpret_cast<Plan *>(scan);
  }
}

bool is_whole_frame(const WindowAgg *window) {
  const int options = window->frameOptions;
  const bool starts_before =
      (options & (FRAMEOPTION_START_UNBOUNDED_PRECEDING | FRAMEOPTION_START_CURRENT_ROW)) != 0;
  const bool ends_after =
      (options & (FRAMEOPTION_END_UNBOUNDED_FOLLOWING | FRAMEOPTION_END_CURRENT_ROW)) != 0;
  return starts_before && ends_after && (options & FRAMEOPTION_EXCLUSION) == 0;
}

/// A batch node under an Agg or a WindowAgg for the calls that aggregates take.
void batch_under(Statement &statement, Plan *parent, const Place &place_of_child) {
  Plan *child = outerPlan(parent);
  if (child == nullptr || child->plan_rows < setting::batch_min_rows) return;
  const bool whole =
      IsA(parent, WindowAgg) && is_whole_frame(reinterpret_cast<const WindowAgg *>(parent));
  List *calls =
      unconditional_calls_of_aggregates(reinterpret_cast<Node *>(parent->targetlist), whole);
  calls = list_concat_unique(
      calls, unconditional_calls_of_aggregates(reinterpret_cast<Node *>(parent->qual), whole));
  if (calls == NIL) return;
  // The child's target list is computed as its rows are read.
  const ReadAhead targets = read_ahead_of_expression(reinterpret_cast<Node *>(child->targetlist),
                                                     statement.planned->subplans);
  bool needs_full_run;
  if (may_read_ahead(std::min(targets, allowed_read_ahead(statement, child, calls)), place_of_child,
                     needs_full_run))
    add_node(statement, put_batch_under(parent, calls, needs_full_run));
}

Plan *visit(Statement &statement, Plan *plan, const Place &place);

void visit_each(Statement &statement, List *plans, const Place &place) {
  ListCell *cell;
  foreach (cell, plans) lfirst(cell) = visit(statement, static_cast<Plan *>(lfirst(cell)), place);
}

double count_of_limit(const Limit *limit) {
  // The planner's estimate, which knows parameters too.
  return limit->plan.plan_rows;
}

void visit_children(Statement &statement, Plan *plan, const Place &place) {
  Place below = place;
  below.current = false;
  auto visit_outer = [&] { outerPlan(plan) = visit(statement, outerPlan(plan), below); };
  switch (nodeTag(plan)) {
    case T_ModifyTable:
      // Runs to its end in any case, unless somebody reads only some of what it returns.
      below = {reinterpret_cast<ModifyTable *>(plan)->returningLists == NIL ? Reading::kAll
                                                                            : place.reading,
               false, false, kNoLimit};
      return visit_outer();
    case T_Sort:
    case T_Hash:
      below = {Reading::kAll, false, false, kNoLimit};
      return visit_outer();
    case T_Agg: {
      const AggStrategy strategy = reinterpret_cast<Agg *>(plan)->aggstrategy;
      below = {strategy != AGG_SORTED ? Reading::kAll : place.reading, false, false, kNoLimit};
      visit_outer();
      return batch_under(statement, plan, below);
    }
    case T_WindowAgg:
      below.marked = false;
      below.limit = kNoLimit;
      visit_outer();
      return batch_under(statement, plan, below);
    case T_Limit:
      below = {Reading::kSome, false, place.current,
               std::min(place.limit, count_of_limit(reinterpret_cast<Limit *>(plan)))};
      return visit_outer();
    case T_Result:
      below.current = place.current;
      return visit_outer();
    case T_SubqueryScan: {
      auto *scan = reinterpret_cast<SubqueryScan *>(plan);
      below.current = place.current;
      if (plan->qual != NIL) below.limit = kNoLimit;
      scan->subplan = visit(statement, scan->subplan, below);
      return;
    }
    case T_Append:
      below.current = place.current;
      return visit_each(statement, reinterpret_cast<Append *>(plan)->appendplans, below);
    case T_MergeAppend:
      return visit_each(statement, reinterpret_cast<MergeAppend *>(plan)->mergeplans, below);
    case T_NestLoop:
      below.limit = kNoLimit;
      visit_outer();
      below.reading = Reading::kSome;
      innerPlan(plan) = visit(statement, innerPlan(plan), below);
      return;
    case T_MergeJoin:
      below = {Reading::kSome, false, false, kNoLimit};
      visit_outer();
      below.marked = true;
      innerPlan(plan) = visit(statement, innerPlan(plan), below);
      return;
    case T_HashJoin:
      // An empty hash table ends it after one row of the other side.
      below = {Reading::kSome, false, false, kNoLimit};
      visit_outer();
      innerPlan(plan) = visit(statement, innerPlan(plan), below);
      return;
    case T_RecursiveUnion:
      below = {Reading::kSome, false, false, kNoLimit};
      visit_outer();
      innerPlan(plan) = visit(statement, innerPlan(plan), below);
      return;
    case T_SetOp:  // two inputs since 18
      below.marked = false;
      below.limit = kNoLimit;
      visit_outer();
      innerPlan(plan) = visit(statement, innerPlan(plan), below);
      return;
    case T_Memoize:
      below = {Reading::kSome, false, false, kNoLimit};
      return visit_outer();
    case T_IncrementalSort:
    case T_Material:
    case T_Unique:
    case T_Group:
    case T_LockRows:
    case T_Gather:
    case T_GatherMerge:
    case T_ProjectSet:
      below.marked = false;
      below.limit = kNoLimit;
      return visit_outer();
    default:  // scans, and what other extensions made
      return;
  }
}

Plan *visit(Statement &statement, Plan *plan, const Place &place) {
  if (plan == nullptr) return nullptr;
  check_stack_depth();
  visit_children(statement, plan, place);
  return batch_upon(statement, plan, place);
}

int greatest_node_id(const Plan *plan) {
  if (plan == nullptr) return 0;
  check_stack_depth();
  int greatest = std::max(
      {plan->plan_node_id, greatest_node_id(outerPlan(plan)), greatest_node_id(innerPlan(plan))});
  const List *more = NIL;
  if (IsA(plan, Append)) more = reinterpret_cast<const Append *>(plan)->appendplans;
  if (IsA(plan, MergeAppend)) more = reinterpret_cast<const MergeAppend *>(plan)->mergeplans;
  if (IsA(plan, BitmapAnd)) more = reinterpret_cast<const BitmapAnd *>(plan)->bitmapplans;
  if (IsA(plan, BitmapOr)) more = reinterpret_cast<const BitmapOr *>(plan)->bitmapplans;
  if (IsA(plan, CustomScan)) more = reinterpret_cast<const CustomScan *>(plan)->custom_plans;
  ListCell *cell;
  foreach (cell, more)
    greatest = std::max(greatest, greatest_node_id(static_cast<const Plan *>(lfirst(cell))));
  if (IsA(plan, SubqueryScan))
    greatest =
        std::max(greatest, greatest_node_id(reinterpret_cast<const SubqueryScan *>(plan)->subplan));
  return greatest;
}

/// Workers' instrumentation is matched by these numbers, so they must differ.
void number_nodes(const Statement &statement) {
  if (statement.added == NIL) return;
  int greatest = greatest_node_id(statement.planned->planTree);
  ListCell *cell;
  foreach (cell, statement.planned->subplans)
    greatest = std::max(greatest, greatest_node_id(static_cast<const Plan *>(lfirst(cell))));
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
  const Place top{Reading::kWhatIsAsked, false, is_cursor && planned->rowMarks == NIL, kNoLimit};
  Plan *original = may_scroll ? static_cast<Plan *>(copyObjectImpl(planned->planTree)) : nullptr;
  Plan *changed = visit(statement, planned->planTree, top);
  if (may_scroll && !ExecSupportsBackwardScan(changed)) {
    planned->planTree = original;
    return;
  }
  planned->planTree = changed;
  ListCell *cell;
  foreach (cell, planned->subplans)
    lfirst(cell) = visit(statement, static_cast<Plan *>(lfirst(cell)),
                         {Reading::kSome, false, false, kNoLimit});
  number_nodes(statement);
}

PlannedStmt *plan_with_batches(PGSCORE_PLAN_PARAMETERS) {
  const std::uint64_t start = scored_until_now();
  PlannedStmt *planned = previous_planner != nullptr ? previous_planner(PGSCORE_PLAN_ARGUMENTS)
                                                     : standard_planner(PGSCORE_PLAN_ARGUMENTS);
  guarded([&] { depend_on_scored(planned, start); });
  if (setting::enable_batch && planned->commandType != CMD_UTILITY)
    // Its frames have no destructors, like all in this file.
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
