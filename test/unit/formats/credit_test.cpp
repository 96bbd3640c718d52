// Compares the example models of models/credit with the scores that the training libraries gave
// (models/make): the interpreter and the kernels, on every applicant.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <memory>
#include <new>
#include <vector>

#include "formats/format.hpp"
#include "kernels/kernel.hpp"
#include "model/interpret.hpp"
#include "plan/compile.hpp"
#include "plan/plan.hpp"
#include "support/files.hpp"

namespace pgscore {
namespace {

const std::filesystem::path kCredit = std::filesystem::path(PGSCORE_SOURCE_DIR) / "models/credit";

struct FreeAligned {
  void operator()(std::byte *memory) const {
    ::operator delete(memory, std::align_val_t{plan::kPlanAlignment});
  }
};

/// A model, its golden scores, and the applicants encoded for it.
struct Example {
  model::Model model;
  std::unique_ptr<std::byte, FreeAligned> memory;
  plan::Plan plan;
  std::vector<std::vector<double>> rows;
  std::vector<double> margins, probabilities;

  Example(const std::string &file, bool with_features) {
    const std::string artifact = test::read_file(kCredit / file);
    formats::Source source{.bytes = as_bytes(artifact)};
    if (with_features)
      source.features = formats::parse_features(test::read_file(kCredit / "features.json"));
    source.labels = {"good", "default"};
    model = formats::load("auto", source);

    const std::vector<std::byte> bytes = plan::compile(model);
    memory.reset(static_cast<std::byte *>(
        ::operator new(bytes.size(), std::align_val_t{plan::kPlanAlignment})));
    std::memcpy(memory.get(), bytes.data(), bytes.size());
    plan::verify_plan({memory.get(), bytes.size()});
    plan = plan::Plan(memory.get());

    const test::CsvTable applicants = test::read_csv(kCredit / "applicants.csv");
    for (const auto &row : applicants.rows) rows.push_back(encode(applicants, row));
    const test::CsvTable scores =
        test::read_csv(kCredit / (std::filesystem::path(file).stem().string() + ".scores.csv"));
    const std::size_t margin = scores.find("margin"), probability = scores.find("probability");
    for (const auto &row : scores.rows) {
      margins.push_back(std::strtod(row.at(margin).c_str(), nullptr));
      probabilities.push_back(std::strtod(row.at(probability).c_str(), nullptr));
    }
    EXPECT_EQ(rows.size(), 1000u);
    EXPECT_EQ(margins.size(), rows.size());
  }

  std::vector<double> encode(const test::CsvTable &table,
                             const std::vector<std::string> &row) const {
    std::vector<double> values;
    for (std::uint32_t i = 0; i < plan.num_inputs(); ++i) {
      const std::string name(plan.input_name(i));
      const std::size_t column = table.find(name);
      EXPECT_NE(column, std::string::npos) << name;
      const std::string &cell = row.at(column);
      if (cell.empty())
        values.push_back(model::kMissing);
      else if (plan.input_type(i) == model::ColumnType::kCategory)
        values.push_back(static_cast<double>(plan.find_category(i, cell)));
      else
        values.push_back(cell == "true"    ? 1
                         : cell == "false" ? 0
                                           : std::strtod(cell.c_str(), nullptr));
      EXPECT_TRUE(cell.empty() || values.back() >= 0)
          << name << " = " << cell << " is not a category of the model";
    }
    return values;
  }

  std::vector<double> score(kernels::Want want, const std::vector<double> &row) const {
    kernels::Scratch scratch(plan);
    std::vector<double> out(kernels::output_width(plan, want));
    kernels::score(plan, {row.data(), 1, 1}, want, scratch, out.data());
    return out;
  }
};

double interpreted(const Example &example, model::ColumnId column, const std::vector<double> &row) {
  return model::interpret(example.model, row).at(column);
}

/// Steps of float32 between two of its values.
std::int64_t float_steps(double a, double b) {
  const auto order = [](double value) {
    const auto bits = std::bit_cast<std::int32_t>(static_cast<float>(value));
    return bits < 0 ? std::int64_t{INT32_MIN} - bits : std::int64_t{bits};
  };
  return std::abs(order(a) - order(b));
}

void expect_xgboost(const std::string &file) {
  const Example example(file, true);
  for (std::size_t r = 0; r < example.rows.size(); ++r) {
    SCOPED_TRACE("row " + std::to_string(r + 1));
    // The file holds 9 digits, which name one float32.
    const double margin = static_cast<float>(example.margins[r]);
    ASSERT_EQ(interpreted(example, example.model.output.raw.at(0), example.rows[r]), margin);
    ASSERT_EQ(example.score(kernels::Want::kRaw, example.rows[r]).at(0), margin);
    // XGBoost's exp is the C library's of the machine that it runs on: the last bit is its own.
    const double probability = example.score(kernels::Want::kValues, example.rows[r]).at(0);
    ASSERT_LE(float_steps(probability, example.probabilities[r]), 1);
    ASSERT_EQ(probability,
              interpreted(example, example.model.output.values.at(0).column, example.rows[r]));
  }
}

TEST(Credit, xgboost_json) { expect_xgboost("xgboost.json"); }
TEST(Credit, xgboost_ubjson) { expect_xgboost("xgboost_v2.ubj"); }

/// Linear models: the library's BLAS adds in another order, so the last digits of the margin are
/// its own.
void expect_linear(const std::string &file) {
  const Example example(file, false);
  for (std::size_t r = 0; r < example.rows.size(); ++r) {
    SCOPED_TRACE("row " + std::to_string(r + 1));
    const double margin = example.score(kernels::Want::kRaw, example.rows[r]).at(0);
    ASSERT_NEAR(margin, example.margins[r], 1e-13);
    ASSERT_EQ(margin, interpreted(example, example.model.output.raw.at(0), example.rows[r]));
    const double probability = example.score(kernels::Want::kValues, example.rows[r]).at(0);
    ASSERT_NEAR(probability, example.probabilities[r], 1e-14);
    ASSERT_EQ(probability,
              interpreted(example, example.model.output.values.at(0).column, example.rows[r]));
  }
}

TEST(Credit, scikit_learn_logistic) { expect_linear("logistic.json"); }
TEST(Credit, r_glm) { expect_linear("glm.json"); }

}  // namespace
}  // namespace pgscore
