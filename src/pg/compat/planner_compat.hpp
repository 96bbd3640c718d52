// As compat.hpp, for what needs the planner's headers: its hook, the tree walkers, and how
// expressions say that a row may be missing.
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "catalog/pg_proc.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/plannodes.h"
#include "optimizer/planner.h"
PGSCORE_SERVER_HEADERS_END

// Parameters of the planner and its hook, and what passes them on. 19 says which EXPLAIN asks.
#if PG_VERSION_NUM >= 190000
#define PGSCORE_PLAN_PARAMETERS                                                 \
  Query *query, const char *text, int cursor_options, ParamListInfo parameters, \
      ExplainState *explain
#define PGSCORE_PLAN_ARGUMENTS query, text, cursor_options, parameters, explain
#else
#define PGSCORE_PLAN_PARAMETERS \
  Query *query, const char *text, int cursor_options, ParamListInfo parameters
#define PGSCORE_PLAN_ARGUMENTS query, text, cursor_options, parameters
#endif

namespace pgscore::pg::compat {

#if PG_VERSION_NUM < 160000
/// Does `varno` stand on the nullable side of an outer join below `node`?
inline bool under_outer_join(const Node *node, int varno, bool nullable) {
  check_stack_depth();
  if (node == nullptr) return false;
  if (IsA(node, RangeTblRef))
    return nullable && reinterpret_cast<const RangeTblRef *>(node)->rtindex == varno;
  if (IsA(node, FromExpr)) {
    ListCell *cell;
    foreach (cell, reinterpret_cast<const FromExpr *>(node)->fromlist)
      if (under_outer_join(static_cast<const Node *>(lfirst(cell)), varno, nullable)) return true;
    return false;
  }
  if (!IsA(node, JoinExpr)) return false;
  const auto *join = reinterpret_cast<const JoinExpr *>(node);
  const bool left = join->jointype == JOIN_RIGHT || join->jointype == JOIN_FULL;
  const bool right = join->jointype == JOIN_LEFT || join->jointype == JOIN_FULL;
  return under_outer_join(join->larg, varno, nullable || left) ||
         under_outer_join(join->rarg, varno, nullable || right);
}
#endif

/// May an outer join make the row of `var` NULL? 16 says so in the Var itself. `query`: whose Var
/// it is, or null.
inline bool is_nullable(const Query *query, const Var *var) {
#if PG_VERSION_NUM >= 160000
  (void)query;
  return var->varnullingrels != nullptr;
#else
  return query != nullptr && under_outer_join(reinterpret_cast<const Node *>(query->jointree),
                                              static_cast<int>(var->varno), false);
#endif
}

/// Makes `to`, another column of the same row, pass the same joins.
inline void copy_nullability(Var *to, const Var *from) {
#if PG_VERSION_NUM >= 160000
  to->varnullingrels = bms_copy(from->varnullingrels);
#else
  (void)to;
  (void)from;
#endif
}

/// RETURNING old or new (18), which may be a row that does not exist.
inline bool is_old_or_new(const Var *var) {
#if PG_VERSION_NUM >= 180000
  return var->varreturningtype != VAR_RETURNING_DEFAULT;
#else
  (void)var;
  return false;
#endif
}

// Callbacks of the tree walkers are declared without parameters before 16, which in C++ is a type
// of its own.
using TreeWalker = bool (*)(Node *node, void *context);
using TreeMutator = Node *(*)(Node *node, void *context);

/// Calls `walker` for each child of `node`, not for `node` itself, until one returns true: the
/// server's expression_tree_walker. -> did one? May ereport.
inline bool walk_expression(Node *node, TreeWalker walker, void *context) {
#if PG_VERSION_NUM >= 160000
  return expression_tree_walker(node, walker, context);
#else
  return expression_tree_walker(
      node, reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(walker)), context);
#endif
}

/// The expressions of `query` itself, and its sub-queries as they are; not into those.
inline bool walk_query(Query *query, TreeWalker walker, void *context) {
#if PG_VERSION_NUM >= 160000
  return query_tree_walker(query, walker, context, 0);
#else
  return query_tree_walker(
      query, reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(walker)), context, 0);
#endif
}

/// Copies `node` with what `mutator` returns in the place of each child: the server's
/// expression_tree_mutator. May ereport.
inline Node *mutate_expression(Node *node, TreeMutator mutator, void *context) {
#if PG_VERSION_NUM >= 160000
  return expression_tree_mutator(node, mutator, context);
#else
  return expression_tree_mutator(
      node, reinterpret_cast<Node *(*)()>(reinterpret_cast<void (*)()>(mutator)), context);
#endif
}

/// What the planner thinks of `plan` for a node that is put upon it.
inline void copy_estimates(Plan *to, const Plan *plan) {
  to->startup_cost = plan->startup_cost;
  to->total_cost = plan->total_cost;
  to->plan_rows = plan->plan_rows;
  to->plan_width = plan->plan_width;
#if PG_VERSION_NUM >= 180000
  to->disabled_nodes = plan->disabled_nodes;
#endif
}

/// Says whether `role` has the privilege EXECUTE on the function. Raises PostgreSQL's error when
/// there is no such function.
inline bool may_execute(Oid function, Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_aclcheck(ProcedureRelationId, function, role, ACL_EXECUTE) == ACLCHECK_OK;
#else
  return pg_proc_aclcheck(function, role, ACL_EXECUTE) == ACLCHECK_OK;
#endif
}

}  // namespace pgscore::pg::compat
