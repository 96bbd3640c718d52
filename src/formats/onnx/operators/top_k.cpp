// The greatest elements of an axis, and running sums (onnx/defs/math/defs.cc: TopK, CumSum).
#include <algorithm>
#include <cmath>
#include <numeric>

#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

using model::Operand;

/// The elements of a value along one axis: `lines` lines of `length` elements, `step` apart.
struct Lines {
  std::size_t lines, length, step;
  std::size_t at(std::size_t line, std::size_t k) const {
    return line / step * length * step + line % step + k * step;
  }
};

Lines lines_of(const Value &value, std::size_t axis) {
  const std::size_t step = element_count(std::span(value.shape).subspan(axis + 1)),
                    length = static_cast<std::size_t>(value.shape[axis]);
  return {length == 0 ? 0 : value.size() / length, length, step};
}

std::size_t count_of_top_k(const Call &call) {
  if (call.opset() < 10) {
    const std::int64_t k = call.integer("k", 0);
    if (k < 1) refuse("k is " + std::to_string(k));
    return static_cast<std::size_t>(k);
  }
  const std::vector<std::int64_t> k = call.constant_integers(1, "k");
  if (k.size() != 1 || k[0] < 1) refuse("k is not one positive integer");
  return static_cast<std::size_t>(k[0]);
}

}  // namespace

/// Of equal elements those in front come first. NaN has no place in the order: its index, and those
/// behind, are missing.
void read_top_k(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0);
  const std::size_t axis = resolve_axis(call.integer("axis", -1), value.shape.size()),
                    count = count_of_top_k(call);
  const bool largest = call.integer("largest", 1) != 0;
  if (call.integer("sorted", 1) == 0)
    refuse_unsupported("sorted = 0 leaves the order of the results open");
  const Lines lines = lines_of(value, axis);
  if (count > lines.length)
    refuse("k is " + std::to_string(count) + ", there are " + std::to_string(lines.length) +
           " elements");
  Shape shape = value.shape;
  shape[axis] = static_cast<std::int64_t>(count);
  graph.count_elements(element_count(shape));
  const bool wants_values = graph.num_uses(call.node().outputs.at(0)) > 0;
  std::vector<Operand> values(element_count(shape)), indices(values.size());
  const Lines results{lines.lines, count, lines.step};
  for (std::size_t line = 0; line < lines.lines; ++line) {
    std::vector<Operand> inputs;
    for (std::size_t k = 0; k < lines.length; ++k)
      inputs.push_back(graph.number(value, lines.at(line, k)));
    const std::vector<Operand> order = graph.rank(inputs, count, !largest);
    for (std::size_t k = 0; k < count; ++k) {
      indices[results.at(line, k)] = order[k];
      if (wants_values) values[results.at(line, k)] = choose(graph, inputs, value.type, order[k]);
    }
  }
  if (wants_values) call.output(0, value.type, shape, values);
  call.output(1, Type::kInt64, shape, indices);
}

/// Sums from the first element on, each of them added to the one before (ONNX Runtime 1.21,
/// math/cumsum.cc).
void read_cumulative_sum(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0);
  const std::vector<std::int64_t> axes = call.constant_integers(1, "the axis");
  if (axes.size() != 1) refuse("the axis is not one integer");
  const Lines lines = lines_of(value, resolve_axis(axes[0], value.shape.size()));
  const bool exclusive = call.integer("exclusive", 0) != 0,
             reverse = call.integer("reverse", 0) != 0;
  graph.count_elements(value.size(), Graph::kind_of(value));
  std::vector<Operand> results(value.size());
  for (std::size_t line = 0; line < lines.lines; ++line) {
    Operand sum = Operand::value(0);
    for (std::size_t k = 0; k < lines.length; ++k) {
      const std::size_t at = lines.at(line, reverse ? lines.length - 1 - k : k);
      const Operand x = graph.number(value, at);
      if (exclusive) results[at] = sum;
      sum = k == 0 ? x : graph.apply(model::Op::kAdd, {sum, x}, precision_of(value.type));
      if (!exclusive) results[at] = sum;
    }
  }
  call.output(0, value.type, value.shape, results);
}

}  // namespace pgscore::formats::onnx
