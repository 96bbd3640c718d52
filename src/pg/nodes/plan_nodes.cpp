#include "pg/nodes/plan_nodes.hpp"

#include <array>
#include <cstddef>

#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

constexpr auto kPlanNodes = [] {
  using enum ReadAhead;
  using enum ChildDemand;
  using enum PlanNode::Fact;
  return std::to_array<PlanNode>({
      // Scans of tables
      {.tag = T_SeqScan, .read_ahead = kAlways, .facts = kHoldsBatch | kStoredRows | kReadsPages},
      {.tag = T_SampleScan, .read_ahead = kAlways, .facts = kHoldsBatch | kStoredRows},
      {.tag = T_IndexScan, .read_ahead = kAlways, .facts = kHoldsBatch | kStoredRows},
      {.tag = T_IndexOnlyScan, .read_ahead = kAlways, .facts = kHoldsBatch},
      {.tag = T_BitmapHeapScan,
       .read_ahead = kAlways,
       .expressions = {offsetof(BitmapHeapScan, bitmapqualorig)},
       .facts = kHoldsBatch | kStoredRows | kReadsPages},
      {.tag = T_TidScan,
       .read_ahead = kAlways,
       .expressions = {offsetof(TidScan, tidquals)},
       .facts = kHoldsBatch | kStoredRows},
      {.tag = T_TidRangeScan,
       .read_ahead = kAlways,
       .expressions = {offsetof(TidRangeScan, tidrangequals)},
       .facts = kHoldsBatch | kStoredRows},
      {.tag = T_ForeignScan, .read_ahead = kAlways, .facts = kHoldsBatch},
      {.tag = T_BitmapAnd, .other_children = offsetof(BitmapAnd, bitmapplans)},
      {.tag = T_BitmapOr, .other_children = offsetof(BitmapOr, bitmapplans)},

      // Other sources of rows. Function scans compute all their rows before they return the first.
      {.tag = T_FunctionScan, .read_ahead = kAlways, .facts = kHoldsBatch},
      {.tag = T_TableFuncScan, .read_ahead = kAlways, .facts = kHoldsBatch},
      {.tag = T_ValuesScan,
       .read_ahead = kAlways,
       .expressions = {offsetof(ValuesScan, values_lists)},
       .facts = kHoldsBatch},
      {.tag = T_CteScan, .read_ahead = kAlways, .facts = kHoldsBatch},
      {.tag = T_NamedTuplestoreScan, .read_ahead = kAlways, .facts = kHoldsBatch},
      {.tag = T_WorkTableScan, .read_ahead = kAlways, .facts = kHoldsBatch},
      {.tag = T_SubqueryScan,
       .read_ahead = kAlways,
       .others = kAsParent,
       .other_children = offsetof(SubqueryScan, subplan),
       .facts = kHoldsBatch | kStreams | kPassesMark | kPassesCurrent | kPassesLimit},
      {.tag = T_CustomScan, .other_children = offsetof(CustomScan, custom_plans)},

      // Joins. An empty hash table ends a HashJoin after one row of its outer side.
      {.tag = T_NestLoop,
       .read_ahead = kAlways,
       .outer = kAsParent,
       .inner = kUnknown,
       .expressions = {offsetof(NestLoop, join.joinqual)},
       .facts = kHoldsBatch | kStreams | kPassesMark},
      {.tag = T_MergeJoin,
       .read_ahead = kAlways,
       .outer = kUnknown,
       .inner = kBackAndForth,
       .expressions = {offsetof(MergeJoin, join.joinqual), offsetof(MergeJoin, mergeclauses)},
       .facts = kHoldsBatch},
      {.tag = T_HashJoin,
       .read_ahead = kAlways,
       .outer = kUnknown,
       .inner = kUnknown,
       .expressions = {offsetof(HashJoin, join.joinqual), offsetof(HashJoin, hashclauses)},
       .facts = kHoldsBatch | kStreams},
      {.tag = T_Hash, .read_ahead = kAlways, .outer = kAll},
      {.tag = T_Memoize, .read_ahead = kAlways, .outer = kUnknown},

      // Rows of several children, one child after the other or merged. SetOp has two since 18.
      {.tag = T_Append,
       .read_ahead = kAlways,
       .others = kAsParent,
       .other_children = offsetof(Append, appendplans),
       .facts = kPassesMark | kPassesCurrent | kPassesLimit},
      {.tag = T_MergeAppend,
       .read_ahead = kAlways,
       .others = kAsParent,
       .other_children = offsetof(MergeAppend, mergeplans),
       .facts = kPassesMark | kPassesLimit},
      {.tag = T_RecursiveUnion, .read_ahead = kAlways, .outer = kUnknown, .inner = kUnknown},
      {.tag = T_SetOp, .read_ahead = kAlways, .outer = kAsParent, .inner = kAsParent},

      // Rows of one child, sorted, collected or passed on
      {.tag = T_Sort, .read_ahead = kAlways, .outer = kAll},
      {.tag = T_IncrementalSort, .read_ahead = kAlways, .outer = kAsParent},
      {.tag = T_Material, .read_ahead = kAlways, .outer = kAsParent},
      {.tag = T_Unique, .read_ahead = kAlways, .outer = kAsParent, .facts = kStreams},
      {.tag = T_Gather, .read_ahead = kAlways, .outer = kAsParent, .facts = kHoldsBatch},
      {.tag = T_GatherMerge, .read_ahead = kAlways, .outer = kAsParent, .facts = kHoldsBatch},
      {.tag = T_Limit,
       .read_ahead = kAlways,
       .outer = kUnknown,
       .expressions = {offsetof(Limit, limitOffset), offsetof(Limit, limitCount)},
       .facts = kStreams | kPassesCurrent | kPassesLimit},
      {.tag = T_Result,
       .read_ahead = kAlways,
       .outer = kAsParent,
       .expressions = {offsetof(Result, resconstantqual)},
       .facts = kHoldsBatch | kStreams | kPassesMark | kPassesCurrent | kPassesLimit},

      // Rows computed from those of a child, with errors of their own: sums overflow
      {.tag = T_Agg,
       .read_ahead = kWhenAllRead,
       .outer = kAsParent,
       .facts = kHoldsBatch | kAggregates | kStreams},
      {.tag = T_WindowAgg,
       .read_ahead = kWhenAllRead,
       .outer = kAsParent,
       .facts = kHoldsBatch | kAggregates | kStreams},
      {.tag = T_Group, .read_ahead = kWhenAllRead, .outer = kAsParent, .facts = kStreams},
      {.tag = T_ProjectSet, .read_ahead = kWhenAllRead, .outer = kAsParent, .facts = kStreams},

      // Locks and changes
      {.tag = T_LockRows, .read_ahead = kNever, .outer = kAsParent, .facts = kStreams},
      {.tag = T_ModifyTable, .read_ahead = kNever, .outer = kAsParent, .facts = kStreams},
  });
}();

constexpr PlanNode kNotKnown{};

template <class T>
const T *as(const Plan *plan) {
  return reinterpret_cast<const T *>(plan);
}

}  // namespace

const PlanNode &plan_node(const Plan *plan) {
  if (IsA(plan, ForeignScan) && as<ForeignScan>(plan)->operation != CMD_SELECT) return kNotKnown;
  for (const PlanNode &node : kPlanNodes)
    if (node.tag == nodeTag(plan)) return node;
  return kNotKnown;
}

bool may_hold_batch(const Plan *plan) {
  // Without a child it is a single row.
  if (IsA(plan, Result) && plan->lefttree == nullptr) return false;
  // A join or an aggregate of the foreign server has a target list of its own.
  if (IsA(plan, ForeignScan) && as<Scan>(plan)->scanrelid == 0) return false;
  return plan_node(plan).has(PlanNode::kHoldsBatch);
}

ChildDemand demand_on_outer(const Plan *plan) {
  switch (nodeTag(plan)) {
    case T_Agg:
      return as<Agg>(plan)->aggstrategy != AGG_SORTED ? ChildDemand::kAll : ChildDemand::kAsParent;
    case T_ModifyTable:
      // It runs to its end, unless only some of the rows that it returns are read.
      return as<ModifyTable>(plan)->returningLists == NIL ? ChildDemand::kAll
                                                          : ChildDemand::kAsParent;
    default:
      return plan_node(plan).outer;
  }
}

}  // namespace pgscore::pg
