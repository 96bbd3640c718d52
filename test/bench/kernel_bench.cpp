// The kernels next to XGBoost's C API on the same trees, in one process: how many times faster, row
// by row and in blocks.
//
//   kernel_bench FOLDER [--models=abcdexw] [--rounds=9] [--json=FILE] [--kernels=vbmi,avx512,...]
//
// FOLDER holds what train_models.py wrote. Every contender runs once in every round, so that a
// noisy machine disturbs them alike; a ratio is the median over the rounds of the two times of the
// same round. Google Benchmark measures: CPU time of the thread, which is pinned. A call is whole:
// from the numbers of a row to its margins, quantising included. Before anything is timed, all
// margins are compared with XGBoost's, bit for bit.
#include <benchmark/benchmark.h>
#include <sched.h>
#include <xgboost/c_api.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "formats/format.hpp"
#include "kernels/kernel.hpp"
#include "kernels/tree_kernel.hpp"
#include "plan/compile.hpp"
#include "plan/plan.hpp"
#include "plan/plan_memory.hpp"

namespace {

using namespace pgscore;

constexpr std::size_t kBatchRows = 8192, kSingleRows = 2048, kSlowRows = 256;

[[noreturn]] void fail(const std::string &text) {
  std::fprintf(stderr, "kernel_bench: %s\n", text.c_str());
  std::exit(1);
}
void check(int status) {
  if (status != 0) fail(XGBGetLastError());
}

std::string read_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot read " + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Subject {
  std::string name;
  std::size_t num_features = 0, num_outputs = 0;
  std::vector<float> rows;  // row-major
  std::vector<double> row_major, column_major;
  std::size_t stride = 0;  // of column_major: rows of a block and a little more
  BoosterHandle booster = nullptr;
  plan::PlanMemory memory;
  plan::Plan plan;
  std::string shape_of_model;

  Subject(const std::string &folder, const std::string &model) : name(model) {
    std::istringstream shape(read_file(folder + "/" + model + ".shape"));
    std::size_t count = 0;
    shape >> count >> num_features >> num_outputs;
    const std::string bytes = read_file(folder + "/" + model + ".rows");
    if (count < kBatchRows || bytes.size() < count * num_features * 4)
      fail("too few rows for model " + model);
    rows.resize(kBatchRows * num_features);
    std::memcpy(rows.data(), bytes.data(), rows.size() * sizeof(float));
    row_major.assign(rows.begin(), rows.end());
    stride = kernels::kBlockRows + 8;
    column_major.resize(kBatchRows / kernels::kBlockRows * num_features * stride);
    for (std::size_t r = 0; r < kBatchRows; ++r)
      for (std::size_t f = 0; f < num_features; ++f) *cell(r, f) = row_major[r * num_features + f];

    const std::string json = read_file(folder + "/" + model + ".json");
    check(XGBoosterCreate(nullptr, 0, &booster));
    check(XGBoosterLoadModelFromBuffer(booster, json.data(), json.size()));
    check(XGBoosterSetParam(booster, "nthread", "1"));
    const model::Model ir = formats::load("auto", {.bytes = as_bytes(json)});
    memory = plan::PlanMemory(plan::compile(ir));
    plan::verify_plan(memory.bytes());
    plan = plan::Plan(memory.data());
    const auto &ensemble = *plan.data<plan::EnsembleRecord>(plan.header().ensembles);
    char text[200];
    std::snprintf(text, sizeof text,
                  "%llu trees, %llu nodes, %zu features, %u slots, %llu tests, layout %d, T "
                  "%d+%d%s, plan %.1f bytes a node",
                  static_cast<unsigned long long>(ir.num_trees()),
                  static_cast<unsigned long long>(ir.num_tree_nodes()), num_features,
                  ensemble.num_slots, static_cast<unsigned long long>(ensemble.num_tests),
                  static_cast<int>(ensemble.layout), ensemble.top_levels, ensemble.low_levels,
                  ensemble.deep != 0 ? " deep" : "",
                  static_cast<double>(memory.size()) / static_cast<double>(ir.num_tree_nodes()));
    shape_of_model = text;
  }
  double *block(std::size_t first_row) {
    return &column_major[first_row / kernels::kBlockRows * num_features * stride];
  }
  double *cell(std::size_t row, std::size_t feature) {
    return block(row) + feature * stride + row % kernels::kBlockRows;
  }

  void xgboost(std::size_t first, std::size_t count, float *out) {
    char array[200];
    std::snprintf(array, sizeof array,
                  R"({"data": [%zu, true], "shape": [%zu, %zu], "typestr": "<f4", "version": 3})",
                  reinterpret_cast<std::size_t>(rows.data() + first * num_features), count,
                  num_features);
    const char *config =
        R"({"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0, )"
        R"("strict_shape": false, "missing": NaN, "cache_id": 0})";
    const bst_ulong *shape = nullptr;
    bst_ulong dimensions = 0;
    const float *result = nullptr;
    check(XGBoosterPredictFromDense(booster, array, config, nullptr, &shape, &dimensions, &result));
    std::copy_n(result, count * num_outputs, out);
  }
};

struct Contender {
  std::string name;
  std::size_t rows;  // that one run scores
  std::function<void()> run;
  std::vector<double> ns;  // per row, for each round
};

/// Takes what Google Benchmark measured and prints nothing.
class Collector : public benchmark::BenchmarkReporter {
 public:
  explicit Collector(std::map<std::string, double> &seconds) : seconds_(seconds) {}
  bool ReportContext(const Context &) override { return true; }
  void ReportRuns(const std::vector<Run> &runs) override {
    for (const Run &run : runs)
      seconds_[run.run_name.function_name] =
          run.cpu_accumulated_time / static_cast<double>(run.iterations);
  }

 private:
  std::map<std::string, double> &seconds_;
};

double median(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers[numbers.size() / 2];
}

struct Result {
  std::string model, contender;
  double ns, of_batch, of_rows;
};

void compare(Subject &subject, int rounds, const std::string &wanted_kernels,
             std::vector<Result> &results) {
  const std::size_t width = subject.num_outputs, features = subject.num_features;
  std::vector<float> expected(kBatchRows * width), thrown_away(kBatchRows * width);
  subject.xgboost(0, kBatchRows, expected.data());
  std::vector<double> out(kBatchRows * width);

  std::vector<Contender> contenders;
  contenders.push_back({"XGBoost, batch",
                        kBatchRows,
                        [&] { subject.xgboost(0, kBatchRows, thrown_away.data()); },
                        {}});
  contenders.push_back({"XGBoost, row by row",
                        kSlowRows,
                        [&] {
                          for (std::size_t r = 0; r < kSlowRows; ++r)
                            subject.xgboost(r, 1, thrown_away.data());
                        },
                        {}});
  std::vector<std::unique_ptr<kernels::Scratch>> scratches;
  for (const kernels::TreeKernel *kernel : kernels::kernel_table()) {
    if (!kernel->runs_on_this_cpu()) continue;
    if (!wanted_kernels.empty() &&
        ("," + wanted_kernels + ",").find("," + std::string(kernel->name) + ",") ==
            std::string::npos)
      continue;
    kernels::Scratch &single =
        *scratches.emplace_back(std::make_unique<kernels::Scratch>(subject.plan, 1, kernel->name));
    kernels::Scratch &many = *scratches.emplace_back(
        std::make_unique<kernels::Scratch>(subject.plan, kernels::kBlockRows, kernel->name));
    auto rows = [&, width, features](std::size_t count) {
      for (std::size_t r = 0; r < count; ++r)
        kernels::score(subject.plan, {&subject.row_major[r * features]}, kernels::Want::kRaw,
                       single, &out[r * width]);
    };
    auto columns = [&, width] {
      for (std::size_t r = 0; r < kBatchRows; r += kernels::kBlockRows)
        kernels::score(subject.plan, {subject.block(r), subject.stride, kernels::kBlockRows},
                       kernels::Want::kRaw, many, &out[r * width]);
    };
    auto row_major = [&, features] {
      kernels::score(subject.plan, {subject.row_major.data(), 1, kBatchRows, features},
                     kernels::Want::kRaw, many, out.data());
    };
    auto same = [&](const char *form, std::size_t count) {
      for (std::size_t i = 0; i < count * width; ++i)
        if (std::bit_cast<std::uint64_t>(out[i]) !=
            std::bit_cast<std::uint64_t>(static_cast<double>(expected[i])))
          fail("model " + subject.name + ", " + std::string(kernel->name) + ", " + form +
               ", output " + std::to_string(i) + " is not XGBoost's");
      std::fill(out.begin(), out.end(), -1.0);
    };
    rows(kBatchRows);
    same("row by row", kBatchRows);
    columns();
    same("blocks of columns", kBatchRows);
    row_major();
    same("blocks of rows", kBatchRows);
    contenders.push_back({std::string(kernel->name) + ", row by row",
                          kSingleRows,
                          [rows] { rows(kSingleRows); },
                          {}});
    contenders.push_back(
        {std::string(kernel->name) + ", blocks of columns", kBatchRows, columns, {}});
    contenders.push_back(
        {std::string(kernel->name) + ", blocks of rows", kBatchRows, row_major, {}});
  }

  benchmark::ClearRegisteredBenchmarks();
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    const Contender &contender = contenders[i];
    benchmark::RegisterBenchmark(std::to_string(i).c_str(), [&contender](benchmark::State &state) {
      contender.run();  // nobody pays for what ran before him
      for (auto _ : state) contender.run();
    })->Iterations(contender.rows == kBatchRows && i > 0 ? 4 : 1);
  }
  std::map<std::string, double> seconds;
  for (int round = 0; round < rounds; ++round) {
    Collector collector(seconds);
    benchmark::RunSpecifiedBenchmarks(&collector);
    for (std::size_t i = 0; i < contenders.size(); ++i)
      contenders[i].ns.push_back(seconds.at(std::to_string(i)) * 1e9 /
                                 static_cast<double>(contenders[i].rows));
  }
  std::printf("\n%s: %s\n%-28s %12s %16s %16s\n", subject.name.c_str(),
              subject.shape_of_model.c_str(), "", "ns/row", "XGBoost batch /", "XGBoost rows /");
  for (const Contender &contender : contenders) {
    auto ratio = [&](const Contender &to) {
      std::vector<double> ratios;
      for (std::size_t i = 0; i < contender.ns.size(); ++i)
        ratios.push_back(to.ns[i] / contender.ns[i]);
      return median(ratios);
    };
    results.push_back({subject.name, contender.name, median(contender.ns), ratio(contenders[0]),
                       ratio(contenders[1])});
    std::printf("%-28s %12.1f %16.2f %16.1f\n", contender.name.c_str(), results.back().ns,
                results.back().of_batch, results.back().of_rows);
  }
  std::fflush(stdout);
}

void summarise(const std::vector<Result> &results, const std::string &json) {
  std::map<std::string, std::vector<const Result *>> by_contender;
  std::vector<std::string> order;
  for (const Result &result : results) {
    if (by_contender.find(result.contender) == by_contender.end())
      order.push_back(result.contender);
    if (std::strchr("abcde", result.model[0]) != nullptr)
      by_contender[result.contender].push_back(&result);
  }
  auto mean = [&](const std::string &contender, double Result::*ratio) {
    double sum = 0;
    for (const Result *result : by_contender[contender]) sum += std::log(result->*ratio);
    return std::exp(sum /
                    static_cast<double>(std::max<std::size_t>(by_contender[contender].size(), 1)));
  };
  std::printf("\ngeometric means over the models a to e that ran\n%-28s %16s %16s\n", "",
              "XGBoost batch /", "XGBoost rows /");
  for (const std::string &contender : order)
    std::printf("%-28s %16.2f %16.1f\n", contender.c_str(), mean(contender, &Result::of_batch),
                mean(contender, &Result::of_rows));
  if (json.empty()) return;
  std::ofstream file(json);
  file << "{\"results\": [";
  for (std::size_t i = 0; i < results.size(); ++i)
    file << (i == 0 ? "\n  " : ",\n  ") << "{\"model\": \"" << results[i].model
         << "\", \"contender\": \"" << results[i].contender
         << "\", \"ns_per_row\": " << results[i].ns
         << ", \"times_xgboost_batch\": " << results[i].of_batch
         << ", \"times_xgboost_rows\": " << results[i].of_rows << "}";
  file << "\n]}\n";
}

}  // namespace

int main(int argc, char **argv) {
  std::string folder, models = "abcdexw", json, wanted_kernels;
  int rounds = 9;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    auto option = [&](const char *name) {
      return argument.rfind(name, 0) == 0 ? argv[i] + std::strlen(name) : nullptr;
    };
    if (const char *value = option("--models="))
      models = value;
    else if (const char *value = option("--rounds="))
      rounds = std::max(1, std::atoi(value));
    else if (const char *value = option("--json="))
      json = value;
    else if (const char *value = option("--kernels="))
      wanted_kernels = value;
    else if (folder.empty() && argument[0] != '-')
      folder = argument;
    else
      fail("unknown argument " + argument);
  }
  if (folder.empty()) fail("name the folder of the models");
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(sched_getcpu(), &here);
  sched_setaffinity(0, sizeof here, &here);
  int version[3];
  XGBoostVersion(version, version + 1, version + 2);
  std::printf("XGBoost %d.%d.%d, medians of %d paired rounds\n", version[0], version[1], version[2],
              rounds);

  char name[] = "kernel_bench";
  char *arguments[] = {name, nullptr};
  int count = 1;
  benchmark::Initialize(&count, arguments);
  std::vector<Result> results;
  for (char model : models) {
    Subject subject(folder, std::string(1, model));
    compare(subject, rounds, wanted_kernels, results);
    check(XGBoosterFree(subject.booster));
  }
  summarise(results, json);
  return 0;
}
