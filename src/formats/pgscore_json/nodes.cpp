// Transforms, linear predictors, links and decisions. One function per type of node; each reads the
// fields that the struct of the same name in model/model.hpp has, with the same defaults.
#include "formats/pgscore_json/nodes.hpp"

#include "model/names.hpp"

namespace pgscore::formats::pgscore_json {
namespace {

using model::Builder;
using model::ColumnId;

ColumnId read_apply(JsonFields &fields, const ColumnReferences &columns, Builder &builder) {
  const model::Op op = read_name(fields.required("op"), model::op_named, "operation");
  const JsonValue arguments = fields.required("args");
  std::vector<model::Operand> operands;
  for (const JsonValue argument : arguments.elements()) {
    if (argument.kind() == JsonValue::Kind::kObject) {
      JsonFields operand(argument);
      operands.push_back(model::Operand::of(columns.read(operand.required("column"))));
      operand.finish();
    } else {
      operands.push_back(model::Operand::value(argument.number_or_missing()));
    }
  }
  if (operands.size() != model::arity(op))
    arguments.refuse("operation \"" + std::string(model::name_of(op)) + "\" takes " +
                     std::to_string(model::arity(op)) + " arguments, not " +
                     std::to_string(operands.size()));
  return builder.apply(op, std::move(operands), read_precision(fields));
}

ColumnId read_look_up(JsonFields &fields, const ColumnReferences &columns, Builder &builder) {
  model::LookUp table;
  table.input = columns.read(fields.required("input"));
  if (const auto keys = fields.optional("keys")) table.keys = keys->numbers();
  table.values = fields.required("values").numbers_or_missing();
  if (const auto unknown = fields.optional("unknown")) table.unknown = unknown->number_or_missing();
  if (const auto missing = fields.optional("missing")) table.missing = missing->number_or_missing();
  return builder.look_up(std::move(table));
}

ColumnId read_discretize(JsonFields &fields, const ColumnReferences &columns, Builder &builder) {
  model::Discretize bins;
  bins.input = columns.read(fields.required("input"));
  bins.cuts = fields.required("cuts").numbers();
  if (const auto upper_open = fields.optional("upper_open"))
    bins.upper_open = upper_open->boolean();
  bins.values = fields.required("values").numbers_or_missing();
  if (const auto missing = fields.optional("missing")) bins.missing = missing->number_or_missing();
  return builder.discretize(std::move(bins));
}

ColumnId read_linear(JsonFields &fields, const ColumnReferences &columns, Builder &builder) {
  model::Linear linear;
  linear.precision = read_precision(fields);
  if (const auto value = fields.optional("on_missing")) {
    if (value->text() == "skip")
      linear.on_missing = model::Linear::OnMissing::kSkip;
    else if (value->text() != "propagate")
      value->refuse("must be \"skip\" or \"propagate\"");
  }
  if (const auto value = fields.optional("intercept_first"))
    linear.intercept_first = value->boolean();
  linear.intercept = fields.required("intercept").numbers();
  linear.num_outputs = static_cast<std::uint32_t>(linear.intercept.size());
  for (const JsonValue element : fields.required("terms").elements()) {
    JsonFields term(element);
    model::LinearTerm &out = linear.terms.emplace_back();
    out.column = columns.read(term.required("column"));
    if (const auto value = term.optional("by_level")) out.by_level = value->boolean();
    const JsonValue coefficients = term.required("coefficients");
    out.coefficients = coefficients.numbers();
    if (!out.by_level && out.coefficients.size() != linear.num_outputs)
      coefficients.refuse("must have one number for each intercept",
                          "It has " + std::to_string(out.coefficients.size()) + ", there are " +
                              std::to_string(linear.num_outputs) + " intercepts.");
    term.finish();
  }
  return builder.linear(std::move(linear));
}

ColumnId read_link(JsonFields &fields, const ColumnReferences &columns, Builder &builder) {
  model::Link link;
  link.function = read_name(fields.required("function"), model::link_named, "link function");
  link.precision = read_precision(fields);
  link.inputs = columns.read_all(fields.required("inputs"));
  return builder.link(std::move(link));
}

}  // namespace

model::Precision read_precision(JsonFields &fields) {
  const auto value = fields.optional("precision");
  return value ? read_name(*value, model::precision_named, "precision")
               : model::Precision::kFloat64;
}

ColumnId read_node(JsonValue node, ColumnId num_columns, Builder &builder) {
  JsonFields fields(node);
  const JsonValue type = fields.required("type");
  const std::string_view name = type.text();
  const ColumnReferences columns(num_columns);
  ColumnId width = 1;
  try {
    if (name == "apply") {
      read_apply(fields, columns, builder);
    } else if (name == "look_up") {
      read_look_up(fields, columns, builder);
    } else if (name == "discretize") {
      read_discretize(fields, columns, builder);
    } else if (name == "trees") {
      model::TreeEnsemble ensemble = read_trees(fields, columns, builder);
      width = ensemble.num_groups;
      builder.trees(std::move(ensemble));
    } else if (name == "linear") {
      width = static_cast<ColumnId>(fields.required("intercept").size());
      read_linear(fields, columns, builder);
    } else if (name == "link") {
      width = static_cast<ColumnId>(fields.required("inputs").size());
      read_link(fields, columns, builder);
    } else if (name == "arg_max") {
      builder.arg_max(columns.read_all(fields.required("inputs")));
    } else if (const auto written = read_machine(name, fields, columns, builder)) {
      width = *written;
    } else {
      type.refuse("unknown type of node " + shown(name),
                  "Types are: apply, look_up, discretize, trees, linear, link, arg_max, reduce, "
                  "rank, dense, kernel_machine, "
                  "pairwise_coupling, distances.");
    }
  } catch (const Error &e) {
    // Errors of JsonValue name their place; the builder's quotas do not.
    const std::string place = node.place();
    if (e.message().starts_with(place)) throw;
    throw e.within(place);
  }
  if (const auto column = fields.optional("first_column");
      column && column->unsigned_integer() != num_columns)
    column->refuse("the first column of this node is " + std::to_string(num_columns));
  fields.finish();
  return num_columns + width;
}

}  // namespace pgscore::formats::pgscore_json
