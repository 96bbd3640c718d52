#include "formats/graph/outputs.hpp"

namespace pgscore::formats {

using model::ColumnId;
using model::Operand;

std::vector<ColumnId> link_columns(model::Builder &builder, model::LinkFunction function,
                                   const std::vector<ColumnId> &inputs,
                                   model::Precision precision) {
  const ColumnId first =
      builder.link({.function = function, .precision = precision, .inputs = inputs});
  return model::column_range(first, static_cast<std::uint32_t>(inputs.size()));
}

std::vector<std::string> numbered_labels(std::size_t count) {
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < count; ++i) labels.push_back(std::to_string(i));
  return labels;
}

void set_values(model::Output &output, const std::vector<ColumnId> &raw,
                const std::vector<ColumnId> &values) {
  output.task = model::Task::kRegression;
  output.raw = raw;
  for (std::size_t i = 0; i < values.size(); ++i)
    output.values.push_back(
        {values.size() == 1 ? "value" : "_target" + std::to_string(i + 1), values[i]});
}

void set_binary(model::Builder &builder, ColumnId margin, ColumnId positive, ColumnId value,
                model::Precision precision) {
  const ColumnId negative =
      builder.apply(model::Op::kSubtract, {Operand::value(1), Operand::of(positive)}, precision);
  model::Output &output = builder.output();
  output.task = model::Task::kClassification;
  output.raw = {margin};
  output.values = {{"value", value}};
  output.labels = numbered_labels(2);
  output.probabilities = {negative, positive};
}

void set_classes(model::Output &output, const std::vector<ColumnId> &raw,
                 const std::vector<ColumnId> &probabilities) {
  output.task = model::Task::kClassification;
  output.raw = raw;
  output.labels = numbered_labels(raw.size());
  output.probabilities = probabilities;
}

}  // namespace pgscore::formats
