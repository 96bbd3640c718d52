// This is about all calls of eval_const_expressions with a root (PostgreSQL 15.18, 18.6), and the
// level of the Vars in their expressions:
//
//     preprocess_expression,             the root's
//       preprocess_function_rtes
//     convert_VALUES_to_ANY (18),        there are none of level 0
//       simplify_EXISTS_query,
//       expand_insert_targetlist
//     convert_EXISTS_to_ANY              the level below: the WHERE of an EXISTS that stands in the
//                                        query
//     get_relation_constraints           CHECK constraints, whose Vars are of relation 1 until
//                                        later
//     apply_child_basequals,             the root's, with rows that were rewritten when they were
//       process_implied_equality,        simplified the first time, or that came from another level
//       preprocess_phv_expression
//
// The last two rows happen in query_planner, when the planner has its array of relations; the
// others before it.
#include "pg/planner/query_level.hpp"

#include "pg/compat/planner_compat.hpp"

namespace pgscore::pg {
namespace {

/// Says whether `sought` stands in `node` as a row of the query that `node` is an expression of.
bool contains_row(Node *node, void *sought) {
  if (node == nullptr || IsA(node, Query)) return false;
  if (!IsA(node, Var)) return compat::walk_expression(node, contains_row, sought);
  const auto *var = reinterpret_cast<const Var *>(node);
  const auto *row = static_cast<const Var *>(sought);
  return var->varattno == InvalidAttrNumber && var->varlevelsup == 0 && var->varno == row->varno &&
         var->vartype == row->vartype;
}

/// Says whether an EXISTS in `node`, at any level, has a row of its own in its WHERE that looks
/// like `sought`.
bool looks_like_row_of_exists(Node *node, void *sought) {
  if (node == nullptr) return false;
  if (IsA(node, Query))
    return compat::walk_query(reinterpret_cast<Query *>(node), looks_like_row_of_exists, sought);
  if (IsA(node, SubLink) && reinterpret_cast<SubLink *>(node)->subLinkType == EXISTS_SUBLINK) {
    const auto *query =
        reinterpret_cast<const Query *>(reinterpret_cast<SubLink *>(node)->subselect);
    if (query->jointree != nullptr && contains_row(query->jointree->quals, sought)) return true;
  }
  return compat::walk_expression(node, looks_like_row_of_exists, sought);
}

bool contains_row_of_any_level(Node *node, void *sought) {
  if (node == nullptr) return false;
  if (IsA(node, Query))
    return compat::walk_query(reinterpret_cast<Query *>(node), contains_row_of_any_level, sought);
  if (!IsA(node, Var)) return compat::walk_expression(node, contains_row_of_any_level, sought);
  const auto *var = reinterpret_cast<const Var *>(node);
  const auto *row = static_cast<const Var *>(sought);
  return var->varattno == InvalidAttrNumber && var->varno == row->varno &&
         var->vartype == row->vartype;
}

/// Says whether a PlaceHolderVar in `node`, at any level, holds a row that looks like `sought`.
bool looks_like_row_of_placeholder(Node *node, void *sought) {
  if (node == nullptr) return false;
  if (IsA(node, Query))
    return compat::walk_query(reinterpret_cast<Query *>(node), looks_like_row_of_placeholder,
                              sought);
  if (IsA(node, PlaceHolderVar) && contains_row_of_any_level(node, sought)) return true;
  return compat::walk_expression(node, looks_like_row_of_placeholder, sought);
}

/// Says the same of the queries below the one that `node` belongs to, and of the arguments of those
/// that are planned already.
bool is_given_to_sub_query(Node *node, void *sought) {
  if (node == nullptr) return false;
  if (IsA(node, Query) || IsA(node, SubPlan)) return looks_like_row_of_placeholder(node, sought);
  return compat::walk_expression(node, is_given_to_sub_query, sought);
}

}  // namespace

bool is_row_of_query(PlannerInfo *root, const Var *row) {
  const bool in_query_planner = root->simple_rel_array != nullptr;
  if (in_query_planner || row->varlevelsup != 0) return false;
  // The branches of a LATERAL UNION ALL are flattened into the query. The planner noted before what
  // they take from their neighbours: the row, not columns of it.
  if (root->hasLateralRTEs && root->append_rel_list != NIL) return false;
  if (!root->parse->hasSubLinks) return true;
  void *sought = const_cast<Var *>(row);
  // The branches of a flattened UNION ALL stand beside the query.
  auto *branches = reinterpret_cast<Node *>(root->append_rel_list);
  if (looks_like_row_of_exists(reinterpret_cast<Node *>(root->parse), sought) ||
      looks_like_row_of_exists(branches, sought))
    return false;
  // An expression of a sub-select that was pulled up below an outer join is a PlaceHolderVar. A
  // correlated sub-select may hold a copy, which the planner takes for equal. The copy is
  // simplified with the root of its sub-select, which cannot see the row, so the original must not
  // be rewritten either.
  if (root->glob->lastPHId == 0) return true;
  return !compat::walk_query(root->parse, is_given_to_sub_query, sought) &&
         !is_given_to_sub_query(branches, sought);
}

}  // namespace pgscore::pg
