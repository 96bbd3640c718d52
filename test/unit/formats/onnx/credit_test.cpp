// models/credit/xgboost.onnx holds the trees of models/credit/xgboost.json: both uploads must give
// the same scores.
//
// The margins are the same bits: the file has the base score as its first tree. What differs is the
// last step. XGBoost's logistic function is 1 / (exp(-x) + 1 + 1e-16); ONNX Runtime's is v = 1 / (1
// + exp(-|x|)), and 1 - v where x is negative: so probabilities below 1/2 are multiples of 2^-24.
#include <cmath>

#include "formats/format.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"

namespace pgscore {
namespace {

const std::filesystem::path kCredit = std::filesystem::path(PGSCORE_SOURCE_DIR) / "models/credit";

model::Model load(const char *file, bool with_features) {
  const std::string artifact = test::read_file(kCredit / file);
  formats::Source source{.bytes = as_bytes(artifact)};
  if (with_features) {
    source.features = formats::parse_features(test::read_file(kCredit / "features.json"));
    source.labels = {"good", "default"};
  }
  return formats::load("auto", source);
}

std::vector<double> encode(const model::Model &model, const test::CsvTable &table,
                           const std::vector<std::string> &row) {
  std::vector<double> values;
  for (const model::Input &input : model.inputs) {
    const std::string &cell = row.at(table.find(input.name));
    if (cell.empty()) {
      values.push_back(model::kMissing);
    } else if (input.type == model::ColumnType::kCategory) {
      const auto at = std::find(input.categories.begin(), input.categories.end(), cell);
      values.push_back(at == input.categories.end()
                           ? model::kUnknownCategory
                           : static_cast<double>(at - input.categories.begin()));
    } else {
      values.push_back(cell == "true"    ? 1
                       : cell == "false" ? 0
                                         : std::strtod(cell.c_str(), nullptr));
    }
  }
  return values;
}

TEST(OnnxCredit, gives_the_scores_of_the_xgboost_model) {
  const model::Model xgboost = load("xgboost.json", true), onnx = load("xgboost.onnx", false);
  ASSERT_EQ(onnx.inputs.size(), xgboost.inputs.size());
  for (std::size_t i = 0; i < onnx.inputs.size(); ++i) {
    EXPECT_EQ(onnx.inputs[i].name, xgboost.inputs[i].name);
    EXPECT_EQ(onnx.inputs[i].categories, xgboost.inputs[i].categories);
  }
  EXPECT_EQ(onnx.output.labels, xgboost.output.labels);
  EXPECT_EQ(onnx.num_trees(), xgboost.num_trees() + 1);
  model::ColumnId margin = 0;
  for (const model::Node &node : onnx.nodes)
    if (std::holds_alternative<model::TreeEnsemble>(node.body)) margin = node.first_output;
  const test::CsvTable applicants = test::read_csv(kCredit / "applicants.csv");
  ASSERT_EQ(applicants.rows.size(), 1000u);
  for (const auto &row : applicants.rows) {
    SCOPED_TRACE("applicant " + row.at(0));
    const std::vector<double> wanted = model::interpret(xgboost, encode(xgboost, applicants, row)),
                              got = model::interpret(onnx, encode(onnx, applicants, row));
    ASSERT_EQ(got[margin], wanted[xgboost.output.raw.at(0)]);
    ASSERT_NEAR(got[onnx.output.values.at(0).column], wanted[xgboost.output.values.at(0).column],
                0x1p-23);
    ASSERT_EQ(got[onnx.output.class_code], wanted[xgboost.output.class_code]);
  }
}

}  // namespace
}  // namespace pgscore
