// Layers: Gemm, MatMul and BatchNormalization (onnx/defs/math/defs.cc, nn/defs.cc).
//
// ONNX Runtime's float32 products (MLAS) are sums of fused multiply-adds in the order of the
// inputs, to which the bias is added at the end: the IR's Dense. Constant weights make Dense nodes;
// a following addition of a constant becomes their bias.
#include <algorithm>
#include <cmath>

#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {
namespace {

using model::Op;
using model::Operand;
using model::Precision;

/// A matrix inside of a value: element (r, c) at first + r * row_step + c * column_step.
struct Matrix {
  const Value &value;
  std::size_t rows, columns, first, row_step, column_step;

  std::size_t at(std::size_t r, std::size_t c) const {
    return first + r * row_step + c * column_step;
  }
  Matrix transposed() const { return {value, columns, rows, first, column_step, row_step}; }
};

/// x * weights + bias for one vector of columns.
std::vector<Operand> multiply_vector(Graph &graph, const std::vector<Operand> &x,
                                     const Matrix &weights, const std::vector<double> &bias,
                                     Type type) {
  const Precision precision = precision_of(type);
  model::Dense layer{precision, {}, static_cast<std::uint32_t>(weights.columns), {}, bias};
  check_limit(weights.columns, graph.limits().max_outputs, "outputs");
  graph.count_elements(weights.rows * weights.columns, Graph::Kind::kConstant);
  layer.weights.reserve(weights.rows * weights.columns);
  for (std::size_t r = 0; r < weights.rows; ++r)
    for (std::size_t c = 0; c < weights.columns; ++c)
      layer.weights.push_back(weights.value.numbers.at(weights.at(r, c)));
  if (layer.bias.empty()) layer.bias.assign(weights.columns, 0);
  layer.inputs = graph.columns(x);
  return graph.dense(std::move(layer));
}

/// Two matrices of the row: products one by one (not fused).
Operand multiply_dynamic(Graph &graph, const Matrix &a, const Matrix &b, std::size_t r,
                         std::size_t c, Precision precision) {
  std::vector<Operand> products;
  for (std::size_t k = 0; k < a.columns; ++k)
    products.push_back(graph.apply(
        Op::kMultiply, {graph.argument(a.value, a.at(r, k)), graph.argument(b.value, b.at(k, c))},
        precision));
  return graph.reduce(model::Reduction::kSum, products, precision);
}

double multiply_constants(Graph &graph, const Matrix &a, const Matrix &b, std::size_t r,
                          std::size_t c, Precision precision) {
  graph.budget().spend(a.columns);
  if (precision == Precision::kFloat32) {
    float sum = 0;
    for (std::size_t k = 0; k < a.columns; ++k)
      sum = std::fma(static_cast<float>(a.value.numbers[a.at(r, k)]),
                     static_cast<float>(b.value.numbers[b.at(k, c)]), sum);
    return sum;
  }
  double sum = 0;
  for (std::size_t k = 0; k < a.columns; ++k)
    sum = std::fma(a.value.numbers[a.at(r, k)], b.value.numbers[b.at(k, c)], sum);
  return sum;
}

/// `bias`: one number per column of b, or empty. Row-major.
std::vector<Operand> multiply(Graph &graph, const Matrix &a, const Matrix &b,
                              const std::vector<double> &bias, Type type) {
  if (type == Type::kString) refuse("its inputs are texts");
  const Precision precision = precision_of(type);
  const bool constant = a.value.is_constant() && b.value.is_constant();
  const Graph::Kind kind = constant ? Graph::Kind::kConstant : Graph::Kind::kComputed;
  graph.count_elements(a.rows * b.columns, kind);
  std::vector<Operand> results(a.rows * b.columns);
  auto add_bias = [&](std::size_t r, std::size_t c) {
    Operand &result = results[r * b.columns + c];
    if (!bias.empty()) result = graph.apply(Op::kAdd, {result, Operand::value(bias[c])}, precision);
  };
  if (a.columns == 0) refuse_unsupported("a product of matrices without elements");
  if (b.value.is_constant() && !a.value.is_constant()) {
    for (std::size_t r = 0; r < a.rows; ++r) {
      std::vector<Operand> x;
      for (std::size_t k = 0; k < a.columns; ++k) x.push_back(graph.argument(a.value, a.at(r, k)));
      std::ranges::copy(multiply_vector(graph, x, b, bias, type),
                        results.begin() + static_cast<std::ptrdiff_t>(r * b.columns));
    }
  } else if (a.value.is_constant() && !b.value.is_constant()) {
    for (std::size_t c = 0; c < b.columns; ++c) {
      std::vector<Operand> x;
      for (std::size_t k = 0; k < b.rows; ++k) x.push_back(graph.argument(b.value, b.at(k, c)));
      const std::vector<Operand> column = multiply_vector(graph, x, a.transposed(), {}, type);
      for (std::size_t r = 0; r < a.rows; ++r) {
        results[r * b.columns + c] = column[r];
        add_bias(r, c);
      }
    }
  } else {
    if (constant)
      graph.budget().check_room(a.rows * b.columns, sizeof(Operand));
    else
      graph.count_elements(a.rows * b.columns * a.columns);
    for (std::size_t r = 0; r < a.rows; ++r)
      for (std::size_t c = 0; c < b.columns; ++c) {
        results[r * b.columns + c] =
            a.value.is_constant() ? Operand::value(multiply_constants(graph, a, b, r, c, precision))
                                  : multiply_dynamic(graph, a, b, r, c, precision);
        add_bias(r, c);
      }
  }
  return results;
}

/// The constant that the only reader of the product adds to it, one number per column; empty when
/// there is none. `adder` becomes that reader.
std::vector<double> following_bias(const Call &call, std::size_t columns, Type type,
                                   const Node *&adder) {
  if (call.num_outputs() != 1) return {};
  const std::string_view product = call.node().outputs[0];
  const Node *reader = call.graph().only_reader(product);
  if (reader == nullptr || reader->op_type != "Add" || !reader->domain.empty() ||
      reader->inputs.size() != 2 || reader->outputs.size() != 1 || reader->outputs[0].empty() ||
      reader->inputs[0] == reader->inputs[1])
    return {};
  const Value *bias = call.graph().find(reader->inputs[reader->inputs[0] == product ? 1 : 0]);
  if (bias == nullptr || !bias->is_constant() || bias->has_rounded_integers || bias->type != type ||
      bias->shape.empty() || bias->size() != columns ||
      bias->shape.back() != static_cast<std::int64_t>(columns) || bias->shape.size() > 2)
    return {};
  adder = reader;
  return bias->numbers;
}

Matrix matrix_of(const Value &value, std::size_t first = 0) {
  const std::size_t rank = value.shape.size();
  const auto rows = static_cast<std::size_t>(value.shape[rank - 2]),
             columns = static_cast<std::size_t>(value.shape[rank - 1]);
  return {value, rows, columns, first, columns, 1};
}

}  // namespace

/// alpha * A * B + beta * C
void read_gemm(const Call &call) {
  Graph &graph = call.graph();
  const Value &a = call.input(0), &b = call.input(1);
  if (a.shape.size() != 2 || b.shape.size() != 2) refuse("its inputs are no matrices");
  if (a.type != b.type) refuse("its inputs have different types");
  const Matrix left = call.integer("transA", 0) != 0 ? matrix_of(a).transposed() : matrix_of(a),
               right = call.integer("transB", 0) != 0 ? matrix_of(b).transposed() : matrix_of(b);
  if (left.columns != right.rows)
    refuse("a matrix of " + std::to_string(left.columns) + " columns is multiplied with one of " +
           std::to_string(right.rows) + " rows");
  const double alpha = call.number("alpha", 1), beta = call.number("beta", 1);
  const Precision precision = precision_of(a.type);
  const Shape shape{static_cast<std::int64_t>(left.rows), static_cast<std::int64_t>(right.columns)};
  const Value *c = call.optional_input(2);
  std::vector<std::size_t> from;
  if (c != nullptr) {
    if (c->type != a.type) refuse("its inputs have different types");
    if (broadcast_shape(c->shape, shape) != shape) refuse("the bias does not go with the product");
    from = broadcast_elements(graph.budget(), c->shape, shape);
  }
  // The usual layer: its bias is the same for every row of A.
  const bool constant_bias = c != nullptr && c->is_constant() && alpha == 1 && beta == 1 &&
                             (left.rows == 1 || c->shape.size() < 2);
  std::vector<double> bias;
  if (constant_bias)
    for (std::size_t k = 0; k < right.columns; ++k) bias.push_back(c->numbers.at(from[k]));
  std::vector<Operand> results = multiply(graph, left, right, bias, a.type);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (alpha != 1)
      results[i] = graph.apply(Op::kMultiply, {results[i], Operand::value(alpha)}, precision);
    if (c == nullptr || constant_bias) continue;
    Operand added = graph.number(*c, from[i]);
    if (beta != 1) added = graph.apply(Op::kMultiply, {added, Operand::value(beta)}, precision);
    results[i] = graph.apply(Op::kAdd, {results[i], added}, precision);
  }
  call.output(0, a.type, shape, results);
}

/// numpy's matmul: a vector on the left is a row, on the right a column; more than two dimensions
/// are many matrices.
void read_matmul(const Call &call) {
  Graph &graph = call.graph();
  Value a = call.input(0), b = call.input(1);
  if (a.type != b.type) refuse("its inputs have different types");
  if (a.shape.empty() || b.shape.empty()) refuse("its input is a scalar");
  const bool left_is_vector = a.shape.size() == 1, right_is_vector = b.shape.size() == 1;
  if (left_is_vector) a.shape.insert(a.shape.begin(), 1);
  if (right_is_vector) b.shape.push_back(1);
  const Shape many_a(a.shape.begin(), a.shape.end() - 2),
      many_b(b.shape.begin(), b.shape.end() - 2);
  const Shape many = broadcast_shape(many_a, many_b);
  const std::vector<std::size_t> from_a = broadcast_elements(graph.budget(), many_a, many),
                                 from_b = broadcast_elements(graph.budget(), many_b, many);
  Matrix left = matrix_of(a), right = matrix_of(b);
  if (left.columns != right.rows)
    refuse("a matrix of " + std::to_string(left.columns) + " columns is multiplied with one of " +
           std::to_string(right.rows) + " rows");
  Shape shape = many;
  if (!left_is_vector) shape.push_back(static_cast<std::int64_t>(left.rows));
  if (!right_is_vector) shape.push_back(static_cast<std::int64_t>(right.columns));
  const Node *adder = nullptr;
  const std::vector<double> bias =
      right_is_vector ? std::vector<double>() : following_bias(call, right.columns, a.type, adder);
  std::vector<Operand> results;
  for (std::size_t n = 0; n < from_a.size(); ++n) {
    graph.budget().spend();
    left.first = from_a[n] * left.rows * left.columns;
    right.first = from_b[n] * right.rows * right.columns;
    std::ranges::copy(multiply(graph, left, right, bias, a.type), std::back_inserter(results));
  }
  if (adder == nullptr) return call.output(0, a.type, shape, results);
  // A bias of two dimensions makes its sum have two, too.
  if (shape.size() < 2) shape.insert(shape.begin(), 1);
  Value value = make_value(a.type, shape);
  for (const Operand &result : results) value.elements.push_back({result, nullptr});
  graph.define(adder->outputs[0], std::move(value));
  graph.set_done(*adder);
}

/// Inference: x * s + (bias - mean * s) with s = scale * (1 / sqrt(var + epsilon)), in the type's
/// precision (ONNX Runtime 1.21, nn/batch_norm.h). The channels are dimension 1, or a vector's
/// elements.
void read_batch_normalization(const Call &call) {
  Graph &graph = call.graph();
  if (call.integer("training_mode", 0) != 0 ||
      (call.opset() < 7 && call.integer("is_test", 0) == 0))
    refuse_unsupported("it is made for training");
  if (call.integer("spatial", 1) == 0) refuse_unsupported("spatial is 0");
  const Value &value = call.input(0);
  const Precision precision = precision_of(value.type);
  const std::size_t rank = value.shape.size();
  if (rank == 0) refuse("its input is a scalar");
  const std::size_t axis = rank == 1 ? 0 : 1,
                    channels = static_cast<std::size_t>(value.shape[axis]);
  const std::size_t inner = element_count(std::span(value.shape).subspan(axis + 1));
  for (const std::size_t i : {1, 2, 3, 4})
    if (call.input(i).size() != channels)
      refuse("input " + std::to_string(i) + " has not one number per channel");
  const Operand epsilon = Operand::value(call.number("epsilon", 1e-5f));
  std::vector<Operand> factor, offset;
  for (std::size_t k = 0; k < channels; ++k) {
    auto parameter = [&](std::size_t input) { return graph.number(call.input(input), k); };
    auto op = [&](Op op, Operand x, Operand y) { return graph.apply(op, {x, y}, precision); };
    const Operand deviation =
        graph.apply(Op::kSqrt, {op(Op::kAdd, parameter(4), epsilon)}, precision);
    factor.push_back(
        op(Op::kMultiply, op(Op::kDivide, Operand::value(1), deviation), parameter(1)));
    offset.push_back(
        op(Op::kSubtract, parameter(2), op(Op::kMultiply, parameter(3), factor.back())));
  }
  std::vector<Operand> results;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::size_t channel = i / inner % channels;
    const Operand product =
        graph.apply(Op::kMultiply, {graph.argument(value, i), factor[channel]}, precision);
    results.push_back(graph.apply(Op::kAdd, {product, offset[channel]}, precision));
  }
  call.output(0, value.type, value.shape, results);
}

}  // namespace pgscore::formats::onnx
