// Checks models/edge/pmml/*.pmml: each document states in its ModelVerification what it must give.
// The interpreter, which is the specification, must give every cell; every kernel must agree with
// the interpreter on these rows and on hostile ones.
#include <algorithm>
#include <map>
#include <set>

#include "base/float_text.hpp"
#include "formats/format.hpp"
#include "formats/wire/xml_document.hpp"
#include "support/files.hpp"
#include "support/kernel_differential.hpp"
#include "support/hostile_rows.hpp"

namespace pgscore::test {
namespace {

namespace fs = std::filesystem;
using Row = std::map<std::string, std::string>;  // field -> text; empty: missing

/// The rows of the first ModelVerification of the document.
std::vector<Row> verification_rows(const formats::XmlDocument &document) {
  std::vector<Row> rows;
  for (const formats::XmlElement model : document.root().children()) {
    const auto verification = model.child("ModelVerification");
    if (!verification) continue;
    std::map<std::string, std::string> field_of;
    for (const formats::XmlElement field :
         verification->required_child("VerificationFields").children("VerificationField"))
      field_of[std::string(field.attribute("column").value_or(field.required("field")))] =
          std::string(field.required("field"));
    for (const formats::XmlElement row :
         verification->required_child("InlineTable").children("row")) {
      Row cells;
      for (const formats::XmlElement cell : row.all_children())
        cells[field_of.at(std::string(cell.name()))] = cell.text();
      rows.push_back(std::move(cells));
    }
  }
  return rows;
}

std::string number_text(double x) { return std::isnan(x) ? std::string() : float64_text(x); }

double number_of(const std::string &text) {
  if (text.empty()) return model::kMissing;
  if (text == "true" || text == "false") return text == "true" ? 1 : 0;
  const std::optional<double> number = parse_float64(text);
  if (!number) ADD_FAILURE() << "\"" << text << "\" is not a number";
  return number.value_or(model::kMissing);
}

/// A row as the graph takes it; nothing when a policy makes its result NULL.
std::optional<std::vector<double>> inputs_of(const model::Model &model, const Row &row) {
  std::vector<double> inputs;
  for (const model::Input &input : model.inputs) {
    const auto cell = row.find(input.name);
    if (cell == row.end()) ADD_FAILURE() << "the rows have no field \"" << input.name << "\"";
    if (cell == row.end() || cell->second.empty()) {
      inputs.push_back(model::kMissing);
    } else if (input.type == model::ColumnType::kNumber) {
      inputs.push_back(number_of(cell->second));
    } else {
      const std::string text = model::normal_text(input.text_operations, cell->second).str();
      const auto at = std::find(input.categories.begin(), input.categories.end(), text);
      if (at != input.categories.end()) {
        inputs.push_back(static_cast<double>(at - input.categories.begin()));
      } else {
        if (input.on_unknown == model::UnknownPolicy::kNull) return std::nullopt;
        inputs.push_back(input.on_unknown == model::UnknownPolicy::kKeep ? model::kUnknownCategory
                                                                         : model::kMissing);
      }
    }
  }
  return inputs;
}

/// The results of a row by name; a missing one is empty. Numbers are in `numbers`, too.
struct Results {
  std::map<std::string, std::string> texts;
  std::map<std::string, double> numbers;
};
Results results_of(const model::Model &model, const Row &row) {
  Results results;
  const std::optional<std::vector<double>> inputs = inputs_of(model, row);
  std::vector<double> columns(model.num_columns, model::kMissing);
  if (inputs) columns = model::interpret(model, *inputs);
  auto add = [&](const std::string &name, double x, const std::vector<std::string> &texts) {
    if (texts.empty()) {
      results.numbers[name] = x;
      results.texts[name] = number_text(x);
    } else {
      results.texts[name] = x >= 0 && x < static_cast<double>(texts.size())
                                ? texts[static_cast<std::size_t>(x)]
                                : std::string();
    }
  };
  const model::Output &output = model.output;
  for (const auto &value : output.more) add(value.name, columns[value.column], value.texts);
  if (output.task == model::Task::kRegression)
    for (const auto &value : output.values) add(value.name, columns[value.column], value.texts);
  else
    add("t", columns[output.class_code], output.labels);
  return results;
}

TEST(PmmlEdge, documents_give_what_they_say) {
  std::size_t documents = 0, cells = 0;
  Choices choices(std::uint64_t{11});
  for (const auto &entry :
       fs::directory_iterator(fs::path(PGSCORE_SOURCE_DIR) / "models" / "edge" / "pmml")) {
    if (entry.path().extension() != ".pmml") continue;
    SCOPED_TRACE(entry.path().filename().string());
    const std::string bytes = read_file(entry.path());
    const formats::XmlDocument document(as_bytes(bytes), 1000, {}, {});
    const std::vector<Row> rows = verification_rows(document);
    if (rows.empty()) continue;  // a document with a test of its own
    model::Model model;
    try {
      model = formats::load("auto", {.bytes = as_bytes(bytes)});
    } catch (const Error &e) {
      ADD_FAILURE() << e.message() << " " << e.detail();
      continue;
    }
    EXPECT_EQ(model.format, "pmml");
    std::set<std::string> inputs;
    for (const model::Input &input : model.inputs) inputs.insert(input.name);
    Rows encoded;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      SCOPED_TRACE("row " + std::to_string(r + 1));
      if (const auto row = inputs_of(model, rows[r])) encoded.push_back(*row);
      const Results results = results_of(model, rows[r]);
      for (const auto &[field, text] : rows[r]) {
        const auto result = results.texts.find(field);
        if (result == results.texts.end()) {
          // An input, or one that the model has no use for.
          EXPECT_TRUE(inputs.count(field) == 1 || field == "unused" || field == "t" || field == "y")
              << "there is no result \"" << field << "\"";
          continue;
        }
        ++cells;
        const auto number = results.numbers.find(field);
        if (number == results.numbers.end() || text.empty() || std::isnan(number->second)) {
          EXPECT_EQ(result->second, text) << field;
        } else {
          const double expected = number_of(text);
          EXPECT_NEAR(number->second, expected, 1e-14 * std::max(1.0, std::fabs(expected)))
              << field;
        }
      }
    }
    const HostileRows hostile(model);
    for (int r = 0; r < 40; ++r) encoded.push_back(hostile.row(choices));
    EXPECT_EQ(compare_with_interpreter(model, encoded).text, "");
    ++documents;
  }
  EXPECT_GE(documents, 50u);
  EXPECT_GE(cells, 1000u);
}

}  // namespace
}  // namespace pgscore::test
