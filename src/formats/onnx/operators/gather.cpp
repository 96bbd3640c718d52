// Operators that choose elements by indices. Constant indices only move elements; those that are
// computed from the row become look-ups of constants, or comparisons with every index.
#include <algorithm>
#include <cmath>

#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

using model::Op;
using model::Operand;
using model::Precision;

std::size_t fixed_index(double index, std::size_t count) {
  const double at = index < 0 ? index + static_cast<double>(count) : index;
  if (!(at >= 0 && at < static_cast<double>(count)))
    refuse("index " + integer_text(index) + " is out of range, there are " + std::to_string(count));
  return static_cast<std::size_t>(at);
}

bool all_constant(const std::vector<Element> &choices, Type type) {
  return std::all_of(choices.begin(), choices.end(), [&](const Element &e) {
    return type == Type::kString ? e.domain->index.is_constant() : e.value.is_constant();
  });
}

/// One of `choices` by an index that the row decides. Outside of them it is missing (ONNX Runtime:
/// an error). Whole numbers and texts keep the list of what they can be: this is how classifiers
/// name their class.
Element choose(Graph &graph, const std::vector<Element> &choices, Type type, Operand index) {
  if (all_constant(choices, type)) {
    std::vector<std::string> texts;
    std::vector<double> numbers;
    for (const Element &choice : choices) {
      if (type == Type::kString) {
        texts.push_back(choice.domain->constant_text());
      } else {
        numbers.push_back(choice.value.constant);
        if (is_integral(type)) texts.push_back(integer_text(numbers.back()));
      }
    }
    if (!texts.empty()) return graph.domain_element(index, std::move(texts), std::move(numbers));
    return {graph.look_up(index, numbers, model::kMissing, model::kMissing), nullptr};
  }
  if (type == Type::kString)
    refuse_unsupported("a text of the row is chosen by an index of the row");
  Operand result = Operand::value(model::kMissing);
  for (std::size_t k = choices.size(); k-- > 0;) {
    const Operand here = graph.apply(
        Op::kIndicator, {index, Operand::value(static_cast<double>(k))}, Precision::kFloat64);
    result = graph.select(here, choices[k].value, result, precision_of(type));
  }
  return {result, nullptr};
}

}  // namespace

Operand choose(Graph &graph, const std::vector<Operand> &choices, Type type, Operand index) {
  if (index.is_constant()) {
    if (std::isnan(index.constant)) return Operand::value(model::kMissing);
    return choices[fixed_index(index.constant, choices.size())];
  }
  std::vector<Element> elements;
  for (const Operand &choice : choices) elements.push_back({choice, nullptr});
  return choose(graph, elements, type, index).value;
}

namespace {

/// Element k of the axis, as often as there are combinations of the other dimensions.
Element exact_element(Graph &graph, const Value &value, std::size_t i) {
  Element element = graph.element(value, i);
  if (value.type != Type::kString) element.value = graph.number(value, i);
  return element;
}

Element gather_one(Graph &graph, const Value &value, const Value &indices, std::size_t at,
                   std::size_t first, std::size_t count, std::size_t step) {
  const Operand index = graph.number(indices, at);
  if (index.is_constant())
    return graph.element(value, first + fixed_index(index.constant, count) * step);
  graph.count_elements(count, Graph::kind_of(value));
  std::vector<Element> choices;
  for (std::size_t k = 0; k < count; ++k)
    choices.push_back(exact_element(graph, value, first + k * step));
  return choose(graph, choices, value.type, index);
}

}  // namespace

void read_gather(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0), &indices = call.input(1);
  const std::size_t axis = resolve_axis(call.integer("axis", 0), value.shape.size());
  const auto dims = std::span(value.shape);
  const std::size_t outer = element_count(dims.first(axis)),
                    count = static_cast<std::size_t>(value.shape[axis]),
                    inner = element_count(dims.subspan(axis + 1));
  Shape shape(value.shape.begin(), value.shape.begin() + static_cast<std::ptrdiff_t>(axis));
  shape.insert(shape.end(), indices.shape.begin(), indices.shape.end());
  shape.insert(shape.end(), value.shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1,
               value.shape.end());
  graph.count_elements(element_count(shape),
                       indices.is_constant() ? Graph::kind_of(value) : Graph::Kind::kComputed);
  if (element_count(shape) == 0) return call.output(0, make_value(value.type, std::move(shape)));
  if (indices.is_constant()) {
    std::vector<std::size_t> from;
    for (std::size_t o = 0; o < outer; ++o)
      for (std::size_t n = 0; n < indices.size(); ++n)
        for (std::size_t i = 0; i < inner; ++i)
          from.push_back(
              (o * count + fixed_index(graph.number(indices, n).constant, count)) * inner + i);
    return call.output(0, pick_elements(graph, value, from, std::move(shape)));
  }
  graph.count_elements(element_count(shape));
  Value result = make_value(value.type, std::move(shape));
  for (std::size_t o = 0; o < outer; ++o)
    for (std::size_t n = 0; n < indices.size(); ++n)
      for (std::size_t i = 0; i < inner; ++i)
        result.elements.push_back(
            gather_one(graph, value, indices, n, o * count * inner + i, count, inner));
  call.output(0, std::move(result));
}

void read_gather_elements(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0), &indices = call.input(1);
  const std::size_t rank = value.shape.size(), axis = resolve_axis(call.integer("axis", 0), rank);
  if (indices.shape.size() != rank) refuse("its inputs have different numbers of dimensions");
  for (std::size_t k = 0; k < rank; ++k)
    if (k != axis && indices.shape[k] > value.shape[k])
      refuse("the indices are more than the elements");
  const auto count = static_cast<std::size_t>(value.shape[axis]);
  const std::size_t inner = element_count(std::span(value.shape).subspan(axis + 1));
  graph.count_elements(indices.size(),
                       indices.is_constant() ? Graph::kind_of(value) : Graph::Kind::kComputed);
  Value result = make_value(value.type, indices.shape);
  std::vector<std::int64_t> at(rank, 0);
  for (std::size_t n = 0; n < indices.size(); ++n) {
    std::size_t first = 0;
    for (std::size_t k = 0; k < rank; ++k)
      first = first * static_cast<std::size_t>(value.shape[k]) +
              (k == axis ? 0 : static_cast<std::size_t>(at[k]));
    result.elements.push_back(gather_one(graph, value, indices, n, first, count, inner));
    for (std::size_t k = rank; k-- > 0;) {
      if (++at[k] < indices.shape[k]) break;
      at[k] = 0;
    }
  }
  call.output(0, std::move(result));
}

/// The last axis; a vector is one row (ONNX Runtime 1.21, ml/array_feature_extractor.cc).
void read_array_feature_extractor(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0), &indices = call.input(1);
  if (value.shape.empty()) refuse("its input is a scalar");
  const auto count = static_cast<std::size_t>(value.shape.back());
  const std::size_t rows = count == 0 ? 0 : value.size() / count;
  Shape shape = value.shape;
  if (shape.size() == 1) shape.insert(shape.begin(), 1);
  shape.back() = static_cast<std::int64_t>(indices.size());
  graph.count_elements(rows * indices.size(),
                       indices.is_constant() ? Graph::kind_of(value) : Graph::Kind::kComputed);
  if (rows * indices.size() != element_count(shape)) refuse("its input has no elements");
  Value result = make_value(value.type, std::move(shape));
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t n = 0; n < indices.size(); ++n)
      result.elements.push_back(gather_one(graph, value, indices, n, r * count, count, 1));
  call.output(0, std::move(result));
}

/// OneHot of ai.onnx: indices, depth, {off, on}.
void read_one_hot(const Call &call) {
  Graph &graph = call.graph();
  const Value &indices = call.input(0), &values = call.input(2);
  const std::vector<std::int64_t> depths = call.constant_integers(1, "the depth");
  if (depths.size() != 1 || depths[0] < 1) refuse("the depth is not one positive integer");
  if (values.size() != 2) refuse("the values are not two");
  const std::int64_t depth = depths[0];
  const std::size_t rank = indices.shape.size(),
                    axis = resolve_axis(call.integer("axis", -1), rank + 1);
  Shape shape;  // that of the indices, with the new axis
  for (std::size_t i = 0; i <= rank; ++i)
    shape.push_back(i == axis ? depth : indices.shape[i < axis ? i : i - 1]);
  graph.count_elements(element_count(shape));
  const std::size_t inner = element_count(std::span(indices.shape).subspan(axis)),
                    outer = inner == 0 ? 0 : indices.size() / inner;
  const Operand off = graph.number(values, 0), on = graph.number(values, 1);
  std::vector<Operand> results;
  for (std::size_t o = 0; o < outer; ++o)
    for (std::int64_t k = 0; k < depth; ++k)
      for (std::size_t i = 0; i < inner; ++i) {
        const Operand index = graph.number(indices, o * inner + i),
                      whole = Operand::value(static_cast<double>(k));
        const Operand from_end = Operand::value(static_cast<double>(k - depth));
        const Operand hit =
            graph.apply(Op::kOr,
                        {graph.apply(Op::kIndicator, {index, whole}, Precision::kFloat64),
                         graph.apply(Op::kIndicator, {index, from_end}, Precision::kFloat64)},
                        Precision::kFloat64);
        results.push_back(graph.select(hit, on, off, precision_of(values.type)));
      }
  call.output(0, values.type, std::move(shape), results);
}

}  // namespace pgscore::formats::onnx
