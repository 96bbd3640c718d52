// Operators that only move elements, and those of shapes (onnx/defs/tensor/defs.cc).
#include <algorithm>
#include <numeric>

#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

std::size_t size(std::int64_t dim) { return static_cast<std::size_t>(dim); }
std::int64_t product(const Shape &shape, std::size_t first, std::size_t end) {
  return static_cast<std::int64_t>(element_count(std::span(shape).subspan(first, end - first)));
}

void same_elements(const Call &call, Shape shape) {
  const Value &value = call.input(0);
  if (element_count(shape) != value.size())
    refuse("the new shape has " + std::to_string(element_count(shape)) +
           " elements, the tensor has " + std::to_string(value.size()) + " for one row");
  call.graph().count_elements(value.size(), Graph::kind_of(value));
  Value result = value;
  result.shape = std::move(shape);
  call.output(0, std::move(result));
}

/// The elements whose number on the axis is in `indices`, in that order.
Value take(Graph &graph, const Value &value, std::size_t axis,
           const std::vector<std::size_t> &indices) {
  const SplitShape split = split_at(value.shape, axis);
  graph.count_elements(split.outer * indices.size() * split.inner, Graph::kind_of(value));
  std::vector<std::size_t> from;
  for (std::size_t o = 0; o < split.outer; ++o) {
    graph.budget().spend(1 + indices.size());
    for (const std::size_t index : indices)
      for (std::size_t i = 0; i < split.inner; ++i)
        from.push_back((o * split.axis + index) * split.inner + i);
  }
  Shape shape = value.shape;
  shape[axis] = static_cast<std::int64_t>(indices.size());
  return pick_elements(graph, value, from, std::move(shape));
}

std::vector<std::size_t> range(std::size_t first, std::size_t count) {
  std::vector<std::size_t> indices(count);
  std::iota(indices.begin(), indices.end(), first);
  return indices;
}

}  // namespace

Value element_of_axis(Graph &graph, const Value &value, std::int64_t axis, std::int64_t at) {
  const std::size_t k = resolve_axis(axis, value.shape.size());
  Value element = take(graph, value, k, {size(at)});
  element.shape.erase(element.shape.begin() + static_cast<std::ptrdiff_t>(k));
  return element;
}

void read_identity(const Call &call) {
  const Value &value = call.any_input(0);
  call.graph().count_elements(value.size(), Graph::kind_of(value));
  call.output(0, value);
  if (call.node().op_type == "Dropout" && call.has_input(2)) {
    const Value &training = call.input(2);
    if (training.numbers.size() != 1 || training.numbers[0] != 0)
      refuse_unsupported("training_mode is set");
  }
  // Dropout's mask.
  if (call.num_outputs() > 1 && !call.node().outputs[1].empty()) {
    Value mask = make_value(Type::kBool, value.shape);
    mask.numbers.assign(value.size(), 1);
    call.output(1, std::move(mask));
  }
}

void read_constant(const Call &call) {
  Value value;
  if (const Tensor *tensor = call.tensor("value")) {
    value = constant_value(call.graph(), *tensor);
  } else if (call.has("value_float")) {
    value.numbers = {static_cast<double>(call.number("value_float", 0))};
  } else if (call.has("value_floats")) {
    const auto floats = call.floats("value_floats");
    value = make_value(Type::kFloat, {static_cast<std::int64_t>(floats.size())});
    value.numbers.assign(floats.begin(), floats.end());
  } else if (call.has("value_int")) {
    value.type = Type::kInt64;
    value.numbers = {exact_number(call.integer("value_int", 0))};
  } else if (call.has("value_ints")) {
    std::vector<double> integers = call.exact_integers("value_ints");
    value = make_value(Type::kInt64, {static_cast<std::int64_t>(integers.size())});
    value.numbers = std::move(integers);
  } else if (call.has("value_string")) {
    value.type = Type::kString;
    value.texts = {call.text("value_string", "")};
  } else if (call.has("value_strings")) {
    value.texts = call.texts("value_strings");
    value.type = Type::kString;
    value.shape = {static_cast<std::int64_t>(value.texts.size())};
  } else {
    refuse_unsupported("the constant has no value that is supported");
  }
  call.graph().count_elements(value.size(), Graph::Kind::kConstant);
  call.output(0, std::move(value));
}

void read_constant_of_shape(const Call &call) {
  Value value;
  if (const Tensor *tensor = call.tensor("value")) {
    value = constant_value(call.graph(), *tensor);
    if (value.numbers.size() != 1) refuse("attribute \"value\" is not one number");
  } else {
    value.numbers = {0};
  }
  value.shape = call.constant_integers(0, "the shape");
  const std::uint64_t count = element_count(value.shape);
  call.graph().count_elements(count, Graph::Kind::kConstant);
  value.numbers.assign(count, value.numbers[0]);
  call.output(0, std::move(value));
}

/// The batch dimension counts as 1.
void read_shape(const Call &call) {
  const Shape &shape = call.input(0).shape;
  const auto rank = static_cast<std::int64_t>(shape.size());
  auto bound = [&](std::int64_t at) {
    return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank);
  };
  const std::int64_t first = bound(call.integer("start", 0)),
                     end = bound(call.integer("end", rank));
  Value value = make_value(Type::kInt64, {std::max<std::int64_t>(end - first, 0)});
  for (std::int64_t k = first; k < end; ++k)
    value.numbers.push_back(static_cast<double>(shape[size(k)]));
  call.output(0, std::move(value));
}

void read_size(const Call &call) {
  Value value = make_value(Type::kInt64, {});
  value.numbers = {static_cast<double>(call.input(0).size())};
  call.output(0, std::move(value));
}

void read_reshape(const Call &call) {
  const Value &value = call.input(0);
  Shape shape;
  if (call.opset() < 5) {
    const auto attribute = call.integers("shape");
    shape.assign(attribute.begin(), attribute.end());
  } else {
    shape = call.constant_integers(1, "the shape");
  }
  const bool zero_is_zero = call.integer("allowzero", 0) != 0;
  std::optional<std::size_t> unknown;
  std::uint64_t known = 1;
  for (std::size_t k = 0; k < shape.size(); ++k) {
    if (shape[k] == -1) {
      if (unknown) refuse("two dimensions of the new shape are -1");
      unknown = k;
      continue;
    }
    if (shape[k] == 0 && !zero_is_zero) {
      if (k >= value.shape.size())
        refuse("dimension " + std::to_string(k) + " of the new shape is 0, the tensor has none");
      shape[k] = value.shape[k];
    }
    const std::int64_t dims[] = {static_cast<std::int64_t>(known), shape[k]};
    known = element_count(dims);
    check_limit(known, call.graph().limits().max_nodes, "elements of a tensor");
  }
  if (unknown) {
    if (known == 0 || value.size() % known != 0)
      refuse("the new shape does not fit " + std::to_string(value.size()) +
             " elements, those of one row");
    shape[*unknown] = static_cast<std::int64_t>(value.size() / known);
  }
  same_elements(call, std::move(shape));
}

void read_flatten(const Call &call) {
  const Shape &shape = call.input(0).shape;
  const auto rank = static_cast<std::int64_t>(shape.size());
  std::int64_t axis = call.integer("axis", 1);
  if (axis < -rank || axis > rank) refuse("axis " + std::to_string(axis) + " is out of range");
  if (axis < 0) axis += rank;
  same_elements(call, {product(shape, 0, size(axis)), product(shape, size(axis), shape.size())});
}

void read_squeeze(const Call &call) {
  const Shape &shape = call.input(0).shape;
  const auto axes = axes_of(call, 13, 1);
  std::vector<bool> drop(shape.size(), false);
  if (!axes)  // the batch dimension is 1 here, but not in the model
    for (std::size_t k = call.input(0).is_constant() ? 0 : 1; k < shape.size(); ++k)
      drop[k] = shape[k] == 1;
  else
    for (const std::int64_t axis : *axes) {
      const std::size_t k = resolve_axis(axis, shape.size());
      if (shape[k] != 1)
        refuse("dimension " + std::to_string(k) + " has size " + std::to_string(shape[k]) +
               ", not 1");
      drop[k] = true;
    }
  Shape squeezed;
  for (std::size_t k = 0; k < shape.size(); ++k)
    if (!drop[k]) squeezed.push_back(shape[k]);
  same_elements(call, std::move(squeezed));
}

void read_unsqueeze(const Call &call) {
  const Shape &shape = call.input(0).shape;
  const auto axes = axes_of(call, 13, 1);
  if (!axes) refuse("there are no axes");
  const std::size_t rank = shape.size() + axes->size();
  std::vector<bool> added(rank, false);
  for (const std::int64_t axis : *axes) {
    const std::size_t k = resolve_axis(axis, rank);
    if (added[k]) refuse("axis " + std::to_string(k) + " appears twice");
    added[k] = true;
  }
  Shape unsqueezed;
  for (std::size_t k = 0, next = 0; k < rank; ++k)
    unsqueezed.push_back(added[k] ? 1 : shape[next++]);
  same_elements(call, std::move(unsqueezed));
}

void read_transpose(const Call &call) {
  const Value &value = call.input(0);
  const std::size_t rank = value.shape.size();
  std::vector<std::size_t> order(rank);
  if (call.has("perm")) {
    const auto perm = call.integers("perm");
    if (perm.size() != rank) refuse("perm has not one entry per dimension");
    std::vector<bool> seen(rank, false);
    for (std::size_t k = 0; k < rank; ++k) {
      order[k] = resolve_axis(perm[k], rank);
      if (seen[order[k]]) refuse("perm has a dimension twice");
      seen[order[k]] = true;
    }
  } else {
    for (std::size_t k = 0; k < rank; ++k) order[k] = rank - 1 - k;
  }
  std::vector<std::size_t> step(rank, 1);
  for (std::size_t k = rank; k-- > 1;) step[k - 1] = step[k] * size(value.shape[k]);
  Shape shape(rank);
  for (std::size_t k = 0; k < rank; ++k) shape[k] = value.shape[order[k]];
  call.graph().count_elements(value.size(), Graph::kind_of(value));
  std::vector<std::size_t> from;
  std::vector<std::int64_t> at(rank, 0);
  for (std::size_t n = 0; n < value.size(); ++n) {
    call.graph().budget().spend();
    std::size_t position = 0;
    for (std::size_t k = 0; k < rank; ++k) position += step[order[k]] * size(at[k]);
    from.push_back(position);
    for (std::size_t k = rank; k-- > 0;) {
      if (++at[k] < shape[k]) break;
      at[k] = 0;
    }
  }
  call.output(0, pick_elements(call.graph(), value, from, std::move(shape)));
}

void read_concat(const Call &call) {
  std::vector<const Value *> parts;
  for (std::size_t i = 0; i < call.num_inputs(); ++i) parts.push_back(&call.input(i));
  if (parts.empty()) refuse("input 0 is missing");
  // 1 was the default up to operator set 3.
  call.output(0, concatenate(call.graph(), parts,
                             resolve_axis(call.integer("axis", 1), parts[0]->shape.size())));
}

Value concatenate(Graph &graph, const std::vector<const Value *> &parts, std::size_t axis) {
  const Value &first = *parts[0];
  Value result = make_value(first.type, first.shape);
  result.shape[axis] = 0;
  for (const Value *each : parts) {
    const Value &part = *each;
    graph.budget().spend();
    if (part.type != first.type) refuse("its inputs have different types");
    if (part.shape.size() != first.shape.size())
      refuse("its inputs have different numbers of dimensions");
    for (std::size_t k = 0; k < part.shape.size(); ++k)
      if (k != axis && part.shape[k] != first.shape[k])
        refuse("its inputs differ in dimension " + std::to_string(k));
    result.shape[axis] += part.shape[axis];
  }
  bool numbers = first.type != Type::kString;  // constant ones
  for (const Value *part : parts) numbers = numbers && part->is_constant();
  graph.count_elements(element_count(result.shape), numbers ? Graph::Kind::kConstant
                                                    : first.type == Type::kString
                                                        ? Graph::Kind::kText
                                                        : Graph::Kind::kComputed);
  const SplitShape split = split_at(result.shape, axis);
  for (std::size_t o = 0; o < split.outer; ++o) {
    for (const Value *each : parts) {
      const Value &part = *each;
      const std::size_t count = size(part.shape[axis]) * split.inner;
      graph.budget().spend(1 + count);
      for (std::size_t k = o * count; k < (o + 1) * count; ++k) {
        if (numbers)
          result.numbers.push_back(part.numbers[k]);
        else
          result.elements.push_back(graph.element(part, k));
      }
    }
  }
  return result;
}

void read_split(const Call &call) {
  const Value &value = call.input(0);
  const std::size_t axis = resolve_axis(call.integer("axis", 0), value.shape.size());
  const std::size_t total = size(value.shape[axis]), parts = call.num_outputs();
  Shape sizes;
  if (call.opset() >= 13) {
    if (call.has_input(1)) sizes = call.constant_integers(1, "the list of sizes");
  } else {
    const auto attribute = call.integers("split");
    sizes.assign(attribute.begin(), attribute.end());
  }
  if (parts == 0) refuse("there are no outputs");
  if (sizes.empty()) {
    // Equal parts; since operator set 18 the last one may be smaller.
    const std::size_t each = (total + parts - 1) / parts;
    if (total % parts != 0 && call.opset() < 18)
      refuse(std::to_string(total) + " elements make no equal parts");
    for (std::size_t k = 0; k < parts; ++k)
      sizes.push_back(static_cast<std::int64_t>(std::min(each, total - std::min(total, k * each))));
  }
  if (sizes.size() != parts)
    refuse("there are " + std::to_string(sizes.size()) + " sizes for " + std::to_string(parts) +
           " outputs");
  std::size_t first = 0;
  for (std::size_t k = 0; k < parts; ++k) {
    if (sizes[k] < 0 || size(sizes[k]) > total - first) refuse("the sizes are out of range");
    call.output(k, take(call.graph(), value, axis, range(first, size(sizes[k]))));
    first += size(sizes[k]);
  }
  if (first != total) refuse("the sizes are not those of the tensor");
}

void read_slice(const Call &call) {
  const Value &value = call.input(0);
  Shape starts, ends, axes, steps;
  if (call.opset() < 10) {
    auto list = [&](const char *name) {
      const auto attribute = call.integers(name);
      return Shape(attribute.begin(), attribute.end());
    };
    starts = list("starts");
    ends = list("ends");
    axes = list("axes");
  } else {
    starts = call.constant_bounds(1, "the list of starts");
    ends = call.constant_bounds(2, "the list of ends");
    if (call.has_input(3)) axes = call.constant_integers(3, "the list of axes");
    if (call.has_input(4)) steps = call.constant_bounds(4, "the list of steps");
  }
  if (axes.empty()) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    refuse("starts, ends, axes and steps have different lengths");
  Value result = value;
  for (std::size_t n = 0; n < starts.size(); ++n) {
    const std::size_t axis = resolve_axis(axes[n], result.shape.size());
    const std::int64_t dim = result.shape[axis], step = steps[n];
    if (step == 0) refuse("a step is 0");
    if (dim == 0) continue;
    auto clamped = [&](std::int64_t at, std::int64_t low, std::int64_t high) {
      return std::clamp(at < 0 ? std::max(at, -dim - 1) + dim : at, low, high);
    };
    std::vector<std::size_t> indices;
    if (step > 0) {
      const std::int64_t end = clamped(ends[n], 0, dim);
      for (std::int64_t i = clamped(starts[n], 0, dim); i < end; i += std::min(step, dim))
        indices.push_back(size(i));
    } else {
      const std::int64_t end = clamped(ends[n], -1, dim - 1);
      for (std::int64_t i = clamped(starts[n], 0, dim - 1); i > end; i += std::max(step, -dim))
        indices.push_back(size(i));
    }
    call.graph().budget().spend(indices.size());
    result = take(call.graph(), result, axis, indices);
  }
  call.output(0, std::move(result));
}

void read_expand(const Call &call) {
  const Value &value = call.input(0);
  const Shape shape = broadcast_shape(value.shape, call.constant_integers(1, "the shape"));
  call.graph().count_elements(element_count(shape), Graph::kind_of(value));
  call.output(0,
              pick_elements(call.graph(), value,
                            broadcast_elements(call.graph().budget(), value.shape, shape), shape));
}

void read_tile(const Call &call) {
  if (call.opset() < 6) refuse_unsupported("Tile of operator sets before 6 is not supported");
  Value result = call.input(0);
  const Shape repeats = call.constant_integers(1, "the list of repeats");
  if (repeats.size() != result.shape.size()) refuse("there is not one repeat per dimension");
  for (std::size_t k = 0; k < repeats.size(); ++k) {
    if (repeats[k] < 0) refuse("a repeat is negative");
    if (result.size() == 0 || repeats[k] == 0) refuse_unsupported("the result has no elements");
    const std::int64_t dims[] = {static_cast<std::int64_t>(result.size()), repeats[k]};
    call.graph().count_elements(element_count(dims), Graph::kind_of(result));
    std::vector<std::size_t> indices;
    for (std::int64_t r = 0; r < repeats[k]; ++r)
      for (std::size_t i = 0; i < size(result.shape[k]); ++i) indices.push_back(i);
    result = take(call.graph(), result, k, indices);
  }
  call.output(0, std::move(result));
}

}  // namespace pgscore::formats::onnx
