// The explanations of the models of models/edge: what the features contribute and the bias add up
// to the margin, for rows around every decision, and there are none where the margin is missing.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <filesystem>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "explain/compile.hpp"
#include "explain/contributions.hpp"
#include "explain/verify.hpp"
#include "formats/format.hpp"
#include "model/interpret.hpp"
#include "plan/plan_memory.hpp"
#include "support/files.hpp"
#include "support/hostile_rows.hpp"
#include "support/model_folders.hpp"

namespace pgscore::explain {
namespace {

namespace fs = std::filesystem;

model::Model load(const fs::path &path) {
  const std::string bytes = test::read_file(path);
  const fs::path options = test::beside(path, ".options.json");
  formats::Source source{.bytes = as_bytes(bytes)};
  if (fs::exists(options)) source.options = formats::parse_options(test::read_file(options));
  return formats::load("auto", source);
}

bool computes_in_float(const model::Model &model) {
  using model::Precision;
  return std::any_of(model.nodes.begin(), model.nodes.end(), [](const model::Node &node) {
    if (const auto *trees = std::get_if<model::TreeEnsemble>(&node.body))
      return trees->sum == Precision::kFloat32;
    if (const auto *linear = std::get_if<model::Linear>(&node.body))
      return linear->precision == Precision::kFloat32;
    if (const auto *reduce = std::get_if<model::Reduce>(&node.body))
      return reduce->precision == Precision::kFloat32;
    if (const auto *apply = std::get_if<model::Apply>(&node.body))
      return apply->precision == Precision::kFloat32 || apply->op == model::Op::kToFloat32;
    return false;
  });
}

/// Compares the sum of a row's contributions with its margin.
void check_row(std::span<const double> found, double margin, double tolerance) {
  double sum = 0, scale = std::fabs(margin);
  for (const double contribution : found) {
    sum += contribution;
    scale = std::max(scale, std::fabs(contribution));
  }
  if (std::isnan(margin)) {
    for (const double contribution : found) EXPECT_TRUE(std::isnan(contribution));
    return;
  }
  if (std::isinf(margin) || std::isinf(scale)) return;
  EXPECT_NEAR(sum, margin, tolerance * scale);
}

/// Gives false for a model without exact contributions; then an import goes on without them.
bool check_model(const fs::path &path) {
  const model::Model model = load(path);
  std::vector<std::byte> bytes;
  try {
    bytes = compile(model);
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnsupportedModel) << error.message();
    if (std::getenv("PGSCORE_SHOW_REFUSALS") != nullptr)
      std::cout << path.filename().string() << ": " << error.detail() << '\n';
    return false;
  }
  const plan::PlanMemory image(bytes);
  verify(image.bytes());
  const Explanation explanation(image.data());
  Workspace fastest(explanation), portable(explanation, "scalar");
  const double tolerance = computes_in_float(model) ? 2e-6 : 1e-11;
  const test::HostileRows rows(model);
  test::Choices choices(std::uint64_t{1});
  constexpr std::size_t kRows = 100;
  std::vector<double> values;
  for (std::size_t r = 0; r < kRows; ++r)
    for (const double value : rows.row(choices)) values.push_back(value);
  const std::size_t inputs = model.inputs.size(), width = inputs + 1;
  for (std::uint32_t k = 0; k < explanation.num_outputs(); ++k) {
    std::vector<double> together(kRows * width), alone(width);
    contributions(explanation, k, values.data(), inputs, kRows, fastest, together.data());
    for (std::size_t r = 0; r < kRows; ++r) {
      SCOPED_TRACE("output " + std::to_string(k) + ", row " + std::to_string(r));
      const std::span<const double> found(&together[r * width], width);
      const std::span<const double> row(values.data() + r * inputs, inputs);
      check_row(found, model::interpret(model, row)[model.output.raw[k]], tolerance);
      contributions(explanation, k, row.data(), inputs, 1, portable, alone.data());
      for (std::size_t i = 0; i < width; ++i)
        EXPECT_EQ(std::bit_cast<std::uint64_t>(alone[i]), std::bit_cast<std::uint64_t>(found[i]));
      if (testing::Test::HasFailure()) return true;
    }
  }
  return true;
}

/// -> the names of the models of a family that have contributions
std::vector<std::string> explained(const char *family) {
  std::vector<std::string> names;
  std::size_t count = 0;
  for (const fs::path &path : test::edge_models(family)) {
    SCOPED_TRACE(path.filename().string());
    ++count;
    if (check_model(path)) names.push_back(path.filename().string());
  }
  std::cout << family << ": " << names.size() << " of " << count << " models\n";
  return names;
}

TEST(EdgeModels, xgboost) { EXPECT_GE(explained("xgboost").size(), 48u); }
TEST(EdgeModels, lightgbm) { EXPECT_GE(explained("lightgbm").size(), 46u); }
TEST(EdgeModels, catboost) { EXPECT_GE(explained("catboost").size(), 4u); }
TEST(EdgeModels, onnx) { EXPECT_GE(explained("onnx").size(), 66u); }
TEST(EdgeModels, pgscore_json) { EXPECT_GE(explained("pgscore_json").size(), 87u); }
TEST(EdgeModels, pmml) { EXPECT_GE(explained("pmml").size(), 45u); }

}  // namespace
}  // namespace pgscore::explain
