#include "pg/planner/scoring_calls.hpp"

#include "pg/compat/planner_compat.hpp"
#include "pg/nodes/expression_nodes.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "access/transam.h"
#include "optimizer/optimizer.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

bool is_bound_to_its_place(Node *node, void *) {
  return node != nullptr && (expression_node(node).bound_to_place ||
                             compat::walk_expression(node, is_bound_to_its_place, nullptr));
}

template <class T>
T *as(Node *node) {
  return reinterpret_cast<T *>(node);
}

void collect(Node *node, List **calls);

void collect_argument(Node *node, EvaluatedArgument argument, List **calls) {
  if (argument.member == 0) return;
  auto *expression = member_of<Node>(node, argument.member);
  if (expression != nullptr && argument.only_first)
    expression = static_cast<Node *>(linitial(as<List>(expression)));
  collect(expression, calls);
}

/// Descends into what is evaluated whenever `node` is.
void collect(Node *node, List **calls) {
  if (node == nullptr) return;
  check_stack_depth();
  if (IsA(node, List)) {
    ListCell *cell;
    foreach (cell, as<List>(node)) collect(static_cast<Node *>(lfirst(cell)), calls);
    return;
  }
  const int before = list_length(*calls);
  const ExpressionNode &known = expression_node(node);
  collect_argument(node, known.evaluates, calls);
  collect_argument(node, known.and_evaluates, calls);
  if (list_length(*calls) == before && batchable_call(node))
    *calls = list_append_unique(*calls, node);
}

struct AggregateSearch {
  List *calls;
  bool whole_windows;
};

/// FILTER is evaluated for every row, the arguments only where it is true.
template <class Function>
void collect_input(const Function *function, List **calls) {
  collect(function->aggfilter != nullptr ? reinterpret_cast<Node *>(function->aggfilter)
                                         : reinterpret_cast<Node *>(function->args),
          calls);
}

bool collect_of_aggregates(Node *node, void *context) {
  if (node == nullptr) return false;
  auto *search = static_cast<AggregateSearch *>(context);
  if (IsA(node, Aggref)) {
    collect_input(as<Aggref>(node), &search->calls);
    return false;
  }
  if (IsA(node, WindowFunc)) {
    // Functions that are no aggregates may evaluate their arguments at any time.
    if (as<WindowFunc>(node)->winagg && search->whole_windows)
      collect_input(as<WindowFunc>(node), &search->calls);
    return false;
  }
  return compat::walk_expression(node, collect_of_aggregates, context);
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

}  // namespace pgscore::pg
