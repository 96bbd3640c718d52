#include <algorithm>
#include <cmath>

#include "base/shown_text.hpp"
#include "base/text.hpp"
#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

using Kind = Attribute::Kind;

}  // namespace

const Value &Call::any_input(std::size_t i) const {
  if (!has_input(i)) refuse("input " + std::to_string(i) + " is missing");
  const Value *value = graph_.find(node_.inputs[i]);
  if (value == nullptr) refuse("input " + shown(node_.inputs[i]) + " is defined nowhere");
  return *value;
}

const Value &Call::input(std::size_t i) const {
  const Value &value = any_input(i);
  if (value.is_map) refuse_unsupported("a map cannot be an input of this operator");
  if (value.has_rounded_integers)
    refuse_unsupported("input " + shown(node_.inputs[i]) + " holds integers beyond 2^53");
  return value;
}

std::vector<std::int64_t> Call::constant_integers(std::size_t i, const char *what) const {
  input(i);
  return constant_bounds(i, what);
}

std::vector<std::int64_t> Call::constant_bounds(std::size_t i, const char *what) const {
  const Value &value = any_input(i);
  if (!value.is_constant())
    refuse_unsupported(std::string(what) + " is computed from the row: it must be constant",
                       kFixedSizesHint);
  std::vector<std::int64_t> integers;
  integers.reserve(value.numbers.size());
  for (const double number : value.numbers) {
    graph_.budget().spend();
    if (std::isnan(number)) refuse(std::string(what) + " holds no integers");
    integers.push_back(
        static_cast<std::int64_t>(std::clamp(number, -kExactIntegers, kExactIntegers)));
  }
  if (!value.texts.empty()) refuse(std::string(what) + " holds texts");
  return integers;
}

void Call::output(std::size_t i, Value value) const {
  if (i < node_.outputs.size()) graph_.define(node_.outputs[i], std::move(value));
}

Value Call::numbers(Type type, std::vector<std::int64_t> shape,
                    const std::vector<model::Operand> &numbers) const {
  const bool constant = std::all_of(numbers.begin(), numbers.end(),
                                    [](const model::Operand &x) { return x.is_constant(); });
  graph_.count_elements(numbers.size(), constant ? Graph::Kind::kConstant : Graph::Kind::kComputed);
  Value value = make_value(type, std::move(shape));
  if (constant) {
    for (const model::Operand &number : numbers) value.numbers.push_back(number.constant);
  } else {
    for (const model::Operand &number : numbers) value.elements.push_back({number, nullptr});
  }
  return value;
}

void Call::output(std::size_t i, Type type, std::vector<std::int64_t> shape,
                  const std::vector<model::Operand> &numbers) const {
  output(i, this->numbers(type, std::move(shape), numbers));
}

// ---- attributes ---------------------------------------------------------------------------------

const Attribute *Call::find(std::string_view name) const {
  graph_.budget().spend(node_.attributes.size());
  for (const Attribute &attribute : node_.attributes)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

const Attribute *Call::find(std::string_view name, Kind kind) const {
  const Attribute *attribute = find(name);
  if (attribute != nullptr && attribute->kind != kind)
    refuse("attribute " + in_quotes(name) + " has another type");
  return attribute;
}

std::int64_t Call::integer(std::string_view name, std::int64_t otherwise) const {
  const Attribute *attribute = find(name, Kind::kInt);
  return attribute == nullptr ? otherwise : attribute->i;
}
float Call::number(std::string_view name, float otherwise) const {
  const Attribute *attribute = find(name, Kind::kFloat);
  return attribute == nullptr ? otherwise : attribute->f;
}
std::string Call::text(std::string_view name, std::string_view otherwise) const {
  const Attribute *attribute = find(name, Kind::kString);
  return std::string(attribute == nullptr ? otherwise : attribute->s);
}
std::span<const std::int64_t> Call::integers(std::string_view name) const {
  const Attribute *attribute = find(name, Kind::kInts);
  if (attribute == nullptr) return {};
  return attribute->ints;
}
std::vector<double> Call::exact_integers(std::string_view name) const {
  std::vector<double> numbers;
  for (const std::int64_t value : integers(name)) numbers.push_back(exact_number(value));
  return numbers;
}
std::span<const float> Call::floats(std::string_view name) const {
  const Attribute *attribute = find(name, Kind::kFloats);
  if (attribute == nullptr) return {};
  return attribute->floats;
}
std::vector<std::string> Call::texts(std::string_view name) const {
  const Attribute *attribute = find(name, Kind::kStrings);
  if (attribute == nullptr) return {};
  return {attribute->strings.begin(), attribute->strings.end()};
}
const Tensor *Call::tensor(std::string_view name) const {
  const Attribute *attribute = find(name, Kind::kTensor);
  return attribute == nullptr ? nullptr : &attribute->tensor;
}

// ---- shapes -------------------------------------------------------------------------------------

std::optional<std::vector<std::int64_t>> axes_of(const Call &call, std::int64_t input_since,
                                                 std::size_t input) {
  if (call.opset() >= input_since) {
    if (!call.has_input(input)) return std::nullopt;
    return call.constant_integers(input, "the list of axes");
  }
  if (!call.has("axes")) return std::nullopt;
  const auto axes = call.integers("axes");
  return std::vector<std::int64_t>(axes.begin(), axes.end());
}

Value pick_elements(Graph &graph, const Value &value, const std::vector<std::size_t> &from,
                    std::vector<std::int64_t> shape) {
  graph.count_elements(from.size(), Graph::kind_of(value));
  Value picked = make_value(value.type, std::move(shape));
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

Value constant_value(Graph &graph, const Tensor &tensor) {
  if (tensor.type == Type::kFloat16)
    refuse_unsupported("tensor " + shown(tensor.name) + " has elements of type float16");
  check_limit(tensor.numbers.size() + tensor.texts.size(), graph.limits().max_nodes,
              "elements of a tensor");
  graph.budget().check_room(tensor.numbers.size(), sizeof(double));
  graph.budget().check_room(tensor.texts.size(), sizeof(std::string));
  Value value = make_value(tensor.type, tensor.dims);
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
    refuse_unsupported("the integer " + std::to_string(value) + " is beyond 2^53",
                       "Keys and labels may be texts instead.");
  return number;
}

}  // namespace pgscore::formats::onnx
