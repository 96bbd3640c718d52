// What the layout of oblivious trees is worth: the same made-up models, as CatBoost grows them, in
// it and in that of codes.
//
//   oblivious_bench [--rounds=7] [--trees=1000]
//
// Models: trees of one test for each level, numbers compared as float32 with 128 borders for each
// feature, double leaves. Rounds are paired, a ratio is that of the two times of one round; CPU
// time of the thread, which is pinned; whole calls, quantising included. Before that all scores are
// compared, bit for bit.
#include <sched.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/timing.hpp"
#include "model/builder.hpp"
#include "kernels/kernel.hpp"
#include "kernels/tree_kernel.hpp"
#include "plan/compile.hpp"
#include "plan/plan.hpp"
#include "plan/plan_memory.hpp"
#include "support/choices.hpp"

namespace {

using namespace pgscore;
using bench::median;
using bench::now;

constexpr std::size_t kRows = 4096;
constexpr std::uint32_t kBorders = 128;

double border(std::uint32_t number) {
  return static_cast<double>(static_cast<float>(number) * 0.05f - 3.2f);
}

/// `outputs` above 1: leaves are vectors.
model::Model make_model(std::uint32_t num_trees, std::uint32_t depth, std::uint32_t features,
                        std::uint32_t outputs) {
  test::Choices choices(std::uint64_t{depth});
  model::Builder builder;
  for (std::uint32_t f = 0; f < features; ++f)
    builder.add_input({.name = model::default_feature_name(f)});
  model::EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = model::column_range(0, features);
  trees.settings().sum = model::Precision::kFloat64;
  trees.settings().num_groups = trees.settings().leaf_width = outputs;
  trees.settings().base.assign(outputs, 0.0);
  const std::uint32_t first_leaf = 1u << depth;
  for (std::uint32_t t = 0; t < num_trees; ++t) {
    trees.begin_tree(0, 1);
    std::vector<std::pair<std::uint32_t, double>> tests;
    for (std::uint32_t k = 0; k < depth; ++k)
      tests.push_back({choices.below(features), border(choices.below(kBorders))});
    for (std::uint32_t h = 1; h < first_leaf; ++h) {
      const auto [feature, threshold] = tests[static_cast<std::size_t>(std::bit_width(h)) - 1];
      trees.split(h, feature, model::Split::kLessEqual, threshold, true, 2 * h, 2 * h + 1);
    }
    for (std::uint32_t h = first_leaf; h < 2 * first_leaf; ++h) {
      std::vector<double> values(outputs);
      for (double &value : values) value = static_cast<double>(choices.below(65536)) / 7e4 - 0.4;
      trees.leaf_vector(h, values);
    }
    trees.end_tree();
  }
  builder.output().raw = model::column_range(builder.trees(trees.finish()), outputs);
  builder.output().values = {{"y", builder.output().raw[0]}};
  return builder.finish();
}

struct Contender {
  const kernels::TreeKernel *kernel;
  bool single;
  std::function<void()> run[2];  // codes, oblivious
  std::vector<double> seconds[2];
};

void compare(std::uint32_t num_trees, std::uint32_t depth, std::uint32_t features,
             std::uint32_t outputs, int rounds) {
  const model::Model model = make_model(num_trees, depth, features, outputs);
  const plan::TreeLayout layouts[] = {plan::TreeLayout::kCodes8, plan::TreeLayout::kOblivious8};
  plan::PlanMemory memories[2];
  for (int l = 0; l < 2; ++l)
    memories[l] = plan::PlanMemory(plan::compile(model, {}, {.layout = layouts[l]}));
  test::Choices choices(std::uint64_t{7});
  const std::size_t stride = kernels::kBlockRows + 8;
  std::vector<double> block(kRows / kernels::kBlockRows * features * stride),
      row_major(kRows * features);
  for (std::size_t r = 0; r < kRows; ++r)
    for (std::size_t f = 0; f < features; ++f)
      row_major[r * features + f] =
          block[(r / kernels::kBlockRows * features + f) * stride + r % kernels::kBlockRows] =
              static_cast<double>(choices.below(65536)) / 10'000 - 3.2;
  std::vector<double> out[2];
  for (auto &scores : out) scores.resize(kRows * outputs);

  std::vector<std::unique_ptr<kernels::Scratch>> scratches;
  std::vector<Contender> contenders;
  for (const kernels::TreeKernel *kernel : kernels::kernel_table())
    for (const bool single : {true, false}) {
      if (!kernel->runs_on_this_cpu()) continue;
      Contender &contender = contenders.emplace_back(Contender{kernel, single, {}, {}});
      for (int l = 0; l < 2; ++l) {
        const plan::Plan plan(memories[l].data());
        kernels::Scratch &scratch = *scratches.emplace_back(std::make_unique<kernels::Scratch>(
            plan, single ? 1 : kernels::kBlockRows, kernel->name));
        double *scores = out[l].data();
        contender.run[l] = [&, plan, single, scores] {
          const std::size_t step = single ? 1 : kernels::kBlockRows;
          for (std::size_t r = 0; r < kRows; r += step)
            kernels::score(plan,
                           single
                               ? kernels::Block{&row_major[r * features]}
                               : kernels::Block{&block[r / kernels::kBlockRows * features * stride],
                                                stride, step},
                           kernels::Want::kRaw, scratch, scores + r * outputs);
        };
        contender.run[l]();
      }
      if (std::memcmp(out[0].data(), out[1].data(), out[0].size() * sizeof(double)) != 0) {
        std::fprintf(stderr, "oblivious_bench: kernel %s gives other scores\n",
                     std::string(kernel->name).c_str());
        std::exit(1);
      }
    }
  for (int round = 0; round < rounds; ++round)
    for (Contender &contender : contenders)
      for (int l = 0; l < 2; ++l) {
        const double start = now();
        contender.run[l]();
        contender.seconds[l].push_back(now() - start);
      }
  std::printf(
      "\n%u trees of %u levels, %u features, %u outputs: plan %.2f and %.2f MB\n%-22s %12s %12s "
      "%8s\n",
      num_trees, depth, features, outputs, static_cast<double>(memories[0].size()) * 1e-6,
      static_cast<double>(memories[1].size()) * 1e-6, "", "codes ns", "oblivious ns", "times");
  for (const Contender &contender : contenders) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < contender.seconds[0].size(); ++i)
      ratios.push_back(contender.seconds[0][i] / contender.seconds[1][i]);
    std::printf(
        "%-22s %12.1f %12.1f %8.2f\n",
        (std::string(contender.kernel->name) + (contender.single ? ", one row" : ", blocks"))
            .c_str(),
        median(contender.seconds[0]) / kRows * 1e9, median(contender.seconds[1]) / kRows * 1e9,
        median(ratios));
  }
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char **argv) {
  int rounds = 7;
  std::uint32_t trees = 1000;
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "--rounds=", 9) == 0)
      rounds = std::max(1, std::atoi(argv[i] + 9));
    else if (std::strncmp(argv[i], "--trees=", 8) == 0)
      trees = static_cast<std::uint32_t>(std::max(1, std::atoi(argv[i] + 8)));
    else {
      std::fprintf(stderr, "oblivious_bench: unknown argument %s\n", argv[i]);
      return 1;
    }
  }
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(sched_getcpu(), &here);
  sched_setaffinity(0, sizeof here, &here);
  compare(trees, 6, 20, 1, rounds);
  compare(trees, 6, 100, 1, rounds);
  compare(trees, 4, 50, 1, rounds);
  compare(trees, 8, 50, 1, rounds);
  compare(trees, 10, 50, 1, rounds);
  compare(trees, 6, 50, 3, rounds);
  return 0;
}
