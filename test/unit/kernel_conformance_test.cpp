// Kernels against the interpreter on real models: every conformance case that a reader takes, in every tree layout, on hostile
// rows. PGSCORE_CONFORMANCE says where the cases are (default: ../shared/conformance beside the source folder).
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "formats/format.hpp"
#include "support/files.hpp"
#include "unit/kernel_differential.hpp"
#include "unit/random_model.hpp"

namespace pgscore::test {
namespace {

namespace fs = std::filesystem;

fs::path conformance_folder() {
  if (const char *folder = std::getenv("PGSCORE_CONFORMANCE")) return folder;
  return fs::path(PGSCORE_SOURCE_DIR) / ".." / "shared" / "conformance";
}

TEST(KernelConformance, RealModels) {
  std::size_t models = 0;
  std::uint64_t comparisons = 0;
  Choices choices(std::uint64_t{5});
  for (const char *format : {"xgboost-json", "xgboost-ubj", "xgboost-binary", "lightgbm-text"}) {
    std::error_code ignored;
    for (const auto &entry : fs::recursive_directory_iterator(conformance_folder() / format, ignored)) {
      if (entry.path().filename() != "manifest.json") continue;
      const auto manifest = nlohmann::json::parse(read_file(entry.path()));
      const std::string bytes = read_file(entry.path().parent_path() / manifest["model_file"]);
      const model::Model model = formats::load("auto", {.bytes = as_bytes(bytes), .options = {}, .features = {}, .labels = {}});
      const HostileRows hostile(model);
      Rows rows;
      for (int r = 0; r < 70; ++r) rows.push_back(hostile.row(choices));
      for (plan::TreeLayout layout : {plan::TreeLayout::kCodes8, plan::TreeLayout::kDirect}) {
        const Difference difference = compare_with_interpreter(model, rows, {.layout = layout});
        ASSERT_EQ(difference.text, "") << entry.path();
        comparisons += difference.comparisons;
      }
      ++models;
    }
  }
  if (models == 0) {
    std::cerr << "\n*** SKIPPED: there are no conformance cases in " << conformance_folder() << ".\n"
              << "*** Set PGSCORE_CONFORMANCE to the folder that holds xgboost-json, xgboost-ubj and xgboost-binary.\n\n";
    GTEST_SKIP();
  }
  std::cout << models << " real models, " << comparisons << " outputs compared bit by bit\n";
}

}  // namespace
}  // namespace pgscore::test
