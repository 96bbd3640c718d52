// Reductions, softmax and the greatest of several (onnx/defs/reduction/defs.cc, math/defs.cc).
#include <algorithm>

#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

using model::Op;
using model::Operand;
using model::Precision;
using model::Reduction;

/// The elements of a tensor that are reduced together: one list for each element of the result.
struct Groups {
  Shape shape;  // of the result
  std::vector<std::vector<std::size_t>> members;
};

Groups group(Graph &graph, const Value &value, const std::vector<bool> &reduced,
             bool keep_dimensions) {
  const Shape &shape = value.shape;
  graph.count_elements(value.size(), Graph::kind_of(value));
  Groups groups;
  std::vector<std::size_t> step(shape.size(), 0);  // of the result
  std::size_t product = 1;
  for (std::size_t k = shape.size(); k-- > 0;) {
    if (reduced[k]) continue;
    step[k] = product;
    product *= static_cast<std::size_t>(shape[k]);
  }
  for (std::size_t k = 0; k < shape.size(); ++k)
    if (!reduced[k] || keep_dimensions) groups.shape.push_back(reduced[k] ? 1 : shape[k]);
  groups.members.resize(element_count(groups.shape));
  std::vector<std::int64_t> at(shape.size(), 0);
  for (std::size_t i = 0, count = element_count(shape); i < count; ++i) {
    graph.budget().spend();
    std::size_t target = 0;
    for (std::size_t k = 0; k < shape.size(); ++k)
      target += step[k] * static_cast<std::size_t>(at[k]);
    groups.members[target].push_back(i);
    for (std::size_t k = shape.size(); k-- > 0;) {
      if (++at[k] < shape[k]) break;
      at[k] = 0;
    }
  }
  return groups;
}

/// The axes are an input since operator set 13 for ReduceSum, 18 for the others.
std::vector<bool> reduced_axes(const Call &call, std::size_t rank) {
  const auto axes = axes_of(call, call.node().op_type == "ReduceSum" ? 13 : 18, 1);
  if (!axes || axes->empty())
    return std::vector<bool>(rank, call.integer("noop_with_empty_axes", 0) == 0);
  std::vector<bool> reduced(rank, false);
  for (const std::int64_t axis : *axes) reduced[resolve_axis(axis, rank)] = true;
  return reduced;
}

Operand reduce_group(Graph &graph, std::string_view name, const std::vector<Operand> &inputs,
                     Precision precision) {
  auto reduce = [&](Reduction function) { return graph.reduce(function, inputs, precision); };
  auto apply = [&](Op op, Operand x) { return graph.apply(op, {x}, precision); };
  if (name == "ReduceSum") return reduce(Reduction::kSum);
  if (name == "ReduceMean") return reduce(Reduction::kMean);
  if (name == "ReduceMax") return reduce(Reduction::kMax);
  if (name == "ReduceMin") return reduce(Reduction::kMin);
  if (name == "ReduceProd") return reduce(Reduction::kProduct);
  if (name == "ReduceSumSquare") return reduce(Reduction::kSumSquares);
  if (name == "ReduceL1") return reduce(Reduction::kSumSizes);
  if (name == "ReduceL2") return apply(Op::kSqrt, reduce(Reduction::kSumSquares));
  if (name == "ReduceLogSum") return apply(Op::kLog, reduce(Reduction::kSum));
  if (name != "ReduceLogSumExp") refuse("unknown reduction");
  const Operand greatest = reduce(Reduction::kMax);
  std::vector<Operand> powers;
  for (const Operand &x : inputs)
    powers.push_back(apply(Op::kExp, graph.apply(Op::kSubtract, {x, greatest}, precision)));
  return graph.apply(Op::kAdd,
                     {apply(Op::kLog, graph.reduce(Reduction::kSum, powers, precision)), greatest},
                     precision);
}

}  // namespace

void read_reduce(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0);
  const Precision precision = precision_of(value.type);
  const std::vector<bool> reduced = reduced_axes(call, value.shape.size());
  const Groups groups = group(graph, value, reduced, call.integer("keepdims", 1) != 0);
  const bool nothing = std::none_of(reduced.begin(), reduced.end(), [](bool b) { return b; });
  std::vector<Operand> results;
  for (const std::vector<std::size_t> &members : groups.members) {
    std::vector<Operand> inputs;
    for (const std::size_t i : members) inputs.push_back(graph.argument(value, i));
    const Operand result = nothing && call.integer("noop_with_empty_axes", 0) != 0
                               ? inputs.at(0)
                               : reduce_group(graph, call.node().op_type, inputs, precision);
    results.push_back(is_integral(value.type) ? graph.apply(Op::kTruncate, {result}, precision)
                                              : result);
  }
  call.output(0, value.type, groups.shape, results);
}

/// The first of equal ones, unless select_last_index asks for the last.
void read_arg_extreme(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0);
  const std::size_t rank = value.shape.size(), axis = resolve_axis(call.integer("axis", 0), rank);
  std::vector<bool> reduced(rank, false);
  reduced[axis] = true;
  const Groups groups = group(graph, value, reduced, call.integer("keepdims", 1) != 0);
  const bool last = call.integer("select_last_index", 0) != 0,
             least = call.node().op_type == "ArgMin";
  const auto count = static_cast<double>(value.shape[axis]);
  graph.count_elements(value.shape[axis] < 0 ? 0 : static_cast<std::uint64_t>(value.shape[axis]),
                       Graph::Kind::kText);
  std::vector<std::string> texts;
  std::vector<double> numbers;
  for (double i = 0; i < count; ++i) {
    numbers.push_back(i);
    texts.push_back(integer_text(i));
  }
  const Texts text_list = graph.share(std::move(texts));
  const Numbers number_list = graph.share(std::move(numbers));
  Value result = make_value(Type::kInt64, groups.shape);
  graph.count_elements(groups.members.size());
  for (const std::vector<std::size_t> &members : groups.members) {
    std::vector<Operand> inputs;
    for (const std::size_t i : members) {
      const Operand x = graph.number(value, i);
      inputs.push_back(least ? graph.apply(Op::kNegate, {x}, Precision::kFloat64) : x);
    }
    if (last) std::reverse(inputs.begin(), inputs.end());
    Operand index = graph.arg_max(inputs);
    if (last)
      index = graph.apply(Op::kSubtract, {Operand::value(count - 1), index}, Precision::kFloat64);
    result.elements.push_back(
        {index, std::make_shared<const Domain>(Domain{index, text_list, number_list})});
  }
  call.output(0, std::move(result));
}

/// Before operator set 13 all dimensions from the axis on count as one, and the axis is 1 when it
/// is not given; since then it is the last one (onnx/defs/math/old.cc).
void read_softmax(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0);
  if (!is_floating(value.type)) refuse("its input is no floating number");
  const Precision precision = precision_of(value.type);
  const std::size_t rank = value.shape.size();
  const bool flat = call.opset() < 13;
  std::vector<bool> reduced(rank, false);
  const std::size_t axis = resolve_axis(call.integer("axis", flat ? 1 : -1), rank);
  for (std::size_t k = axis; k < (flat ? rank : axis + 1); ++k) reduced[k] = true;
  const Groups groups = group(graph, value, reduced, true);
  std::vector<Operand> results(value.size());
  for (const std::vector<std::size_t> &members : groups.members) {
    std::vector<Operand> inputs;
    for (const std::size_t i : members) inputs.push_back(graph.argument(value, i));
    std::vector<Operand> outputs;
    if (call.node().op_type == "Softmax") {
      outputs = graph.link(model::LinkFunction::kSoftmax, inputs, precision);
    } else {
      const Operand greatest = graph.reduce(Reduction::kMax, inputs, precision);
      std::vector<Operand> powers;
      for (const Operand &x : inputs) {
        outputs.push_back(graph.apply(Op::kSubtract, {x, greatest}, precision));
        powers.push_back(graph.apply(Op::kExp, {outputs.back()}, precision));
      }
      const Operand sum =
          graph.apply(Op::kLog, {graph.reduce(Reduction::kSum, powers, precision)}, precision);
      for (Operand &x : outputs) x = graph.apply(Op::kSubtract, {x, sum}, precision);
    }
    for (std::size_t i = 0; i < members.size(); ++i) results[members[i]] = outputs[i];
  }
  Value scores = call.numbers(value.type, value.shape, results);
  if (call.node().op_type == "Softmax") scores.margins = graph.numbers(value);
  call.output(0, std::move(scores));
}

}  // namespace pgscore::formats::onnx
