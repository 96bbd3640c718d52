// Measures what it costs to bring a large model into the server: time and peak memory of reading,
// compiling and verifying it.
//
//   compile_bench [FILE [OPTIONS]]   a model file in any format that pgscore reads, and the options
//                                    of an import; without one, models made up here are compiled
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/builder.hpp"
#include "base/error.hpp"
#include "formats/format.hpp"
#include "plan/compile.hpp"
#include "plan/plan.hpp"
#include "plan/plan_memory.hpp"
#include "registry/prepared_version.hpp"
#include "support/choices.hpp"

namespace {

using namespace pgscore;

double now_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

/// A line of /proc/self/status in bytes: "VmHWM:" is the largest resident size since reset_peak(),
/// "VmRSS:" the present one.
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

void compile_large(const char *name, std::uint32_t num_trees, std::uint32_t depth,
                   std::uint32_t distinct_thresholds) {
  model::Builder builder;
  constexpr std::uint32_t kFeatures = 50;
  for (std::uint32_t f = 0; f < kFeatures; ++f)
    builder.add_input({.name = model::default_feature_name(f)});
  model::EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = model::column_range(0, kFeatures);
  trees.settings().base = {0};
  test::Choices choices(std::uint64_t{9});
  const std::uint32_t splits = (1u << depth) - 1;
  for (std::uint32_t t = 0; t < num_trees; ++t) {
    trees.begin_tree();
    for (std::uint32_t i = 0; i < splits; ++i)
      trees.split(i, choices.below(kFeatures), model::Split::kLess,
                  choices.below(distinct_thresholds) * 0.125, choices.coin(), 2 * i + 1, 2 * i + 2);
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
      "%s: %.1f M nodes, layout %d: compile %.2f s, peak memory grows by %.2f x the IR, plan %.1f "
      "bytes per node, verify %.3f "
      "s\n",
      name, static_cast<double>(model.num_tree_nodes()) * 1e-6,
      static_cast<int>(plan.data<plan::EnsembleRecord>(plan.header().ensembles)->layout),
      (compiled - start) * 1e-9, grown / ir_bytes,
      static_cast<double>(bytes.size()) / static_cast<double>(model.num_tree_nodes()),
      (verified - copied) * 1e-9);
}

/// From the bytes of a file to a verified plan, or to the error that refuses it.
void compile_file(const char *path, const char *options) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (bytes.empty()) {
    std::fprintf(stderr, "cannot read %s\n", path);
    std::exit(1);
  }
  const auto size = static_cast<double>(bytes.size());
  reset_peak();
  const double resident = memory_status("VmRSS:"), start = now_ns();
  std::optional<model::Model> model;
  try {
    model.emplace(formats::load(
        "auto", {.bytes = as_bytes(bytes), .options = formats::parse_options(options)}));
  } catch (const Error &error) {
    std::printf("%s: %.1f MB, refused: %.80s\npeak memory beside the file: %.2f times the file\n",
                path, size * 1e-6, error.message().c_str(),
                (memory_status("VmHWM:") - resident) / size);
    return;
  }
  const double loaded = now_ns(), peak_of_load = memory_status("VmHWM:") - resident;
  const auto nodes = static_cast<double>(model->num_tree_nodes());
  const registry::PreparedVersion version = registry::prepare_version(std::move(*model));
  const double prepared = now_ns();
  std::printf(
      "%s: %.1f MB, %.2f M nodes: read %.2f s, compile and verify %.2f s, together %.2f s; plan "
      "%.1f MB, explanation %.1f MB\n",
      path, size * 1e-6, nodes * 1e-6, (loaded - start) * 1e-9, (prepared - loaded) * 1e-9,
      (prepared - start) * 1e-9, static_cast<double>(version.plan_bytes.size()) * 1e-6,
      static_cast<double>(version.explanation.size()) * 1e-6);
  std::printf("peak memory beside the file: %.2f times the file while reading, %.2f times in all\n",
              peak_of_load / size, (memory_status("VmHWM:") - resident) / size);
}

}  // namespace

int main(int argc, char **argv) {
  if (argc > 1) {
    compile_file(argv[1], argc > 2 ? argv[2] : "{}");
    return 0;
  }
  compile_large("boosted, 256 thresholds a feature", 12'000, 7, 256);
  compile_large("forest, all thresholds distinct", 100, 14, 1u << 24);
  return 0;
}
