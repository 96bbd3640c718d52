// Compares the kernels with the interpreter on real models: every conformance case that a reader
// takes, in every tree layout, on hostile rows. PGSCORE_CONFORMANCE says where the cases are
// (default: ../shared/conformance beside the source folder).
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "formats/format.hpp"
#include "support/files.hpp"
#include "support/kernel_differential.hpp"
#include "support/model_folders.hpp"
#include "support/hostile_rows.hpp"

namespace pgscore::test {
namespace {

namespace fs = std::filesystem;

TEST(KernelConformance, real_models) {
  std::size_t models = 0;
  std::uint64_t comparisons = 0;
  Choices choices(std::uint64_t{5});
  const std::vector<fs::path> cases =
      conformance_cases({"xgboost-json", "xgboost-ubj", "xgboost-binary", "lightgbm-text"});
  if (cases.empty()) GTEST_SKIP();
  for (const fs::path &folder : cases) {
    const auto manifest = nlohmann::json::parse(read_file(folder / "manifest.json"));
    const std::string bytes = read_file(folder / manifest["model_file"]);
    const model::Model model = formats::load("auto", {.bytes = as_bytes(bytes)});
    const HostileRows hostile(model);
    Rows rows;
    for (int r = 0; r < 70; ++r) rows.push_back(hostile.row(choices));
    for (plan::TreeLayout layout : {plan::TreeLayout::kCodes8, plan::TreeLayout::kDirect}) {
      const Difference difference = compare_with_interpreter(model, rows, {.layout = layout});
      ASSERT_EQ(difference.text, "") << folder;
      comparisons += difference.comparisons;
    }
    ++models;
  }
  std::cout << models << " real models, " << comparisons << " outputs compared bit by bit\n";
}

}  // namespace
}  // namespace pgscore::test
