#include "pg/planner/batch_plan.hpp"

#include "pg/compat/planner_compat.hpp"
#include "pg/nodes/plan_nodes.hpp"
#include "pg/planner/batch_node.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "access/table.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

Node *make_column(int varno, int number, Node *like) {
  return reinterpret_cast<Node *>(makeVar(varno, static_cast<AttrNumber>(number), exprType(like),
                                          exprTypmod(like), exprCollation(like), 0));
}

TargetEntry *make_entry(Node *expression, int number) {
  return makeTargetEntry(reinterpret_cast<Expr *>(expression), static_cast<AttrNumber>(number),
                         nullptr, false);
}

/// The columns that a batch node asks of its child.
struct Columns {
  // What the child computes, and its parents can only refer to
  List *leaves;
  // The child is an Agg or a WindowAgg: aggregates and window functions are leaves
  bool of_groups;
  Bitmapset *copied;  // numbers of columns
};

bool is_leaf(const Columns &columns, const Node *node) {
  if (IsA(node, Var)) return true;
  return columns.of_groups &&
         (IsA(node, Aggref) || IsA(node, WindowFunc) || IsA(node, GroupingFunc));
}

/// Gives the number of the column, counted from 1; 0: there is none.
int number_of(const Columns &columns, const Node *leaf) {
  ListCell *cell;
  foreach (cell, columns.leaves)
    if (equal(lfirst(cell), leaf)) return foreach_current_index(cell) + 1;
  return 0;
}

/// Gives the number of the call, counted from 1; 0: `node` is none of them.
int number_of_call(const List *calls, const Node *node) {
  if (!IsA(node, FuncExpr)) return 0;
  ListCell *cell;
  foreach (cell, calls)
    if (equal(lfirst(cell), node)) return foreach_current_index(cell) + 1;
  return 0;
}

struct Collection {
  Columns *columns;
  const List *calls;  // not descended into
  bool copy;
};

bool collect_columns(Node *node, void *context) {
  if (node == nullptr) return false;
  auto &collection = *static_cast<Collection *>(context);
  if (number_of_call(collection.calls, node) != 0) return false;
  Columns &columns = *collection.columns;
  if (!is_leaf(columns, node)) return compat::walk_expression(node, collect_columns, context);
  int number = number_of(columns, node);
  if (number == 0) {
    columns.leaves = lappend(columns.leaves, node);
    number = list_length(columns.leaves);
  }
  if (collection.copy) columns.copied = bms_add_member(columns.copied, number);
  return false;
}

struct Replacement {
  const Columns *columns;  // null: Vars stay as they are
  const List *calls;
  int varno;
  int first_call;                  // number of the column of the first call
  bool only_in_aggregates{false};  // elsewhere calls stay what they are
};

Node *replace(Node *node, void *context) {
  if (node == nullptr) return nullptr;
  const auto &replacement = *static_cast<const Replacement *>(context);
  if (replacement.only_in_aggregates) {
    if (!IsA(node, Aggref)) return compat::mutate_expression(node, replace, context);
    Replacement inside = replacement;
    inside.only_in_aggregates = false;
    return compat::mutate_expression(node, replace, &inside);
  }
  if (const int call = number_of_call(replacement.calls, node); call != 0)
    return make_column(replacement.varno, replacement.first_call + call - 1, node);
  if (replacement.columns != nullptr && is_leaf(*replacement.columns, node))
    return make_column(replacement.varno, number_of(*replacement.columns, node), node);
  return compat::mutate_expression(node, replace, context);
}

template <class T>
T *replaced(T *expression, Replacement &replacement) {
  return reinterpret_cast<T *>(replace(reinterpret_cast<Node *>(expression), &replacement));
}

List *integers(const Bitmapset *numbers) {
  List *list = NIL;
  for (int number = -1; (number = bms_next_member(numbers, number)) >= 0;)
    list = lappend_int(list, number);
  return list;
}

/// Makes the columns of the scan tuple, without the calls.
List *child_columns(const List *child_targets) {
  List *columns = NIL;
  ListCell *cell;
  foreach (cell, child_targets) {
    auto *expression = reinterpret_cast<Node *>(static_cast<TargetEntry *>(lfirst(cell))->expr);
    const int number = foreach_current_index(cell) + 1;
    columns = lappend(columns, make_entry(make_column(OUTER_VAR, number, expression), number));
  }
  return columns;
}

CustomScan *make_batch_node(Plan *child, const Plan *like) {
  auto *scan = makeNode(CustomScan);
  compat::copy_estimates(&scan->scan.plan, like);
  scan->scan.plan.parallel_safe = child->parallel_safe;
  scan->scan.plan.extParam = bms_copy(like->extParam);
  scan->scan.plan.allParam = bms_copy(like->allParam);
  outerPlan(&scan->scan.plan) = child;
  scan->flags = CUSTOMPATH_SUPPORT_PROJECTION;
  scan->methods = &kBatchScanMethods;
  return scan;
}

/// Makes a scan return the table's own columns, if it can. Such a scan returns its rows as they are
/// stored: nothing is copied to another tuple, and only the columns that are read are taken apart.
/// -> false: it cannot
bool use_stored_rows(const Plan *plan, Columns &columns, const List *rtable) {
  if (!plan_node(plan).has(PlanNode::kStoredRows)) return false;
  const auto varno = static_cast<int>(reinterpret_cast<const Scan *>(plan)->scanrelid);
  ListCell *cell;
  foreach (cell, columns.leaves) {
    const auto *var = static_cast<const Var *>(lfirst(cell));
    if (var->varattno <= 0) return false;
  }
  Relation relation = table_open(rt_fetch(varno, rtable)->relid, NoLock);
  TupleDesc stored = RelationGetDescr(relation);
  List *all = NIL;
  // The executor only does it for the very same columns, none of which was dropped, or added with a
  // default (tlist_matches_tupdesc).
  for (int i = 0; i < stored->natts; ++i) {
    const FormData_pg_attribute *column = TupleDescAttr(stored, i);
    if (column->attisdropped || column->atthasmissing) {
      all = NIL;
      break;
    }
    all = lappend(all, makeVar(varno, static_cast<AttrNumber>(i + 1), column->atttypid,
                               column->atttypmod, column->attcollation, 0));
  }
  table_close(relation, NoLock);
  if (all == NIL) return false;
  // Columns are compared by number: a plan is made again when a type is altered.
  Bitmapset *copied = nullptr;
  foreach (cell, columns.leaves) {
    const AttrNumber number = static_cast<const Var *>(lfirst(cell))->varattno;
    if (number > list_length(all)) return false;
    lfirst(list_nth_cell(all, number - 1)) = lfirst(cell);
    if (bms_is_member(foreach_current_index(cell) + 1, columns.copied))
      copied = bms_add_member(copied, number);
  }
  columns.leaves = all;
  columns.copied = copied;
  return true;
}

}  // namespace

CustomScan *put_batch_upon(Plan *plan, List *calls, int first_qual, const List *rtable,
                           bool needs_full_run) {
  List *quals = list_copy_tail(plan->qual, first_qual);
  Columns columns{NIL, plan_node(plan).has(PlanNode::kAggregates), nullptr};
  Collection used{&columns, calls, true};
  collect_columns(reinterpret_cast<Node *>(plan->targetlist), &used);
  collect_columns(reinterpret_cast<Node *>(quals), &used);
  Collection arguments{&columns, NIL, false};
  ListCell *cell;
  foreach (cell, calls)
    collect_columns(reinterpret_cast<Node *>(static_cast<FuncExpr *>(lfirst(cell))->args),
                    &arguments);
  use_stored_rows(plan, columns, rtable);

  CustomScan *scan = make_batch_node(plan, plan);
  const int num_columns = list_length(columns.leaves);
  Replacement above{&columns, calls, INDEX_VAR, num_columns + 1};
  scan->scan.plan.targetlist = replaced(plan->targetlist, above);
  scan->scan.plan.qual = replaced(quals, above);

  List *targets = NIL;
  foreach (cell, columns.leaves)
    targets = lappend(targets, make_entry(static_cast<Node *>(copyObjectImpl(lfirst(cell))),
                                          foreach_current_index(cell) + 1));
  scan->custom_scan_tlist = child_columns(targets);
  Replacement below{&columns, NIL, OUTER_VAR, 0};
  foreach (cell, calls) {
    Node *call = replaced(static_cast<Node *>(lfirst(cell)), below);
    scan->custom_scan_tlist = lappend(
        scan->custom_scan_tlist, make_entry(call, num_columns + foreach_current_index(cell) + 1));
  }
  scan->custom_private = batch_private(num_columns, integers(columns.copied), needs_full_run);

  plan->targetlist = targets;
  plan->qual = list_truncate(plan->qual, first_qual);
  // Only a direct child of an Append may run asynchronously.
  plan->async_capable = false;
  return scan;
}

namespace {

bool add_outer_column(Node *node, void *context) {
  if (node == nullptr) return false;
  if (!IsA(node, Var)) return compat::walk_expression(node, add_outer_column, context);
  const auto *var = reinterpret_cast<const Var *>(node);
  auto **columns = static_cast<Bitmapset **>(context);
  if (var->varno == OUTER_VAR) *columns = bms_add_member(*columns, var->varattno);
  return false;
}

void add_numbers(Bitmapset **columns, int count, const AttrNumber *numbers) {
  for (int i = 0; i < count; ++i) *columns = bms_add_member(*columns, numbers[i]);
}

/// Gives the columns of its child that `parent` refers to, without those that are calls now.
Bitmapset *columns_read_by(Plan *parent, int num_columns) {
  Bitmapset *columns = nullptr;
  add_outer_column(reinterpret_cast<Node *>(parent->targetlist), &columns);
  add_outer_column(reinterpret_cast<Node *>(parent->qual), &columns);
  if (IsA(parent, Agg)) {
    const auto *aggregate = reinterpret_cast<const Agg *>(parent);
    add_numbers(&columns, aggregate->numCols, aggregate->grpColIdx);
    // Grouping sets sort and hash the same input in ways of their own.
    if (aggregate->chain != NIL || aggregate->groupingSets != NIL)
      columns = bms_add_range(columns, 1, num_columns);
  } else if (IsA(parent, NestLoop)) {
    const auto *loop = reinterpret_cast<const NestLoop *>(parent);
    add_outer_column(reinterpret_cast<Node *>(loop->join.joinqual), &columns);
    ListCell *cell;
    foreach (cell, loop->nestParams)
      add_outer_column(
          reinterpret_cast<Node *>(static_cast<NestLoopParam *>(lfirst(cell))->paramval), &columns);
  } else {
    const auto *window = reinterpret_cast<const WindowAgg *>(parent);
    add_numbers(&columns, window->partNumCols, window->partColIdx);
    add_numbers(&columns, window->ordNumCols, window->ordColIdx);
    add_outer_column(window->startOffset, &columns);
    add_outer_column(window->endOffset, &columns);
  }
  Bitmapset *of_child = nullptr;
  for (int number = -1; (number = bms_next_member(columns, number)) >= 0;)
    if (number >= 1 && number <= num_columns) of_child = bms_add_member(of_child, number);
  return of_child;
}

/// Makes a batch node between `parent` and its outer child, whose columns keep their numbers; the
/// calls are the columns that follow. The parent does not refer to them yet.
CustomScan *put_between(Plan *parent, const List *calls) {
  Plan *child = outerPlan(parent);
  const int num_columns = list_length(child->targetlist);
  CustomScan *scan = make_batch_node(child, child);
  scan->scan.plan.extParam = bms_union(child->extParam, parent->extParam);
  scan->scan.plan.allParam = bms_union(child->allParam, parent->allParam);
  scan->custom_scan_tlist = child_columns(child->targetlist);
  ListCell *cell;
  foreach (cell, calls) {
    auto *call = static_cast<Node *>(copyObjectImpl(lfirst(cell)));
    scan->custom_scan_tlist = lappend(
        scan->custom_scan_tlist, make_entry(call, num_columns + foreach_current_index(cell) + 1));
  }
  // The target list is the scan tuple as it is: so the child's columns keep their numbers.
  foreach (cell, scan->custom_scan_tlist) {
    const int number = foreach_current_index(cell) + 1;
    auto *expression = reinterpret_cast<Node *>(static_cast<TargetEntry *>(lfirst(cell))->expr);
    TargetEntry *target = make_entry(make_column(INDEX_VAR, number, expression), number);
    if (number <= num_columns)
      target->ressortgroupref =
          static_cast<TargetEntry *>(list_nth(child->targetlist, number - 1))->ressortgroupref;
    scan->scan.plan.targetlist = lappend(scan->scan.plan.targetlist, target);
  }
  child->async_capable = false;
  outerPlan(parent) = reinterpret_cast<Plan *>(scan);
  return scan;
}

}  // namespace

CustomScan *put_batch_under(Plan *parent, List *calls, bool needs_full_run) {
  const int num_columns = list_length(outerPlan(parent)->targetlist);
  CustomScan *scan = put_between(parent, calls);
  // A call that is grouped by becomes NULL in other grouping sets. Aggregates take the rows as they
  // come, so only their calls are replaced.
  const bool grouping_sets =
      IsA(parent, Agg) && (reinterpret_cast<const Agg *>(parent)->groupingSets != NIL ||
                           reinterpret_cast<const Agg *>(parent)->chain != NIL);
  Replacement replacement{nullptr, calls, OUTER_VAR, num_columns + 1, grouping_sets};
  parent->targetlist = replaced(parent->targetlist, replacement);
  parent->qual = replaced(parent->qual, replacement);
  scan->custom_private =
      batch_private(num_columns, integers(columns_read_by(parent, num_columns)), needs_full_run);
  return scan;
}

// ---- functions that a nested loop calls for each outer row --------------------------------------

namespace {

struct Parameters {
  const List *of_loop;  // NestLoopParam
  bool others;          // a parameter that comes from elsewhere was met
};

NestLoopParam *find_parameter(const List *parameters, int number) {
  ListCell *cell;
  foreach (cell, parameters) {
    auto *parameter = static_cast<NestLoopParam *>(lfirst(cell));
    if (parameter->paramno == number) return parameter;
  }
  return nullptr;
}

/// Puts the outer row's columns in the place of the loop's parameters.
Node *in_terms_of_outer(Node *node, void *context) {
  if (node == nullptr) return nullptr;
  auto &parameters = *static_cast<Parameters *>(context);
  if (IsA(node, Param) && reinterpret_cast<Param *>(node)->paramkind == PARAM_EXEC) {
    const NestLoopParam *found =
        find_parameter(parameters.of_loop, reinterpret_cast<Param *>(node)->paramid);
    if (found != nullptr) return static_cast<Node *>(copyObjectImpl(found->paramval));
    parameters.others = true;
  }
  return compat::mutate_expression(node, in_terms_of_outer, context);
}

bool uses_parameter(Node *node, void *context) {
  if (node == nullptr) return false;
  if (IsA(node, Param) && reinterpret_cast<Param *>(node)->paramkind == PARAM_EXEC)
    return reinterpret_cast<Param *>(node)->paramid == *static_cast<int *>(context);
  return compat::walk_expression(node, uses_parameter, context);
}

struct CallParameters {
  const List *calls;
  int first_parameter;  // of the first call
};

Node *with_parameters(Node *node, void *context) {
  if (node == nullptr) return nullptr;
  const auto &replacement = *static_cast<const CallParameters *>(context);
  const int call = number_of_call(replacement.calls, node);
  if (call == 0) return compat::mutate_expression(node, with_parameters, context);
  auto *parameter = makeNode(Param);
  parameter->paramkind = PARAM_EXEC;
  parameter->paramid = replacement.first_parameter + call - 1;
  parameter->paramtype = exprType(node);
  parameter->paramtypmod = exprTypmod(node);
  parameter->paramcollid = exprCollation(node);
  parameter->location = -1;
  return reinterpret_cast<Node *>(parameter);
}

/// Drops the parameters of the loop that its function does not read any more.
List *parameters_read_by(const FunctionScan *scan, const List *parameters) {
  List *kept = NIL;
  ListCell *cell;
  foreach (cell, parameters) {
    auto *parameter = static_cast<NestLoopParam *>(lfirst(cell));
    int number = parameter->paramno;
    bool used = uses_parameter(reinterpret_cast<Node *>(scan->scan.plan.qual), &number) ||
                uses_parameter(reinterpret_cast<Node *>(scan->scan.plan.targetlist), &number);
    ListCell *function;
    foreach (function, scan->functions)
      used = used ||
             uses_parameter(static_cast<RangeTblFunction *>(lfirst(function))->funcexpr, &number);
    if (used) kept = lappend(kept, parameter);
  }
  return kept;
}

}  // namespace

List *calls_on_outer_rows(const NestLoop *loop, const List *calls) {
  Parameters parameters{loop->nestParams, false};
  List *outer_calls = NIL;
  ListCell *cell;
  foreach (cell, calls) {
    auto *call = static_cast<Node *>(lfirst(cell));
    outer_calls = lappend(outer_calls, in_terms_of_outer(call, &parameters));
  }
  return parameters.others ? NIL : outer_calls;
}

CustomScan *put_batch_beside(NestLoop *loop, const List *calls, const List *outer_calls,
                             PlannedStmt *planned, bool needs_full_run) {
  auto *function_scan = reinterpret_cast<FunctionScan *>(innerPlan(loop));
  Plan *parent = &loop->join.plan;
  const int num_columns = list_length(outerPlan(parent)->targetlist);
  CustomScan *scan = put_between(parent, outer_calls);
  CallParameters replacement{calls, list_length(planned->paramExecTypes)};
  ListCell *cell;
  foreach (cell, function_scan->functions) {
    auto *function = static_cast<RangeTblFunction *>(lfirst(cell));
    function->funcexpr = with_parameters(function->funcexpr, &replacement);
  }
  foreach (cell, outer_calls) {
    auto *call = static_cast<Node *>(lfirst(cell));
    const int number = list_length(planned->paramExecTypes);
    planned->paramExecTypes = lappend_oid(planned->paramExecTypes, exprType(call));
    auto *parameter = makeNode(NestLoopParam);
    parameter->paramno = number;
    parameter->paramval = reinterpret_cast<Var *>(
        make_column(OUTER_VAR, num_columns + 1 + foreach_current_index(cell), call));
    loop->nestParams = lappend(loop->nestParams, parameter);
    Plan *inner = &function_scan->scan.plan;
    inner->extParam = bms_add_member(inner->extParam, number);
    inner->allParam = bms_add_member(inner->allParam, number);
    ListCell *each;
    foreach (each, function_scan->functions) {
      auto *function = static_cast<RangeTblFunction *>(lfirst(each));
      function->funcparams = bms_add_member(function->funcparams, number);
    }
  }
  loop->nestParams = parameters_read_by(function_scan, loop->nestParams);
  scan->custom_private =
      batch_private(num_columns, integers(columns_read_by(parent, num_columns)), needs_full_run);
  return scan;
}

}  // namespace pgscore::pg
