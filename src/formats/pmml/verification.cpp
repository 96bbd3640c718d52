#include "formats/pmml/verification.hpp"

#include <algorithm>
#include <cmath>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"

namespace pgscore::formats::pmml {

using model::TestRow;

namespace {

/// A VerificationField, and what it is to the model.
struct Field {
  XmlElement element;
  std::string name, column;
  double precision, zero_threshold;
  enum class Kind : std::uint8_t { kNothing, kInput, kOutput, kClass } kind = Kind::kNothing;
  std::size_t index = 0;  // of the input
  const model::NamedColumn *output = nullptr;
};

double not_negative(const XmlElement &element, const char *name, double otherwise) {
  const double number = element.number(name).value_or(otherwise);
  if (!(number >= 0) || std::isinf(number))
    element.refuse("attribute " + shown(name) + " is out of range");
  return number;
}

class VerificationReader {
 public:
  VerificationReader(const Model &model, Reading &reading)
      : model_(model), reading_(reading), builder_(reading.builder()) {}

  void read(const XmlElement &verification) {
    for (const XmlElement element :
         verification.required_child("VerificationFields").children("VerificationField"))
      fields_.push_back(read_field(element));
    std::vector<std::string> columns;
    for (const Field &field : fields_) columns.push_back(field.column);
    if (verification.child("TableLocator")) {
      builder_.warn("the rows of ModelVerification are not in the document and not checked",
                    verification.place() + ": they are in a table elsewhere.");
      return;
    }
    const auto rows = read_inline_table(verification, columns);
    if (const auto count = verification.count("recordCount"); count && *count != rows.size())
      verification.refuse("it has " + std::to_string(rows.size()) + " rows, not " +
                          std::to_string(*count));
    for (std::size_t r = 0; r < rows.size(); ++r) {
      builder_.interrupt().check();
      add_row(rows[r], verification.place() + ", row " + std::to_string(r + 1));
    }
    warn_of_what_is_left_out(verification);
  }

 private:
  Field read_field(const XmlElement &element) {
    Field field{element,
                std::string(element.required("field")),
                {},
                not_negative(element, "precision", 1e-6),
                not_negative(element, "zeroThreshold", 1e-16)};
    field.column = std::string(element.attribute("column").value_or(field.name));
    const std::vector<model::Input> &inputs = builder_.inputs();
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i].name == field.name) {
        field.kind = Field::Kind::kInput;
        field.index = i;
        return field;
      }
    const model::Output &output = builder_.output();
    if (output.task == model::Task::kClassification && field.name == model_.target.name) {
      field.kind = Field::Kind::kClass;
      return field;
    }
    for (const std::vector<model::NamedColumn> *list : {&output.more, &output.values})
      for (const model::NamedColumn &column : *list)
        if (column.name == field.name) {
          field.kind = Field::Kind::kOutput;
          field.output = &column;
        }
    return field;
  }

  void add_row(const std::vector<std::optional<std::string>> &cells, std::string place) {
    TestRow row{.place = std::move(place),
                .inputs = std::vector<TestRow::Cell>(builder_.num_inputs(), model::kMissing)};
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const Field &field = fields_[i];
      if (!cells[i]) continue;  // not given: a missing input, or nothing to compare
      switch (field.kind) {
        case Field::Kind::kInput:
          row.inputs[field.index] = input_cell(field, *cells[i]);
          break;
        case Field::Kind::kClass:
          if (!cells[i]->empty()) row.label = label_of(field, *cells[i]);
          break;
        case Field::Kind::kOutput:
          row.outputs.push_back(
              {field.name, output_cell(field, *cells[i]), field.precision, field.zero_threshold});
          break;
        case Field::Kind::kNothing:
          break;
      }
    }
    if (!row.label && row.outputs.empty()) return;
    check_limit(builder_.test_rows().rows.size() + 1, 100'000, "rows of ModelVerification");
    builder_.test_rows().rows.push_back(std::move(row));
  }

  TestRow::Cell input_cell(const Field &field, const std::string &text) const {
    const model::Input &input = builder_.inputs()[field.index];
    if (input.type != model::ColumnType::kNumber)
      return text.empty() ? TestRow::Cell(model::kMissing) : TestRow::Cell(text);
    if (text.empty()) return model::kMissing;
    const DataField *data_field = reading_.dictionary().field(field.name);
    const Type type = data_field != nullptr ? data_field->type : Type{};
    auto number = parse_value(text, type);
    // Rows are of the model's inputs: dates and times may stand there as the days and seconds that
    // they are.
    if (!number) number = parse_value(text, Type{});
    if (!number)
      field.element.refuse("value " + shown(text) + " does not fit the type of the field");
    // Inputs count from 1970.
    if (type.kind == Type::Kind::kDaysSince) return *number + days_before_year(type.year);
    if (type.kind == Type::Kind::kSecondsSince)
      return *number + days_before_year(type.year) * 86400;
    return *number;
  }

  std::string label_of(const Field &field, const std::string &text) const {
    if (const auto index = find_label(model_.result.labels, text))
      return builder_.output().labels[*index];
    // Or what the target's Value displays.
    const std::vector<std::string> &displayed = builder_.output().labels;
    if (std::find(displayed.begin(), displayed.end(), text) != displayed.end()) return text;
    field.element.refuse("the target has no value " + shown(text));
  }

  TestRow::Cell output_cell(const Field &field, const std::string &text) const {
    if (text.empty()) return model::kMissing;
    if (!field.output->texts.empty()) {
      const auto index = find_label(field.output->texts, text);
      return index ? field.output->texts[*index] : text;
    }
    if (const auto number = parse_value(text, {})) return *number;
    for (const Type::Kind kind : {Type::Kind::kDate, Type::Kind::kDateTime, Type::Kind::kTime})
      if (const auto number = parse_value(text, {kind, 1970})) return *number;
    field.element.refuse("value " + shown(text) + " is not a number");
  }

  /// Fields of the dictionary that the model does not read are of no interest.
  void warn_of_what_is_left_out(const XmlElement &verification) const {
    std::string names;
    for (const Field &field : fields_) {
      if (field.kind != Field::Kind::kNothing || reading_.dictionary().field(field.name) != nullptr)
        continue;
      names += (names.empty() ? "" : ", ") + shown(field.name);
    }
    if (names.empty()) return;
    builder_.warn("some results of ModelVerification are not compared",
                  verification.place() + ": the model has no output " + names + ".");
  }

  const Model &model_;
  Reading &reading_;
  model::Builder &builder_;
  std::vector<Field> fields_;
};

}  // namespace

void read_verification(const XmlElement &element, const Model &model, Reading &reading) {
  if (const auto verification = element.child("ModelVerification"))
    VerificationReader(model, reading).read(*verification);
}

}  // namespace pgscore::formats::pmml
