// Random ONNX models against ONNX Runtime itself. PGSCORE_ONNXRUNTIME is the Python that has the
// packages onnx and onnxruntime ("/usr/bin/python3", or a chroot: "chroot /srv/trixie python3");
// without it python3 is tried. PGSCORE_ORACLE_SEED and PGSCORE_ORACLE_MODELS say which models and
// how many.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "formats/format.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"
#include "support/kernel_differential.hpp"
#include "support/onnx_rows.hpp"

namespace pgscore {
namespace {

std::string setting(const char *name, const char *otherwise) {
  const char *value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

/// What the command writes; the status tells whether it worked.
std::string run(const std::string &command, int &status) {
  std::string output;
  std::FILE *pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    status = -1;
    return output;
  }
  char buffer[65536];
  for (std::size_t size; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    output.append(buffer, size);
  status = pclose(pipe);
  return output;
}

void check_model(const nlohmann::json &line, std::size_t &cells) {
  // import_model takes base64, too.
  const auto bytes = line["model"].get<std::string>();
  model::Model model;
  try {
    model = formats::load("onnx", {.bytes = as_bytes(bytes)});
  } catch (const Error &e) {
    ADD_FAILURE() << e.message() << " | " << e.detail();
    return;
  }
  const test::CsvTable table{line["header"].get<std::vector<std::string>>(),
                             line["rows"].get<std::vector<std::vector<std::string>>>()};
  const double tolerance = line["exact"].get<bool>() ? 0 : 2e-5;
  test::Rows rows;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    rows.push_back(test::encode_onnx_row(model, table, table.rows[r], true));
    const auto named = test::name_onnx_outputs(model.output, model::interpret(model, rows.back()));
    std::size_t margins = 0;
    for (const auto &[name, wanted] : line["outputs"].items()) {
      ++cells;
      if (name.starts_with("margin_")) ++margins;
      if (wanted[r].is_null()) continue;
      const std::string got = test::find_onnx_output(named, name);
      if (test::onnx_distance(wanted[r], got) > tolerance) {
        ADD_FAILURE() << "row " << r + 1 << " " << name << ": ONNX Runtime gives " << wanted[r]
                      << ", pgscore " << got << " for " << ::testing::PrintToString(table.rows[r]);
        if (std::FILE *file = std::fopen("onnx_oracle_failure.json", "w")) {
          std::fputs(line.dump().c_str(), file);
          std::fclose(file);
        }
        return;
      }
    }
    EXPECT_TRUE(margins == 0 || margins == model.output.raw.size());
  }
  EXPECT_EQ(test::compare_with_interpreter(model, rows).text, "");
}

TEST(OnnxOracle, random_models_give_onnx_runtimes_scores) {
  const std::string python = setting("PGSCORE_ONNXRUNTIME", "python3"),
                    seed = setting("PGSCORE_ORACLE_SEED", "1"),
                    count = setting("PGSCORE_ORACLE_MODELS", "100");
  const std::string script = std::string(PGSCORE_SOURCE_DIR) + "/test/oracle/onnx_random.py";
  int status = 0;
  run(python + " -c 'import onnx, onnxruntime' >/dev/null 2>&1", status);
  if (status != 0) {
    std::cerr << "\n*** SKIPPED: \"" << python << "\" has no onnx and onnxruntime.\n"
              << "*** Set PGSCORE_ONNXRUNTIME to a Python that has them (Debian 13: "
                 "python3-onnxruntime, python3-onnx).\n\n";
    GTEST_SKIP();
  }
  // The script goes through standard input: the Python may be one of a chroot.
  const std::string lines =
      run(python + " -W ignore - " + seed + " " + count + " <'" + script + "' 2>/dev/null", status);
  ASSERT_EQ(status, 0) << "onnx_random.py failed";
  std::size_t models = 0, cells = 0;
  std::istringstream stream(lines);
  for (std::string text; std::getline(stream, text);) {
    const nlohmann::json line = nlohmann::json::parse(text);
    SCOPED_TRACE("model " + std::to_string(models) + ", " + line["kind"].get<std::string>());
    check_model(line, cells);
    ++models;
  }
  EXPECT_EQ(std::to_string(models), count);
  std::cerr << models << " models, " << cells << " outputs\n";
}

}  // namespace
}  // namespace pgscore
