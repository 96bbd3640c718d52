#include "pg/planner/rewritten_call.hpp"

namespace pgscore::pg {

std::optional<RewrittenCall> find_rewritten_call(const Node *node) {
  if (node == nullptr || !IsA(node, FuncExpr)) return std::nullopt;
  const auto *expression = reinterpret_cast<const FuncExpr *>(node);
  const ScoringFunction function = find_scoring_function(expression->funcid);
  if (!function || !function.columns || expression->funcvariadic) return std::nullopt;
  if (list_length(expression->args) <= function.first_input()) return std::nullopt;
  const auto *planned = static_cast<const Node *>(linitial(expression->args));
  // Somebody may have written such a call by hand.
  if (!IsA(planned, Const) || reinterpret_cast<const Const *>(planned)->constisnull)
    return std::nullopt;
  return RewrittenCall{function, expression, reinterpret_cast<const Const *>(planned)};
}

}  // namespace pgscore::pg
