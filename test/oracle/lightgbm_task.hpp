// Random boosters that LightGBM trains through its C API, and rows for them.
#pragma once
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/float_text.hpp"
#include "model/model.hpp"
#include "support/lightgbm_library.hpp"

namespace pgscore::oracle {

using Rows = std::vector<std::vector<double>>;

inline std::vector<double> flat(const Rows &rows) {
  std::vector<double> out;
  for (const auto &row : rows) out.insert(out.end(), row.begin(), row.end());
  return out;
}

using Library = test::LightgbmLibrary;
inline constexpr int kFloat32Type = Library::kFloat32Type, kFloat64Type = Library::kFloat64Type,
                     kInt32Type = Library::kInt32Type;

class Booster {
 public:
  Booster(const Library &library, void *handle) : library_(library), handle_(handle) {}
  ~Booster() { library_.call("LGBM_BoosterFree", handle_); }
  Booster(const Booster &) = delete;
  Booster &operator=(const Booster &) = delete;

  static std::unique_ptr<Booster> from_text(const Library &library, const std::string &text) {
    void *handle = nullptr;
    int iterations = 0;
    library.call("LGBM_BoosterLoadModelFromString", text.c_str(), &iterations, &handle);
    return std::make_unique<Booster>(library, handle);
  }
  void *handle() const { return handle_; }
  std::string text(const char *function) const {
    std::string buffer(1 << 24, '\0');
    std::int64_t length = 0;
    library_.call(function, handle_, 0, -1, 0, static_cast<std::int64_t>(buffer.size()), &length,
                  buffer.data());
    if (static_cast<std::size_t>(length) > buffer.size())
      throw std::runtime_error("a model is larger than the buffer");
    return buffer.substr(0, static_cast<std::size_t>(length) - 1);
  }
  enum Kind { kNormal, kRaw, kLeaf, kContributions };
  std::vector<double> predict(const Rows &rows, Kind kind, std::size_t width, int start,
                              int count) const {
    const std::vector<double> data = flat(rows);
    std::vector<double> out(rows.size() * width);
    std::int64_t length = 0;
    library_.call("LGBM_BoosterPredictForMat", handle_, static_cast<const void *>(data.data()),
                  kFloat64Type, static_cast<std::int32_t>(rows.size()),
                  static_cast<std::int32_t>(rows.at(0).size()), 1, static_cast<int>(kind), start,
                  count, "num_threads=1 verbosity=-1", &length, out.data());
    if (static_cast<std::size_t>(length) != out.size())
      throw std::runtime_error("predict gave another number of values");
    return out;
  }

 private:
  const Library &library_;
  void *handle_;
};

/// One random training run: data, parameters, rows to score.
class Experiment {
 public:
  Experiment(const Library &library, std::uint64_t seed) : library_(library), random_(seed) {
    choose_parameters();
    make_columns();
    train();
  }

  const Booster &booster() const { return *booster_; }
  const std::string &parameters() const { return parameters_; }
  std::size_t num_outputs() const { return num_outputs_; }
  int num_rounds() const { return num_rounds_; }

  /// Rows like those of the training, with what is hostile to a comparison mixed in: the thresholds
  /// and their neighbours, the ends of "zero", missing values, infinities, fractions and unknown
  /// values in categorical columns.
  Rows hostile_rows(std::size_t count, const std::vector<double> &thresholds) {
    const double zero = 1e-35f;
    const double special[] = {0.0,
                              -0.0,
                              zero,
                              -zero,
                              std::nextafter(zero, 1),
                              std::nextafter(-zero, -1),
                              1e-36,
                              -1e-36,
                              1e-300,
                              1e300,
                              -1e300,
                              -0.5,
                              -0.9999,
                              -1,
                              0.5,
                              2.7,
                              3e9,
                              -3e9,
                              1e19};
    Rows rows;
    for (std::size_t r = 0; r < count; ++r) {
      std::vector<double> row;
      for (const Column &column : columns_) {
        const int choice = integer(0, 9);
        if (choice < 5) {
          row.push_back(value(column));
        } else if (choice < 7 && !thresholds.empty()) {
          const double t = thresholds[static_cast<std::size_t>(
              integer(0, static_cast<int>(thresholds.size()) - 1))];
          const int step = integer(0, 2);
          row.push_back(step == 0 ? t : std::nextafter(t, step == 1 ? -1e308 : 1e308));
        } else if (choice == 7) {
          row.push_back(NAN);
        } else if (choice == 8) {
          row.push_back(special[static_cast<std::size_t>(integer(0, std::size(special) - 1))]);
        } else {
          row.push_back(integer(0, 1) == 0 ? INFINITY : -INFINITY);
        }
      }
      rows.push_back(row);
    }
    return rows;
  }

 private:
  struct Column {
    int categories;  // 0: a number
    double missing, zero, scale;
  };

  int integer(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  double real(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  template <class T, std::size_t Size>
  T pick(const T (&choices)[Size]) {
    return choices[integer(0, Size - 1)];
  }
  bool chance(double p) { return real(0, 1) < p; }
  void set(const std::string &name, const std::string &value) {
    parameters_ += name + "=" + value + " ";
  }

  void choose_parameters() {
    objective_ =
        pick({"regression", "regression", "regression_l1", "huber", "fair", "poisson", "quantile",
              "mape", "gamma", "tweedie", "binary", "binary", "multiclass", "multiclassova",
              "cross_entropy", "cross_entropy_lambda", "lambdarank", "rank_xendcg", "custom"});
    set("objective", objective_);
    set("verbosity", "-1");
    set("num_threads", "1");
    set("seed", std::to_string(integer(0, 1 << 20)));
    set("deterministic", "true");
    set("min_data_in_leaf", std::to_string(pick({1, 2, 5, 20})));
    set("min_data_per_group", std::to_string(pick({1, 5})));
    set("cat_smooth", "1");
    set("max_cat_to_onehot", std::to_string(pick({1, 4})));
    set("num_leaves", std::to_string(pick({2, 3, 7, 15, 31})));
    set("learning_rate", float64_text(pick({0.05, 0.1, 0.37, 1.0})));
    set("max_bin", std::to_string(pick({15, 63, 255})));
    const bool zero_as_missing = chance(0.3);
    if (zero_as_missing) set("zero_as_missing", "true");
    if (chance(0.15)) set("use_missing", "false");
    if (chance(0.2)) set("boost_from_average", "false");
    if (objective_ == "regression" && chance(0.4)) set("reg_sqrt", "true");
    if ((objective_ == "binary" || objective_ == "multiclassova") && chance(0.5))
      set("sigmoid", float64_text(pick({0.5, 2.0, 0.7, 1.3})));
    if (objective_ == "multiclass" || objective_ == "multiclassova")
      num_outputs_ = static_cast<std::size_t>(integer(2, 5));
    if (objective_ == "custom" && chance(0.5)) num_outputs_ = 3;
    if (num_outputs_ > 1) set("num_class", std::to_string(num_outputs_));
    const int boosting = objective_ == "custom" ? 9 : integer(0, 9);
    if (boosting == 0 || boosting == 1) {
      set("boosting", "rf");
      set("bagging_freq", "1");
      set("bagging_fraction", "0.7");
    } else if (boosting == 2) {
      set("boosting", "dart");
      set("drop_rate", "0.5");
    } else if (boosting == 3) {
      set("data_sample_strategy", "goss");
      set("learning_rate", "0.5");
    } else if (!zero_as_missing && chance(0.3) && objective_ != "regression_l1" &&
               objective_ != "quantile" && objective_ != "mape" && objective_ != "custom") {
      set("linear_tree", "true");
      set("linear_lambda", "0.01");
    }
    num_rounds_ = integer(1, 8);
  }

  void make_columns() {
    const int count = integer(1, 7);
    std::string categorical;
    for (int i = 0; i < count; ++i) {
      Column column{};
      if (chance(0.3)) column.categories = pick({2, 3, 7, 40, 300});
      column.missing = chance(0.5) ? real(0, 0.4) : 0;
      column.zero = chance(0.5) ? real(0, 0.6) : 0;
      column.scale = pick({1e-30, 0.01, 1.0, 1.0, 100.0, 1e20});
      if (column.categories > 0)
        categorical += (categorical.empty() ? "" : ",") + std::to_string(i);
      columns_.push_back(column);
    }
    if (!categorical.empty()) set("categorical_feature", categorical);
  }

  double value(const Column &column) {
    if (chance(column.missing)) return NAN;
    if (column.categories > 0) return integer(0, column.categories - 1);
    if (chance(column.zero)) return 0;
    const double x = real(-1, 1) * column.scale;
    return chance(0.3) ? std::round(x * 8) / 8 : x;
  }

  void train() {
    const std::size_t count = static_cast<std::size_t>(integer(30, 400));
    Rows rows;
    std::vector<float> labels;
    std::vector<std::int32_t> groups(count / 10, 10);
    if (count % 10 != 0) groups.push_back(static_cast<std::int32_t>(count % 10));
    for (std::size_t r = 0; r < count; ++r) {
      std::vector<double> row;
      double signal = real(-0.5, 0.5);
      for (const Column &column : columns_) {
        const double x = value(column);
        row.push_back(x);
        signal += std::isnan(x)           ? 0.3
                  : column.categories > 0 ? std::sin(x * 12.9)
                                          : x / column.scale;
      }
      rows.push_back(row);
      labels.push_back(label(signal));
    }
    const std::vector<double> data = flat(rows);
    void *dataset = nullptr;
    library_.call("LGBM_DatasetCreateFromMat", static_cast<const void *>(data.data()), kFloat64Type,
                  static_cast<std::int32_t>(count), static_cast<std::int32_t>(columns_.size()), 1,
                  parameters_.c_str(), static_cast<void *>(nullptr), &dataset);
    library_.call("LGBM_DatasetSetField", dataset, "label",
                  static_cast<const void *>(labels.data()), static_cast<int>(count), kFloat32Type);
    if (objective_ == "lambdarank" || objective_ == "rank_xendcg")
      library_.call("LGBM_DatasetSetField", dataset, "group",
                    static_cast<const void *>(groups.data()), static_cast<int>(groups.size()),
                    kInt32Type);
    void *handle = nullptr;
    library_.call("LGBM_BoosterCreate", dataset, parameters_.c_str(), &handle);
    booster_ = std::make_unique<Booster>(library_, handle);
    for (int i = 0; i < num_rounds_; ++i) {
      int finished = 0;
      if (objective_ == "custom") {
        std::vector<float> gradients, hessians(count * num_outputs_, 1.0f);
        for (std::size_t k = 0; k < hessians.size(); ++k)
          gradients.push_back(static_cast<float>(real(-1, 1)) - labels[k % count]);
        library_.call("LGBM_BoosterUpdateOneIterCustom", handle,
                      static_cast<const float *>(gradients.data()),
                      static_cast<const float *>(hessians.data()), &finished);
      } else {
        library_.call("LGBM_BoosterUpdateOneIter", handle, &finished);
      }
      if (finished != 0) break;
    }
    int trained = 0;
    library_.call("LGBM_BoosterGetCurrentIteration", handle, &trained);
    num_rounds_ = trained;
    library_.call("LGBM_DatasetFree", dataset);
  }

  float label(double signal) {
    if (objective_ == "binary") return signal > 0 ? 1 : 0;
    if (objective_ == "cross_entropy" || objective_ == "cross_entropy_lambda")
      return static_cast<float>(1 / (1 + std::exp(-signal)));
    if (num_outputs_ > 1)
      return static_cast<float>(static_cast<int>(std::fabs(signal) * 2) %
                                static_cast<int>(num_outputs_));
    if (objective_ == "lambdarank" || objective_ == "rank_xendcg")
      return std::min(4.0f, static_cast<float>(static_cast<int>(std::fabs(signal))));
    if (objective_ == "poisson" || objective_ == "gamma" || objective_ == "tweedie")
      return static_cast<float>(std::fabs(signal) + 0.01);
    return static_cast<float>(signal * 10);
  }

  const Library &library_;
  std::mt19937_64 random_;
  std::string objective_, parameters_;
  std::size_t num_outputs_ = 1;
  int num_rounds_ = 0;
  std::vector<Column> columns_;
  std::unique_ptr<Booster> booster_;
};

inline std::vector<double> thresholds_of(const model::Model &model) {
  std::vector<double> out;
  for (const model::Node &node : model.nodes)
    if (const auto *ensemble = std::get_if<model::TreeEnsemble>(&node.body))
      for (const model::TreeNode &tree_node : ensemble->nodes)
        if (tree_node.split == model::Split::kLessEqual) out.push_back(tree_node.value);
  return out;
}

/// A number from the environment.
inline std::uint64_t setting(const char *name, std::uint64_t otherwise) {
  const char *text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace pgscore::oracle
