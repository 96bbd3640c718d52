// Compares models/edge/lightgbm, the smallest models for one trap each, with the scores that
// LightGBM itself gave (models/make/lightgbm/edge.py). Margins, predictions and leaves must be
// equal bit for bit. What went through exp may differ in the last place, as C libraries do.
#include <bit>
#include <cmath>
#include <sstream>

#include "formats/recognize.hpp"
#include "formats/format.hpp"
#include "support/edge_scores.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;

/// Unknown categories are missing, as pandas codes them.
double encode(const model::Input &input, const std::string &cell) {
  if (cell.empty()) return model::kMissing;
  if (input.type == model::ColumnType::kNumber) return *parse_float64(cell);
  std::string text = cell;
  if (const auto number = parse_float64(cell); number && std::trunc(*number) == *number)
    text = std::to_string(static_cast<std::int64_t>(*number));
  const auto code = std::find(input.categories.begin(), input.categories.end(), text);
  return code == input.categories.end() ? model::kMissing
                                        : static_cast<double>(code - input.categories.begin());
}

bool same_margin(double got, const std::string &cell) {
  const double wanted = *parse_float64(cell);
  return std::bit_cast<std::uint64_t>(got) == std::bit_cast<std::uint64_t>(wanted) ||
         (std::isnan(got) && std::isnan(wanted));
}

bool same_prediction(double got, const std::string &cell) {
  const double wanted = *parse_float64(cell);
  return got == wanted || std::fabs(got - wanted) <= 1e-15 * std::fabs(wanted) ||
         (std::isnan(got) && std::isnan(wanted));
}

constexpr test::EdgeRules kRules{encode, test::values_or_probabilities, same_margin,
                                 same_prediction};

model::Model load(const fs::path &path, formats::Options options = {}) {
  const std::string bytes = test::read_file(path);
  const formats::Source source{.bytes = as_bytes(bytes), .options = std::move(options)};
  const std::string format = path.extension() == ".json" ? "lightgbm-json" : "lightgbm-text";
  EXPECT_EQ(formats::recognize("auto", source.bytes).format->name, format);
  return formats::load("auto", source);
}

TEST(LightgbmEdge, every_model_gives_the_scores_of_the_library) {
  const std::vector<fs::path> models = test::edge_models("lightgbm");
  ASSERT_GE(models.size(), 48u);
  for (const fs::path &path : models) {
    SCOPED_TRACE(path.filename());
    try {
      test::check_edge_model(path, load(path), kRules);
    } catch (const Error &e) {
      ADD_FAILURE() << e.message() << " | " << e.detail();
    }
  }
}

fs::path edge(const char *name) { return test::edge_folder("lightgbm") / name; }

TEST(LightgbmEdge, pandas_categories_are_the_categories_of_sql) {
  for (const char *name : {"pandas.txt", "pandas_dump.json"}) {
    const model::Model model = load(edge(name));
    ASSERT_EQ(model.inputs.size(), 5u);
    EXPECT_EQ(model.inputs[0].type, model::ColumnType::kNumber);
    EXPECT_EQ(model.inputs[1].categories, (std::vector<std::string>{"", "a b", "cook", "Ärztin"}));
    EXPECT_EQ(model.inputs[2].categories, (std::vector<std::string>{"3", "5", "70"}));
    EXPECT_EQ(model.inputs[3].categories, (std::vector<std::string>{"false", "true"}));
    EXPECT_EQ(model.inputs[4].categories, (std::vector<std::string>{"1", "2.5", "4"}));
    EXPECT_EQ(model.inputs[1].on_unknown, model::UnknownPolicy::kMissing);
  }
}

/// `text` with the first `from` replaced.
std::string with(std::string text, const std::string &from, const std::string &to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

model::Model load_text(const std::string &text, formats::Options options = {},
                       std::vector<formats::FeatureOverride> features = {}) {
  return formats::load(
      "lightgbm-text",
      {.bytes = as_bytes(text), .options = std::move(options), .features = std::move(features)});
}

std::string message_of(const std::string &text, formats::Options options = {}) {
  try {
    load_text(text, std::move(options));
  } catch (const Error &e) {
    return e.message();
  }
  return "";
}

std::string message_with(const std::string &text, std::vector<formats::FeatureOverride> features) {
  try {
    load_text(text, {}, std::move(features));
  } catch (const Error &e) {
    return e.message();
  }
  return "no error";
}

constexpr const char *kUntold =
    "could not tell which features the pandas categories of the model belong to";

TEST(LightgbmEdge, categories_that_fit_no_features_are_not_guessed) {
  const std::string text = test::read_file(edge("pandas.txt"));
  const std::string one_list = text.substr(0, text.find("pandas_categorical:")) +
                               "pandas_categorical:[[\"\", \"a b\", \"cook\", \"\\u00c4rztin\"]]\n";
  EXPECT_EQ(message_of(one_list), kUntold);
  std::vector<formats::FeatureOverride> features;
  for (const char *name : {"income", "job", "rooms", "owner", "rate"})
    features.push_back({name, std::nullopt});
  EXPECT_EQ(message_with(one_list, features), "features has 0 lists of categories, the file has 1");
  features[1].categories = {"", "a b", "cook", "Ärztin"};
  EXPECT_EQ(load_text(one_list, {}, features).inputs[1].categories.size(), 4u);
  features[1].categories = {"", "a b", "Ärztin", "cook"};
  EXPECT_EQ(message_with(one_list, features),
            "the categories of feature \"job\" are not those of the file");
}

/// Three features: `rating`, `region`, x; one list of three categories.
std::string ordered(const std::string &rating, const std::string &region,
                    const std::string &x = "[-2.5:3.25]") {
  return "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx="
         "2\nobjective=regression\n"
         "feature_names=rating region x\nfeature_infos=" +
         rating + " " + region + " " + x +
         "\n\nTree=0\nnum_leaves=2\nnum_cat=0\n"
         "split_feature=0\nthreshold=1.5\ndecision_type=2\nleft_child=-1\nright_child=-2\nleaf_"
         "value=1 2\n\nend of trees\n\n"
         "pandas_categorical:[[10, 20.0, 30]]\n";
}

TEST(LightgbmEdge, lists_of_pandas_are_paired_only_where_there_is_one_way) {
  auto owner = [](const std::string &text) {
    for (const model::Input &input : load_text(text).inputs)
      if (input.type == model::ColumnType::kCategory) return input.name;
    return std::string("none");
  };
  // An ordered category is a numeric feature, and a categorical feature may be a column of
  // integers.
  EXPECT_EQ(message_of(ordered("[0:2]", "-1:1:0:2")), kUntold);
  // Not each category is in the training data
  EXPECT_EQ(message_of(ordered("[0:1]", "-1:1:0:2")), kUntold);
  EXPECT_EQ(message_of(ordered("none", "-1:1:0:2")), kUntold);  // nor is more than one
  EXPECT_EQ(message_of(ordered("-1:0:2:1", "-1:1:0:2")), kUntold);
  // What was no code of the list in training cannot be one.
  EXPECT_EQ(owner(ordered("[0:2]", "-1:1:0:3")), "rating");
  EXPECT_EQ(owner(ordered("[0:3]", "-1:1:0:2")), "region");
  EXPECT_EQ(owner(ordered("[-1:2]", "-1:1:0:2")), "region");
  EXPECT_EQ(owner(ordered("[0.5:2]", "-1:1:0:2")), "region");
  EXPECT_EQ(message_of(ordered("[0:3]", "-1:1:0:3")), kUntold);
}

TEST(LightgbmEdge, lists_of_pandas_belong_where_the_caller_says) {
  const std::string text = ordered("[0:2]", "-1:1:0:2");
  const std::vector<std::string> list = {"10", "20", "30"};
  const model::Model model = load_text(text, {}, {{"rating", list}, {"region", {}}, {"x", {}}});
  EXPECT_EQ(model.inputs[0].categories, list);
  EXPECT_EQ(model.inputs[1].type, model::ColumnType::kNumber);
  auto value = [&](double code) {
    return model::interpret(model, std::vector<double>{code, 0, 0})
        .at(model.output.values.at(0).column);
  };
  EXPECT_EQ(value(1), 1);
  EXPECT_EQ(value(2), 2);
  EXPECT_EQ(load_text(text, {}, {{"rating", {}}, {"region", list}, {"x", {}}}).inputs[1].categories,
            list);
  EXPECT_EQ(message_with(text, {{"rating", {}}, {"region", {}}, {"x", {}}}),
            "features has 0 lists of categories, the file has 1");
  EXPECT_EQ(message_with(text, {{"rating", list}, {"region", list}, {"x", {}}}),
            "the categories of feature \"region\" are not those of the file");
  EXPECT_EQ(
      message_with(
          text, {{"rating", std::vector<std::string>{"a", "b", "c"}}, {"region", {}}, {"x", {}}}),
      "the categories of feature \"rating\" are not those of the file");
}

TEST(LightgbmEdge, categories_are_given_to_features_that_have_codes_only) {
  const std::string text = test::read_file(edge("categorical.txt"));
  const model::Model plain = load_text(text);
  std::vector<formats::FeatureOverride> features;
  std::size_t coded = plain.inputs.size(), number = plain.inputs.size();
  const std::size_t at = text.find("feature_infos=") + 14;
  std::istringstream infos(text.substr(at, text.find('\n', at) - at));
  for (const model::Input &input : plain.inputs) {
    std::string info;
    infos >> info;
    (info.starts_with('[') ? number : coded) = features.size();
    features.push_back({input.name, std::nullopt});
  }
  ASSERT_LT(coded, features.size());
  ASSERT_LT(number, features.size());
  auto given = features;
  given[coded].categories.emplace();
  for (int i = 0; i < 200; ++i) given[coded].categories->push_back("c" + std::to_string(i));
  EXPECT_EQ(load_text(text, {}, given).inputs[coded].categories.size(), 200u);
  given[coded].categories->resize(1);
  EXPECT_TRUE(message_with(text, given)
                  .starts_with("feature \"" + features[coded].name +
                               "\" has 1 categories, but the training data had the code "))
      << message_with(text, given);
  given = features;
  given[number].categories = {"a", "b"};
  EXPECT_EQ(message_with(text, given),
            "feature \"" + features[number].name +
                "\" is a number in the file, categories cannot be given");
}

TEST(LightgbmEdge, iterations_and_objective_are_options) {
  const std::string text = test::read_file(edge("multiclass.txt"));
  formats::Options options;
  options.start_iteration = 1;
  options.iterations = 2;
  EXPECT_EQ(load_text(text, options).num_trees(), 6u);
  options.iterations = 4;
  EXPECT_EQ(message_of(text, options),
            "option \"iterations\" is greater than the number of boosting rounds");
  formats::Options raw;
  raw.objective = "custom";
  EXPECT_EQ(load_text(text, raw).output.values.size(), 3u);
  raw.objective = "binary:logistic";
  EXPECT_EQ(message_of(text, raw), "unknown LightGBM objective \"binary:logistic\"");
  formats::Options none;
  none.base_score = {0.5};
  EXPECT_EQ(message_of(text, none),
            "option \"base_score\" does not apply to format \"lightgbm-text\"");
}

/// A forest of two trees: one split each, leaves 0.2 and 0.4, then `other` and 0.6.
std::string forest(const std::string &version, const std::string &other,
                   const std::string &objective, const std::string &trailer) {
  auto tree = [](const std::string &low, const std::string &high) {
    return "num_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=0.5\ndecision_type=2\nleft_child=-"
           "1\nright_child=-2\nleaf_"
           "value=" +
           low + " " + high + "\n\n";
  };
  return "tree\nversion=" + version +
         "\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=0\nobjective=" + objective +
         "\naverage_output\nfeature_names=x\nfeature_infos=[0:1]\n\nTree=0\n" + tree("0.2", "0.4") +
         "Tree=1\n" + tree(other, "0.6") + trailer;
}

double predict(const model::Model &model, double x) {
  return model::interpret(model, std::vector<double>{x}).at(model.output.values.at(0).column);
}

TEST(LightgbmEdge, forests_of_old_versions_hold_probabilities) {
  auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
  const std::string end = "end of trees\n";
  EXPECT_EQ(predict(load_text(forest("v4", "0.4", "binary sigmoid:1", end)), 0),
            logistic((0.2 + 0.4) / 2));
  // 2.2.0 to 2.2.2
  EXPECT_EQ(predict(load_text(forest("v2", "0.4", "binary sigmoid:1", end)), 0), (0.2 + 0.4) / 2);
  // 2.1 and older
  EXPECT_EQ(predict(load_text(forest("v2", "-0.4", "binary sigmoid:1", "")), 0), (0.2 - 0.4) / 2);
  // 2.2.3
  EXPECT_EQ(predict(load_text(forest("v2", "-0.4", "binary sigmoid:1", end)), 0),
            logistic((0.2 - 0.4) / 2));
  EXPECT_EQ(predict(load_text(forest("v2", "-0.4", "poisson", end)), 0), std::exp((0.2 - 0.4) / 2));
  EXPECT_EQ(message_of(forest("v2", "0.4", "poisson", end)),
            "could not tell whether the leaves of the random forest are margins");
  formats::Options said;
  said.objective = "poisson";
  EXPECT_EQ(predict(load_text(forest("v2", "0.4", "poisson", end), said), 0),
            std::exp((0.2 + 0.4) / 2));
}

TEST(LightgbmEdge, a_constant_of_boost_from_average_is_no_round) {
  const std::string text =
      with(forest("v2", "0.4", "regression", ""), "average_output", "boost_from_average");
  formats::Options options;
  options.iterations = 1;
  EXPECT_EQ(predict(load_text(text, options), 0), 0.2 + 0.4);
  options.iterations = 2;
  EXPECT_EQ(message_of(text, options),
            "option \"iterations\" is greater than the number of boosting rounds");
}

TEST(LightgbmEdge, a_split_of_2017_is_equality_with_one_category) {
  std::string text =
      with(with(forest("v2", "0.4", "regression", ""), "version=v2\n", ""), "average_output\n", "");
  text = with(with(text, "num_cat=0\n", ""), "num_cat=0\n", "");
  text =
      with(with(text, "decision_type=2", "decision_type=1"), "decision_type=2", "decision_type=0");
  text = with(text, "threshold=0.5", "threshold=3.7");
  const model::Model model = load_text(text);
  EXPECT_EQ(predict(model, 3.2), 0.2 + 0.6);  // 3 is 3
  EXPECT_EQ(predict(model, 4.0), 0.4 + 0.6);
  EXPECT_EQ(predict(model, NAN), 0.4 + 0.4);  // NaN was 0
  EXPECT_EQ(predict(load_text(with(text, "3.7", "0.1")), NAN), 0.2 + 0.4);
}

}  // namespace
}  // namespace pgscore
