// Compares models/edge/xgboost, the smallest models for one trap each, with the scores that XGBoost
// itself gave (models/make/xgboost/edge.py). Margins and leaves must be equal bit for bit,
// predictions within one unit in the last place.
#include <cmath>
#include <cstring>

#include "formats/recognize.hpp"
#include "formats/format.hpp"
#include "support/edge_scores.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;

double encode(const model::Input &input, const std::string &cell) {
  if (cell.empty()) return model::kMissing;
  if (input.type == model::ColumnType::kNumber) return *parse_float32(cell);
  const auto code = std::find(input.categories.begin(), input.categories.end(), cell);
  EXPECT_NE(code, input.categories.end()) << "no category \"" << cell << "\"";
  return static_cast<double>(code - input.categories.begin());
}

/// Steps between two float32 values; -0 and 0 are one.
std::int64_t ulps(float a, float b) {
  auto order = [](float x) {
    std::int32_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? std::int64_t{INT32_MIN} - bits : std::int64_t{bits};
  };
  return std::abs(order(a) - order(b));
}

/// What Booster.predict returns: the class for multi:softmax.
std::vector<double> predictions(const model::Model &model, const std::vector<double> &columns) {
  if (model.objective == "multi:softmax") return {columns[model.output.class_code]};
  return test::values_or_probabilities(model, columns);
}

bool same_margin(double got, const std::string &cell) {
  return got == static_cast<double>(*parse_float32(cell));
}

bool same_prediction(double got, const std::string &cell) {
  if (cell.empty()) return std::isnan(got);  // softmax of an infinite margin
  return ulps(static_cast<float>(got), *parse_float32(cell)) <= 1;
}

constexpr test::EdgeRules kRules{encode, predictions, same_margin, same_prediction};

TEST(XgboostEdge, every_model_gives_the_scores_of_the_library) {
  std::vector<fs::path> models = test::edge_models("xgboost");
  std::erase_if(models, [](const fs::path &path) {  // dump_test's
    return path.filename().string().starts_with("dump_");
  });
  ASSERT_GE(models.size(), 40u);
  for (const fs::path &path : models) {
    SCOPED_TRACE(path.filename());
    try {
      const std::string bytes = test::read_file(path);
      const formats::Source source{.bytes = as_bytes(bytes)};
      const std::string extension = path.extension();
      const std::string format = extension == ".json"  ? "xgboost-json"
                                 : extension == ".ubj" ? "xgboost-ubj"
                                                       : "xgboost-binary";
      EXPECT_EQ(formats::recognize("auto", source.bytes).format->name, format);
      test::check_edge_model(path, formats::load(format, source), kRules);
    } catch (const Error &e) {
      ADD_FAILURE() << e.message() << " | " << e.detail();
    }
  }
}

}  // namespace
}  // namespace pgscore
