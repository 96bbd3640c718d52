#include "pg/planner/scoring_calls.hpp"

#include "pg/compat/planner_compat.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "access/transam.h"
#include "optimizer/optimizer.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// What has no value, or another one, outside of the expression that it stands in.
bool is_bound_to_its_place(Node *node, void *) {
  if (node == nullptr) return false;
  switch (nodeTag(node)) {
    case T_SubPlan:
    case T_AlternativeSubPlan:
    case T_CaseTestExpr:
    case T_CoerceToDomainValue:
    case T_SetToDefault:
    case T_CurrentOfExpr:
      return true;
    default:
      return compat::walk_expression(node, is_bound_to_its_place, nullptr);
  }
}

template <class T>
T *as(Node *node) {
  return reinterpret_cast<T *>(node);
}
template <class T>
Node *child(T *expression) {
  return reinterpret_cast<Node *>(expression);
}

void collect(Node *node, List **calls);

void collect_each(List *nodes, List **calls) {
  ListCell *cell;
  foreach (cell, nodes) collect(static_cast<Node *>(lfirst(cell)), calls);
}

/// Descends into what is always evaluated. What is not listed is taken for something that may not
/// be.
void collect(Node *node, List **calls) {
  if (node == nullptr) return;
  check_stack_depth();
  switch (nodeTag(node)) {
    case T_List:
      return collect_each(as<List>(node), calls);
    case T_TargetEntry:
      return collect(child(as<TargetEntry>(node)->expr), calls);
    case T_FuncExpr: {
      // A strict function's arguments are evaluated all, before it is looked whether one is null.
      const int before = list_length(*calls);
      collect_each(as<FuncExpr>(node)->args, calls);
      if (list_length(*calls) == before && batchable_call(node))
        *calls = list_append_unique(*calls, node);
      return;
    }
    case T_OpExpr:
    case T_DistinctExpr:
    case T_NullIfExpr:
      return collect_each(as<OpExpr>(node)->args, calls);
    case T_ScalarArrayOpExpr:
      return collect_each(as<ScalarArrayOpExpr>(node)->args, calls);
    case T_BoolExpr: {
      auto *logic = as<BoolExpr>(node);
      if (logic->args != NIL) collect(static_cast<Node *>(linitial(logic->args)), calls);
      return;
    }
    case T_CaseExpr: {
      auto *choice = as<CaseExpr>(node);
      collect(child(choice->arg), calls);
      if (choice->args != NIL)
        collect(child(static_cast<CaseWhen *>(linitial(choice->args))->expr), calls);
      return;
    }
    case T_CoalesceExpr:
      if (as<CoalesceExpr>(node)->args != NIL)
        collect(static_cast<Node *>(linitial(as<CoalesceExpr>(node)->args)), calls);
      return;
    case T_MinMaxExpr:
      return collect_each(as<MinMaxExpr>(node)->args, calls);
    case T_ArrayExpr:
      return collect_each(as<ArrayExpr>(node)->elements, calls);
    case T_RowExpr:
      return collect_each(as<RowExpr>(node)->args, calls);
    case T_RelabelType:
      return collect(child(as<RelabelType>(node)->arg), calls);
    case T_CoerceViaIO:
      return collect(child(as<CoerceViaIO>(node)->arg), calls);
    case T_ArrayCoerceExpr:
      return collect(child(as<ArrayCoerceExpr>(node)->arg), calls);
    case T_CoerceToDomain:
      return collect(child(as<CoerceToDomain>(node)->arg), calls);
    case T_FieldSelect:
      return collect(child(as<FieldSelect>(node)->arg), calls);
    case T_SubscriptingRef:
      return collect(child(as<SubscriptingRef>(node)->refexpr), calls);
    case T_NullTest:
      return collect(child(as<NullTest>(node)->arg), calls);
    case T_BooleanTest:
      return collect(child(as<BooleanTest>(node)->arg), calls);
    default:
      return;
  }
}

struct AggregateSearch {
  List *calls;
  bool whole_windows;
};

bool collect_of_aggregates(Node *node, void *context) {
  if (node == nullptr) return false;
  auto *search = static_cast<AggregateSearch *>(context);
  if (IsA(node, Aggref)) {
    // FILTER is evaluated for every row, the arguments only where it is true.
    auto *aggregate = as<Aggref>(node);
    collect(aggregate->aggfilter != nullptr ? child(aggregate->aggfilter) : child(aggregate->args),
            &search->calls);
    return false;
  }
  if (IsA(node, WindowFunc)) {
    // Functions that are no aggregates evaluate their arguments when they like.
    auto *function = as<WindowFunc>(node);
    if (function->winagg && search->whole_windows)
      collect(function->aggfilter != nullptr ? child(function->aggfilter) : child(function->args),
              &search->calls);
    return false;
  }
  return compat::walk_expression(node, collect_of_aggregates, context);
}

bool find_batchable(Node *node, void *) {
  if (node == nullptr) return false;
  if (batchable_call(node)) return true;
  return compat::walk_expression(node, find_batchable, nullptr);
}

}  // namespace

ScoringFunction batchable_call(const Node *node) {
  if (node == nullptr || !IsA(node, FuncExpr)) return {};
  const auto *call = reinterpret_cast<const FuncExpr *>(node);
  if (call->funcid < FirstNormalObjectId || call->funcvariadic || call->funcretset) return {};
  const ScoringFunction function = find_scoring_function(call->funcid);
  if (!function || list_length(call->args) <= function.first_input()) return {};
  const auto *model = static_cast<const Node *>(linitial(call->args));
  if (!IsA(model, Const) || reinterpret_cast<const Const *>(model)->constisnull) return {};
  auto *arguments = reinterpret_cast<Node *>(call->args);
  if (contain_volatile_functions(arguments) || is_bound_to_its_place(arguments, nullptr)) return {};
  return function;
}

List *unconditional_calls(Node *expression) {
  List *calls = NIL;
  collect(expression, &calls);
  return calls;
}

List *unconditional_calls_of_aggregates(Node *expression, bool whole_windows) {
  AggregateSearch search{NIL, whole_windows};
  collect_of_aggregates(expression, &search);
  return search.calls;
}

bool has_batchable_call(Node *expression) { return find_batchable(expression, nullptr); }

}  // namespace pgscore::pg
