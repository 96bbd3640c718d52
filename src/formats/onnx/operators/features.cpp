// The transforms of ai.onnx.ml (onnx/defs/traditionalml/defs.cc); what it leaves open as in ONNX
// Runtime 1.21, core/providers/cpu/ml.
#include <algorithm>
#include <cmath>

#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

using model::Op;
using model::Operand;
using model::Precision;
using model::Reduction;

/// Features of a row, that lists of parameters go with: dimension 1, or a vector's elements.
std::size_t num_features(const Value &value) {
  if (value.shape.empty()) refuse("its input is a scalar");
  return static_cast<std::size_t>(value.shape.size() == 1 ? value.shape[0] : value.shape[1]);
}

/// Whether a list has one number for each feature (true) or one for all.
bool one_for_each(std::size_t length, std::size_t features, const char *name) {
  if (length == features && length != 1) return true;
  if (length != 1 && length != features)
    refuse("attribute \"" + std::string(name) + "\" has " + std::to_string(length) +
           " elements for " + std::to_string(features) + " features");
  return false;
}

}  // namespace

/// (x - offset) * scale: doubles in double, everything else in float32.
void read_scaler(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0);
  const auto offset = call.floats("offset"), scale = call.floats("scale");
  if (offset.size() != scale.size()) refuse("offset and scale have different lengths");
  const std::size_t features = num_features(value);
  const bool each = one_for_each(scale.size(), features, "scale");
  const Precision precision =
      value.type == Type::kDouble ? Precision::kFloat64 : Precision::kFloat32;
  std::vector<Operand> results;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::size_t k = each ? i % features : 0;
    Operand x = graph.apply(Op::kSubtract, {graph.argument(value, i), Operand::value(offset[k])},
                            precision);
    x = graph.apply(Op::kMultiply, {x, Operand::value(scale[k])}, precision);
    results.push_back(
        precision == Precision::kFloat32 ? x : graph.apply(Op::kToFloat32, {x}, precision));
  }
  call.output(0, Type::kFloat, value.shape, results);
}

/// MAX divides by the greatest value, not by the greatest size; a divisor of 0 leaves the row as it
/// is.
void read_normalizer(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0);
  if (value.shape.empty() || value.shape.size() > 2)
    refuse("its input has not one or two dimensions");
  const std::string norm = call.text("norm", "MAX");
  if (norm != "MAX" && norm != "L1" && norm != "L2") refuse("unknown norm \"" + norm + "\"");
  const auto length = static_cast<std::size_t>(value.shape.back());
  auto op = [&](Op op, Operand x, Operand y) {
    return graph.apply(op, {x, y}, Precision::kFloat32);
  };
  std::vector<Operand> results;
  for (std::size_t first = 0; length > 0 && first < value.size(); first += length) {
    std::vector<Operand> row, parts;
    for (std::size_t i = first; i < first + length; ++i) {
      const Operand x = graph.number(value, i);
      row.push_back(x);
      parts.push_back(norm == "L2"   ? graph.apply(Op::kMultiply, {x, x}, precision_of(value.type))
                      : norm == "L1" ? graph.apply(Op::kAbs, {x}, precision_of(value.type))
                                     : x);
    }
    const Operand divisor =
        graph.reduce(norm == "MAX" ? Reduction::kMax : Reduction::kSum, parts, Precision::kFloat32);
    const Operand divides = op(Op::kNotEqual, divisor, Operand::value(0));
    for (std::size_t k = 0; k < length; ++k) {
      Operand result;
      if (norm == "L2") {
        const Operand size =
            graph.apply(Op::kSqrt, {op(Op::kDivide, parts[k], divisor)}, Precision::kFloat32);
        result = graph.select(op(Op::kLess, row[k], Operand::value(0)),
                              graph.apply(Op::kNegate, {size}, Precision::kFloat32), size,
                              Precision::kFloat32);
      } else {
        result = op(Op::kDivide, row[k], divisor);
      }
      results.push_back(graph.select(divides, result, row[k], Precision::kFloat32));
    }
  }
  // Of scores it is the last step of "one against the rest".
  Value normalized = call.numbers(Type::kFloat, value.shape, results);
  normalized.margins = value.margins;
  call.output(0, std::move(normalized));
}

void read_imputer(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0);
  const std::size_t features = num_features(value);
  std::vector<double> imputed;
  double replaced = 0;
  if (is_floating(value.type)) {
    const auto floats = call.floats("imputed_value_floats");
    imputed.assign(floats.begin(), floats.end());
    replaced = call.number("replaced_value_float", 0);
  } else {
    imputed = call.exact_integers("imputed_value_int64s");
    replaced = exact_number(call.integer("replaced_value_int64", 0));
  }
  if (imputed.empty()) refuse("there are no imputed values of the input's type");
  const bool each = imputed.size() == features;
  const Precision precision = precision_of(value.type);
  std::vector<Operand> results;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const Operand x = graph.argument(value, i),
                  instead = Operand::value(imputed[each ? i % features : 0]);
    if (std::isnan(replaced))
      results.push_back(graph.apply(Op::kIfMissing, {x, instead}, precision));
    else
      results.push_back(
          graph.select(graph.compare(Op::kEqual, x, Operand::value(replaced), precision), instead,
                       x, precision));
  }
  call.output(0, value.type, value.shape, results);
}

void read_binarizer(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0);
  const Operand threshold = Operand::value(call.number("threshold", 0));
  std::vector<Operand> results;
  for (std::size_t i = 0; i < value.size(); ++i)
    results.push_back(
        graph.compare(Op::kGreater, graph.argument(value, i), threshold, precision_of(value.type)));
  call.output(0, value.type, value.shape, results);
}

/// Numbers lose their fraction first. An unknown category gives zeros, or with zeros = 0 it is an
/// error.
void read_one_hot_encoder(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0);
  const std::vector<std::string> texts = call.texts("cats_strings");
  const std::vector<double> integers = call.exact_integers("cats_int64s");
  const bool of_texts = value.type == Type::kString, errors = call.integer("zeros", 1) == 0;
  const std::size_t count = of_texts ? texts.size() : integers.size();
  if (count == 0) refuse("there are no categories of the input's type");
  Shape shape = value.shape;
  shape.push_back(static_cast<std::int64_t>(count));
  graph.count_elements(element_count(shape));
  std::vector<Operand> results;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (of_texts) {
      const Element element = graph.element(value, i);
      for (const std::string &text : texts) {
        const double code = graph.code(*element.domain, text);
        results.push_back(code == model::kUnknownCategory
                              ? Operand::value(0)
                              : graph.apply(Op::kIndicator,
                                            {element.domain->index, Operand::value(code)},
                                            Precision::kFloat64));
      }
      if (errors && element.domain->input != Domain::kNoInput) {
        model::Input &input = graph.builder().inputs()[element.domain->input];
        input.on_unknown = model::UnknownPolicy::kError;
        input.on_missing = model::MissingPolicy::kError;
      }
      continue;
    }
    if (errors) refuse_unsupported("zeros = 0 is supported for texts only");
    Operand x = graph.number(value, i);
    if (is_floating(value.type)) x = graph.apply(Op::kTruncate, {x}, Precision::kFloat64);
    for (const double category : integers)
      results.push_back(
          graph.apply(Op::kIndicator, {x, Operand::value(category)}, Precision::kFloat64));
  }
  call.output(0, Type::kFloat, std::move(shape), results);
}

/// All inputs side by side, as float32; each has as many elements as inputdimensions says, the rest
/// are zeros.
void read_feature_vectorizer(const Call &call) {
  Graph &graph = call.graph();
  const auto dimensions = call.integers("inputdimensions");
  if (dimensions.size() != call.num_inputs())
    refuse("inputdimensions has not one number per input");
  std::vector<Operand> results;
  for (std::size_t n = 0; n < call.num_inputs(); ++n) {
    const Value &value = call.input(n);
    if (dimensions[n] < 0) refuse("a number in inputdimensions is negative");
    const auto count = static_cast<std::size_t>(dimensions[n]);
    graph.count_elements(count);
    for (std::size_t i = 0; i < count; ++i) {
      Operand x = Operand::value(0);
      if (i < value.size()) x = graph.number(value, i);
      results.push_back(
          value.type == Type::kFloat ? x : graph.apply(Op::kToFloat32, {x}, Precision::kFloat64));
    }
  }
  call.output(0, Type::kFloat, {1, static_cast<std::int64_t>(results.size())}, results);
}

}  // namespace pgscore::formats::onnx
