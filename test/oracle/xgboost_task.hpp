// Random tasks for XGBoost to train: data, labels that suit the objective, and parameters.
#pragma once
#include <xgboost/c_api.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace pgscore::oracle {

using Rows = std::vector<std::vector<float>>;
using Params = std::vector<std::pair<std::string, std::string>>;

struct Task {
  Params params;
  std::vector<std::string> types;  // of the features: "c" category, "q" number; empty: numbers
  Rows rows;
  std::vector<float> labels, lower, upper;
  std::size_t num_targets = 1;
  int rounds = 1;
  bool has_binary = true;  // the binary format holds neither categorical splits nor several targets
};

/// The version of the library that this process has loaded.
inline std::array<int, 3> library() {
  std::array<int, 3> version{};
  XGBoostVersion(&version[0], &version[1], &version[2]);
  return version;
}
inline std::string library_version() {
  const auto [major, minor, patch] = library();
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

class RandomTask {
 public:
  explicit RandomTask(std::mt19937 &random) : random_(random) {}

  Task make() {
    draw_kind();
    add_common_params();
    if (booster_ == "gblinear")
      add("updater", "coord_descent");
    else
      add_tree_params();
    draw_columns();
    for (std::size_t i = 0; i < num_rows_; ++i) add_row(i);
    return std::move(task_);
  }

 private:
  template <class T, std::size_t N>
  const T &pick(const T (&values)[N]) {
    return values[random_() % N];
  }
  bool coin() { return random_() % 2 == 0; }
  bool one_in(unsigned n) { return random_() % n == 0; }
  void add(const char *name, std::string value) {
    task_.params.emplace_back(name, std::move(value));
  }
  bool is_multiclass() const { return objective_.starts_with("multi:"); }

  void draw_kind() {
    constexpr const char *kObjectives[] = {
        "reg:squarederror",  "reg:squaredlogerror", "reg:logistic",    "reg:pseudohubererror",
        "reg:absoluteerror", "binary:logistic",     "binary:logitraw", "binary:hinge",
        "multi:softmax",     "multi:softprob",      "count:poisson",   "reg:gamma",
        "reg:tweedie",       "survival:cox",        "survival:aft",    "rank:pairwise",
        "rank:ndcg"};
    constexpr const char *kBoosters[] = {"gbtree", "gbtree", "gbtree", "dart", "gblinear"};
    objective_ = pick(kObjectives);
    if (library() >= std::array{2, 0, 0} && one_in(8)) objective_ = "reg:quantileerror";
    if (library() >= std::array{3, 3, 0} && one_in(8)) objective_ = "reg:expectileerror";
    booster_ = pick(kBoosters);
    num_rows_ = 60 + random_() % 200;
    num_features_ = 1 + random_() % 6;
    categorical_ = booster_ != "gblinear" && one_in(3);
    if (objective_ == "reg:squarederror" && booster_ == "gbtree" && one_in(3))
      task_.num_targets = 2;
    missing_ = one_in(3) ? 0 : 1 + random_() % 40;
    num_class_ = 2 + random_() % 4;
    task_.rounds = 1 + static_cast<int>(random_() % 8);
    task_.has_binary = !categorical_ && task_.num_targets == 1 && library() < std::array{3, 1, 0};
  }

  void add_common_params() {
    task_.params = {{"objective", objective_},
                    {"booster", booster_},
                    {"nthread", "1"},
                    {"verbosity", "0"},
                    {"seed", std::to_string(random_() % 1000)},
                    {"eta", std::to_string(0.05 + 0.9 * (random_() % 100) / 100.0)}};
    if (is_multiclass()) add("num_class", std::to_string(num_class_));
    const bool quantile = objective_ == "reg:quantileerror";
    if (quantile || objective_ == "reg:expectileerror") {
      const bool several = booster_ != "gblinear" && coin();
      add(quantile ? "quantile_alpha" : "expectile_alpha", several ? "[0.2,0.5,0.9]" : "0.7");
      if (several) task_.has_binary = false;
    }
    if (task_.num_targets > 1 && library() >= std::array{2, 0, 0} && coin())
      add("multi_strategy", "multi_output_tree");
    if (!objective_.ends_with("tileerror") && coin())
      add("base_score", std::to_string(0.05 + 0.9 * (random_() % 1000) / 1000.0));
  }

  void add_tree_params() {
    add("max_depth", std::to_string(1 + random_() % 8));
    add("gamma", coin() ? "0" : "0.3");
    add("min_child_weight", "0.1");
    add("tree_method", categorical_ || task_.num_targets > 1 || coin() ? "hist" : "exact");
    if (categorical_) add("max_cat_to_onehot", coin() ? "1" : "100");
    // Objectives that renew leaves refuse forests since 2.0 (gbtree.cc, UpdateTreeLeaf).
    if (one_in(3) && objective_ != "reg:absoluteerror" && objective_ != "reg:quantileerror") {
      add("num_parallel_tree", std::to_string(2 + random_() % 3));
      add("subsample", "0.7");
    }
    if (booster_ == "dart") {
      add("rate_drop", "0.4");
      add("one_drop", "1");
      add("normalize_type", coin() ? "tree" : "forest");
    }
  }

  void draw_columns() {
    for (std::size_t f = 0; f < num_features_; ++f) {
      const bool category = categorical_ && (f == 0 || coin());
      if (categorical_) task_.types.push_back(category ? "c" : "q");
      levels_.push_back(category ? 2 + random_() % 70 : 0);
    }
  }

  void add_row(std::size_t i) {
    std::vector<float> row;
    float signal = 0.3f * normal_(random_);
    for (std::size_t f = 0; f < num_features_; ++f) {
      const unsigned levels = levels_[f];
      // Every category occurs: XGBoost wants that.
      const float value =
          levels > 0 ? static_cast<float>(i < levels ? i : random_() % levels) : normal_(random_);
      signal += levels > 0 ? static_cast<float>(static_cast<unsigned>(value) % 3) - 1.0f
                           : value * (f % 2 == 0 ? 1.0f : -0.5f);
      row.push_back(random_() % 100 < missing_ ? NAN : value);
    }
    task_.rows.push_back(row);
    const float label = label_of(signal);
    task_.labels.push_back(label);
    if (task_.num_targets > 1) task_.labels.push_back(-2 * signal);
    if (objective_ == "survival:aft") {
      task_.lower.push_back(label);
      task_.upper.push_back(coin() ? label : std::numeric_limits<float>::infinity());
    }
  }

  float label_of(float signal) {
    if (is_multiclass())
      return static_cast<float>(one_in(4) ? random_() % num_class_ : (signal > 0 ? 1u : 0u));
    if (objective_.starts_with("binary:") || objective_.starts_with("rank:"))
      return signal > 0 ? 1.0f : 0.0f;
    if (objective_ == "reg:logistic") return 1.0f / (1.0f + std::exp(-signal));
    if (objective_ == "count:poisson") return std::floor(std::exp(0.5f * signal));
    if (objective_ == "survival:cox") return std::exp(0.3f * signal) * (one_in(3) ? -1.0f : 1.0f);
    if (objective_ == "reg:squarederror" || objective_ == "reg:absoluteerror" ||
        objective_ == "reg:pseudohubererror")
      return signal;
    return std::exp(0.3f * signal) + 0.01f;
  }

  std::mt19937 &random_;
  std::normal_distribution<float> normal_;
  Task task_;
  std::string objective_, booster_;
  std::size_t num_rows_ = 0, num_features_ = 0;
  std::vector<unsigned> levels_;  // of each feature: how many categories it has; 0 for a number
  bool categorical_ = false;
  unsigned missing_ = 0;  // per cent of the cells
  unsigned num_class_ = 2;
};

inline Task random_task(std::mt19937 &random) { return RandomTask(random).make(); }

}  // namespace pgscore::oracle
