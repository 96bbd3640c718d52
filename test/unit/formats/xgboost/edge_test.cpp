// models/edge/xgboost: the smallest models for one trap each, against the scores that XGBoost
// itself gave (models/make/xgboost/edge.py). Margins and leaves must be equal bit for bit,
// predictions within one unit in the last place.
#include <cmath>
#include <cstring>

#include "base/float_text.hpp"
#include "formats/format.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"
#include "support/model_folders.hpp"

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

/// What Booster.predict returns: probabilities where there is more than one, the class for
/// multi:softmax, else the values.
std::vector<double> predictions(const model::Model &model, const std::vector<double> &columns) {
  std::vector<double> out;
  if (model.objective == "multi:softmax") return {columns[model.output.class_code]};
  for (const model::NamedColumn &value : model.output.values) out.push_back(columns[value.column]);
  if (out.empty())
    for (model::ColumnId id : model.output.probabilities) out.push_back(columns[id]);
  return out;
}

void check_row(const model::Model &model, const std::vector<double> &row,
               const test::CsvTable &scores, const std::vector<std::string> &expected) {
  const std::vector<double> columns = model::interpret(model, row);
  const std::vector<std::uint32_t> leaves = model::interpret_leaves(model, row);
  const std::vector<double> predicted = predictions(model, columns);
  std::size_t margin = 0, prediction = 0, leaf = 0;
  for (std::size_t c = 0; c < scores.header.size(); ++c) {
    // Softmax of an infinite margin
    const float wanted = expected[c].empty() ? NAN : *parse_float32(expected[c]);
    SCOPED_TRACE(scores.header[c]);
    if (scores.header[c].starts_with("margin")) {
      ASSERT_LT(margin, model.output.raw.size());
      EXPECT_EQ(columns[model.output.raw[margin++]], static_cast<double>(wanted));
    } else if (scores.header[c].starts_with("prediction")) {
      ASSERT_LT(prediction, predicted.size());
      const auto got = static_cast<float>(predicted[prediction++]);
      EXPECT_TRUE(std::isnan(wanted) ? std::isnan(got) : ulps(got, wanted) <= 1)
          << got << " for " << wanted;
    } else {
      ASSERT_LT(leaf, leaves.size());
      EXPECT_EQ(static_cast<float>(leaves[leaf++]), wanted);
    }
  }
  EXPECT_EQ(margin, model.output.raw.size());
  EXPECT_EQ(prediction, predicted.size());
  EXPECT_EQ(leaf, leaves.size());
}

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
      const formats::Source source{
          .bytes = as_bytes(bytes), .options = {}, .features = {}, .labels = {}};
      const std::string extension = path.extension();
      const std::string format = extension == ".json"  ? "xgboost-json"
                                 : extension == ".ubj" ? "xgboost-ubj"
                                                       : "xgboost-binary";
      EXPECT_EQ(formats::find_format("auto", source.bytes).name, format);
      const model::Model model = formats::load(format, source);
      const test::CsvTable rows = test::read_csv(test::beside(path, ".rows.csv")),
                           scores = test::read_csv(test::beside(path, ".scores.csv"));
      ASSERT_EQ(rows.rows.size(), scores.rows.size());
      ASSERT_EQ(rows.header.size(), model.inputs.size());
      for (std::size_t r = 0; r < rows.rows.size(); ++r) {
        SCOPED_TRACE("row " + std::to_string(r + 1));
        std::vector<double> row;
        for (std::size_t i = 0; i < model.inputs.size(); ++i) {
          EXPECT_EQ(rows.header[i], model.inputs[i].name);
          row.push_back(encode(model.inputs[i], rows.rows[r].at(i)));
        }
        check_row(model, row, scores, scores.rows[r]);
      }
    } catch (const Error &e) {
      ADD_FAILURE() << e.message() << " | " << e.detail();
    }
  }
}

}  // namespace
}  // namespace pgscore
