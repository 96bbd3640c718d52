// Operators of two and more tensors, element by element, with numpy's broadcasting
// (onnx/defs/math/defs.cc, logical/defs.cc).
#include <cmath>

#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

using model::Op;
using model::Operand;
using model::Precision;

/// The two arguments of one result element.
struct Pair {
  Operand x, y;
};

Graph::Kind kind_of(const Value &a, const Value &b) {
  return a.is_constant() && b.is_constant() ? Graph::Kind::kConstant : Graph::Kind::kComputed;
}

template <class F>
void for_each_pair(const Call &call, Type result, F f) {
  Graph &graph = call.graph();
  const Value &a = call.input(0), &b = call.input(1);
  if (a.type != b.type)
    refuse("its inputs are of types " + type_name(a.type) + " and " + type_name(b.type) +
           ", which differ");
  const std::vector<std::int64_t> shape = broadcast_shape(a.shape, b.shape);
  graph.count_elements(element_count(shape), kind_of(a, b));
  const std::vector<std::size_t> from_a = broadcast_elements(graph.budget(), a.shape, shape),
                                 from_b = broadcast_elements(graph.budget(), b.shape, shape);
  std::vector<Operand> results;
  for (std::size_t i = 0; i < from_a.size(); ++i)
    results.push_back(f(Pair{graph.argument(a, from_a[i]), graph.argument(b, from_b[i])}));
  call.output(0, result, shape, results);
}

void arithmetic(const Call &call, Op op) {
  const Type type = call.input(0).type;
  const Precision precision = precision_of(type);
  for_each_pair(call, type, [&](Pair p) {
    const Operand result = call.graph().apply(op, {p.x, p.y}, precision);
    // Integers divide as in C++.
    return op == Op::kDivide && is_integral(type)
               ? call.graph().apply(Op::kTruncate, {result}, precision)
               : result;
  });
}

void comparison(const Call &call, Op op) {
  const Precision precision = precision_of(call.input(0).type);
  for_each_pair(call, Type::kBool,
                [&](Pair p) { return call.graph().compare(op, p.x, p.y, precision); });
}

void logical(const Call &call, Op op) {
  for_each_pair(call, Type::kBool,
                [&](Pair p) { return call.graph().apply(op, {p.x, p.y}, Precision::kFloat64); });
}

/// Any number of tensors to one, pairwise from the left.
void fold(const Call &call, Op op, bool mean = false) {
  Graph &graph = call.graph();
  const Type type = call.input(0).type;
  const Precision precision = precision_of(type);
  std::vector<std::int64_t> shape;
  for (std::size_t i = 0; i < call.num_inputs(); ++i) {
    if (call.input(i).type != type) refuse("its inputs have different types");
    shape = broadcast_shape(shape, call.input(i).shape);
  }
  graph.count_elements(element_count(shape));
  std::vector<Operand> results;
  for (std::size_t i = 0; i < call.num_inputs(); ++i) {
    const std::vector<std::size_t> from =
        broadcast_elements(graph.budget(), call.input(i).shape, shape);
    for (std::size_t k = 0; k < from.size(); ++k) {
      const Operand x = graph.argument(call.input(i), from[k]);
      if (i == 0)
        results.push_back(x);
      else
        results[k] = graph.apply(op, {results[k], x}, precision);
    }
  }
  if (mean)
    for (Operand &result : results)
      result = graph.apply(
          Op::kDivide, {result, Operand::value(static_cast<double>(call.num_inputs()))}, precision);
  call.output(0, type, shape, results);
}

/// A text and a constant text; two texts of the row are never compared.
Operand equal_texts(Graph &graph, const Element &a, const Element &b) {
  const bool a_constant = a.domain->index.is_constant(), b_constant = b.domain->index.is_constant();
  if (!a_constant && !b_constant) refuse_unsupported("two texts of the row are compared");
  const Element &text = a_constant ? b : a, &constant = a_constant ? a : b;
  const Operand code = Operand::value(graph.code(*text.domain, constant.domain->constant_text()));
  if (code.constant == model::kUnknownCategory) return Operand::value(0);
  return graph.apply(Op::kIndicator, {text.domain->index, code}, Precision::kFloat64);
}

}  // namespace

void read_add(const Call &call) { arithmetic(call, Op::kAdd); }
void read_subtract(const Call &call) { arithmetic(call, Op::kSubtract); }
void read_multiply(const Call &call) { arithmetic(call, Op::kMultiply); }
void read_divide(const Call &call) { arithmetic(call, Op::kDivide); }
void read_less(const Call &call) { comparison(call, Op::kLess); }
void read_less_or_equal(const Call &call) { comparison(call, Op::kLessEqual); }
void read_greater(const Call &call) { comparison(call, Op::kGreater); }
void read_greater_or_equal(const Call &call) { comparison(call, Op::kGreaterEqual); }
void read_and(const Call &call) { logical(call, Op::kAnd); }
void read_or(const Call &call) { logical(call, Op::kOr); }
void read_xor(const Call &call) { logical(call, Op::kNotEqual); }
void read_min(const Call &call) { fold(call, Op::kMin); }
void read_max(const Call &call) { fold(call, Op::kMax); }
void read_sum(const Call &call) { fold(call, Op::kAdd); }
void read_mean(const Call &call) { fold(call, Op::kAdd, true); }

/// ONNX Runtime 1.21, math/element_wise_ops.cc PowImpl: squares and cubes are products.
void read_power(const Call &call) {
  Graph &graph = call.graph();
  const Value &base = call.input(0), &exponent = call.input(1);
  const std::vector<std::int64_t> shape = broadcast_shape(base.shape, exponent.shape);
  graph.count_elements(element_count(shape), kind_of(base, exponent));
  const std::vector<std::size_t> from_base = broadcast_elements(graph.budget(), base.shape, shape),
                                 from_exponent =
                                     broadcast_elements(graph.budget(), exponent.shape, shape);
  const Precision precision = precision_of(base.type);
  std::vector<Operand> results;
  for (std::size_t i = 0; i < from_base.size(); ++i) {
    const Operand x = graph.number(base, from_base[i]),
                  y = graph.number(exponent, from_exponent[i]);
    Operand result;
    if (y.is_constant() && (y.constant == 2 || y.constant == 3)) {
      result = graph.apply(Op::kMultiply, {x, x}, precision);
      if (y.constant == 3) result = graph.apply(Op::kMultiply, {result, x}, precision);
    } else {
      result = graph.apply(Op::kPower, {x, y}, precision);
      if (is_integral(base.type)) result = graph.apply(Op::kTruncate, {result}, precision);
    }
    results.push_back(result);
  }
  call.output(0, base.type, shape, results);
}

/// Mod: with the divisor's sign; fmod = 1: with the dividend's.
void read_modulo(const Call &call) {
  Graph &graph = call.graph();
  const Type type = call.input(0).type;
  const Precision precision = precision_of(type);
  const bool fmod = call.integer("fmod", 0) != 0;
  if (!fmod && is_floating(type)) refuse("floating numbers need fmod = 1");
  for_each_pair(call, type, [&](Pair p) {
    if (!fmod) return graph.apply(Op::kModulo, {p.x, p.y}, precision);
    const Operand size = graph.apply(
        Op::kModulo,
        {graph.apply(Op::kAbs, {p.x}, precision), graph.apply(Op::kAbs, {p.y}, precision)},
        precision);
    const Operand negative = graph.apply(Op::kLess, {p.x, Operand::value(0)}, precision);
    return graph.select(negative, graph.apply(Op::kNegate, {size}, precision), size, precision);
  });
}

/// (x > 0) * x + (x < 0) * x * slope, with products as ONNX Runtime 1.21 computes them
/// (core/providers/cpu/activation, PRelu): of infinities they are missing. The slope is broadcast
/// to the shape of x.
void read_prelu(const Call &call) {
  const Type type = call.input(0).type;
  const Precision precision = precision_of(type);
  Graph &graph = call.graph();
  if (broadcast_shape(call.input(0).shape, call.input(1).shape) != call.input(0).shape)
    refuse("the slope does not go with the input");
  for_each_pair(call, type, [&](Pair p) {
    auto op = [&](Op op, Operand x, Operand y) { return graph.apply(op, {x, y}, precision); };
    const Operand zero = Operand::value(0);
    const Operand above = op(Op::kMultiply, op(Op::kGreater, p.x, zero), p.x);
    const Operand below = op(Op::kMultiply, op(Op::kLess, p.x, zero), p.x);
    return op(Op::kAdd, above, op(Op::kMultiply, below, p.y));
  });
}

void read_equal(const Call &call) {
  Graph &graph = call.graph();
  const Value &a = call.input(0), &b = call.input(1);
  if (a.type != Type::kString || b.type != Type::kString) return comparison(call, Op::kEqual);
  const std::vector<std::int64_t> shape = broadcast_shape(a.shape, b.shape);
  graph.count_elements(element_count(shape));
  const std::vector<std::size_t> from_a = broadcast_elements(graph.budget(), a.shape, shape),
                                 from_b = broadcast_elements(graph.budget(), b.shape, shape);
  std::vector<Operand> results;
  for (std::size_t i = 0; i < from_a.size(); ++i)
    results.push_back(equal_texts(graph, graph.element(a, from_a[i]), graph.element(b, from_b[i])));
  call.output(0, Type::kBool, shape, results);
}

void read_where(const Call &call) {
  Graph &graph = call.graph();
  const Value &condition = call.input(0), &yes = call.input(1), &no = call.input(2);
  if (yes.type != no.type) refuse("its inputs have different types");
  const std::vector<std::int64_t> shape =
      broadcast_shape(condition.shape, broadcast_shape(yes.shape, no.shape));
  graph.count_elements(element_count(shape),
                       yes.type == Type::kString ? Graph::Kind::kText : Graph::Kind::kComputed);
  const std::vector<std::size_t> from_condition =
                                     broadcast_elements(graph.budget(), condition.shape, shape),
                                 from_yes = broadcast_elements(graph.budget(), yes.shape, shape),
                                 from_no = broadcast_elements(graph.budget(), no.shape, shape);
  if (yes.type == Type::kString && !condition.is_constant())
    refuse_unsupported("a text is chosen by a condition on the row");
  if (condition.is_constant()) {
    Value result = make_value(yes.type, shape);
    for (std::size_t i = 0; i < from_condition.size(); ++i)
      result.elements.push_back(graph.number(condition, from_condition[i]).constant != 0
                                    ? graph.element(yes, from_yes[i])
                                    : graph.element(no, from_no[i]));
    return call.output(0, std::move(result));
  }
  std::vector<Operand> results;
  for (std::size_t i = 0; i < from_condition.size(); ++i)
    results.push_back(graph.select(graph.number(condition, from_condition[i]),
                                   graph.argument(yes, from_yes[i]), graph.argument(no, from_no[i]),
                                   precision_of(yes.type)));
  call.output(0, yes.type, shape, results);
}

}  // namespace pgscore::formats::onnx
