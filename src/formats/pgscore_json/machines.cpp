// Reductions, layers, kernel machines, distances: as nodes.cpp, for the structs that
// model.hpp has for them.
#include <cmath>
#include <utility>

#include "formats/pgscore_json/nodes.hpp"
#include "model/names.hpp"

namespace pgscore::formats::pgscore_json {
namespace {

using model::Builder;
using model::ColumnId;

void read_number(JsonFields &fields, const char *name, double &value) {
  if (const auto field = fields.optional(name)) value = field->number();
}

ColumnId read_reduce(JsonFields &fields, const ColumnReferences &columns, Builder &builder) {
  model::Reduce node;
  node.function = read_name(fields.required("function"), model::reduction_named, "reduction");
  node.precision = read_precision(fields);
  if (const auto skip = fields.optional("skip_missing")) node.skip_missing = skip->boolean();
  node.inputs = columns.read_all(fields.required("inputs"));
  if (node.function == model::Reduction::kWeightedMedian)
    node.weights = fields.required("weights").numbers();
  builder.reduce(std::move(node));
  return 1;
}

ColumnId read_rank(JsonFields &fields, const ColumnReferences &columns, Builder &builder) {
  model::Rank node;
  if (const auto ascending = fields.optional("ascending")) node.ascending = ascending->boolean();
  if (const auto count = fields.optional("count")) node.count = count->unsigned_integer();
  node.inputs = columns.read_all(fields.required("inputs"));
  const ColumnId count = node.count;
  builder.rank(std::move(node));
  return count;
}

ColumnId read_dense(JsonFields &fields, const ColumnReferences &columns, Builder &builder) {
  model::Dense layer;
  layer.precision = read_precision(fields);
  layer.inputs = columns.read_all(fields.required("inputs"));
  const JsonValue weights = fields.required("weights");
  layer.weights = weights.numbers();
  layer.bias = fields.required("bias").numbers();
  layer.num_outputs = static_cast<std::uint32_t>(layer.bias.size());
  if (layer.weights.size() != layer.inputs.size() * layer.bias.size())
    weights.refuse("must have one number for each input and output",
                   "It has " + std::to_string(layer.weights.size()) + ", there are " +
                       std::to_string(layer.inputs.size()) + " inputs and " +
                       std::to_string(layer.bias.size()) + " outputs.");
  const ColumnId outputs = layer.num_outputs;
  builder.dense(std::move(layer));
  return outputs;
}

ColumnId read_kernel_machine(JsonFields &fields, const ColumnReferences &columns,
                             Builder &builder) {
  model::KernelMachine machine;
  machine.kernel = read_name(fields.required("kernel"), model::kernel_named, "kernel function");
  machine.precision = read_precision(fields);
  read_number(fields, "gamma", machine.gamma);
  read_number(fields, "offset", machine.offset);
  read_number(fields, "degree", machine.degree);
  machine.inputs = columns.read_all(fields.required("inputs"));
  machine.vectors = fields.required("vectors").numbers();
  machine.coefficients = fields.required("coefficients").numbers();
  machine.intercept = fields.required("intercept").numbers();
  machine.num_outputs = static_cast<std::uint32_t>(machine.intercept.size());
  const ColumnId outputs = machine.num_outputs;
  builder.kernel_machine(std::move(machine));
  return outputs;
}

ColumnId read_pairwise_coupling(JsonFields &fields, const ColumnReferences &columns,
                                Builder &builder) {
  model::PairwiseCoupling node;
  node.precision = read_precision(fields);
  node.num_classes = fields.required("num_classes").unsigned_integer();
  node.inputs = columns.read_all(fields.required("inputs"));
  const ColumnId outputs = node.num_classes;
  builder.pairwise_coupling(std::move(node));
  return outputs;
}

ColumnId read_distances(JsonFields &fields, const ColumnReferences &columns, Builder &builder) {
  model::Distances node;
  node.measure = read_name(fields.required("measure"), model::measure_named, "measure");
  read_number(fields, "exponent", node.exponent);
  if (const auto binary = fields.optional("binary")) node.binary = binary->numbers();
  for (const JsonValue element : fields.required("fields").elements()) {
    JsonFields field(element);
    model::Distances::Field &out = node.fields.emplace_back();
    out.column = columns.read(field.required("column"));
    if (const auto compare = field.optional("compare"))
      out.compare = read_name(*compare, model::compare_named, "comparison");
    read_number(field, "weight", out.weight);
    read_number(field, "scale", out.scale);
    field.finish();
  }
  const JsonValue points = fields.required("points");
  node.points = points.numbers_or_missing();
  if (node.fields.empty() || node.points.size() % node.fields.size() != 0)
    points.refuse("must have one value for each field and point");
  node.num_points = static_cast<std::uint32_t>(node.points.size() / node.fields.size());
  if (const auto nearest = fields.optional("nearest")) node.nearest = nearest->unsigned_integer();
  const std::uint64_t outputs =
      node.nearest != 0 ? std::uint64_t{2} * node.nearest : node.num_points;
  builder.distances(std::move(node));
  return static_cast<ColumnId>(outputs);
}

}  // namespace

std::optional<ColumnId> read_machine(std::string_view type, JsonFields &fields,
                                     const ColumnReferences &columns, Builder &builder) {
  if (type == "reduce") return read_reduce(fields, columns, builder);
  if (type == "rank") return read_rank(fields, columns, builder);
  if (type == "dense") return read_dense(fields, columns, builder);
  if (type == "kernel_machine") return read_kernel_machine(fields, columns, builder);
  if (type == "pairwise_coupling") return read_pairwise_coupling(fields, columns, builder);
  if (type == "distances") return read_distances(fields, columns, builder);
  return std::nullopt;
}

}  // namespace pgscore::formats::pgscore_json
