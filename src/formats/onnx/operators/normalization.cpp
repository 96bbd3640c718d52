// Normalizations over an axis, as ONNX Runtime 1.21 computes them: core/providers/cpu/nn/lp_norm.cc
// and layer_norm_impl.cc.
#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {

using model::Op;
using model::Operand;
using model::Precision;
using model::Reduction;

/// x divided by the norm of the axis; where that is 0, all results are.
void read_lp_normalization(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0);
  if (!is_floating(value.type)) refuse("its input is no floating number");
  const std::int64_t p = call.integer("p", 2);
  if (p != 1 && p != 2) refuse("p is " + std::to_string(p));
  const std::size_t axis = resolve_axis(call.integer("axis", -1), value.shape.size());
  const Precision precision = precision_of(value.type);
  const auto length = static_cast<std::size_t>(value.shape[axis]);
  const std::size_t step = element_count(std::span(value.shape).subspan(axis + 1));
  graph.count_elements(value.size(), Graph::kind_of(value));
  std::vector<Operand> results(value.size());
  for (std::size_t line = 0; length > 0 && line < value.size() / length; ++line) {
    const std::size_t first = line / step * length * step + line % step;
    std::vector<Operand> inputs;
    for (std::size_t k = 0; k < length; ++k)
      inputs.push_back(graph.number(value, first + k * step));
    Operand norm =
        graph.reduce(p == 1 ? Reduction::kSumSizes : Reduction::kSumSquares, inputs, precision);
    if (p == 2) norm = graph.apply(Op::kSqrt, {norm}, precision);
    const Operand divides = graph.apply(Op::kNotEqual, {norm, Operand::value(0)}, precision);
    for (std::size_t k = 0; k < length; ++k)
      results[first + k * step] =
          graph.select(divides, graph.apply(Op::kDivide, {inputs[k], norm}, precision),
                       Operand::value(0), precision);
  }
  // Of scores it is the last step of "one against the rest".
  Value normalized = call.numbers(value.type, value.shape, results);
  normalized.margins = value.margins;
  call.output(0, std::move(normalized));
}

/// (x - mean) / sqrt(mean of squares - mean * mean + epsilon) * scale + bias, over the dimensions
/// from the axis on.
void read_layer_normalization(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0), &scale = call.input(1);
  const Value *bias = call.optional_input(2);
  if (!is_floating(value.type)) refuse("its input is no floating number");
  if (call.integer("stash_type", 1) != 1) refuse_unsupported("stash_type is not 1");
  const std::size_t axis = resolve_axis(call.integer("axis", -1), value.shape.size());
  const std::size_t length = element_count(std::span(value.shape).subspan(axis));
  if (length == 0) refuse_unsupported("a reduction of no elements");
  if (scale.size() != length || (bias != nullptr && bias->size() != length))
    refuse("scale and bias have not one number for each of the " + std::to_string(length) +
           " elements");
  const Precision precision = precision_of(value.type);
  auto op = [&](Op op, Operand x, Operand y) { return graph.apply(op, {x, y}, precision); };
  const Operand count = Operand::value(static_cast<double>(length)),
                epsilon = Operand::value(call.number("epsilon", 1e-5f));
  graph.count_elements(value.size(), Graph::kind_of(value));
  std::vector<Operand> results, means, inverses;
  for (std::size_t first = 0; first < value.size(); first += length) {
    std::vector<Operand> inputs;
    for (std::size_t k = 0; k < length; ++k) inputs.push_back(graph.number(value, first + k));
    const Operand mean = op(Op::kDivide, graph.reduce(Reduction::kSum, inputs, precision), count);
    const Operand squares =
        op(Op::kDivide, graph.reduce(Reduction::kSumSquares, inputs, precision), count);
    const Operand variance = op(Op::kSubtract, squares, op(Op::kMultiply, mean, mean));
    const Operand deviation = graph.apply(Op::kSqrt, {op(Op::kAdd, variance, epsilon)}, precision);
    for (std::size_t k = 0; k < length; ++k) {
      Operand x = op(Op::kDivide, op(Op::kSubtract, inputs[k], mean), deviation);
      x = op(Op::kMultiply, x, graph.number(scale, k));
      results.push_back(bias == nullptr ? x : op(Op::kAdd, x, graph.number(*bias, k)));
    }
    means.push_back(mean);
    inverses.push_back(op(Op::kDivide, Operand::value(1), deviation));
  }
  call.output(0, value.type, value.shape, results);
  std::vector<std::int64_t> shape = value.shape;
  std::fill(shape.begin() + static_cast<std::ptrdiff_t>(axis), shape.end(), 1);
  if (call.num_outputs() > 1) call.output(1, value.type, shape, means);
  if (call.num_outputs() > 2) call.output(2, value.type, shape, inverses);
}

}  // namespace pgscore::formats::onnx
