// Operators of one tensor, element by element (onnx/defs/math/defs.cc, nn/defs.cc).
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "base/float_text.hpp"
#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

using model::LinkFunction;
using model::Op;
using model::Operand;
using model::Precision;

template <class F>
void for_each_element(const Call &call, Type result, F f) {
  const Value &x = call.input(0);
  std::vector<Operand> results;
  results.reserve(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) results.push_back(f(call.graph().argument(x, i)));
  call.output(0, result, x.shape, results);
}

constexpr std::pair<std::string_view, Op> kFunctions[] = {
    {"Abs", Op::kAbs},   {"Neg", Op::kNegate},  {"Sqrt", Op::kSqrt}, {"Exp", Op::kExp},
    {"Log", Op::kLog},   {"Floor", Op::kFloor}, {"Ceil", Op::kCeil}, {"Round", Op::kRint},
    {"Sign", Op::kSign}, {"Erf", Op::kErf},     {"Sin", Op::kSin},   {"Cos", Op::kCos},
    {"Tan", Op::kTan},   {"Asin", Op::kAsin},   {"Acos", Op::kAcos}, {"Atan", Op::kAtan},
    {"Sinh", Op::kSinh}, {"Cosh", Op::kCosh},   {"Not", Op::kNot},
};

/// The constants and the arithmetic of one activation, in the precision of its tensor.
class Activation {
 public:
  Activation(const Call &call, Precision precision) : graph_(call.graph()), precision_(precision) {}

  Operand op(Op op, Operand x) { return graph_.apply(op, {x}, precision_); }
  Operand op(Op op, Operand x, Operand y) { return graph_.apply(op, {x, y}, precision_); }
  Operand op(Op op, Operand x, double y) {
    return graph_.apply(op, {x, Operand::value(y)}, precision_);
  }
  Operand choose_negative(Operand x, Operand yes, Operand no) {
    return graph_.select(op(Op::kLess, x, 0), yes, no, precision_);
  }

 private:
  Graph &graph_;
  Precision precision_;
};

Operand activation(const Call &call, Activation a, Operand x) {
  const std::string_view name = call.node().op_type;
  auto number = [&](const char *attribute, float otherwise) {
    return static_cast<double>(call.number(attribute, otherwise));
  };
  if (name == "Reciprocal") return a.op(Op::kDivide, Operand::value(1), x);
  if (name == "LeakyRelu")
    return a.choose_negative(x, a.op(Op::kMultiply, x, number("alpha", 0.01f)), x);
  if (name == "ThresholdedRelu")
    return call.graph().select(a.op(Op::kGreater, x, number("alpha", 1)), x, Operand::value(0),
                               precision_of(call.input(0).type));
  if (name == "Elu")
    return a.choose_negative(
        x, a.op(Op::kMultiply, a.op(Op::kSubtract, a.op(Op::kExp, x), 1), number("alpha", 1)), x);
  if (name == "Selu") {
    // The defaults of onnx/defs/math/defs.cc.
    const double alpha = number("alpha", 1.67326319217681884765625f),
                 gamma = number("gamma", 1.05070102214813232421875f);
    const Operand negative =
        a.op(Op::kSubtract, a.op(Op::kMultiply, a.op(Op::kExp, x), alpha), alpha);
    return a.op(Op::kMultiply, a.choose_negative(x, negative, x), gamma);
  }
  if (name == "Softplus")  // log(1 + exp(x)) where exp does not overflow
    return a.op(Op::kAdd, a.op(Op::kMax, x, 0),
                a.op(Op::kLog1p, a.op(Op::kExp, a.op(Op::kNegate, a.op(Op::kAbs, x)))));
  if (name == "Softsign") return a.op(Op::kDivide, x, a.op(Op::kAdd, a.op(Op::kAbs, x), 1));
  if (name == "HardSigmoid")
    return a.op(
        Op::kMax,
        a.op(Op::kMin,
             a.op(Op::kAdd, a.op(Op::kMultiply, x, number("alpha", 0.2f)), number("beta", 0.5f)),
             1),
        0);
  refuse("unknown activation");
}

}  // namespace

void read_function(const Call &call) {
  const Type type = call.input(0).type;
  for (const auto &[name, op] : kFunctions)
    if (name == call.node().op_type)
      return for_each_element(call, type, [&, op = op](Operand x) {
        return call.graph().apply(op, {x}, precision_of(type));
      });
  refuse("unknown function");
}

void read_activation(const Call &call) {
  const Value &x = call.input(0);
  constexpr std::array<std::pair<std::string_view, LinkFunction>, 3> kLinks = {
      {{"Relu", LinkFunction::kRectify},
       {"Sigmoid", LinkFunction::kLogistic},
       {"Tanh", LinkFunction::kTanh}}};
  for (const auto &[name, link] : kLinks) {
    if (name != call.node().op_type) continue;
    std::vector<Operand> inputs;
    for (std::size_t i = 0; i < x.size(); ++i) inputs.push_back(call.graph().argument(x, i));
    if (!is_floating(x.type) && link != LinkFunction::kRectify)
      refuse("its input is no floating number");
    Value result =
        call.numbers(x.type, x.shape, call.graph().link(link, inputs, precision_of(x.type)));
    if (link == LinkFunction::kLogistic) result.margins = call.graph().numbers(x);
    return call.output(0, std::move(result));
  }
  const Activation a(call, precision_of(x.type));
  for_each_element(call, x.type, [&](Operand element) { return activation(call, a, element); });
}

/// The bounds are attributes up to operator set 10, inputs since; min first
/// (onnx/defs/math/defs.cc).
void read_clip(const Call &call) {
  Graph &graph = call.graph();
  const Type type = call.input(0).type;
  std::optional<Operand> low, high;
  if (call.opset() < 11) {
    if (call.has("min")) low = Operand::value(call.number("min", 0));
    if (call.has("max")) high = Operand::value(call.number("max", 0));
  } else {
    for (const std::size_t i : {1, 2}) {
      const Value *bound = call.optional_input(i);
      if (bound == nullptr) continue;
      if (bound->size() != 1) refuse("a bound is not one number");
      (i == 1 ? low : high) = graph.number(*bound, 0);
    }
  }
  for_each_element(call, type, [&](Operand x) {
    if (low) x = graph.apply(Op::kMax, {x, *low}, precision_of(type));
    if (high) x = graph.apply(Op::kMin, {x, *high}, precision_of(type));
    return x;
  });
}

void read_is_nan(const Call &call) {
  for_each_element(call, Type::kBool, [&](Operand x) {
    return call.graph().apply(Op::kIsMissing, {x}, Precision::kFloat64);
  });
}

void read_is_inf(const Call &call) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Graph &graph = call.graph();
  const bool positive = call.integer("detect_positive", 1) != 0,
             negative = call.integer("detect_negative", 1) != 0;
  const Precision precision = precision_of(call.input(0).type);
  for_each_element(call, Type::kBool, [&](Operand x) {
    const Operand above = graph.apply(Op::kIndicator, {x, Operand::value(kInfinity)}, precision);
    const Operand below = graph.apply(Op::kIndicator, {x, Operand::value(-kInfinity)}, precision);
    if (!positive && !negative) return Operand::value(0);
    if (!negative) return above;
    if (!positive) return below;
    return graph.apply(Op::kAdd, {above, below}, Precision::kFloat64);
  });
}

namespace {

Element cast_number(Graph &graph, Operand x, Type from, Type to) {
  if (to == Type::kBool)
    return {graph.compare(Op::kNotEqual, x, Operand::value(0), Precision::kFloat64, true), nullptr};
  if (to == Type::kFloat && from != Type::kFloat && from != Type::kBool)
    return {graph.apply(Op::kToFloat32, {x}, Precision::kFloat64), nullptr};
  if (is_integral(to) && is_floating(from))
    return {graph.apply(Op::kTruncate, {x}, Precision::kFloat64), nullptr};
  return {x, nullptr};
}

/// A number as a text: as ONNX Runtime 1.21 writes it, tensor/cast_op.cc CastToString.
std::string number_text(double number, Type type) {
  if (!is_floating(type)) return integer_text(number);
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "INF" : "-INF";
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, type == Type::kFloat ? "%.8g" : "%.17g", number);
  return buffer;
}

std::optional<double> parse_number(const std::string &text, Type to) {
  const std::optional<double> number = parse_float64(text);
  if (!number) return std::nullopt;
  if (to == Type::kFloat) return static_cast<float>(*number);
  return is_integral(to) ? std::trunc(*number) : *number;
}

Element cast_text(Graph &graph, const Element &element, Type to) {
  const Domain &domain = *element.domain;
  if (domain.input != Domain::kNoInput)
    refuse_unsupported("a text of the row is taken for a number");
  std::vector<double> numbers;
  for (const std::string &text : domain.texts()) {
    const std::optional<double> number = parse_number(text, to);
    if (!number) refuse_unsupported("the text \"" + text + "\" is taken for a number");
    numbers.push_back(*number);
  }
  return graph.domain_element(domain.index, domain.text_list, graph.share(std::move(numbers)));
}

bool holds_labels(const Domain &domain, Type type) {
  if (!domain.has_numbers()) return false;
  return std::ranges::all_of(domain.numbers(), [&](double number) {
    return std::trunc(number) == number &&
           (type != Type::kFloat || static_cast<double>(static_cast<float>(number)) == number);
  });
}

Element cast_element(Graph &graph, const Value &value, std::size_t i, Type to) {
  Element element = graph.element(value, i);
  if (value.type == to) return element;
  if (value.type == Type::kString) return cast_text(graph, element, to);
  if (to != Type::kString) {
    Element result = cast_number(graph, graph.number(value, i), value.type, to);
    // Labels stay labels, through floating numbers that hold them too, as in exports of "one
    // against the rest".
    if (element.domain != nullptr && to != Type::kBool && holds_labels(*element.domain, to))
      result.domain = element.domain;
    return result;
  }
  if (element.domain != nullptr) {
    std::vector<std::string> texts;
    for (const double number : element.domain->numbers())
      texts.push_back(number_text(number, value.type));
    return graph.domain_element(element.domain->index, std::move(texts));
  }
  if (!element.value.is_constant()) {
    if (value.type != Type::kBool) refuse_unsupported("a number of the row is made a text");
    return graph.domain_element(element.value, std::vector<std::string>{"0", "1"});
  }
  return graph.text_element(number_text(element.value.constant, value.type));
}

void cast(const Call &call, Type to) {
  const Value &value = call.input(0);
  if (to == Type::kFloat16 || to < Type::kFloat || to > Type::kUint64)
    refuse_unsupported("a cast to " + type_name(to) + " is not supported");
  call.graph().count_elements(value.size(),
                              to == Type::kString ? Graph::Kind::kText : Graph::kind_of(value));
  Value result = make_value(to, value.shape);
  if (is_floating(to) && is_floating(value.type)) result.margins = value.margins;
  if (value.is_constant() && value.type != Type::kString) {
    for (const double number : value.numbers) {
      if (to == Type::kString)
        result.texts.push_back(number_text(number, value.type));
      else
        result.numbers.push_back(
            cast_number(call.graph(), Operand::value(number), value.type, to).value.constant);
      call.graph().budget().spend();
    }
    return call.output(0, std::move(result));
  }
  for (std::size_t i = 0; i < value.size(); ++i)
    result.elements.push_back(cast_element(call.graph(), value, i, to));
  call.output(0, std::move(result));
}

}  // namespace

void read_cast(const Call &call) {
  const Attribute *to = call.find("to");
  if (to == nullptr) refuse("attribute \"to\" is missing");
  if (to->kind == Attribute::Kind::kInt)
    return cast(call, static_cast<Type>(call.integer("to", 0)));
  // Up to operator set 5 it is the name of the type.
  const std::string name = call.text("to", "");
  constexpr std::pair<std::string_view, Type> kNames[] = {
      {"FLOAT", Type::kFloat}, {"DOUBLE", Type::kDouble}, {"INT32", Type::kInt32},
      {"INT64", Type::kInt64}, {"BOOL", Type::kBool},     {"STRING", Type::kString},
      {"UINT8", Type::kUint8}, {"INT8", Type::kInt8}};
  for (const auto &[known, type] : kNames)
    if (known == name) return cast(call, type);
  refuse_unsupported("a cast to \"" + name + "\" is not supported");
}

void read_cast_like(const Call &call) { cast(call, call.input(1).type); }

}  // namespace pgscore::formats::onnx
