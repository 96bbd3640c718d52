#include <algorithm>
#include <cmath>

#include "base/shown_text.hpp"
#include "formats/onnx_operator.hpp"

namespace pgscore::formats {
namespace {

using Kind = OnnxAttribute::Kind;

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

}  // namespace

const OnnxValue &OnnxCall::any_input(std::size_t i) const {
  if (!has_input(i)) refuse_onnx("input " + std::to_string(i) + " is missing");
  const OnnxValue *value = graph_.find(node_.inputs[i]);
  if (value == nullptr) refuse_onnx("input " + shown(node_.inputs[i]) + " is defined nowhere");
  return *value;
}

const OnnxValue &OnnxCall::input(std::size_t i) const {
  const OnnxValue &value = any_input(i);
  if (value.is_map) refuse_unsupported_onnx("a map cannot be an input of this operator");
  if (value.has_rounded_integers)
    refuse_unsupported_onnx("input " + shown(node_.inputs[i]) + " holds integers beyond 2^53");
  return value;
}

std::vector<std::int64_t> OnnxCall::constant_integers(std::size_t i, const char *what) const {
  input(i);
  return constant_bounds(i, what);
}

std::vector<std::int64_t> OnnxCall::constant_bounds(std::size_t i, const char *what) const {
  const OnnxValue &value = any_input(i);
  if (!value.is_constant())
    refuse_unsupported_onnx(std::string(what) + " is computed from the row: it must be constant",
                            kFixedSizesHint);
  std::vector<std::int64_t> integers;
  integers.reserve(value.numbers.size());
  for (const double number : value.numbers) {
    graph_.budget().spend();
    if (std::isnan(number)) refuse_onnx(std::string(what) + " holds no integers");
    integers.push_back(
        static_cast<std::int64_t>(std::clamp(number, -kExactIntegers, kExactIntegers)));
  }
  if (!value.texts.empty()) refuse_onnx(std::string(what) + " holds texts");
  return integers;
}

void OnnxCall::output(std::size_t i, OnnxValue value) const {
  if (i < node_.outputs.size()) graph_.define(node_.outputs[i], std::move(value));
}

OnnxValue OnnxCall::numbers(OnnxType type, std::vector<std::int64_t> shape,
                            const std::vector<model::Operand> &numbers) const {
  const bool constant = std::all_of(numbers.begin(), numbers.end(),
                                    [](const model::Operand &x) { return x.is_constant(); });
  graph_.count_elements(numbers.size(),
                        constant ? OnnxGraph::Kind::kConstant : OnnxGraph::Kind::kComputed);
  OnnxValue value = onnx_value(type, std::move(shape));
  if (constant) {
    for (const model::Operand &number : numbers) value.numbers.push_back(number.constant);
  } else {
    for (const model::Operand &number : numbers) value.elements.push_back({number, nullptr});
  }
  return value;
}

void OnnxCall::output(std::size_t i, OnnxType type, std::vector<std::int64_t> shape,
                      const std::vector<model::Operand> &numbers) const {
  output(i, this->numbers(type, std::move(shape), numbers));
}

// ---- attributes ---------------------------------------------------------------------------------

const OnnxAttribute *OnnxCall::find(std::string_view name) const {
  graph_.budget().spend(node_.attributes.size());
  for (const OnnxAttribute &attribute : node_.attributes)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

const OnnxAttribute *OnnxCall::find(std::string_view name, Kind kind) const {
  const OnnxAttribute *attribute = find(name);
  if (attribute != nullptr && attribute->kind != kind)
    refuse_onnx("attribute " + quoted(name) + " has another type");
  return attribute;
}

std::int64_t OnnxCall::integer(std::string_view name, std::int64_t otherwise) const {
  const OnnxAttribute *attribute = find(name, Kind::kInt);
  return attribute == nullptr ? otherwise : attribute->i;
}
float OnnxCall::number(std::string_view name, float otherwise) const {
  const OnnxAttribute *attribute = find(name, Kind::kFloat);
  return attribute == nullptr ? otherwise : attribute->f;
}
std::string OnnxCall::text(std::string_view name, std::string_view otherwise) const {
  const OnnxAttribute *attribute = find(name, Kind::kString);
  return std::string(attribute == nullptr ? otherwise : attribute->s);
}
std::span<const std::int64_t> OnnxCall::integers(std::string_view name) const {
  const OnnxAttribute *attribute = find(name, Kind::kInts);
  if (attribute == nullptr) return {};
  return attribute->ints;
}
std::vector<double> OnnxCall::exact_integers(std::string_view name) const {
  std::vector<double> numbers;
  for (const std::int64_t value : integers(name)) numbers.push_back(exact_number(value));
  return numbers;
}
std::span<const float> OnnxCall::floats(std::string_view name) const {
  const OnnxAttribute *attribute = find(name, Kind::kFloats);
  if (attribute == nullptr) return {};
  return attribute->floats;
}
std::vector<std::string> OnnxCall::texts(std::string_view name) const {
  const OnnxAttribute *attribute = find(name, Kind::kStrings);
  if (attribute == nullptr) return {};
  return {attribute->strings.begin(), attribute->strings.end()};
}
const OnnxTensor *OnnxCall::tensor(std::string_view name) const {
  const OnnxAttribute *attribute = find(name, Kind::kTensor);
  return attribute == nullptr ? nullptr : &attribute->tensor;
}

// ---- shapes -------------------------------------------------------------------------------------

std::size_t onnx_axis(std::int64_t axis, std::size_t rank) {
  const auto size = static_cast<std::int64_t>(rank);
  if (axis < -size || axis >= size)
    refuse_onnx("axis " + std::to_string(axis) + " is out of range, the tensor has " +
                std::to_string(rank) + " dimensions");
  return static_cast<std::size_t>(axis < 0 ? axis + size : axis);
}

std::optional<std::vector<std::int64_t>> onnx_axes(const OnnxCall &call, std::int64_t input_since,
                                                   std::size_t input) {
  if (call.opset() >= input_since) {
    if (!call.has_input(input)) return std::nullopt;
    return call.constant_integers(input, "the list of axes");
  }
  if (!call.has("axes")) return std::nullopt;
  const auto axes = call.integers("axes");
  return std::vector<std::int64_t>(axes.begin(), axes.end());
}

std::vector<std::int64_t> broadcast_shape(const std::vector<std::int64_t> &a,
                                          const std::vector<std::int64_t> &b) {
  std::vector<std::int64_t> shape(std::max(a.size(), b.size()));
  for (std::size_t k = 1; k <= shape.size(); ++k) {
    const std::int64_t x = k <= a.size() ? a[a.size() - k] : 1,
                       y = k <= b.size() ? b[b.size() - k] : 1;
    if (x != y && x != 1 && y != 1)
      refuse_onnx("shapes do not go together: dimensions of " + std::to_string(x) + " and " +
                  std::to_string(y));
    shape[shape.size() - k] = x == 1 ? y : x;
  }
  return shape;
}

std::vector<std::size_t> broadcast_elements(OnnxGraph &graph, const std::vector<std::int64_t> &from,
                                            const std::vector<std::int64_t> &shape) {
  const std::size_t rank = shape.size();
  std::vector<std::size_t> step(rank, 0);  // 0 where `from` has one element for all
  std::size_t product = 1;
  for (std::size_t k = 1; k <= from.size(); ++k) {
    if (from[from.size() - k] != 1) step[rank - k] = product;
    product *= static_cast<std::size_t>(from[from.size() - k]);
  }
  std::vector<std::size_t> elements(element_count(shape));
  std::vector<std::int64_t> at(rank, 0);
  std::size_t position = 0;
  for (std::size_t &element : elements) {
    graph.budget().spend();
    element = position;
    for (std::size_t k = rank; k-- > 0;) {
      position += step[k];
      if (++at[k] < shape[k]) break;
      position -= step[k] * static_cast<std::size_t>(shape[k]);
      at[k] = 0;
    }
  }
  return elements;
}

OnnxValue pick_elements(OnnxGraph &graph, const OnnxValue &value,
                        const std::vector<std::size_t> &from, std::vector<std::int64_t> shape) {
  graph.count_elements(from.size(), OnnxGraph::kind_of(value));
  OnnxValue picked = onnx_value(value.type, std::move(shape));
  for (const std::size_t i : from) {
    graph.budget().spend();
    if (!value.elements.empty())
      picked.elements.push_back(value.elements[i]);
    else if (!value.texts.empty())
      picked.texts.push_back(value.texts[i]);
    else
      picked.numbers.push_back(value.numbers[i]);
  }
  return picked;
}

OnnxValue onnx_constant(OnnxGraph &graph, const OnnxTensor &tensor) {
  if (tensor.type == OnnxType::kFloat16)
    refuse_unsupported_onnx("tensor " + shown(tensor.name) + " has elements of type float16");
  check_limit(tensor.numbers.size() + tensor.texts.size(), graph.limits().max_nodes,
              "elements of a tensor");
  graph.budget().check_room(tensor.numbers.size(), sizeof(double));
  graph.budget().check_room(tensor.texts.size(), sizeof(std::string));
  OnnxValue value = onnx_value(tensor.type, tensor.dims);
  value.numbers.reserve(tensor.numbers.size());
  for (const double number : tensor.numbers) {
    graph.budget().spend();
    value.numbers.push_back(number);
  }
  value.has_rounded_integers = tensor.has_rounded_integers;
  value.texts.assign(tensor.texts.begin(), tensor.texts.end());
  return value;
}

std::string integer_text(double value) {
  constexpr double kGreatest = 0x1p62;  // what is cast may be any number
  return std::to_string(
      static_cast<std::int64_t>(std::isnan(value) ? 0 : std::clamp(value, -kGreatest, kGreatest)));
}

double exact_number(std::int64_t value) {
  const auto number = static_cast<double>(value);
  if (!(std::fabs(number) < kExactIntegers))
    refuse_unsupported_onnx("the integer " + std::to_string(value) + " is beyond 2^53",
                            "Keys and labels may be texts instead.");
  return number;
}

}  // namespace pgscore::formats
