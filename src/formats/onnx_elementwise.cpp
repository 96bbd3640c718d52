// Operators of two and more tensors, element by element, with numpy's broadcasting
// (onnx/defs/math/defs.cc, logical/defs.cc).
#include <cmath>

#include "formats/onnx_operator.hpp"

namespace pgscore::formats {
namespace {

using model::Op;
using model::Operand;
using model::Precision;

/// The two arguments of one result element.
struct Pair {
  Operand x, y;
};

OnnxGraph::Kind kind_of(const OnnxValue &a, const OnnxValue &b) {
  return a.is_constant() && b.is_constant() ? OnnxGraph::Kind::kConstant
                                            : OnnxGraph::Kind::kComputed;
}

template <class F>
void for_each_pair(const OnnxCall &call, OnnxType result, F f) {
  OnnxGraph &graph = call.graph();
  const OnnxValue &a = call.input(0), &b = call.input(1);
  if (a.type != b.type)
    refuse_onnx("its inputs are of types " + onnx_type_name(a.type) + " and " +
                onnx_type_name(b.type) + ", which differ");
  const std::vector<std::int64_t> shape = broadcast_shape(a.shape, b.shape);
  graph.count_elements(element_count(shape), kind_of(a, b));
  const std::vector<std::size_t> from_a = broadcast_elements(graph, a.shape, shape),
                                 from_b = broadcast_elements(graph, b.shape, shape);
  std::vector<Operand> results;
  for (std::size_t i = 0; i < from_a.size(); ++i)
    results.push_back(f(Pair{graph.argument(a, from_a[i]), graph.argument(b, from_b[i])}));
  call.output(0, result, shape, results);
}

void arithmetic(const OnnxCall &call, Op op) {
  const OnnxType type = call.input(0).type;
  const Precision precision = precision_of(type);
  for_each_pair(call, type, [&](Pair p) {
    const Operand result = call.graph().apply(op, {p.x, p.y}, precision);
    // Integers divide as in C++.
    return op == Op::kDivide && is_integral(type)
               ? call.graph().apply(Op::kTruncate, {result}, precision)
               : result;
  });
}

void comparison(const OnnxCall &call, Op op) {
  const Precision precision = precision_of(call.input(0).type);
  for_each_pair(call, OnnxType::kBool,
                [&](Pair p) { return call.graph().compare(op, p.x, p.y, precision); });
}

void logical(const OnnxCall &call, Op op) {
  for_each_pair(call, OnnxType::kBool,
                [&](Pair p) { return call.graph().apply(op, {p.x, p.y}, Precision::kFloat64); });
}

/// Any number of tensors to one, pairwise from the left.
void fold(const OnnxCall &call, Op op, bool mean = false) {
  OnnxGraph &graph = call.graph();
  const OnnxType type = call.input(0).type;
  const Precision precision = precision_of(type);
  std::vector<std::int64_t> shape;
  for (std::size_t i = 0; i < call.num_inputs(); ++i) {
    if (call.input(i).type != type) refuse_onnx("its inputs have different types");
    shape = broadcast_shape(shape, call.input(i).shape);
  }
  graph.count_elements(element_count(shape));
  std::vector<Operand> results;
  for (std::size_t i = 0; i < call.num_inputs(); ++i) {
    const std::vector<std::size_t> from = broadcast_elements(graph, call.input(i).shape, shape);
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
Operand equal_texts(OnnxGraph &graph, const OnnxElement &a, const OnnxElement &b) {
  const bool a_constant = a.domain->index.is_constant(), b_constant = b.domain->index.is_constant();
  if (!a_constant && !b_constant) refuse_unsupported_onnx("two texts of the row are compared");
  const OnnxElement &text = a_constant ? b : a, &constant = a_constant ? a : b;
  const Operand code = Operand::value(graph.code(*text.domain, constant.domain->constant_text()));
  if (code.constant == model::kUnknownCategory) return Operand::value(0);
  return graph.apply(Op::kIndicator, {text.domain->index, code}, Precision::kFloat64);
}

}  // namespace

void read_onnx_add(const OnnxCall &call) { arithmetic(call, Op::kAdd); }
void read_onnx_subtract(const OnnxCall &call) { arithmetic(call, Op::kSubtract); }
void read_onnx_multiply(const OnnxCall &call) { arithmetic(call, Op::kMultiply); }
void read_onnx_divide(const OnnxCall &call) { arithmetic(call, Op::kDivide); }
void read_onnx_less(const OnnxCall &call) { comparison(call, Op::kLess); }
void read_onnx_less_or_equal(const OnnxCall &call) { comparison(call, Op::kLessEqual); }
void read_onnx_greater(const OnnxCall &call) { comparison(call, Op::kGreater); }
void read_onnx_greater_or_equal(const OnnxCall &call) { comparison(call, Op::kGreaterEqual); }
void read_onnx_and(const OnnxCall &call) { logical(call, Op::kAnd); }
void read_onnx_or(const OnnxCall &call) { logical(call, Op::kOr); }
void read_onnx_xor(const OnnxCall &call) { logical(call, Op::kNotEqual); }
void read_onnx_min(const OnnxCall &call) { fold(call, Op::kMin); }
void read_onnx_max(const OnnxCall &call) { fold(call, Op::kMax); }
void read_onnx_sum(const OnnxCall &call) { fold(call, Op::kAdd); }
void read_onnx_mean(const OnnxCall &call) { fold(call, Op::kAdd, true); }

/// ONNX Runtime 1.21, math/element_wise_ops.cc PowImpl: squares and cubes are products.
void read_onnx_power(const OnnxCall &call) {
  OnnxGraph &graph = call.graph();
  const OnnxValue &base = call.input(0), &exponent = call.input(1);
  const std::vector<std::int64_t> shape = broadcast_shape(base.shape, exponent.shape);
  graph.count_elements(element_count(shape), kind_of(base, exponent));
  const std::vector<std::size_t> from_base = broadcast_elements(graph, base.shape, shape),
                                 from_exponent = broadcast_elements(graph, exponent.shape, shape);
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
void read_onnx_modulo(const OnnxCall &call) {
  OnnxGraph &graph = call.graph();
  const OnnxType type = call.input(0).type;
  const Precision precision = precision_of(type);
  const bool fmod = call.integer("fmod", 0) != 0;
  if (!fmod && is_floating(type)) refuse_onnx("floating numbers need fmod = 1");
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
void read_onnx_prelu(const OnnxCall &call) {
  const OnnxType type = call.input(0).type;
  const Precision precision = precision_of(type);
  OnnxGraph &graph = call.graph();
  if (broadcast_shape(call.input(0).shape, call.input(1).shape) != call.input(0).shape)
    refuse_onnx("the slope does not go with the input");
  for_each_pair(call, type, [&](Pair p) {
    auto op = [&](Op op, Operand x, Operand y) { return graph.apply(op, {x, y}, precision); };
    const Operand zero = Operand::value(0);
    const Operand above = op(Op::kMultiply, op(Op::kGreater, p.x, zero), p.x);
    const Operand below = op(Op::kMultiply, op(Op::kLess, p.x, zero), p.x);
    return op(Op::kAdd, above, op(Op::kMultiply, below, p.y));
  });
}

void read_onnx_equal(const OnnxCall &call) {
  OnnxGraph &graph = call.graph();
  const OnnxValue &a = call.input(0), &b = call.input(1);
  if (a.type != OnnxType::kString || b.type != OnnxType::kString)
    return comparison(call, Op::kEqual);
  const std::vector<std::int64_t> shape = broadcast_shape(a.shape, b.shape);
  graph.count_elements(element_count(shape));
  const std::vector<std::size_t> from_a = broadcast_elements(graph, a.shape, shape),
                                 from_b = broadcast_elements(graph, b.shape, shape);
  std::vector<Operand> results;
  for (std::size_t i = 0; i < from_a.size(); ++i)
    results.push_back(equal_texts(graph, graph.element(a, from_a[i]), graph.element(b, from_b[i])));
  call.output(0, OnnxType::kBool, shape, results);
}

void read_onnx_where(const OnnxCall &call) {
  OnnxGraph &graph = call.graph();
  const OnnxValue &condition = call.input(0), &yes = call.input(1), &no = call.input(2);
  if (yes.type != no.type) refuse_onnx("its inputs have different types");
  const std::vector<std::int64_t> shape =
      broadcast_shape(condition.shape, broadcast_shape(yes.shape, no.shape));
  graph.count_elements(element_count(shape), yes.type == OnnxType::kString
                                                 ? OnnxGraph::Kind::kText
                                                 : OnnxGraph::Kind::kComputed);
  const std::vector<std::size_t> from_condition = broadcast_elements(graph, condition.shape, shape),
                                 from_yes = broadcast_elements(graph, yes.shape, shape),
                                 from_no = broadcast_elements(graph, no.shape, shape);
  if (yes.type == OnnxType::kString && !condition.is_constant())
    refuse_unsupported_onnx("a text is chosen by a condition on the row");
  if (condition.is_constant()) {
    OnnxValue result = onnx_value(yes.type, shape);
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

}  // namespace pgscore::formats
