#include "pg/planner/read_ahead.hpp"

#include <algorithm>

#include "pg/compat/planner_compat.hpp"
#include "pg/nodes/expression_nodes.hpp"
#include "pg/planner/batch_node.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "optimizer/optimizer.h"
#include "utils/fmgroids.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// What the nodes that were looked at so far allow.
struct Search {
  const List *subplans;
  ReadAhead found = ReadAhead::kAlways;

  bool is_over() const { return found == ReadAhead::kNever; }
  void lower(ReadAhead allowed) { found = std::min(found, allowed); }
  void add_expressions(Node *expressions) {
    if (!is_over()) lower(read_ahead_of_expression(expressions, subplans));
  }
  /// A node below the top computes its target list as its rows are read, so that counts too.
  void add_plan(Plan *plan) {
    add_expressions(reinterpret_cast<Node *>(plan->targetlist));
    if (!is_over()) lower(read_ahead_of_plan(plan, subplans));
  }
};

/// Says whether a function may raise an error that depends on its arguments. Leakproof functions
/// raise none. Neither do these, which PostgreSQL does not mark as leakproof.
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

bool may_raise(Node *node) {
  const Errors errors = expression_node(node).errors;
  return errors == Errors::kPossible ||
         (errors == Errors::kOfFunctions && check_functions_in_node(node, may_raise, nullptr));
}

/// Returns true, which ends the walk, when the search is over.
bool look(Node *node, void *context) {
  if (node == nullptr) return false;
  auto &search = *static_cast<Search *>(context);
  if (may_raise(node)) search.lower(ReadAhead::kWhenAllRead);
  if (IsA(node, SubPlan)) {
    const int number = reinterpret_cast<const SubPlan *>(node)->plan_id;
    auto *plan = static_cast<Plan *>(list_nth(search.subplans, number - 1));
    if (plan == nullptr)
      search.lower(ReadAhead::kNever);
    else
      search.add_plan(plan);
  }
  return search.is_over() || compat::walk_expression(node, look, context);
}

}  // namespace

ReadAhead read_ahead_of_expression(Node *expressions, const List *subplans) {
  if (contain_volatile_functions(expressions)) return ReadAhead::kNever;
  Search search{subplans};
  look(expressions, &search);
  return search.found;
}

ReadAhead read_ahead_of_plan(Plan *plan, const List *subplans) {
  check_stack_depth();
  Search search{subplans};
  search.add_expressions(reinterpret_cast<Node *>(plan->qual));
  if (is_batch_node(plan)) {
    search.lower(ReadAhead::kWhenAllRead);  // a score may be an error too
    search.add_plan(outerPlan(plan));
    return search.found;
  }
  const PlanNode &node = plan_node(plan);
  search.lower(node.read_ahead);
  for (const Member expressions : node.expressions)
    if (expressions != 0) search.add_expressions(member_of<Node>(plan, expressions));
  for_each_child(plan, [&search](Plan *child, ChildDemand demand) {
    if (demand != ChildDemand::kNone) search.add_plan(child);
  });
  return search.found;
}

}  // namespace pgscore::pg
