// Compares with LightGBM itself. Random models are trained through its C API, saved as text and as
// a dump and read by our readers; then both score random and hostile rows. Margins, predictions and
// leaves must be equal bit for bit, and so must the kernels' scores.
//
//   PGSCORE_LIGHTGBM        the library: lib_lightgbm.so of version 3.2 or later, or its folder
//   PGSCORE_ORACLE_MODELS   number of random models (default 200)
//   PGSCORE_ORACLE_SEED     (default 1)
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <optional>
#include <random>

#include "base/float_text.hpp"
#include "formats/format.hpp"
#include "model/interpret.hpp"
#include "oracle/lightgbm_task.hpp"
#include "support/kernel_differential.hpp"

namespace pgscore {
namespace {

using oracle::Booster, oracle::Experiment, oracle::Rows, oracle::thresholds_of, oracle::setting;
using Library = test::LightgbmLibrary;

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

/// What predict returns, one per output.
std::vector<model::ColumnId> prediction_columns(const model::Output &output) {
  if (output.task == model::Task::kClassification && output.labels.size() > 2)
    return output.probabilities;
  if (output.task == model::Task::kClassification && output.raw.size() == 2)
    return output.probabilities;
  std::vector<model::ColumnId> columns;
  for (const model::NamedColumn &value : output.values) columns.push_back(value.column);
  return columns;
}

struct Counts {
  std::size_t models = 0, linear = 0, categorical = 0, forests = 0, nonempty = 0;
  std::uint64_t margins = 0, leaves = 0, predictions = 0, differing = 0;
};

void compare(const Booster &judge, const model::Model &model, const Rows &rows,
             std::size_t num_outputs, int start, int rounds, Counts &counts) {
  const std::size_t num_trees = static_cast<std::size_t>(rounds) * num_outputs;
  const std::vector<double> raw = judge.predict(rows, Booster::kRaw, num_outputs, start, rounds);
  const std::vector<double> predicted =
      judge.predict(rows, Booster::kNormal, num_outputs, start, rounds);
  const std::vector<double> leaves = judge.predict(rows, Booster::kLeaf, num_trees, start, rounds);
  const std::vector<model::ColumnId> values = prediction_columns(model.output);
  ASSERT_EQ(values.size(), num_outputs);
  ASSERT_EQ(model.output.raw.size(), num_outputs);
  auto check = [&](bool equal, std::size_t row, const char *what, double got, double wanted) {
    if (equal) return;
    if (++counts.differing <= 5)
      ADD_FAILURE() << what << " of row " << row << ": " << float64_text(got) << ", LightGBM gives "
                    << float64_text(wanted);
  };
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::vector<double> columns = model::interpret(model, rows[r]);
    for (std::size_t k = 0; k < num_outputs; ++k) {
      check(same(columns[model.output.raw[k]], raw[r * num_outputs + k]), r, "margin",
            columns[model.output.raw[k]], raw[r * num_outputs + k]);
      check(same(columns[values[k]], predicted[r * num_outputs + k]), r, "prediction",
            columns[values[k]], predicted[r * num_outputs + k]);
    }
    const std::vector<std::uint32_t> ids = model::interpret_leaves(model, rows[r]);
    ASSERT_EQ(ids.size(), num_trees);
    for (std::size_t t = 0; t < num_trees; ++t)
      check(ids[t] == leaves[r * num_trees + t], r, "leaf", ids[t], leaves[r * num_trees + t]);
    counts.margins += num_outputs;
    counts.predictions += num_outputs;
    counts.leaves += num_trees;
  }
}

TEST(LightgbmOracle, random_models) {
  const std::optional<std::string> path = Library::path();
  if (!path) {
    std::cerr << "\n*** SKIPPED: LightGBM does not judge, PGSCORE_LIGHTGBM is not set.\n"
              << "*** Set it to lib_lightgbm.so, or to the folder that holds it.\n\n";
    GTEST_SKIP();
  }
  const Library library(*path);
  const std::uint64_t seed = setting("PGSCORE_ORACLE_SEED", 1),
                      num_models = setting("PGSCORE_ORACLE_MODELS", 200);
  Counts counts;
  for (std::uint64_t i = 0; i < num_models && counts.differing == 0; ++i) {
    Experiment experiment(library, seed * 1'000'003 + i);
    const std::string text = experiment.booster().text("LGBM_BoosterSaveModelToString");
    const std::string dump = experiment.booster().text("LGBM_BoosterDumpModel");
    SCOPED_TRACE("model " + std::to_string(i) + ": " + experiment.parameters());
    const model::Model model = formats::load("lightgbm-text", {.bytes = as_bytes(text)});
    const Rows rows = experiment.hostile_rows(40, thresholds_of(model));
    const std::size_t width = experiment.num_outputs();
    compare(experiment.booster(), model, rows, width, 0, experiment.num_rounds(), counts);
    const test::Difference difference = test::compare_with_interpreter(model, rows);
    ASSERT_EQ(difference.text, "");
    compare(*Booster::from_text(library, text), model, rows, width, 0, experiment.num_rounds(),
            counts);
    {
      SCOPED_TRACE("dump");
      const model::Model dumped = formats::load("auto", {.bytes = as_bytes(dump)});
      ASSERT_EQ(dumped.format, "lightgbm-json");
      compare(experiment.booster(), dumped, rows, width, 0, experiment.num_rounds(), counts);
    }
    if (experiment.num_rounds() > 2) {
      SCOPED_TRACE("start_iteration 1, one round less than there are");
      formats::Source source{.bytes = as_bytes(text)};
      source.options.start_iteration = 1;
      source.options.iterations = static_cast<std::uint32_t>(experiment.num_rounds() - 2);
      compare(experiment.booster(), formats::load("auto", source), rows, width, 1,
              experiment.num_rounds() - 2, counts);
    }
    ++counts.models;
    counts.nonempty += model.num_tree_nodes() > model.num_trees();
    counts.linear += text.find("is_linear=1") != text.npos;
    counts.categorical += text.find("cat_boundaries=") != text.npos;
    counts.forests += text.find("average_output") != text.npos;
    if (testing::Test::HasFatalFailure()) break;
  }
  std::cout << counts.models << " models (" << counts.nonempty << " with splits, "
            << counts.categorical << " with categories, " << counts.linear << " with linear trees, "
            << counts.forests << " forests): " << counts.margins << " margins, "
            << counts.predictions << " predictions, " << counts.leaves << " leaves compared, "
            << counts.differing << " differ\n";
}

}  // namespace
}  // namespace pgscore
