// How long a row takes: kernels row by row and in blocks, next to XGBoost's own C API on the same trees; and what compiling a
// large model costs.
//
// All contenders run in every round, so that a noisy machine disturbs them alike; ns are the least of the rounds, ratios the
// medians over the rounds. CPU time of the thread, one thread.
#include <malloc.h>
#include <time.h>
#include <xgboost/c_api.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "formats/format.hpp"
#include "kernels/kernel.hpp"
#include "kernels/tree_kernel.hpp"
#include "plan/compile.hpp"
#include "plan/plan.hpp"
#include "plan/plan_memory.hpp"
#include "unit/random_model.hpp"

namespace {

using namespace pgscore;

constexpr std::size_t kRows = 4096;
constexpr int kRounds = 9;

double now_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

void check(int status) {
  if (status == 0) return;
  std::fprintf(stderr, "XGBoost: %s\n", XGBGetLastError());
  std::exit(1);
}

struct Trained {
  BoosterHandle booster = nullptr;
  std::string json;
};

/// 20 features, 100 trees of depth 6, 20,000 rows of noise with a signal.
Trained train(std::uint32_t num_features, std::vector<float> &rows) {
  test::Choices choices(std::uint64_t{42});
  auto uniform = [&] { return static_cast<float>(choices.below(1 << 20)) / (1 << 20); };
  const std::size_t num_rows = 20'000;
  std::vector<float> labels;
  for (std::size_t r = 0; r < num_rows; ++r) {
    float sum = 0;
    for (std::uint32_t f = 0; f < num_features; ++f) {
      rows.push_back(uniform());
      sum += rows.back() * static_cast<float>(f % 5);
    }
    labels.push_back(sum + uniform() * 10 > static_cast<float>(num_features) + 5 ? 1 : 0);
  }
  Trained trained;
  DMatrixHandle matrix = nullptr;
  check(XGDMatrixCreateFromMat(rows.data(), num_rows, num_features, NAN, &matrix));
  check(XGDMatrixSetFloatInfo(matrix, "label", labels.data(), num_rows));
  check(XGBoosterCreate(&matrix, 1, &trained.booster));
  const char *const parameters[][2] = {
      {"objective", "binary:logistic"}, {"max_depth", "6"}, {"tree_method", "hist"}, {"nthread", "1"}, {"verbosity", "0"}};
  for (const auto &parameter : parameters) check(XGBoosterSetParam(trained.booster, parameter[0], parameter[1]));
  for (int i = 0; i < 100; ++i) check(XGBoosterUpdateOneIter(trained.booster, i, matrix));
  check(XGDMatrixFree(matrix));
  bst_ulong length = 0;
  const char *data = nullptr;
  check(XGBoosterSaveModelToBuffer(trained.booster, R"({"format": "json"})", &length, &data));
  trained.json.assign(data, length);
  return trained;
}

struct Contender {
  std::string name;
  std::function<void()> run;  // scores kRows rows
  std::vector<double> ns;     // per row, for each round
};

void compare_kernels() {
  constexpr std::uint32_t kFeatures = 20;
  std::vector<float> rows;
  const Trained trained = train(kFeatures, rows);
  const std::string &json = trained.json;
  const model::Model model = formats::load("auto", {.bytes = as_bytes(json), .options = {}, .features = {}, .labels = {}});
  const plan::PlanMemory memory(plan::compile(model));
  plan::verify_plan(memory.bytes());
  const plan::Plan plan(memory.data());
  std::printf("100 trees x depth 6, %u features: %llu nodes, plan of %zu bytes (%.1f per node)\n", kFeatures,
              static_cast<unsigned long long>(model.num_tree_nodes()), memory.size(),
              static_cast<double>(memory.size()) / static_cast<double>(model.num_tree_nodes()));

  std::vector<double> row_major(rows.begin(), rows.begin() + kRows * kFeatures), column_major(row_major.size());
  for (std::size_t r = 0; r < kRows; ++r)
    for (std::size_t f = 0; f < kFeatures; ++f) column_major[f * kRows + r] = row_major[r * kFeatures + f];
  std::vector<double> out(kRows), block_out(kRows);
  std::vector<float> xgboost_out(kRows);

  auto predict = [&](std::size_t first, std::size_t count) {
    const std::string array = R"({"data": [)" + std::to_string(reinterpret_cast<std::size_t>(rows.data() + first * kFeatures)) +
                              R"(, true], "shape": [)" + std::to_string(count) + ", " + std::to_string(kFeatures) +
                              R"(], "typestr": "<f4", "version": 3})";
    const char *config = R"({"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false, )"
                         R"("missing": NaN, "cache_id": 0})";
    const bst_ulong *shape = nullptr;
    bst_ulong dimensions = 0;
    const float *result = nullptr;
    check(XGBoosterPredictFromDense(trained.booster, array.c_str(), config, nullptr, &shape, &dimensions, &result));
    std::copy_n(result, count, xgboost_out.begin() + static_cast<std::ptrdiff_t>(first));
  };
  std::vector<Contender> contenders;
  contenders.push_back({"XGBoosterPredictFromDense, batch", [&] { predict(0, kRows); }, {}});
  contenders.push_back({"XGBoosterPredictFromDense, row by row",
                        [&] {
                          for (std::size_t r = 0; r < kRows; ++r) predict(r, 1);
                        },
                        {}});
  std::vector<kernels::Scratch> scratches;
  scratches.reserve(kernels::kernel_table().size());
  for (const kernels::TreeKernel &kernel : kernels::kernel_table()) {
    if (!kernel.runs_on_this_cpu()) continue;
    kernels::Scratch *scratch = &scratches.emplace_back(plan, kernel.name);
    contenders.push_back({std::string(kernel.name) + ", row by row",
                          [&, scratch] {
                            for (std::size_t r = 0; r < kRows; ++r)
                              kernels::score(plan, {&row_major[r * kFeatures], 1, 1}, kernels::Want::kRaw, *scratch, &out[r]);
                          },
                          {}});
    contenders.push_back(
        {std::string(kernel.name) + ", blocks",
         [&, scratch] {
           kernels::score(plan, {column_major.data(), kRows, kRows}, kernels::Want::kRaw, *scratch, block_out.data());
         },
         {}});
  }
  for (int round = 0; round < kRounds; ++round)
    for (Contender &contender : contenders) {
      const double start = now_ns();
      contender.run();
      contender.ns.push_back((now_ns() - start) / kRows);
    }
  for (std::size_t r = 0; r < kRows; ++r)
    if (out[r] != static_cast<double>(xgboost_out[r]) || block_out[r] != out[r]) {
      std::fprintf(stderr, "row %zu: XGBoost gives %.9g, pgscore %.9g and %.9g\n", r, static_cast<double>(xgboost_out[r]), out[r],
                   block_out[r]);
      std::exit(1);
    }
  std::printf("%-40s %10s %12s %12s\n", "", "ns/row", "x batch", "x row by row");
  for (const Contender &contender : contenders) {
    auto median_ratio = [&](const Contender &to) {
      std::vector<double> ratios;
      for (int i = 0; i < kRounds; ++i)
        ratios.push_back(to.ns[static_cast<std::size_t>(i)] / contender.ns[static_cast<std::size_t>(i)]);
      std::sort(ratios.begin(), ratios.end());
      return ratios[kRounds / 2];
    };
    std::printf("%-40s %10.0f %12.2f %12.1f\n", contender.name.c_str(),
                *std::min_element(contender.ns.begin(), contender.ns.end()), median_ratio(contenders[0]),
                median_ratio(contenders[1]));
  }
  std::printf("margins of %zu rows equal XGBoost's bit for bit\n", kRows);
  check(XGBoosterFree(trained.booster));
}

/// A line of /proc/self/status in bytes: "VmHWM:" is the largest resident size since reset_peak(), "VmRSS:" the present one.
double memory_status(const std::string &name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name)) return std::strtod(line.c_str() + name.size(), nullptr) * 1024;
  return 0;
}
void reset_peak() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
}

void compile_large(const char *name, std::uint32_t num_trees, std::uint32_t depth, std::uint32_t distinct_thresholds) {
  model::Builder builder;
  constexpr std::uint32_t kFeatures = 50;
  for (std::uint32_t f = 0; f < kFeatures; ++f) builder.add_input({.name = model::default_feature_name(f), .categories = {}});
  model::EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = model::column_range(0, kFeatures);
  trees.settings().base = {0};
  test::Choices choices(std::uint64_t{9});
  const std::uint32_t splits = (1u << depth) - 1;
  for (std::uint32_t t = 0; t < num_trees; ++t) {
    trees.begin_tree();
    for (std::uint32_t i = 0; i < splits; ++i)
      trees.split(i, choices.below(kFeatures), model::Split::kLess, choices.below(distinct_thresholds) * 0.125, choices.coin(),
                  2 * i + 1, 2 * i + 2);
    for (std::uint32_t i = splits; i <= 2 * splits; ++i) trees.leaf(i, choices.below(1000));
    trees.end_tree();
  }
  builder.output().values = {{"y", builder.trees(trees.finish())}};
  const model::Model model = builder.finish();
  const double ir_bytes = static_cast<double>(model.num_tree_nodes()) * sizeof(model::TreeNode);
  reset_peak();
  const double resident = memory_status("VmRSS:"), start = now_ns();
  const std::vector<std::byte> bytes = plan::compile(model);
  const double compiled = now_ns();
  const double grown = memory_status("VmHWM:") - resident;
  const plan::PlanMemory memory(bytes);
  const double copied = now_ns();
  plan::verify_plan(memory.bytes());
  const double verified = now_ns();
  const plan::Plan plan(memory.data());
  std::printf(
      "%s: %.1f M nodes, layout %d: compile %.2f s, peak memory grows by %.2f x the IR, plan %.1f bytes per node, verify %.3f "
      "s\n",
      name, static_cast<double>(model.num_tree_nodes()) * 1e-6,
      static_cast<int>(plan.data<plan::EnsembleRecord>(plan.header().ensembles)->layout), (compiled - start) * 1e-9,
      grown / ir_bytes, static_cast<double>(bytes.size()) / static_cast<double>(model.num_tree_nodes()),
      (verified - copied) * 1e-9);
}

}  // namespace

int main() {
  compile_large("boosted, 256 thresholds a feature", 12'000, 7, 256);
  compile_large("forest, all thresholds distinct", 100, 14, 1u << 24);
  compare_kernels();
  return 0;
}
