#include "pg/planner/read_ahead.hpp"

#include <algorithm>

#include "pg/compat/planner_compat.hpp"
#include "pg/planner/batch_node.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "optimizer/optimizer.h"
#include "utils/fmgroids.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

struct Search {
  const List *subplans;
  ReadAhead found;
};

bool lower(Search &search, ReadAhead allowed) {
  search.found = std::min(search.found, allowed);
  return search.found == ReadAhead::kNever;
}

/// Leakproof functions raise no errors that depend on their arguments. Neither do these, which
/// PostgreSQL does not mark as such.
bool may_raise(Oid function, void *) {
  switch (function) {
    case F_NUMERIC_EQ:
    case F_NUMERIC_NE:
    case F_NUMERIC_LT:
    case F_NUMERIC_LE:
    case F_NUMERIC_GT:
    case F_NUMERIC_GE:
    case F_NUMERIC_INT2:  // conversions to numeric
    case F_NUMERIC_INT4:
    case F_NUMERIC_INT8:
      return false;
    default:
      return !get_func_leakproof(function);
  }
}

bool look(Node *node, void *context) {
  if (node == nullptr) return false;
  auto &search = *static_cast<Search *>(context);
  switch (nodeTag(node)) {
    case T_List:
    case T_TargetEntry:
    case T_Var:
    case T_Const:
    case T_Param:
    case T_BoolExpr:
    case T_RelabelType:
    case T_CollateExpr:
    case T_NullTest:
    case T_BooleanTest:
    case T_CaseExpr:
    case T_CaseWhen:
    case T_CaseTestExpr:
    case T_CoalesceExpr:
    case T_ArrayExpr:
    case T_RowExpr:
      break;
    case T_FuncExpr:
    case T_OpExpr:
    case T_DistinctExpr:
    case T_NullIfExpr:
    case T_ScalarArrayOpExpr:
      if (check_functions_in_node(node, may_raise, nullptr)) lower(search, ReadAhead::kWhenAllRead);
      break;
    case T_SubPlan: {
      lower(search, ReadAhead::kWhenAllRead);
      const auto *subplan = reinterpret_cast<const SubPlan *>(node);
      const auto *plan = static_cast<const Plan *>(list_nth(search.subplans, subplan->plan_id - 1));
      if (plan == nullptr || lower(search, read_ahead_of_plan(plan, search.subplans))) return true;
      if (lower(search, read_ahead_of_expression(reinterpret_cast<Node *>(plan->targetlist),
                                                 search.subplans)))
        return true;
      break;
    }
    default:
      lower(search, ReadAhead::kWhenAllRead);
      break;
  }
  return compat::walk_expression(node, look, context);
}

}  // namespace

ReadAhead read_ahead_of_expression(Node *expressions, const List *subplans) {
  if (contain_volatile_functions(expressions)) return ReadAhead::kNever;
  Search search{subplans, ReadAhead::kAlways};
  look(expressions, &search);
  return search.found;
}

namespace {

template <class T>
const T *as(const Plan *plan) {
  return reinterpret_cast<const T *>(plan);
}

bool add_expressions(Search &search, const void *expressions) {
  return lower(search, read_ahead_of_expression(
                           static_cast<Node *>(const_cast<void *>(expressions)), search.subplans));
}

/// Below the top, rows are computed as they are read: target lists count.
bool add_plan(Search &search, const Plan *plan) {
  if (plan == nullptr) return lower(search, ReadAhead::kNever);
  return add_expressions(search, plan->targetlist) ||
         lower(search, read_ahead_of_plan(plan, search.subplans));
}

bool add_plans(Search &search, const List *plans) {
  ListCell *cell;
  foreach (cell, plans)
    if (add_plan(search, static_cast<const Plan *>(lfirst(cell)))) return true;
  return false;
}

void add_own(Search &search, const Plan *plan) {
  switch (nodeTag(plan)) {
    case T_SeqScan:
    case T_IndexScan:
    case T_IndexOnlyScan:
    case T_CteScan:
    case T_WorkTableScan:
    case T_NamedTuplestoreScan:
    case T_SampleScan:
    case T_FunctionScan:  // these two compute all their rows before they return the first one
    case T_TableFuncScan:
      return;
    case T_BitmapHeapScan:
      add_expressions(search, as<BitmapHeapScan>(plan)->bitmapqualorig);
      return;
    case T_TidScan:
      add_expressions(search, as<TidScan>(plan)->tidquals);
      return;
    case T_TidRangeScan:
      add_expressions(search, as<TidRangeScan>(plan)->tidrangequals);
      return;
    case T_ValuesScan:
      add_expressions(search, as<ValuesScan>(plan)->values_lists);
      return;
    case T_ForeignScan:
      if (as<ForeignScan>(plan)->operation != CMD_SELECT) lower(search, ReadAhead::kNever);
      return;
    case T_SubqueryScan:
      add_plan(search, as<SubqueryScan>(plan)->subplan);
      return;
    case T_Append:
      add_plans(search, as<Append>(plan)->appendplans);
      return;
    case T_MergeAppend:
      add_plans(search, as<MergeAppend>(plan)->mergeplans);
      return;
    case T_NestLoop:
      add_expressions(search, as<NestLoop>(plan)->join.joinqual) ||
          add_plan(search, outerPlan(plan)) || add_plan(search, innerPlan(plan));
      return;
    case T_MergeJoin:
      add_expressions(search, as<MergeJoin>(plan)->join.joinqual) ||
          add_expressions(search, as<MergeJoin>(plan)->mergeclauses) ||
          add_plan(search, outerPlan(plan)) || add_plan(search, innerPlan(plan));
      return;
    case T_HashJoin:
      add_expressions(search, as<HashJoin>(plan)->join.joinqual) ||
          add_expressions(search, as<HashJoin>(plan)->hashclauses) ||
          add_plan(search, outerPlan(plan)) || add_plan(search, innerPlan(plan));
      return;
    case T_Result:
      if (add_expressions(search, as<Result>(plan)->resconstantqual)) return;
      if (outerPlan(plan) != nullptr) add_plan(search, outerPlan(plan));
      return;
    case T_Hash:
    case T_Sort:
    case T_IncrementalSort:
    case T_Material:
    case T_Memoize:
    case T_Unique:
    case T_Gather:
    case T_GatherMerge:
      add_plan(search, outerPlan(plan));
      return;
    case T_SetOp:  // two inputs since 18
      if (!add_plan(search, outerPlan(plan)) && innerPlan(plan) != nullptr)
        add_plan(search, innerPlan(plan));
      return;
    case T_Limit:
      add_expressions(search, as<Limit>(plan)->limitOffset) ||
          add_expressions(search, as<Limit>(plan)->limitCount) || add_plan(search, outerPlan(plan));
      return;
    case T_Agg:
    case T_Group:
    case T_WindowAgg:
    case T_ProjectSet:
      // Sums overflow.
      if (!lower(search, ReadAhead::kWhenAllRead)) add_plan(search, outerPlan(plan));
      return;
    case T_RecursiveUnion:
      add_plan(search, outerPlan(plan)) || add_plan(search, innerPlan(plan));
      return;
    case T_CustomScan:
      // A score may be an error too. Of other extensions' nodes nothing is known.
      if (!is_batch_node(plan))
        lower(search, ReadAhead::kNever);
      else if (!lower(search, ReadAhead::kWhenAllRead))
        add_plan(search, outerPlan(plan));
      return;
    default:  // LockRows, ModifyTable, what later versions have
      lower(search, ReadAhead::kNever);
      return;
  }
}

}  // namespace

ReadAhead read_ahead_of_plan(const Plan *plan, const List *subplans) {
  check_stack_depth();
  Search search{subplans, ReadAhead::kAlways};
  if (!add_expressions(search, plan->qual)) add_own(search, plan);
  return search.found;
}

}  // namespace pgscore::pg
