// Real ONNX models and the node tests of ONNX and ONNX Runtime, with the outputs of these. They are not part of the project:
// PGSCORE_CONFORMANCE says where they are (default: ../shared/conformance beside the source folder).
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/float_text.hpp"
#include "formats/format.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;
using test::CsvTable;

fs::path conformance_folder() {
  if (const char *folder = std::getenv("PGSCORE_CONFORMANCE")) return folder;
  return fs::path(PGSCORE_SOURCE_DIR) / ".." / "shared" / "conformance";
}

std::vector<fs::path> find_cases() {
  std::vector<fs::path> cases;
  std::error_code ignored;
  for (const auto &entry : fs::directory_iterator(conformance_folder() / "onnx", ignored))
    if (fs::exists(entry.path() / "manifest.json")) cases.push_back(entry.path());
  std::sort(cases.begin(), cases.end());
  return cases;
}

double encode(const model::Input &input, const std::string &cell) {
  if (input.type != model::ColumnType::kCategory) return cell.empty() ? model::kMissing : *parse_float64(cell);
  if (cell.empty()) return model::kMissing;
  const auto at = std::find(input.categories.begin(), input.categories.end(), cell);
  return at == input.categories.end() ? model::kUnknownCategory : static_cast<double>(at - input.categories.begin());
}

/// By position; a map's columns are its keys, and those that are not there are missing.
std::vector<double> encode_row(const model::Model &model, const CsvTable &table, const std::vector<std::string> &cells) {
  const bool by_position = table.header.size() == model.inputs.size();
  std::vector<double> row;
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const std::size_t column = by_position ? i : table.find(model.inputs[i].name);
    row.push_back(column == std::string::npos ? model::kMissing : encode(model.inputs[i], cells.at(column)));
  }
  return row;
}

/// Every output by the name that the expected values have for it.
std::map<std::string, std::string> name_outputs(const model::Output &output, const std::vector<double> &columns) {
  std::map<std::string, std::string> named;
  auto number = [&](model::ColumnId column) { return std::isnan(columns[column]) ? "" : float64_text(columns[column]); };
  auto text = [&](model::ColumnId column, const std::vector<std::string> &texts) -> std::string {
    const double code = columns[column];
    return code >= 0 && code < static_cast<double>(texts.size()) ? texts[static_cast<std::size_t>(code)] : "";
  };
  for (const auto &value : output.values) named[value.name] = number(value.column);
  for (const auto &value : output.more)
    named[value.name] = value.texts.empty() ? number(value.column) : text(value.column, value.texts);
  for (std::size_t k = 0; k < output.probabilities.size(); ++k) {
    named["(" + output.labels[k] + ")"] = number(output.probabilities[k]);
    named["_" + std::to_string(k)] = number(output.probabilities[k]);
  }
  if (output.class_code != model::Operand::kNoColumn) named["class"] = text(output.class_code, output.labels);
  return named;
}

std::string find_output(const std::map<std::string, std::string> &named, const std::string &name) {
  std::vector<std::string> candidates{name};
  if (name.find('(') != std::string::npos) candidates.push_back(name.substr(name.find('(')));
  if (name.find('_') != std::string::npos) candidates.push_back(name.substr(name.rfind('_')));
  candidates.push_back("class");
  for (const std::string &candidate : candidates)
    if (const auto at = named.find(candidate); at != named.end()) return at->second;
  ADD_FAILURE() << "no output " << name;
  return "";
}

bool is_close(const std::string &wanted, const std::string &got, double absolute, double relative) {
  const auto a = parse_float64(wanted), b = parse_float64(got);
  if (!a || !b) return wanted == got;
  return *a == *b || std::fabs(*a - *b) <= absolute + relative * std::fabs(*a);
}

void run_case(const fs::path &folder) {
  const nlohmann::json manifest = nlohmann::json::parse(test::read_file(folder / "manifest.json"));
  const std::string bytes = test::read_file(folder / manifest["model_file"].get<std::string>());
  formats::Source source{.bytes = as_bytes(bytes), .options = {}, .features = {}, .labels = {}};
  EXPECT_EQ(formats::find_format("auto", source.bytes).name, "onnx");
  const model::Model model = formats::load("auto", source);
  const CsvTable input = test::read_csv(folder / "input.csv"), expected = test::read_csv(folder / "expected.csv");
  // A row of one empty cell is an empty line.
  std::size_t wrong = 0;
  const std::size_t rows = std::min(input.rows.size(), expected.rows.size());
  for (std::size_t r = 0; r < rows; ++r) {
    const auto named = name_outputs(model.output, model::interpret(model, encode_row(model, input, input.rows[r])));
    for (std::size_t c = 0; c < expected.header.size(); ++c) {
      const std::string &wanted = expected.rows[r].at(c);
      if (wanted.empty()) continue;
      const std::string got = find_output(named, expected.header[c]);
      if (!is_close(wanted, got, manifest["tolerance"]["abs"], manifest["tolerance"]["rel"]) && ++wrong <= 3)
        ADD_FAILURE() << "row " << r + 1 << " " << expected.header[c] << ": expected " << wanted << ", got " << got;
    }
  }
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(rows, manifest["rows"].get<std::size_t>());
}

TEST(OnnxConformance, every_case_gives_its_outputs) {
  const std::vector<fs::path> cases = find_cases();
  if (cases.empty()) {
    std::cerr << "\n*** SKIPPED: no conformance cases in " << conformance_folder() << "\n"
              << "*** Set PGSCORE_CONFORMANCE to the folder that holds onnx.\n\n";
    GTEST_SKIP();
  }
  for (const fs::path &folder : cases) {
    SCOPED_TRACE(folder.filename().string());
    try {
      run_case(folder);
    } catch (const Error &e) {
      ADD_FAILURE() << e.message() << " | " << e.detail() << " | " << e.hint();
    }
  }
  std::cerr << cases.size() << " conformance cases\n";
}

}  // namespace
}  // namespace pgscore
