// Constants that are made of a few numbers: Range and EyeLike (onnx/defs/generator/defs.cc).
#include <cmath>

#include "formats/onnx/operator.hpp"

namespace pgscore::formats::onnx {

using model::Operand;

/// start, start + delta, ... below the limit: max(ceil((limit - start) / delta), 0) numbers, each
/// the sum of the one before and delta (ONNX Runtime 1.21, core/providers/cpu/generator/range.cc).
void read_range(const Call &call) {
  Graph &graph = call.graph();
  const Type type = call.input(0).type;
  double bounds[3] = {};
  for (const std::size_t i : {0, 1, 2}) {
    const Value &value = call.input(i);
    if (value.type != type || value.size() != 1)
      refuse("its inputs are not three numbers of one type");
    const Operand number = graph.number(value, 0);
    if (!number.is_constant())
      refuse_unsupported("its bounds are computed from the row: they must be constant",
                         kFixedSizesHint);
    bounds[i] = number.constant;
  }
  const auto [start, limit, delta] = bounds;
  const double count = std::ceil((limit - start) / delta);
  if (std::isnan(count) || delta == 0) refuse("its bounds are no numbers");
  check_limit(count > 0x1p62 ? UINT64_MAX
              : count > 0    ? static_cast<std::uint64_t>(count)
                             : 0,
              graph.limits().max_nodes, "elements of a tensor");
  const auto size = static_cast<std::size_t>(count > 0 ? count : 0);
  graph.count_elements(size, Graph::Kind::kConstant);
  Value result = make_value(type, {static_cast<std::int64_t>(size)});
  Operand next = Operand::value(start);
  for (std::size_t i = 0; i < size; ++i) {
    result.numbers.push_back(next.constant);
    next = graph.apply(model::Op::kAdd, {next, Operand::value(delta)}, precision_of(type));
  }
  call.output(0, std::move(result));
}

/// Ones on the diagonal that k moves up, of the shape of the input.
void read_eye_like(const Call &call) {
  Graph &graph = call.graph();
  const Value &value = call.input(0);
  if (value.shape.size() != 2) refuse("its input is no matrix");
  const std::int64_t k = call.integer("k", 0),
                     type = call.integer("dtype", static_cast<std::int64_t>(value.type));
  if (type < static_cast<std::int64_t>(Type::kFloat) ||
      type > static_cast<std::int64_t>(Type::kUint64) ||
      type == static_cast<std::int64_t>(Type::kString) ||
      type == static_cast<std::int64_t>(Type::kFloat16))
    refuse_unsupported("a matrix of type " + std::to_string(type));
  const std::int64_t rows = value.shape[0], columns = value.shape[1];
  graph.count_elements(element_count(value.shape), Graph::Kind::kConstant);
  Value result = make_value(static_cast<Type>(type), value.shape);
  result.numbers.assign(element_count(value.shape), 0);
  for (std::int64_t row = 0; row < rows; ++row) {
    graph.budget().spend();
    if (k > -rows && k < columns && row + k >= 0 && row + k < columns)
      result.numbers[static_cast<std::size_t>(row * columns + row + k)] = 1;
  }
  call.output(0, std::move(result));
}

}  // namespace pgscore::formats::onnx
