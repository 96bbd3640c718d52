#include "pg/scoring/next_row.hpp"

#include <algorithm>

#include "pg/boundary/guard.hpp"
#include "pg/compat/executor_compat.hpp"
#include "pg/compat/planner_compat.hpp"
#include "pg/nodes/plan_nodes.hpp"
#include "pg/scoring/executor_run.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "access/heapam.h"
#include "access/tableam.h"
#include "storage/bufmgr.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

constexpr std::size_t kLine = 64;  // bytes that come from memory together
// Bytes of a row to ask for; the processor's own prefetch takes over after that
constexpr std::size_t kMaxBytes = 512;

bool holds(Node *node, void *expression) {
  return node != nullptr &&
         (node == expression || compat::walk_expression(node, holds, expression));
}

template <class T>
const T *as(const PlanState *node) {
  return reinterpret_cast<const T *>(node);
}

PlanState *running_child(const AppendState *append) {
  const int child = append->as_whichplan;
  return child >= 0 && child < append->as_nplans ? append->appendplans[child] : nullptr;
}

struct Owner {
  Node *expression;
  const PlanState *found;
};

/// Looks for the node that computes the expression, from `node` down.
bool look_for_owner(PlanState *node, void *context) {
  auto *owner = static_cast<Owner *>(context);
  if (holds(reinterpret_cast<Node *>(node->plan->targetlist), owner->expression) ||
      holds(reinterpret_cast<Node *>(node->plan->qual), owner->expression)) {
    owner->found = node;
    return true;
  }
  // Only the partition that runs: each may have a call of its own.
  if (IsA(node, AppendState)) {
    PlanState *child = running_child(as<AppendState>(node));
    return child != nullptr && look_for_owner(child, context);
  }
  return compat::walk_plan_state(node, look_for_owner, context);
}

/// Gives where the rows of `node` come from, one by one: a scan of a table, an Append, or null.
const PlanState *source_of(const PlanState *node) {
  while (node != nullptr && !IsA(node, AppendState)) {
    const PlanNode &known = plan_node(node->plan);
    if (known.has(PlanNode::kReadsPages)) {
      const Relation table = as<ScanState>(node)->ss_currentRelation;
      return table != nullptr && table->rd_tableam == GetHeapamTableAmRoutine() ? node : nullptr;
    }
    if (!known.has(PlanNode::kStreams)) return nullptr;
    node =
        IsA(node, SubqueryScanState) ? as<SubqueryScanState>(node)->subplan : outerPlanState(node);
  }
  return node;
}

}  // namespace

void NextRow::find(const FmgrInfo *function) {
  if (sought_) return;
  sought_ = true;
  PlanState *plan = running_plan(function->fn_mcxt);
  if (plan == nullptr || function->fn_expr == nullptr) return;
  source_ = call([=]() -> const PlanState * {
    Owner owner{function->fn_expr, nullptr};
    look_for_owner(plan, &owner);
    const PlanState *source = source_of(owner.found);
    if (source != nullptr)
      ereport(DEBUG1, (errmsg_internal("pgscore asks for the next rows of a scan ahead")));
    return source;
  });
}

void NextRow::prefetch_row(const PlanState *source) {
  while (source != nullptr && IsA(source, AppendState))
    source = source_of(running_child(as<AppendState>(source)));
  if (source == nullptr) return;
  const auto *scan =
      reinterpret_cast<const HeapScanDescData *>(as<ScanState>(source)->ss_currentScanDesc);
  // The scan must go page by page, which takes the snapshot of a query, and be on a page now: that
  // is pinned, so its line pointers stay.
  if (scan == nullptr || (scan->rs_base.rs_flags & SO_ALLOW_PAGEMODE) == 0 ||
      !BufferIsValid(scan->rs_cbuf))
    return;
  const auto next = scan->rs_cindex + 1;
  if (next >= scan->rs_ntuples) return;
  const Page page = BufferGetPage(scan->rs_cbuf);
  const ItemId item = PageGetItemId(page, scan->rs_vistuples[next]);
  const char *row = page + ItemIdGetOffset(item);
  const char *last = row + std::min<std::size_t>(ItemIdGetLength(item), kMaxBytes) - 1;
  for (const char *line = row; line < last; line += kLine) __builtin_prefetch(line);
  __builtin_prefetch(last);
}

}  // namespace pgscore::pg
