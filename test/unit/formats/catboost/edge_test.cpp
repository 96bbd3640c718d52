// Compares models/edge/catboost, the smallest models for one trap each, with the scores of
// models/make/catboost/evaluator.py, which was written from CatBoost's sources. Raw values and
// leaves must be equal bit for bit; what follows them within a few units in the last place (exp).
// Every kernel must agree too.
#include <cmath>

#include "formats/format.hpp"
#include "formats/recognize.hpp"
#include "model/hashed_category.hpp"
#include "support/edge_scores.hpp"
#include "support/kernel_differential.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;

double encode(const model::Input &input, const std::string &cell) {
  if (cell.empty()) return model::kMissing;
  return input.type == model::ColumnType::kHash ? model::hashed_category(cell)
                                                : *parse_float64(cell);
}

std::vector<double> predictions(const model::Model &model, const std::vector<double> &columns) {
  if (model.output.task != model::Task::kClassification)
    return test::values_or_probabilities(model, columns);
  std::vector<double> out;
  for (const model::ColumnId id : model.output.probabilities) out.push_back(columns[id]);
  return out;
}

bool same_margin(double got, const std::string &cell) { return got == *parse_float64(cell); }

bool same_prediction(double got, const std::string &cell) {
  const double wanted = *parse_float64(cell);
  return std::fabs(got - wanted) <= 1e-15 * std::fabs(wanted);
}

constexpr test::EdgeRules kRules{encode, predictions, same_margin, same_prediction, true};

TEST(CatboostEdge, every_model_gives_its_scores) {
  const std::vector<fs::path> models = test::edge_models("catboost");
  ASSERT_GE(models.size(), 39u);
  for (const fs::path &path : models) {
    SCOPED_TRACE(path.filename().string());
    const std::string bytes = test::read_file(path);
    const formats::Source source{.bytes = as_bytes(bytes)};
    EXPECT_EQ(formats::recognize("auto", source.bytes).format->name,
              path.extension() == ".cbm" ? "catboost-cbm" : "catboost-json");
    const model::Model model = formats::load("auto", source);
    const test::Rows rows = test::check_edge_model(path, model, kRules);
    for (const plan::TreeLayout layout :
         {plan::TreeLayout::kCodes8, plan::TreeLayout::kDirect, plan::TreeLayout::kOblivious8})
      EXPECT_EQ(test::compare_with_interpreter(model, rows, {.layout = layout}).text, "");
  }
}

model::Model load_edge(const char *name, const char *options = "{}") {
  const std::string bytes = test::read_file(test::edge_folder("catboost") / name);
  return formats::load("auto",
                       {.bytes = as_bytes(bytes), .options = formats::parse_options(options)});
}

TEST(CatboostOptions, iterations_are_trees_and_keep_scale_and_bias) {
  const model::Model model = load_edge("sum_order.cbm", R"({"iterations": 2})");
  EXPECT_EQ(model.num_trees(), 2u);
  const double third = 1.0 / 3;
  EXPECT_EQ(model::interpret(model, std::vector<double>{1})[model.output.raw[0]],
            third * (0.1 + 0.2) + 0.1);
  EXPECT_THROW(load_edge("sum_order.cbm", R"({"iterations": 5})"), Error);
}

TEST(CatboostOptions, null_category_is_what_null_stands_for) {
  const model::Model plain = load_edge("one_hot.cbm");
  const model::Model named = load_edge("one_hot.cbm", R"({"null_category": "7"})");
  const std::vector<double> missing{1, model::kMissing}, seven{1, model::hashed_category("7")};
  EXPECT_EQ(model::interpret(named, missing)[named.output.raw[0]],
            model::interpret(plain, seven)[plain.output.raw[0]]);
  EXPECT_NE(model::interpret(plain, missing)[plain.output.raw[0]],
            model::interpret(plain, seven)[plain.output.raw[0]]);
}

TEST(CatboostOptions, refuses_what_does_not_apply) {
  auto message = [](const char *name, const char *options) -> std::string {
    try {
      load_edge(name, options);
    } catch (const Error &e) {
      return e.message();
    }
    return "";
  };
  EXPECT_EQ(message("one_hot.json", R"({"base_score": 1})"),
            "option \"base_score\" does not apply to format \"catboost-json\"");
  EXPECT_EQ(message("one_hot.json", R"({"num_class": 3})"),
            "option \"num_class\" does not apply to format \"catboost-json\"");
  EXPECT_EQ(message("deep.json", R"({"null_category": "x"})"),
            "option \"null_category\" does not apply");
  EXPECT_EQ(message("one_hot.json", R"({"on_unknown": "error"})"),
            "option \"on_unknown\" does not apply");
  EXPECT_EQ(load_edge("poisson.json", R"({"objective": "RMSE"})").objective, "RMSE");
}

/// The numbers of CityHash 1.0.2, one text at least for each length that has an algorithm of its
/// own; ClickHouse's functions of that version give the same.
TEST(CityHash, equals_version_1_0) {
  constexpr std::pair<std::string_view, std::uint64_t> kHashes[] = {
      {"", 11160318154034397263u},
      {"1", 11413460447292444913u},
      {"12", 12074748272894662792u},
      {"abc", 4220206313085259313u},
      {"1234", 11914632649014994877u},
      {"1234567", 11025202622668490255u},
      {"12345678", 7177601938557627951u},
      {"123456789", 12390271160407166709u},
      {"1234567890abcdef", 10283158570132023530u},
      {"4RNfAbDSysH78xK5s", 16686325262955297357u},
      {"1234567890abcdefghijklmnopqrstuvwxyz", 6062807976406716385u},
      {"How can you write a big system without C++?  -Paul Glick", 6237945311650045625u},
      {"7zxsqkZNsEoNfRz83hct4HH5ytE3SFvx0MX9ACbDDBZhtUcR30pGvmJIPAoXwJCq", 12341453991847893643u},
      {"DSDXf2J5gvPZWtzo4qdrdbXw6qGKkVuzrV7zEZA3x6xNnGdQdSTr7YocaJWpgDgzq", 12363235829494951337u},
      {"DMqhuXQxgAmJ9EOkT1n2lpzu7YD6zKc6ESSDWfJfohaQDwu0ba61bfGMiuS5GXpr0bIVcCtLwRtIVGmK",
       12512298373611890505u},
  };
  for (const auto &[text, hash] : kHashes) EXPECT_EQ(city_hash_64(text), hash) << text;
}

/// Categories of CatBoost models with the numbers that their files hold for them.
TEST(HashedCategory, equals_catboost) {
  for (const auto &[text, hash] :
       {std::pair{"x", -784473192.0}, {"y", 253272131.0}, {"z", 476319382.0}})
    EXPECT_EQ(model::hashed_category(text), hash) << text;
  std::uint64_t key = 0;
  ASSERT_TRUE(model::mix_hash(key, -784473192));
  EXPECT_EQ(key, 0x4906ba494954cb65u *
                     (0x4906ba494954cb65u * static_cast<std::uint64_t>(std::int64_t{-784473192})));
  EXPECT_FALSE(model::mix_hash(key, model::kMissing));
  EXPECT_FALSE(model::mix_hash(key, 0.5));
  EXPECT_FALSE(model::mix_hash(key, 1e300));
}

}  // namespace
}  // namespace pgscore
