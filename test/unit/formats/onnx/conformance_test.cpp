// Real ONNX models and the node tests of ONNX and ONNX Runtime, with the outputs of these. They are
// not part of the project: PGSCORE_CONFORMANCE says where they are (default: ../shared/conformance
// beside the source folder).
#include <cmath>
#include <nlohmann/json.hpp>

#include "formats/format.hpp"
#include "formats/recognize.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"
#include "support/model_folders.hpp"
#include "support/onnx_rows.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;
using test::CsvTable;

bool is_close(const std::string &wanted, const std::string &got, double absolute, double relative) {
  const auto a = parse_float64(wanted), b = parse_float64(got);
  if (!a || !b) return wanted == got;
  return *a == *b || std::fabs(*a - *b) <= absolute + relative * std::fabs(*a);
}

void run_case(const fs::path &folder) {
  const nlohmann::json manifest = nlohmann::json::parse(test::read_file(folder / "manifest.json"));
  const std::string bytes = test::read_file(folder / manifest["model_file"].get<std::string>());
  formats::Source source{.bytes = as_bytes(bytes)};
  EXPECT_EQ(formats::recognize("auto", source.bytes).format->name, "onnx");
  const model::Model model = formats::load("auto", source);
  const CsvTable input = test::read_csv(folder / "input.csv"),
                 expected = test::read_csv(folder / "expected.csv");
  std::size_t wrong = 0;
  const std::size_t rows = std::min(input.rows.size(), expected.rows.size());
  for (std::size_t r = 0; r < rows; ++r) {
    const auto named = test::name_onnx_outputs(
        model.output, model::interpret(model, test::encode_onnx_row(model, input, input.rows[r])));
    for (std::size_t c = 0; c < expected.header.size(); ++c) {
      const std::string &wanted = expected.rows[r].at(c);
      if (wanted.empty()) continue;
      const std::string got = test::find_onnx_output(named, expected.header[c]);
      if (!is_close(wanted, got, manifest["tolerance"]["abs"], manifest["tolerance"]["rel"]) &&
          ++wrong <= 3)
        ADD_FAILURE() << "row " << r + 1 << " " << expected.header[c] << ": expected " << wanted
                      << ", got " << got;
    }
  }
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(rows, manifest["rows"].get<std::size_t>());
}

TEST(OnnxConformance, every_case_gives_its_outputs) {
  test::run_conformance_cases({"onnx"}, run_case);
}

}  // namespace
}  // namespace pgscore
