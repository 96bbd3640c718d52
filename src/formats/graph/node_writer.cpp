#include "formats/graph/node_writer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/refuse.hpp"
#include "model/interpret.hpp"

namespace pgscore::formats {

using model::Operand;

namespace {

bool are_constant(std::span<const Operand> operands) {
  return std::all_of(operands.begin(), operands.end(),
                     [](const Operand &operand) { return operand.is_constant(); });
}

std::vector<double> constants_of(const std::vector<Operand> &operands) {
  std::vector<double> values;
  values.reserve(operands.size());
  for (const Operand &operand : operands) values.push_back(operand.constant);
  return values;
}

std::vector<Operand> operands_of(const std::vector<double> &values) {
  std::vector<Operand> operands(values.size());
  std::transform(values.begin(), values.end(), operands.begin(), Operand::value);
  return operands;
}

}  // namespace

void NodeWriter::hold_node(std::uint64_t count, std::uint64_t size) {
  budget_.hold(count, size);
  budget_.spend(count);
}

Operand NodeWriter::apply(Op op, std::span<const Operand> args, Precision precision) {
  budget_.spend();
  if (!are_constant(args))
    return Operand::of(builder_.apply(op, {args.begin(), args.end()}, precision));
  std::array<double, 3> values{};  // no operation takes more
  std::transform(args.begin(), args.end(), values.begin(),
                 [](const Operand &arg) { return arg.constant; });
  return Operand::value(model::apply_op(op, precision, std::span(values).first(args.size())));
}

Operand NodeWriter::select(Operand condition, Operand yes, Operand no, Precision precision) {
  if (condition.is_constant() && !std::isnan(condition.constant))
    return condition.constant != 0 ? yes : no;
  return apply(Op::kIf, {condition, yes, no}, precision);
}

Operand NodeWriter::reduce(model::Reduction function, const std::vector<Operand> &inputs,
                           Precision precision, bool skip_missing) {
  if (inputs.empty()) refuse_unsupported("a reduction of no elements");
  hold_node(inputs.size(), sizeof(ColumnId));
  if (are_constant(inputs))
    return Operand::value(
        model::apply_reduction(function, precision, skip_missing, constants_of(inputs)));
  return Operand::of(builder_.reduce({function, precision, skip_missing, columns(inputs)}));
}

std::vector<Operand> NodeWriter::link(model::LinkFunction function,
                                      const std::vector<Operand> &inputs, Precision precision) {
  if (are_constant(inputs)) {
    std::vector<double> values = constants_of(inputs);
    if (!values.empty()) model::apply_link(function, precision, values);
    return operands_of(values);
  }
  hold_node(inputs.size(), sizeof(ColumnId));
  return range(builder_.link({function, precision, columns(inputs)}), inputs.size());
}

Operand NodeWriter::arg_max(const std::vector<Operand> &inputs) {
  if (inputs.empty()) refuse_unsupported("the greatest of no elements");
  hold_node(inputs.size(), sizeof(ColumnId));
  if (!are_constant(inputs)) return Operand::of(builder_.arg_max(columns(inputs)));
  const std::vector<double> values = constants_of(inputs);
  return Operand::value(
      static_cast<double>(std::max_element(values.begin(), values.end()) - values.begin()));
}

std::vector<Operand> NodeWriter::rank(const std::vector<Operand> &inputs, std::size_t count,
                                      bool ascending) {
  hold_node(inputs.size() + count, sizeof(ColumnId));
  if (!are_constant(inputs))
    return range(builder_.rank({ascending, static_cast<std::uint32_t>(count), columns(inputs)}),
                 count);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (!std::isnan(inputs[i].constant)) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    budget_.spend();
    return ascending ? inputs[a].constant < inputs[b].constant
                     : inputs[a].constant > inputs[b].constant;
  });
  std::vector<double> places(count, model::kMissing);
  for (std::size_t k = 0; k < std::min(count, order.size()); ++k)
    places[k] = static_cast<double>(order[k]);
  return operands_of(places);
}

std::vector<Operand> NodeWriter::dense(model::Dense layer) {
  hold_node(layer.weights.size() + layer.inputs.size(), sizeof(double));
  const std::size_t num_outputs = layer.num_outputs;
  return range(builder_.dense(std::move(layer)), num_outputs);
}

Operand NodeWriter::look_up(Operand index, std::vector<double> values, double unknown,
                            double missing) {
  if (index.is_constant()) {
    const double i = index.constant;
    if (std::isnan(i)) return Operand::value(missing);
    const bool is_known = i >= 0 && i < static_cast<double>(values.size());
    return Operand::value(is_known ? values[static_cast<std::size_t>(i)] : unknown);
  }
  const bool is_category = index.column < builder_.num_inputs() &&
                           builder_.inputs()[index.column].type == model::ColumnType::kCategory;
  if (!is_category && values.empty())  // a table of numbers has keys
    return look_up(index, std::vector<std::pair<double, double>>(), unknown, missing);
  hold_node(values.size(), 2 * sizeof(double));
  model::LookUp table{index.column, {}, std::move(values), unknown, missing};
  if (is_category) {
    // A list of texts that belong to some of an input's categories only.
    const std::size_t categories = builder_.inputs()[index.column].categories.size();
    if (table.values.size() < categories) table.values.resize(categories, unknown);
  } else {
    for (std::size_t i = 0; i < table.values.size(); ++i)
      table.keys.push_back(static_cast<double>(i));
  }
  return Operand::of(builder_.look_up(std::move(table)));
}

Operand NodeWriter::look_up(Operand x, std::vector<std::pair<double, double>> table, double unknown,
                            double missing) {
  budget_.spend(table.size());
  if (x.is_constant()) {
    if (std::isnan(x.constant)) return Operand::value(missing);
    for (const auto &[key, value] : table)
      if (key == x.constant) return Operand::value(value);
    return Operand::value(unknown);
  }
  if (table.empty())
    return select(apply(Op::kIsMissing, {x}), Operand::value(missing), Operand::value(unknown));
  hold_node(table.size(), 2 * sizeof(double));
  std::stable_sort(table.begin(), table.end(),
                   [](const auto &a, const auto &b) { return a.first < b.first; });
  model::LookUp node{x.column, {}, {}, unknown, missing};
  for (const auto &[key, value] : table) {
    if (!node.keys.empty() && node.keys.back() == key) continue;
    node.keys.push_back(key);
    node.values.push_back(value);
  }
  return Operand::of(builder_.look_up(std::move(node)));
}

NodeWriter::ColumnId NodeWriter::column(Operand operand) {
  if (!operand.is_constant()) return operand.column;
  const auto [at, is_new] =
      constants_.try_emplace(std::bit_cast<std::uint64_t>(operand.constant), 0);
  if (is_new) at->second = builder_.apply(Op::kIf, {Operand::value(1), operand, operand});
  return at->second;
}

std::vector<NodeWriter::ColumnId> NodeWriter::columns(const std::vector<Operand> &operands) {
  std::vector<ColumnId> columns;
  columns.reserve(operands.size());
  for (const Operand &operand : operands) columns.push_back(column(operand));
  return columns;
}

std::vector<Operand> NodeWriter::range(ColumnId first, std::size_t count) {
  std::vector<Operand> operands(count);
  for (std::size_t i = 0; i < count; ++i)
    operands[i] = Operand::of(first + static_cast<ColumnId>(i));
  return operands;
}

}  // namespace pgscore::formats
