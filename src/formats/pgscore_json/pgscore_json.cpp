// The document: header, inputs, output, test rows. Nodes are read by nodes.cpp and
// trees.cpp.
#include "formats/pgscore_json/pgscore_json.hpp"

#include <cmath>

#include "base/text.hpp"
#include "formats/pgscore_json/nodes.hpp"
#include "model/names.hpp"

namespace pgscore::formats::pgscore_json {
namespace {

using model::Builder;
using model::ColumnId;
using model::TestRow;
using model::TestRows;

constexpr std::uint32_t kFormatVersion = 1;

void read_header(JsonFields &fields, Builder &builder) {
  const JsonValue version = fields.required("pgscore_model");
  if (const std::uint32_t number = version.unsigned_integer(); number != kFormatVersion)
    throw Error(ErrorCode::kUnsupportedModel, "unsupported version of the pgscore JSON format",
                "The file says " + std::to_string(number) + ", this release reads " +
                    std::to_string(kFormatVersion) + ".");
  if (const auto objective = fields.optional("objective"))
    builder.set_objective(std::string(objective->text()));
  if (const auto facts = fields.optional("facts"))
    for (const auto [name, value] : facts->members())
      builder.add_fact(std::string(name), std::string(value.text()));
}

model::TextOperation read_text_operation(JsonValue value) {
  JsonFields fields(value);
  model::TextOperation operation;
  operation.function =
      read_name(fields.required("function"), model::text_function_named, "text function");
  if (operation.function == model::TextFunction::kSubstring) {
    operation.first = fields.required("first").unsigned_integer();
    operation.count = fields.required("count").unsigned_integer();
  }
  fields.finish();
  return operation;
}

model::Input read_input(JsonValue value) {
  JsonFields fields(value);
  model::Input input;
  input.name = fields.required("name").text();
  if (const auto type = fields.optional("type")) {
    if (type->text() == "category")
      input.type = model::ColumnType::kCategory;
    else if (type->text() != "number")
      type->refuse("must be \"number\" or \"category\"");
  }
  if (input.type == model::ColumnType::kCategory)
    input.categories = fields.required("categories").texts();
  if (const auto policy = fields.optional("on_unknown"))
    input.on_unknown = read_name(*policy, model::unknown_policy_named, "policy");
  if (const auto policy = fields.optional("on_missing"))
    input.on_missing = read_name(*policy, model::missing_policy_named, "policy");
  if (const auto range = fields.optional("range"))
    input.range = read_name(*range, model::number_range_named, "range");
  if (const auto operations = fields.optional("text_operations"))
    for (const JsonValue operation : operations->elements())
      input.text_operations.push_back(read_text_operation(operation));
  if (const auto unit = fields.optional("unit"))
    input.unit = read_name(*unit, model::unit_named, "unit");
  fields.finish();
  return input;
}

void read_named_columns(JsonValue list, const ColumnReferences &columns,
                        std::vector<model::NamedColumn> &out) {
  for (const JsonValue element : list.elements()) {
    JsonFields fields(element);
    model::NamedColumn &named = out.emplace_back();
    named.name = fields.required("name").text();
    named.column = columns.read(fields.required("column"));
    if (const auto texts = fields.optional("texts")) named.texts = texts->texts();
    fields.finish();
  }
}

void read_output(JsonValue value, const ColumnReferences &columns, model::Output &output) {
  JsonFields fields(value);
  output.task = read_name(fields.required("task"), model::task_named, "task");
  if (const auto values = fields.optional("values"))
    read_named_columns(*values, columns, output.values);
  if (const auto more = fields.optional("more")) read_named_columns(*more, columns, output.more);
  if (const auto raw = fields.optional("raw")) output.raw = columns.read_all(*raw);
  if (const auto probabilities = fields.optional("probabilities"))
    output.probabilities = columns.read_all(*probabilities);
  if (const auto labels = fields.optional("labels")) output.labels = labels->texts();
  if (const auto code = fields.optional("class_code")) output.class_code = columns.read(*code);
  if (const auto positive = fields.optional("positive"))
    output.positive = positive->unsigned_integer();
  fields.finish();
}

TestRow::Cell read_cell(JsonValue value, bool is_category) {
  if (value.is_null()) return model::kMissing;
  if (is_category) return std::string(value.text());
  return value.number_or_missing();
}

TestRow read_test_row(JsonValue value, const std::vector<bool> &is_category) {
  JsonFields fields(value);
  TestRow row;
  const JsonValue inputs = fields.required("inputs");
  if (inputs.size() != is_category.size())
    inputs.refuse("must have one entry for each input of the model",
                  "It has " + std::to_string(inputs.size()) + ", the model has " +
                      std::to_string(is_category.size()) + " inputs.");
  std::size_t i = 0;
  for (const JsonValue cell : inputs.elements())
    row.inputs.push_back(read_cell(cell, is_category[i++]));
  if (const auto values = fields.optional("values")) row.values = values->numbers_or_missing();
  if (const auto raw = fields.optional("raw")) row.raw = raw->numbers_or_missing();
  if (const auto probabilities = fields.optional("probabilities"))
    row.probabilities = probabilities->numbers_or_missing();
  if (const auto label = fields.optional("class")) row.label = label->text();
  if (const auto outputs = fields.optional("outputs"))
    for (const auto [name, value] : outputs->members())
      row.outputs.push_back(
          {std::string(name), read_cell(value, value.kind() == JsonValue::Kind::kString)});
  fields.finish();
  return row;
}

TestRows read_test_rows(JsonValue value, const std::vector<bool> &is_category) {
  JsonFields fields(value);
  TestRows test;
  if (const auto tolerance = fields.optional("tolerance")) {
    test.tolerance = tolerance->number();
    if (!(test.tolerance >= 0 && test.tolerance < 1))
      tolerance->refuse("must be at least 0 and less than 1");
  }
  for (const JsonValue row : fields.required("rows").elements())
    test.rows.push_back(read_test_row(row, is_category));
  for (TestRow &row : test.rows)
    for (TestRow::Named &output : row.outputs) output.tolerance = test.tolerance;
  fields.finish();
  return test;
}

}  // namespace

bool sniff(Bytes bytes) {
  // The format asks writers to put this key first.
  const std::string_view text = without_leading_blanks(as_text(bytes).substr(0, 256));
  return text.starts_with('{') &&
         without_leading_blanks(text.substr(1)).starts_with("\"pgscore_model\"");
}

void load(const Source &source, Builder &builder) {
  const JsonDocument document =
      JsonDocument::parse(source.bytes, builder.limits(), builder.interrupt());
  JsonFields fields(document.root());
  read_header(fields, builder);
  std::vector<bool> is_category;
  for (const JsonValue value : fields.required("inputs").elements()) {
    model::Input input = read_input(value);
    is_category.push_back(input.type == model::ColumnType::kCategory);
    builder.add_input(std::move(input));
  }
  ColumnId num_columns = builder.num_inputs();
  for (const JsonValue node : fields.required("nodes").elements()) {
    builder.interrupt().check();
    num_columns = read_node(node, num_columns, builder);
  }
  read_output(fields.required("output"), ColumnReferences(num_columns), builder.output());
  if (const auto test_rows = fields.optional("test_rows"))
    builder.test_rows() = read_test_rows(*test_rows, is_category);
  fields.finish();
}

}  // namespace pgscore::formats::pgscore_json
