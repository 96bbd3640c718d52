// Predicates (PMML 4.4, TreeModel: Predicates). Three-valued: a comparison with a missing value is
// unknown, a NaN here.
#include <array>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"

namespace pgscore::formats::pmml {

using model::Op;
using model::Operand;

namespace {

struct Operator {
  std::string_view name;
  Op op;
};
constexpr std::array kOperators = {
    Operator{"lessThan", Op::kLess}, Operator{"lessOrEqual", Op::kLessEqual},
    Operator{"greaterThan", Op::kGreater}, Operator{"greaterOrEqual", Op::kGreaterEqual}};

Operand evaluate_simple(const XmlElement &predicate, Scope &scope) {
  Graph &graph = scope.graph();
  const Column column = scope.field(predicate.required("field"), predicate);
  const std::string_view name = predicate.required("operator");
  if (name == "isMissing") return graph.is_missing(column);
  if (name == "isNotMissing") return graph.apply(Op::kNot, {graph.is_missing(column)});
  const std::string_view value = predicate.required("value");
  if (name == "equal") return graph.equals(column, value, predicate);
  if (name == "notEqual") return graph.apply(Op::kNot, {graph.equals(column, value, predicate)});
  for (const Operator &comparison : kOperators) {
    if (comparison.name != name) continue;
    if (!column.is_text())
      return graph.apply(comparison.op,
                         {column.operand, graph.constant(value, column.type, predicate).operand});
    // Ordinal strings: their order is that of their declaration.
    const auto index = column.texts->is_open() ? std::nullopt : column.texts->find(value);
    if (!index)
      predicate.refuse("strings without an order are compared",
                       "The value is " + shown(value) + ".");
    return graph.apply(comparison.op, {column.operand, Operand::value(*index)});
  }
  predicate.refuse("unknown operator " + shown(name));
}

Operand evaluate_set(const XmlElement &predicate, Scope &scope) {
  Graph &graph = scope.graph();
  const Column column = scope.field(predicate.required("field"), predicate);
  const Operand is_in =
      graph.is_in(column, read_array(predicate.required_child("Array")), predicate);
  const std::string_view name = predicate.required("booleanOperator");
  if (name == "isIn") return is_in;
  if (name == "isNotIn") return graph.apply(Op::kNot, {is_in});
  predicate.refuse("unknown operator " + shown(name));
}

Operand evaluate_compound(const XmlElement &predicate, Scope &scope) {
  Graph &graph = scope.graph();
  const std::string_view name = predicate.required("booleanOperator");
  const Op op = name == "and"         ? Op::kAnd
                : name == "or"        ? Op::kOr
                : name == "xor"       ? Op::kNotEqual
                : name == "surrogate" ? Op::kIfMissing
                                      : Op::kIf;
  if (op == Op::kIf) predicate.refuse("unknown operator " + shown(name));
  std::optional<Operand> result;
  for (const XmlElement part : predicate.children()) {
    const Operand operand = evaluate_predicate(part, scope);
    result = result ? graph.apply(op, {*result, operand}) : operand;
  }
  if (!result) predicate.refuse("it has no predicates");
  return *result;
}

}  // namespace

bool is_predicate(const XmlElement &element) {
  return element.is("SimplePredicate") || element.is("SimpleSetPredicate") ||
         element.is("CompoundPredicate") || element.is("True") || element.is("False");
}

XmlElement predicate_of(const XmlElement &parent) {
  for (const XmlElement child : parent.children())
    if (is_predicate(child)) return child;
  parent.refuse("it has no predicate");
}

Operand evaluate_predicate(const XmlElement &predicate, Scope &scope) {
  const Reading::Level level(scope.reading(), predicate);
  if (predicate.is("True")) return Operand::value(1);
  if (predicate.is("False")) return Operand::value(0);
  if (predicate.is("SimplePredicate")) return evaluate_simple(predicate, scope);
  if (predicate.is("SimpleSetPredicate")) return evaluate_set(predicate, scope);
  if (predicate.is("CompoundPredicate")) return evaluate_compound(predicate, scope);
  predicate.refuse("a predicate is expected here");
}

}  // namespace pgscore::formats::pmml
