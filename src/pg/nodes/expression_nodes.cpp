#include "pg/nodes/expression_nodes.hpp"

#include <array>
#include <cstddef>

#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

constexpr auto kExpressionNodes = [] {
  using enum Errors;
  constexpr bool kOnlyFirst = true;
  return std::to_array<ExpressionNode>({
      {.tag = T_List, .errors = kNone},
      {.tag = T_TargetEntry, .errors = kNone, .evaluates = {offsetof(TargetEntry, expr)}},
      {.tag = T_Var, .errors = kNone},
      {.tag = T_Const, .errors = kNone},
      {.tag = T_Param, .errors = kNone},

      // Calls of functions. A strict function's arguments are all evaluated before any of them is
      // tested for null.
      {.tag = T_FuncExpr, .errors = kOfFunctions, .evaluates = {offsetof(FuncExpr, args)}},
      {.tag = T_OpExpr, .errors = kOfFunctions, .evaluates = {offsetof(OpExpr, args)}},
      {.tag = T_DistinctExpr, .errors = kOfFunctions, .evaluates = {offsetof(DistinctExpr, args)}},
      {.tag = T_NullIfExpr, .errors = kOfFunctions, .evaluates = {offsetof(NullIfExpr, args)}},
      {.tag = T_ScalarArrayOpExpr,
       .errors = kOfFunctions,
       .evaluates = {offsetof(ScalarArrayOpExpr, args)}},

      // Choices
      {.tag = T_BoolExpr, .errors = kNone, .evaluates = {offsetof(BoolExpr, args), kOnlyFirst}},
      {.tag = T_CaseExpr,
       .errors = kNone,
       .evaluates = {offsetof(CaseExpr, arg)},
       .and_evaluates = {offsetof(CaseExpr, args), kOnlyFirst}},
      {.tag = T_CaseWhen, .errors = kNone, .evaluates = {offsetof(CaseWhen, expr)}},
      {.tag = T_CaseTestExpr, .errors = kNone, .bound_to_place = true},
      {.tag = T_CoalesceExpr,
       .errors = kNone,
       .evaluates = {offsetof(CoalesceExpr, args), kOnlyFirst}},
      {.tag = T_MinMaxExpr, .evaluates = {offsetof(MinMaxExpr, args)}},

      // Tests, and what changes no more than a type
      {.tag = T_NullTest, .errors = kNone, .evaluates = {offsetof(NullTest, arg)}},
      {.tag = T_BooleanTest, .errors = kNone, .evaluates = {offsetof(BooleanTest, arg)}},
      {.tag = T_RelabelType, .errors = kNone, .evaluates = {offsetof(RelabelType, arg)}},
      {.tag = T_CollateExpr, .errors = kNone},
      {.tag = T_CoerceViaIO, .evaluates = {offsetof(CoerceViaIO, arg)}},
      {.tag = T_ArrayCoerceExpr, .evaluates = {offsetof(ArrayCoerceExpr, arg)}},
      {.tag = T_CoerceToDomain, .evaluates = {offsetof(CoerceToDomain, arg)}},
      {.tag = T_CoerceToDomainValue, .bound_to_place = true},

      // Arrays and rows
      {.tag = T_ArrayExpr, .errors = kNone, .evaluates = {offsetof(ArrayExpr, elements)}},
      {.tag = T_RowExpr, .errors = kNone, .evaluates = {offsetof(RowExpr, args)}},
      {.tag = T_FieldSelect, .evaluates = {offsetof(FieldSelect, arg)}},
      {.tag = T_SubscriptingRef, .evaluates = {offsetof(SubscriptingRef, refexpr)}},

      {.tag = T_SubPlan, .bound_to_place = true},
      {.tag = T_AlternativeSubPlan, .bound_to_place = true},
      {.tag = T_SetToDefault, .bound_to_place = true},
      {.tag = T_CurrentOfExpr, .bound_to_place = true},
  });
}();

constexpr ExpressionNode kOtherExpression{};

}  // namespace

const ExpressionNode &expression_node(const Node *node) {
  for (const ExpressionNode &known : kExpressionNodes)
    if (known.tag == nodeTag(node)) return known;
  return kOtherExpression;
}

}  // namespace pgscore::pg
