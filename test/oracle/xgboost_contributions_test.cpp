// Contributions against XGBoost's own (pred_contribs), of random boosters that it trains here.
//
// XGBoost computes them in float32. Ours differ by less than 1e-5 of the row's greatest
// contribution (XGBoost 1.7: 6e-7), and add up to the margin, a sum in float32, within 1e-6 of that.
//
//   PGSCORE_ORACLE_MODELS   number of random boosters (default 100)
#include <gtest/gtest.h>
#include <xgboost/c_api.h>

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <random>

#include "explain/compile.hpp"
#include "explain/contributions.hpp"
#include "explain/verify.hpp"
#include "formats/format.hpp"
#include "model/interpret.hpp"
#include "plan/plan_memory.hpp"

namespace pgscore {
namespace {

void call(int status) {
  if (status != 0) throw std::runtime_error(XGBGetLastError());
}

struct Data {
  std::size_t num_rows, num_features;
  std::vector<float> values;
  float at(std::size_t row, std::size_t feature) const {
    return values[row * num_features + feature];
  }
};

Data random_data(std::mt19937 &random, std::size_t num_rows, std::size_t num_features) {
  Data data{num_rows, num_features, {}};
  std::normal_distribution<float> normal;
  for (std::size_t i = 0; i < num_rows * num_features; ++i)
    data.values.push_back(random() % 10 == 0 ? NAN : normal(random));
  return data;
}

class Booster {
 public:
  Booster(const Data &data, const std::vector<std::pair<std::string, std::string>> &parameters,
          std::uint32_t num_classes, int rounds, std::mt19937 &random) {
    call(XGDMatrixCreateFromMat(data.values.data(), data.num_rows, data.num_features, NAN,
                                &matrix_));
    std::vector<float> labels;
    for (std::size_t r = 0; r < data.num_rows; ++r) {
      const float x = data.at(r, 0), y = data.at(r, data.num_features / 2);
      const float score = (std::isnan(x) ? 0.3f : x) * (std::isnan(y) ? 1.0f : y) +
                          static_cast<float>(random() % 100) / 100;
      labels.push_back(
          num_classes == 0
              ? score
              : static_cast<float>(static_cast<std::uint32_t>(std::fabs(score) * 2) % num_classes));
    }
    call(XGDMatrixSetFloatInfo(matrix_, "label", labels.data(), labels.size()));
    call(XGBoosterCreate(&matrix_, 1, &booster_));
    for (const auto &[name, value] : parameters)
      call(XGBoosterSetParam(booster_, name.c_str(), value.c_str()));
    for (int i = 0; i < rounds; ++i) call(XGBoosterUpdateOneIter(booster_, i, matrix_));
  }
  ~Booster() {
    XGBoosterFree(booster_);
    XGDMatrixFree(matrix_);
  }
  Booster(const Booster &) = delete;
  Booster &operator=(const Booster &) = delete;

  std::string save() const {
    bst_ulong length = 0;
    const char *bytes = nullptr;
    call(XGBoosterSaveModelToBuffer(booster_, R"({"format": "json"})", &length, &bytes));
    return {bytes, length};
  }
  /// rows x outputs x (features + 1)
  std::vector<float> contributions() const {
    constexpr int kContributions = 4;  // option_mask of XGBoosterPredict
    bst_ulong length = 0;
    const float *values = nullptr;
    call(XGBoosterPredict(booster_, matrix_, kContributions, 0, 0, &length, &values));
    return {values, values + length};
  }

 private:
  DMatrixHandle matrix_ = nullptr;
  BoosterHandle booster_ = nullptr;
};

TEST(XgboostContributions, random_boosters) {
  const char *asked = std::getenv("PGSCORE_ORACLE_MODELS");
  const int num_models = asked != nullptr ? std::atoi(asked) : 100;
  double worst = 0, worst_sum = 0;
  for (int m = 0; m < num_models; ++m) {
    SCOPED_TRACE("booster " + std::to_string(m));
    std::mt19937 random(static_cast<std::uint32_t>(m));
    const std::uint32_t num_classes = std::vector<std::uint32_t>{0, 2, 3}[random() % 3];
    const Data data = random_data(random, 200 + random() % 200, 2 + random() % 12);
    const Booster booster(data,
                          {{"max_depth", std::to_string(1 + random() % 8)},
                           {"objective", num_classes == 0   ? "reg:squarederror"
                                         : num_classes == 2 ? "binary:logistic"
                                                            : "multi:softprob"},
                           {"num_class", num_classes == 3 ? "3" : "0"},
                           {"verbosity", "0"},
                           {"nthread", "1"}},
                          num_classes, 1 + static_cast<int>(random() % 12), random);
    const std::string file = booster.save();
    const model::Model model = formats::load("auto", {.bytes = as_bytes(file)});
    const std::vector<std::byte> bytes = explain::compile(model);
    const plan::PlanMemory image(bytes);
    explain::verify(image.bytes());
    const explain::Explanation explanation(image.data());
    explain::Workspace workspace(explanation);
    const std::vector<float> expected = booster.contributions();
    const std::size_t width = data.num_features + 1, outputs = model.output.raw.size();
    ASSERT_EQ(expected.size(), data.num_rows * outputs * width);
    std::vector<double> row(data.num_features), found(width);
    for (std::size_t r = 0; r < data.num_rows; ++r) {
      for (std::size_t f = 0; f < row.size(); ++f) row[f] = static_cast<double>(data.at(r, f));
      const std::vector<double> columns = model::interpret(model, row);
      for (std::uint32_t k = 0; k < outputs; ++k) {
        explain::contributions(explanation, k, row.data(), row.size(), 1, workspace, found.data());
        const float *own = &expected[(r * outputs + k) * width];
        double scale = 0.1, sum = 0;
        for (std::size_t i = 0; i < width; ++i) {
          scale = std::max(scale, std::fabs(found[i]));
          sum += found[i];
        }
        for (std::size_t i = 0; i < width; ++i)
          worst = std::max(worst, std::fabs(found[i] - static_cast<double>(own[i])) / scale);
        worst_sum = std::max(worst_sum, std::fabs(sum - columns[model.output.raw[k]]) / scale);
      }
    }
  }
  std::cout << num_models << " boosters: contributions differ by " << worst
            << " of the greatest at most, sums from the margin by " << worst_sum << '\n';
  EXPECT_LT(worst, 1e-5);
  EXPECT_LT(worst_sum, 1e-6);
}

}  // namespace
}  // namespace pgscore
