// Contributions of random boosters: XGBoost's pred_contribs, and ours in blocks and row by row. The
// same rows, one thread, one after the other in each round; prints microseconds a row (medians),
// ratios to XGBoost, and what the explanation takes.
//
//   contributions_bench [DEPTH [TREES [FEATURES [ROUNDS [KERNEL]]]]]     default: 6 100 20 5 auto
//
// PGSCORE_BENCH_FILES: a folder that the model and 20,000 rows are written to, for the same in SQL.
#include <xgboost/c_api.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/timing.hpp"
#include "explain/compile.hpp"
#include "explain/contributions.hpp"
#include "formats/format.hpp"
#include "plan/compile.hpp"
#include "plan/plan_memory.hpp"

namespace {

using namespace pgscore;

void call(int status) {
  if (status != 0) throw std::runtime_error(XGBGetLastError());
}

struct Booster {
  DMatrixHandle matrix = nullptr;
  BoosterHandle booster = nullptr;

  /// Trees that are grown full: every split pays.
  Booster(const std::vector<float> &values, std::size_t num_features, int depth, int trees,
          std::mt19937 &random) {
    const std::size_t num_rows = values.size() / num_features;
    call(XGDMatrixCreateFromMat(values.data(), num_rows, num_features, NAN, &matrix));
    std::vector<float> labels(num_rows);
    std::normal_distribution<float> noise;
    for (std::size_t r = 0; r < num_rows; ++r) {
      const float *x = &values[r * num_features];
      labels[r] = noise(random);
      for (std::size_t f = 0; f + 1 < num_features; f += 2)
        labels[r] += std::sin(3 * x[f]) * x[f + 1];
    }
    call(XGDMatrixSetFloatInfo(matrix, "label", labels.data(), labels.size()));
    call(XGBoosterCreate(&matrix, 1, &booster));
    const std::pair<const char *, std::string> parameters[] = {{"max_depth", std::to_string(depth)},
                                                               {"tree_method", "hist"},
                                                               {"min_child_weight", "0"},
                                                               {"gamma", "0"},
                                                               {"eta", "0.1"},
                                                               {"verbosity", "0"},
                                                               {"nthread", "2"}};
    for (const auto &[name, value] : parameters)
      call(XGBoosterSetParam(booster, name, value.c_str()));
    for (int i = 0; i < trees; ++i) call(XGBoosterUpdateOneIter(booster, i, matrix));
    call(XGBoosterSetParam(booster, "nthread", "1"));
  }
  std::string save() const {
    bst_ulong length = 0;
    const char *bytes = nullptr;
    call(XGBoosterSaveModelToBuffer(booster, R"({"format": "json"})", &length, &bytes));
    return {bytes, length};
  }
};

/// booster.json and rows.csv, for contributions_sql.sh.
void write_files(const std::string &folder, const std::string &booster,
                 const std::vector<float> &values, std::size_t num_features) {
  std::ofstream(folder + "/booster.json") << booster;
  std::ofstream rows(folder + "/rows.csv");
  rows.precision(9);
  for (std::size_t r = 0; r < 20'000; ++r)
    for (std::size_t f = 0; f < num_features; ++f)
      rows << values[r * num_features + f] << (f + 1 < num_features ? ',' : '\n');
}

}  // namespace

int main(int argc, char **argv) {
  auto argument = [&](int i, int fallback) { return argc > i ? std::atoi(argv[i]) : fallback; };
  const int depth = argument(1, 6), trees = argument(2, 100), rounds = argument(4, 5);
  const auto num_features = static_cast<std::size_t>(argument(3, 20));
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> training(num_features << std::max(15, depth + 6));
  for (float &x : training) x = normal(random);
  Booster booster(training, num_features, depth, trees, random);
  const std::string file = booster.save();
  if (const char *folder = std::getenv("PGSCORE_BENCH_FILES"))
    write_files(folder, file, training, num_features);
  const model::Model model = formats::load("auto", {.bytes = as_bytes(file)});
  const std::vector<std::byte> bytes = explain::compile(model), plan = plan::compile(model);
  const plan::PlanMemory image(bytes);
  const explain::Explanation explanation(image.data());
  explain::Workspace workspace(explanation, argc > 5 ? argv[5] : "auto");

  // As many rows as XGBoost needs a quarter of a second or so for.
  const std::size_t num_rows =
      std::max<std::size_t>(16, 25'000'000 / (trees * depth * (1 << depth) * 10));
  std::vector<float> rows(training.begin(),
                          training.begin() + static_cast<std::ptrdiff_t>(num_rows * num_features));
  std::vector<double> values(rows.begin(), rows.end());
  DMatrixHandle matrix;
  call(XGDMatrixCreateFromMat(rows.data(), num_rows, num_features, NAN, &matrix));
  const std::size_t width = num_features + 1;
  std::vector<double> found(num_rows * width), alone(num_rows * width);
  const float *theirs = nullptr;
  std::vector<double> times[3];
  for (int round = 0; round < rounds; ++round) {
    double start = bench::now();
    bst_ulong length = 0;
    call(XGBoosterPredict(booster.booster, matrix, 4, 0, 0, &length, &theirs));
    times[0].push_back(bench::now() - start);
    // Enough of them to be measured.
    const int times_ours = 10;
    start = bench::now();
    for (int i = 0; i < times_ours; ++i)
      explain::contributions(explanation, 0, values.data(), num_features, num_rows, workspace,
                             found.data());
    times[1].push_back((bench::now() - start) / times_ours);
    start = bench::now();
    for (int i = 0; i < times_ours; ++i)
      for (std::size_t r = 0; r < num_rows; ++r)
        explain::contributions(explanation, 0, &values[r * num_features], num_features, 1,
                               workspace, &alone[r * width]);
    times[2].push_back((bench::now() - start) / times_ours);
  }
  double worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i)
    worst = std::max(worst, std::fabs(found[i] - static_cast<double>(theirs[i])));
  double microseconds[3];
  for (int i = 0; i < 3; ++i)
    microseconds[i] = 1e6 * bench::median(times[i]) / static_cast<double>(num_rows);
  const explain::Header &header = explanation.header();
  std::printf(
      "%d trees, depth %d, %zu features, %llu splits, %u points, %zu rows, worst difference %.1e\n"
      "  XGBoost        %8.1f us a row\n"
      "  in blocks      %8.2f us a row, %.0f times\n"
      "  row by row     %8.2f us a row, %.0f times\n"
      "  explanation    %8zu kB (plan %zu kB)\n",
      trees, depth, num_features, static_cast<unsigned long long>(header.splits.count),
      header.max_points, num_rows, worst, microseconds[0], microseconds[1],
      microseconds[0] / microseconds[1], microseconds[2], microseconds[0] / microseconds[2],
      bytes.size() / 1024, plan.size() / 1024);
}
