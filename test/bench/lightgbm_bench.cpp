// Many rows next to LightGBM's own prediction, in one process and one thread: how many times
// faster.
//
//   PGSCORE_LIGHTGBM=lib_lightgbm.so lightgbm_bench
//       [--rows=1000000] [--trees=100] [--leaves=63] [--features=28] [--rounds=5] [--categories]
//
// LightGBM trains a binary classifier on rows made up here (a fifth of the numbers are rounded, a
// tenth of some columns is missing; --categories makes a quarter of the columns categorical), and
// writes it as text, which pgscore reads. Both then score the same new rows, a row-major matrix of
// doubles as LGBM_BoosterPredictForMat takes it: the whole call, with quantising and turning rows
// into columns, to raw scores. Rounds are paired, and a ratio is that of the two times of one
// round; CPU time of the thread, which is pinned. Before that all raw scores are compared, bit for
// bit.
#include <sched.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/timing.hpp"
#include "formats/format.hpp"
#include "kernels/kernel.hpp"
#include "kernels/tree_kernel.hpp"
#include "plan/compile.hpp"
#include "plan/plan.hpp"
#include "plan/plan_memory.hpp"
#include "support/lightgbm_library.hpp"

namespace {

using namespace pgscore;
using bench::median;
using bench::now;
using Library = test::LightgbmLibrary;

constexpr std::size_t kTrainingRows = 100'000;

[[noreturn]] void fail(const std::string &text) {
  std::fprintf(stderr, "lightgbm_bench: %s\n", text.c_str());
  std::exit(1);
}

struct Settings {
  std::size_t rows = 1'000'000, trees = 100, leaves = 63, features = 28;
  int rounds = 5;
  bool categories = false;

  bool is_category(std::size_t feature) const { return categories && feature % 4 == 3; }
};

/// Row-major. `labels`: what a noisy function of the columns says, 0 or 1.
std::vector<double> make_rows(const Settings &settings, std::size_t count, std::uint64_t seed,
                              std::vector<float> *labels) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  std::vector<double> data(count * settings.features);
  for (std::size_t r = 0; r < count; ++r) {
    double *row = &data[r * settings.features], signal = 0;
    for (std::size_t f = 0; f < settings.features; ++f) {
      double x = normal(random);
      if (settings.is_category(f)) x = std::floor(std::fabs(x) * 12);
      if (f % 5 == 1) x = std::round(x * 4) / 4;
      signal +=
          f % 4 == 0 ? std::sin(2 * x) * row[f / 2] : std::cos(static_cast<double>(f) * x) / 4;
      row[f] = f % 3 == 2 && uniform(random) < 0.1 ? NAN : x;
    }
    if (std::isnan(signal)) signal = normal(random);
    if (labels != nullptr) labels->push_back(signal + normal(random) > 0 ? 1 : 0);
  }
  return data;
}

/// The text of a model that LightGBM trained.
std::string train(const Library &library, const Settings &settings) {
  std::vector<float> labels;
  const std::vector<double> data = make_rows(settings, kTrainingRows, 1, &labels);
  std::string parameters =
      "objective=binary num_threads=1 verbosity=-1 seed=1 deterministic=true min_data_in_leaf=20 "
      "num_leaves=" +
      std::to_string(settings.leaves);
  std::string categorical;
  for (std::size_t f = 0; f < settings.features; ++f)
    if (settings.is_category(f))
      categorical += (categorical.empty() ? "" : ",") + std::to_string(f);
  if (!categorical.empty()) parameters += " categorical_feature=" + categorical;
  void *dataset = nullptr, *booster = nullptr;
  library.call("LGBM_DatasetCreateFromMat", static_cast<const void *>(data.data()),
               Library::kFloat64Type, static_cast<std::int32_t>(kTrainingRows),
               static_cast<std::int32_t>(settings.features), 1, parameters.c_str(),
               static_cast<void *>(nullptr), &dataset);
  library.call("LGBM_DatasetSetField", dataset, "label", static_cast<const void *>(labels.data()),
               static_cast<int>(kTrainingRows), Library::kFloat32Type);
  library.call("LGBM_BoosterCreate", dataset, parameters.c_str(), &booster);
  for (std::size_t i = 0; i < settings.trees; ++i) {
    int finished = 0;
    library.call("LGBM_BoosterUpdateOneIter", booster, &finished);
  }
  std::int64_t length = 0;
  std::string text(std::size_t{1} << 28, '\0');
  library.call("LGBM_BoosterSaveModelToString", booster, 0, -1, 0,
               static_cast<std::int64_t>(text.size()), &length, text.data());
  if (length < 1 || static_cast<std::size_t>(length) > text.size()) fail("the model is too large");
  text.resize(static_cast<std::size_t>(length) - 1);
  library.call("LGBM_BoosterFree", booster);
  library.call("LGBM_DatasetFree", dataset);
  return text;
}

struct Contender {
  std::string name;
  std::function<void()> run;
  std::vector<double> seconds;  // of each round
};

/// Frees LightGBM's booster when the comparison ends, in whatever way.
class Booster {
 public:
  Booster(const Library &library, const std::string &text) : library_(library) {
    library_.call("LGBM_BoosterLoadModelFromString", text.c_str(), &iterations_, &handle_);
  }
  Booster(const Booster &) = delete;
  ~Booster() { library_.call("LGBM_BoosterFree", handle_); }

  int iterations() const { return iterations_; }
  /// The raw scores of `data`, row-major: one for each row.
  void predict(const Settings &settings, const std::vector<double> &data,
               std::vector<double> &out) const {
    constexpr int kRawScore = 1;
    std::int64_t length = 0;
    library_.call("LGBM_BoosterPredictForMat", handle_, static_cast<const void *>(data.data()),
                  Library::kFloat64Type, static_cast<std::int32_t>(settings.rows),
                  static_cast<std::int32_t>(settings.features), 1, kRawScore, 0, -1,
                  "num_threads=1 verbosity=-1", &length, out.data());
  }

 private:
  const Library &library_;
  void *handle_ = nullptr;
  int iterations_ = 0;
};

void print_model(const Settings &settings, int iterations, std::uint64_t num_nodes,
                 const plan::Plan &plan) {
  const auto &ensemble = *plan.data<plan::EnsembleRecord>(plan.header().ensembles);
  std::printf(
      "%d trees, %llu nodes, %zu features, %u slots, %llu tests, layout %d, T %d%s; %zu rows, "
      "medians of %d paired rounds\n",
      iterations, static_cast<unsigned long long>(num_nodes), settings.features, ensemble.num_slots,
      static_cast<unsigned long long>(ensemble.num_tests), static_cast<int>(ensemble.layout),
      ensemble.top_levels, ensemble.deep != 0 ? " deep" : "", settings.rows, settings.rounds);
}

/// Every kernel of this CPU, row by row and in blocks. They score `data` into `out`; the arguments
/// outlive them.
std::vector<Contender> kernel_contenders(const Settings &settings, const plan::Plan &plan,
                                         const std::vector<double> &data,
                                         std::vector<double> &out) {
  std::vector<Contender> contenders;
  for (const kernels::TreeKernel *kernel : kernels::kernel_table()) {
    if (!kernel->runs_on_this_cpu()) continue;
    for (const bool single : {false, true}) {
      const auto scratch =
          std::make_shared<kernels::Scratch>(plan, single ? 1 : kernels::kBlockRows, kernel->name);
      const std::size_t step = single ? 1 : settings.rows;
      contenders.push_back(
          {std::string(kernel->name) + (single ? ", row by row" : ", blocks"),
           [&, scratch, step] {
             for (std::size_t r = 0; r < settings.rows; r += step)
               kernels::score(plan, {&data[r * settings.features], 1, step, settings.features},
                              kernels::Want::kRaw, *scratch, &out[r]);
           },
           {}});
    }
  }
  return contenders;
}

/// Stops the program where a score of `contender`, which writes `out`, has not the bits of
/// `expected`.
void check(const Contender &contender, const std::vector<double> &expected,
           std::vector<double> &out) {
  std::fill(out.begin(), out.end(), -1.0);
  contender.run();
  for (std::size_t r = 0; r < out.size(); ++r)
    if (std::bit_cast<std::uint64_t>(out[r]) != std::bit_cast<std::uint64_t>(expected[r]))
      fail(contender.name + ": the raw score of row " + std::to_string(r) + " is not LightGBM's");
}

/// A line for each contender; the ratios are those to the first one's times.
void print_times(const Settings &settings, const std::vector<Contender> &contenders) {
  std::printf("%-24s %12s %12s %24s\n", "", "ns/row", "LightGBM /", "least .. greatest");
  for (const Contender &contender : contenders) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < contender.seconds.size(); ++i)
      ratios.push_back(contenders[0].seconds[i] / contender.seconds[i]);
    std::printf("%-24s %12.1f %12.2f %15.2f .. %.2f\n", contender.name.c_str(),
                median(contender.seconds) / static_cast<double>(settings.rows) * 1e9,
                median(ratios), *std::min_element(ratios.begin(), ratios.end()),
                *std::max_element(ratios.begin(), ratios.end()));
  }
}

void compare(const Library &library, const Settings &settings, const std::string &text) {
  const Booster booster(library, text);
  const model::Model model = formats::load("auto", {.bytes = as_bytes(text)});
  const plan::PlanMemory memory(plan::compile(model));
  plan::verify_plan(memory.bytes());
  const plan::Plan plan(memory.data());
  print_model(settings, booster.iterations(), model.num_tree_nodes(), plan);

  const std::vector<double> data = make_rows(settings, settings.rows, 2, nullptr);
  std::vector<double> expected(settings.rows), out(settings.rows);
  booster.predict(settings, data, expected);
  std::vector<Contender> contenders = kernel_contenders(settings, plan, data, out);
  for (const Contender &contender : contenders) check(contender, expected, out);
  contenders.insert(contenders.begin(),
                    {"LightGBM", [&] { booster.predict(settings, data, expected); }, {}});
  for (int round = 0; round < settings.rounds; ++round)
    for (Contender &contender : contenders) {
      const double start = now();
      contender.run();
      contender.seconds.push_back(now() - start);
    }
  print_times(settings, contenders);
}

}  // namespace

int main(int argc, char **argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    auto number = [&](const char *name, auto &setting) {
      if (argument.rfind(name, 0) != 0) return false;
      setting = static_cast<std::remove_reference_t<decltype(setting)>>(
          std::max(1, std::atoi(argv[i] + std::strlen(name))));
      return true;
    };
    if (argument == "--categories")
      settings.categories = true;
    else if (!number("--rows=", settings.rows) && !number("--trees=", settings.trees) &&
             !number("--leaves=", settings.leaves) && !number("--features=", settings.features) &&
             !number("--rounds=", settings.rounds))
      fail("unknown argument " + argument);
  }
  const auto path = Library::path();
  if (!path) fail("PGSCORE_LIGHTGBM is not set: lib_lightgbm.so, or the folder that holds it");
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(sched_getcpu(), &here);
  sched_setaffinity(0, sizeof here, &here);
  try {
    const Library library(*path);
    compare(library, settings, train(library, settings));
  } catch (const std::exception &e) {
    fail(e.what());
  }
  return 0;
}
