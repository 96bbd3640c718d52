// Compares with XGBoost itself. Random models are trained through its C API, saved in each of its
// formats and read by our readers; then both score random and hostile rows. Margins and leaves must
// be equal bit for bit, predictions within one unit in the last place of float32.
//
//   PGSCORE_ORACLE_MODELS   number of random models (default 200)
//   PGSCORE_ORACLE_SEED     (default 1)
#include <gtest/gtest.h>
#include <xgboost/c_api.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "formats/format.hpp"
#include "formats/recognize.hpp"
#include "model/interpret.hpp"
#include "oracle/xgboost_task.hpp"
#include "support/files.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;
using oracle::Params;
using oracle::Rows;

/// A fault that XGBoost reports. (It throws away neither models nor matrices then: this is a test.)
struct XgboostError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
void call(int status) {
  if (status != 0) throw XgboostError(XGBGetLastError());
}

class Matrix {
 public:
  Matrix(const Rows &rows, const std::vector<std::string> &types) {
    std::vector<float> flat;
    for (const auto &row : rows) flat.insert(flat.end(), row.begin(), row.end());
    call(XGDMatrixCreateFromMat(flat.data(), rows.size(), rows.at(0).size(), NAN, &handle_));
    if (types.empty()) return;
    std::vector<const char *> texts;
    for (const std::string &type : types) texts.push_back(type.c_str());
    call(XGDMatrixSetStrFeatureInfo(handle_, "feature_type", texts.data(), texts.size()));
  }
  ~Matrix() { XGDMatrixFree(handle_); }
  Matrix(const Matrix &) = delete;
  Matrix &operator=(const Matrix &) = delete;

  void set(const char *field, const std::vector<float> &values) {
    call(XGDMatrixSetFloatInfo(handle_, field, values.data(), values.size()));
  }
  void set_labels(const std::vector<float> &values, std::size_t num_targets) {
    if (num_targets == 1) return set("label", values);
    const nlohmann::json array = {{"data", {reinterpret_cast<std::uintptr_t>(values.data()), true}},
                                  {"shape", {values.size() / num_targets, num_targets}},
                                  {"typestr", "<f4"},
                                  {"version", 3}};
    call(XGDMatrixSetInfoFromInterface(handle_, "label", array.dump().c_str()));
  }
  DMatrixHandle handle() const { return handle_; }

 private:
  DMatrixHandle handle_ = nullptr;
};

class Booster {
 public:
  explicit Booster(const Params &params, const Matrix *train = nullptr, int rounds = 0) {
    const DMatrixHandle cache[] = {train != nullptr ? train->handle() : nullptr};
    call(XGBoosterCreate(cache, train != nullptr ? 1 : 0, &handle_));
    for (const auto &[name, value] : params)
      call(XGBoosterSetParam(handle_, name.c_str(), value.c_str()));
    for (int i = 0; i < rounds; ++i) call(XGBoosterUpdateOneIter(handle_, i, train->handle()));
  }
  ~Booster() { XGBoosterFree(handle_); }
  Booster(const Booster &) = delete;
  Booster &operator=(const Booster &) = delete;

  void load(const std::string &bytes) {
    call(XGBoosterLoadModelFromBuffer(handle_, bytes.data(), bytes.size()));
  }

  std::string save(const std::string &format) {
    bst_ulong size = 0;
    const char *bytes = nullptr;
    call(XGBoosterSaveModelToBuffer(handle_, nlohmann::json{{"format", format}}.dump().c_str(),
                                    &size, &bytes));
    return {bytes, size};
  }
  enum Type { kPrediction = 0, kMargin = 1, kLeaf = 6 };
  std::vector<float> predict(const Matrix &matrix, Type type) {
    const nlohmann::json config = {{"type", int{type}},
                                   {"training", false},
                                   {"iteration_begin", 0},
                                   {"iteration_end", 0},
                                   {"strict_shape", false}};
    const bst_ulong *shape = nullptr;
    bst_ulong dim = 0;
    const float *result = nullptr;
    call(XGBoosterPredictFromDMatrix(handle_, matrix.handle(), config.dump().c_str(), &shape, &dim,
                                     &result));
    std::size_t size = 1;
    for (bst_ulong i = 0; i < dim; ++i) size *= shape[i];
    return {result, result + size};
  }

 private:
  BoosterHandle handle_ = nullptr;
};

std::int64_t ulps(float a, float b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b) ? 0 : INT64_MAX;
  auto order = [](float x) {
    const auto bits = std::bit_cast<std::int32_t>(x);
    return bits < 0 ? std::int64_t{INT32_MIN} - bits : std::int64_t{bits};
  };
  return std::abs(order(a) - order(b));
}

/// Rows for `model`: on its thresholds and one step beside them, missing, both zeros, denormals,
/// the largest numbers; categories in range and out of range. (XGBoost takes no infinite features.)
Rows hostile_rows(const model::Model &model, std::size_t count,
                  const std::vector<std::string> &types, std::mt19937 &random) {
  std::vector<std::vector<float>> choices(model.inputs.size(),
                                          {NAN, 0.0f, -0.0f, 1e-45f, -1e-40f, 3e38f, -3e38f, 1.0f});
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const model::Node &node : model.nodes) {
    const auto *ensemble = std::get_if<model::TreeEnsemble>(&node.body);
    if (ensemble == nullptr) continue;
    for (const model::TreeNode &n : ensemble->nodes) {
      if (n.split != model::Split::kLess) continue;
      const auto t = static_cast<float>(n.value);
      choices[n.feature].insert(choices[n.feature].end(),
                                {t, std::nextafter(t, kInfinity), std::nextafter(t, -kInfinity)});
    }
  }
  for (std::size_t f = 0; f < choices.size(); ++f)
    if (!types.empty() && types[f] == "c")
      choices[f] = {NAN, 0,  1,  2,  3,    4,   5,  8,    15,       31,
                    32,  33, 63, 64, 1000, 1.5, -1, -0.5, 16777215, 1e9};
  Rows rows;
  std::normal_distribution<float> normal;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<float> row;
    for (std::size_t f = 0; f < choices.size(); ++f) {
      const bool category = !types.empty() && types[f] == "c";
      float value = choices[f][random() % choices[f].size()];
      while (!std::isfinite(value) && !std::isnan(value))
        value = choices[f][random() % choices[f].size()];
      row.push_back(!category && random() % 4 == 0 ? normal(random) : value);
    }
    rows.push_back(row);
  }
  return rows;
}

struct Counts {
  std::size_t models = 0, margins = 0, predictions = 0, leaves = 0, predictions_off_by_one = 0;
};

void compare(const model::Model &model, Booster &booster, const Rows &rows,
             const std::vector<std::string> &types, Counts &counts) {
  const Matrix matrix(rows, types);
  const std::vector<float> margins = booster.predict(matrix, Booster::kMargin),
                           predictions = booster.predict(matrix, Booster::kPrediction);
  const std::size_t num_trees = model.num_trees();
  const std::vector<float> leaves =
      num_trees > 0 ? booster.predict(matrix, Booster::kLeaf) : std::vector<float>();
  const std::size_t num_margins = margins.size() / rows.size(),
                    num_predictions = predictions.size() / rows.size();
  ASSERT_EQ(num_margins, model.output.raw.size());
  ASSERT_EQ(leaves.size(), num_trees * rows.size());
  ++counts.models;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::vector<double> inputs(rows[r].begin(), rows[r].end());
    const std::vector<double> columns = model::interpret(model, inputs);
    for (std::size_t i = 0; i < num_margins; ++i, ++counts.margins) {
      const float wanted = margins[r * num_margins + i];
      const double got = columns[model.output.raw[i]];
      ASSERT_TRUE(std::isnan(wanted) ? std::isnan(got) : got == static_cast<double>(wanted))
          << "row " << r << " margin " << i << ": " << got << " for " << wanted;
    }
    std::vector<model::ColumnId> ids;
    if (model.objective == "multi:softmax")
      ids = {model.output.class_code};
    else if (model.output.values.empty())
      ids = model.output.probabilities;
    for (const model::NamedColumn &value : model.output.values) ids.push_back(value.column);
    ASSERT_EQ(num_predictions, ids.size());
    for (std::size_t i = 0; i < num_predictions; ++i, ++counts.predictions) {
      const auto got = static_cast<float>(columns[ids[i]]);
      const float wanted = predictions[r * num_predictions + i];
      // XGBoost's argmax of margins with a NaN is the first class; ours is missing.
      if (model.objective == "multi:softmax" && std::isnan(got)) continue;
      const std::int64_t distance = ulps(got, wanted);
      counts.predictions_off_by_one += distance == 1;
      ASSERT_LE(distance, 1) << "row " << r << " prediction " << i << ": " << got << " for "
                             << wanted;
    }
    const std::vector<std::uint32_t> reached = model::interpret_leaves(model, inputs);
    for (std::size_t t = 0; t < num_trees; ++t, ++counts.leaves)
      ASSERT_EQ(static_cast<float>(reached[t]), leaves[r * num_trees + t])
          << "row " << r << " tree " << t;
  }
}

model::Model read(const std::string &format, const std::string &bytes) {
  EXPECT_EQ(formats::recognize("auto", as_bytes(bytes)).format->name, format);
  return formats::load(format, {.bytes = as_bytes(bytes)});
}

std::size_t from_environment(const char *name, std::size_t otherwise) {
  const char *text = std::getenv(name);
  return text != nullptr ? std::stoul(text) : otherwise;
}

TEST(XgboostOracle, random_models) {
  std::mt19937 random(static_cast<unsigned>(from_environment("PGSCORE_ORACLE_SEED", 1)));
  const std::size_t num_models = from_environment("PGSCORE_ORACLE_MODELS", 200);
  Counts counts;
  for (std::size_t m = 0; m < num_models; ++m) {
    const oracle::Task task = oracle::random_task(random);
    std::string description = "model " + std::to_string(m) + ":";
    for (const auto &[name, value] : task.params) description += " " + name + "=" + value;
    SCOPED_TRACE(description);
    Matrix train(task.rows, task.types);
    if (task.lower.empty()) {
      train.set_labels(task.labels, task.num_targets);
    } else {
      train.set("label_lower_bound", task.lower);
      train.set("label_upper_bound", task.upper);
    }
    Booster booster(task.params, &train, task.rounds);
    for (const auto &[format, saved] : {std::pair{"xgboost-json", "json"},
                                        {"xgboost-ubj", "ubj"},
                                        {"xgboost-binary", "deprecated"}}) {
      if (format == std::string("xgboost-binary") && !task.has_binary) continue;
      SCOPED_TRACE(format);
      const std::string bytes = booster.save(saved);
      // Judged by a booster that has read the same file, as ours did.
      Booster judge({{"nthread", "1"}, {"verbosity", "0"}});
      judge.load(bytes);
      const model::Model model = read(format, bytes);
      compare(model, judge, hostile_rows(model, 60, task.types, random), task.types, counts);
      compare(model, judge, task.rows, task.types, counts);
    }
    if (HasFatalFailure()) return;
  }
  std::cerr << "XGBoost " << oracle::library_version() << ": " << num_models << " random models, "
            << counts.margins << " margins and " << counts.leaves << " leaves equal bit for bit, "
            << counts.predictions << " predictions of which " << counts.predictions_off_by_one
            << " differ by one ulp\n";
}

// The files that others made, wherever this library can load them and gives the numbers that it
// should. From the headers of Spark the library takes a length of many gigabytes, and relies on
// bad_alloc, which AddressSanitizer never throws.
#ifdef __SANITIZE_ADDRESS__
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

TEST(XgboostOracle, conformance_cases) {
  const char *set = std::getenv("PGSCORE_CONFORMANCE");
  const fs::path folder = set != nullptr
                              ? fs::path(set)
                              : fs::path(PGSCORE_SOURCE_DIR) / ".." / "shared" / "conformance";
  std::mt19937 random(7);
  Counts counts;
  std::size_t found = 0, refused = 0;
  for (const char *format : {"xgboost-json", "xgboost-ubj", "xgboost-binary"}) {
    if (kSanitized && std::string_view(format) == "xgboost-binary") {
      std::cerr << "\n*** SKIPPED: xgboost-binary under AddressSanitizer, which does not survive "
                   "what XGBoost asks for.\n\n";
      continue;
    }
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(folder / format, ignored)) {
      SCOPED_TRACE(entry.path().filename());
      ++found;
      const nlohmann::json manifest =
          nlohmann::json::parse(test::read_file(entry.path() / "manifest.json"));
      const std::string bytes = test::read_file(entry.path() / manifest["model_file"]);
      formats::Options options;
      options.iterations = 1'000'000'000;
      model::Model model = formats::load(format, {.bytes = as_bytes(bytes)});
      std::string rounds, version;
      for (const model::Fact &fact : model.facts) {
        if (fact.name == "rounds") rounds = fact.value;
        if (fact.name == "library") version = fact.value;
      }
      // A library misreads what came after it without a word: base_score in brackets, the later
      // layouts of dart.
      if (version > "XGBoost " + oracle::library_version() && version != "XGBoost before 1.0")
        continue;
      if (model.num_trees() > 0) {  // all rounds, as Booster.predict
        options.iterations = static_cast<std::uint32_t>(std::stoul(rounds));
        model = formats::load(format, {.bytes = as_bytes(bytes), .options = options});
      }
      Booster judge({{"nthread", "1"}, {"verbosity", "0"}});
      try {
        judge.load(bytes);
        compare(model, judge, hostile_rows(model, 40, {}, random), {}, counts);
      } catch (const XgboostError &e) {
        // Headers of Spark, and the files of 0.4 that only 0.4 reads.
        ++refused;
      }
    }
  }
  if (found == 0) {
    std::cerr << "\n*** SKIPPED: there are no conformance cases in " << folder
              << "; set PGSCORE_CONFORMANCE.\n\n";
    GTEST_SKIP();
  }
  std::cerr << "XGBoost " << oracle::library_version() << ": " << counts.models
            << " real models equal bit for bit in " << counts.margins << " margins, " << refused
            << " that it refuses\n";
  EXPECT_GE(counts.models, kSanitized ? 10u : 20u);
}

}  // namespace
}  // namespace pgscore
