// Contributions against LightGBM's own (pred_contrib), of random boosters that it trains here.
//
// Both compute in double, LightGBM by another algorithm: ours differ by less than 1e-12 of the row's
// greatest contribution.
//
//   PGSCORE_LIGHTGBM        the library: lib_lightgbm.so of version 3.2 or later, or its folder
//   PGSCORE_ORACLE_MODELS   number of random boosters (default 100)
//   PGSCORE_ORACLE_SEED     (default 1)
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <optional>

#include "explain/compile.hpp"
#include "explain/contributions.hpp"
#include "explain/verify.hpp"
#include "formats/format.hpp"
#include "oracle/lightgbm_task.hpp"
#include "plan/plan_memory.hpp"

namespace pgscore {
namespace {

using Library = test::LightgbmLibrary;

struct Counts {
  std::size_t models = 0, linear = 0, categorical = 0, forests = 0, multiclass = 0, rows = 0;
  double worst = 0;
};

void compare(oracle::Experiment &experiment, const std::string &text, Counts &counts) {
  const model::Model model = formats::load("auto", {.bytes = as_bytes(text)});
  const std::vector<std::byte> bytes = explain::compile(model);
  const plan::PlanMemory image(bytes);
  explain::verify(image.bytes());
  const explain::Explanation explanation(image.data());
  explain::Workspace workspace(explanation);
  const oracle::Rows rows = experiment.hostile_rows(60, oracle::thresholds_of(model));
  const std::size_t outputs = experiment.num_outputs(), inputs = rows.at(0).size(),
                    width = inputs + 1;
  const int rounds = experiment.num_rounds();
  const std::vector<double> expected = experiment.booster().predict(
      rows, oracle::Booster::kContributions, outputs * width, 0, rounds);
  std::vector<double> found(width);
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::uint32_t k = 0; k < outputs; ++k) {
      explain::contributions(explanation, k, rows[r].data(), inputs, 1, workspace, found.data());
      const double *own = &expected[(r * outputs + k) * width];
      double scale = 1e-6;
      for (std::size_t i = 0; i < width; ++i) scale = std::max(scale, std::fabs(own[i]));
      for (std::size_t i = 0; i < width; ++i)
        counts.worst = std::max(counts.worst, std::fabs(found[i] - own[i]) / scale);
    }
  ++counts.models;
  counts.rows += rows.size();
  counts.forests += text.find("average_output") != text.npos;
  counts.multiclass += outputs > 1;
  counts.categorical += text.find("cat_boundaries=") != text.npos;
}

TEST(LightgbmContributions, random_boosters) {
  const std::optional<std::string> path = Library::path();
  if (!path) {
    std::cerr << "\n*** SKIPPED: LightGBM does not judge, PGSCORE_LIGHTGBM is not set.\n"
              << "*** Set it to lib_lightgbm.so, or to the folder that holds it.\n\n";
    GTEST_SKIP();
  }
  const Library library(*path);
  const std::uint64_t seed = oracle::setting("PGSCORE_ORACLE_SEED", 1),
                      num_models = oracle::setting("PGSCORE_ORACLE_MODELS", 100);
  Counts counts;
  for (std::uint64_t i = 0; counts.models < num_models; ++i) {
    oracle::Experiment experiment(library, seed * 1'000'003 + i);
    SCOPED_TRACE("booster " + std::to_string(i) + ": " + experiment.parameters());
    const std::string text = experiment.booster().text("LGBM_BoosterSaveModelToString");
    if (text.find("is_linear=1") != text.npos) {  // such leaves have no exact contributions
      ++counts.linear;
      continue;
    }
    compare(experiment, text, counts);
    ASSERT_LT(counts.worst, 1e-12);
  }
  std::cout << counts.models << " boosters (" << counts.categorical << " with categories, "
            << counts.multiclass << " with several classes, " << counts.forests << " forests), "
            << counts.rows << " rows: contributions differ by " << counts.worst
            << " of the greatest at most; " << counts.linear
            << " with linear leaves were left out\n";
}

}  // namespace
}  // namespace pgscore
