// Real ONNX models and the node tests of ONNX and ONNX Runtime, with the outputs of these. They are not part of the project:
// PGSCORE_CONFORMANCE says where they are (default: ../shared/conformance beside the source folder).
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "formats/format.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"
#include "unit/onnx_rows.hpp"

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
  std::size_t wrong = 0;
  const std::size_t rows = std::min(input.rows.size(), expected.rows.size());
  for (std::size_t r = 0; r < rows; ++r) {
    const auto named =
        test::name_onnx_outputs(model.output, model::interpret(model, test::encode_onnx_row(model, input, input.rows[r])));
    for (std::size_t c = 0; c < expected.header.size(); ++c) {
      const std::string &wanted = expected.rows[r].at(c);
      if (wanted.empty()) continue;
      const std::string got = test::find_onnx_output(named, expected.header[c]);
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
