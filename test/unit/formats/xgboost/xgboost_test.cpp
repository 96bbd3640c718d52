// Tests the readers of XGBoost's models: how files are recognized, what options do, what
// inspect_model says of a model, and how base_score becomes a margin in each version.
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "formats/format.hpp"
#include "formats/xgboost/xgboost.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"
#include "support/model_folders.hpp"

namespace pgscore {
namespace {

using namespace std::string_literals;

std::string edge(const char *name) { return test::read_file(test::edge_folder("xgboost") / name); }

model::Model load(const std::string &bytes, const formats::Options &options = {},
                  const Limits &limits = {}) {
  return formats::load("auto", {.bytes = as_bytes(bytes), .options = options}, limits);
}
std::string error_of(const std::string &bytes, const formats::Options &options = {},
                     const Limits &limits = {}) {
  try {
    load(bytes, options, limits);
  } catch (const Error &e) {
    return e.message();
  }
  return "no error";
}
std::string fact(const model::Model &model, const std::string &name) {
  for (const model::Fact &fact : model.facts)
    if (fact.name == name) return fact.value;
  return "none";
}

/// A model without trees: its margin is what base_score becomes.
std::string bare(const std::string &objective, const std::string &base_score,
                 const std::string &version, const std::string &more = "") {
  return R"({"learner":{"attributes":{},"gradient_booster":{"model":{"trees":[],"tree_info":[]},)"
         R"("name":"gbtree"},)"
         R"("learner_model_param":{"base_score":")" +
         base_score + R"(","num_feature":"1")" + more + R"(},"objective":{"name":")" + objective +
         R"("}},"version":[)" + version + "]}";
}
std::vector<float> margins(const std::string &bytes) {
  const model::Model model = load(bytes);
  const double row[] = {0};
  const std::vector<double> columns = model::interpret(model, row);
  std::vector<float> out;
  for (model::ColumnId id : model.output.raw) out.push_back(static_cast<float>(columns[id]));
  return out;
}
std::vector<double> values(const std::string &bytes) {
  const model::Model model = load(bytes);
  const double row[] = {0};
  const std::vector<double> columns = model::interpret(model, row);
  std::vector<double> out;
  for (const model::NamedColumn &value : model.output.values) out.push_back(columns[value.column]);
  return out;
}

TEST(Xgboost, recognizes_its_files_and_no_others) {
  auto is_json = [](const std::string &bytes) {
    return formats::xgboost::sniff_json(as_bytes(bytes));
  };
  auto is_ubjson = [](const std::string &bytes) {
    return formats::xgboost::sniff_ubjson(as_bytes(bytes));
  };
  auto is_binary = [](const std::string &bytes) {
    return formats::xgboost::sniff_binary(as_bytes(bytes));
  };
  EXPECT_TRUE(is_json("{\"learner\":{"));
  EXPECT_TRUE(is_json(" \n{\n  \"version\" : [1, 2, 3]"));
  EXPECT_TRUE(is_json("{\"Config\":{"));
  for (const char *other :
       {"", "{", "{}", "[]", "{\"learner\":\"x\"",
        "{\"name\":\"tree\",\"version\":\"v4\",\"num_class\":1", "{\"pgscore_model\": 1,",
        "{\"features_info\":{", "{\"version\":\"v4\"", "{\"learner\"", "learner"})
    EXPECT_FALSE(is_json(other)) << other;
  EXPECT_TRUE(is_ubjson("{L\0\0\0\0\0\0\0\7learner{"s));
  EXPECT_TRUE(is_ubjson("{i\7learner{"s));
  for (const std::string &other : {""s, "{"s, "{\"learner\":{"s, "{i\7learnerS"s, "{i\6learner{"s,
                                   "{L\0\0\0\0\0\0\0\7Learner{"s})
    EXPECT_FALSE(is_ubjson(other)) << other;
  const std::string binary = edge("squarederror_bin.bin");
  EXPECT_TRUE(is_binary(binary));
  EXPECT_TRUE(is_binary(binary.substr(4)));                // before 1.1
  EXPECT_TRUE(is_binary("\0\0\0\2"s + binary.substr(4)));  // xgboost4j-spark
  EXPECT_FALSE(is_binary(binary.substr(0, 120)));
  EXPECT_FALSE(is_binary(edge("squarederror.json")));
  EXPECT_FALSE(is_binary(std::string(100'000, '\0')));
}

TEST(Xgboost, binary_file_behind_any_header) {
  const std::string binary = edge("logistic_bin.bin");
  const double row[] = {0.25, -1, 0.5, 2};
  const std::vector<double> wanted = model::interpret(load(binary), row);
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string base64 = "bs64\t";
  for (std::size_t i = 4; i < binary.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (i + j < binary.size() ? static_cast<unsigned char>(binary[i + j]) : 0u);
    for (int shift = 18; shift >= 0; shift -= 6) base64 += kDigits[bits >> shift & 63];
    if (i % 60 == 4) base64 += '\n';
  }
  const std::string body = binary.substr(4);
  for (const std::string &bytes :
       {body, "\0\0\0\2"s + body,
        "\0\5_cls_\0\10features\0\5label\0\12prediction\0\15probabilities\xFF\xFF\xFF\xFF"s + body,
        "\0\5_reg_\0\10features\0\5label\0\12prediction"s + body, base64})
    EXPECT_EQ(model::interpret(load(bytes), row), wanted);
}

TEST(Xgboost, facts_and_names) {
  const model::Model model = load(edge("best_iteration.json"));
  EXPECT_EQ(model.format, "xgboost-json");
  EXPECT_EQ(model.objective, "reg:squarederror");
  EXPECT_EQ(fact(model, "library"), "XGBoost 1.7.4");
  EXPECT_EQ(fact(model, "booster"), "gbtree");
  EXPECT_NE(fact(model, "best_iteration"), "none");
  EXPECT_EQ(std::stoul(fact(model, "rounds_used")), std::stoul(fact(model, "best_iteration")) + 1);
  EXPECT_EQ(model.num_trees(), std::stoul(fact(model, "rounds_used")));
  EXPECT_LT(model.num_trees(), std::stoul(fact(model, "rounds")));
  EXPECT_EQ(model.inputs[2].name, "f2");
  EXPECT_EQ(load(edge("squarederror_ubj.ubj")).inputs[1].name, "Größe");
  EXPECT_EQ(fact(load(edge("dart_3_4_ubj.ubj")), "booster"), "dart");
  EXPECT_EQ(fact(load(edge("category_one_hot.json")), "features_given_as_category_codes"),
            "kind, code");
}

TEST(Xgboost, iterations) {
  formats::Options options;
  options.iterations = 2;
  // Overrides best_iteration
  EXPECT_EQ(load(edge("best_iteration.json"), options).num_trees(), 2u);
  EXPECT_EQ(load(edge("softmax.json"), options).num_trees(), 6u);  // 3 classes
  options.iterations = 1;
  EXPECT_EQ(load(edge("forest.json"), options).num_trees(), 3u);  // num_parallel_tree
  EXPECT_EQ(load(edge("vector_leaf_2_0.json"), options).num_trees(), 1u);
  options.iterations = 1000;
  EXPECT_EQ(error_of(edge("softmax.json"), options),
            "option \"iterations\" is greater than the number of boosting rounds");
  EXPECT_EQ(error_of(edge("linear.json"), options),
            "option \"iterations\" does not apply to a gblinear model");
  options = {};
  options.num_class = 3;
  EXPECT_EQ(error_of(edge("softmax.json"), options),
            "option \"num_class\" does not apply to format \"xgboost-json\"");
}

TEST(Xgboost, objective_and_base_score_options) {
  formats::Options options;
  options.objective = "binary:logistic";
  options.base_score = {0.25};
  const model::Model model = load(bare("reg:squarederror", "9", "1,7,4"), options);
  EXPECT_EQ(model.objective, "binary:logistic");
  const double row[] = {0};
  EXPECT_EQ(model::interpret(model, row)[model.output.raw[0]],
            static_cast<double>(-std::log(1.0f / 0.25f - 1.0f)));
  options.objective = "nonsense";
  EXPECT_EQ(error_of(bare("reg:squarederror", "9", "1,7,4"), options),
            "unknown XGBoost objective \"nonsense\"");
}

TEST(Xgboost, base_score_by_objective_and_version) {
  const float logit = -std::log(1.0f / 0.75f - 1.0f);
  EXPECT_EQ(margins(bare("reg:squarederror", "7.5E-1", "1,7,4"))[0], 0.75f);
  EXPECT_EQ(margins(bare("reg:squarederror", "[7.5E-1]", "3,1,0"))[0], 0.75f);
  EXPECT_EQ(margins(bare("reg:squarederror", " ( 7.5E-1 ) ", "3,1,0"))[0], 0.75f);
  EXPECT_EQ(margins(bare("binary:logistic", "7.5E-1", "1,7,4"))[0], logit);
  EXPECT_EQ(margins(bare("reg:logistic", "[7.5E-1]", "3,4,0"))[0], logit);
  // A probability until 1.3
  EXPECT_EQ(margins(bare("binary:logitraw", "7.5E-1", "1,2,0"))[0], logit);
  EXPECT_EQ(margins(bare("binary:logitraw", "7.5E-1", "1,3,1"))[0], 0.75f);
  EXPECT_EQ(margins(bare("binary:hinge", "7.5E-1", "1,7,4"))[0], 0.75f);
  EXPECT_EQ(margins(bare("rank:pairwise", "7.5E-1", "1,7,4"))[0], 0.75f);
  for (const char *objective :
       {"count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft"})
    EXPECT_EQ(margins(bare(objective, "7.5E-1", "1,7,4"))[0], std::log(0.75f)) << objective;
  EXPECT_EQ(margins(bare("multi:softprob", "7.5E-1", "1,7,4", R"(,"num_class":"3")")),
            (std::vector<float>{0.75f, 0.75f, 0.75f}));
  EXPECT_EQ(margins(bare("multi:softprob", "[1E0,2E0,-3E0]", "3,1,0", R"(,"num_class":"3")")),
            (std::vector<float>{1, 2, -3}));
  EXPECT_EQ(margins(bare("binary:logistic", "[5E-1,7.5E-1]", "3,1,0", R"(,"num_target":"2")")),
            (std::vector<float>{-0.0f, logit}));
  // Constant labels: the bound of 3.2. Values between the bound and 1 were taken as they are
  // before.
  const float bound = -std::log(1.0f / (1.0f - 1e-6f) - 1.0f);
  EXPECT_EQ(margins(bare("binary:logistic", "[1E0]", "3,2,0"))[0], bound);
  EXPECT_EQ(margins(bare("binary:logistic", "[9.999999E-1]", "3,2,0"))[0], bound);
  EXPECT_GT(margins(bare("binary:logistic", "9.999999E-1", "1,7,4"))[0], bound);
}

TEST(Xgboost, several_quantiles_and_expectiles) {
  const std::string three = R"(,"num_target":"3")";
  // Quantiles are sorted since 3.4.
  EXPECT_EQ(values(bare("reg:quantileerror", "[3E0,1E0,2E0]", "3,3,0", three)),
            (std::vector<double>{3, 1, 2}));
  EXPECT_EQ(values(bare("reg:quantileerror", "[3E0,1E0,2E0]", "3,4,0", three)),
            (std::vector<double>{1, 2, 3}));
  // Expectiles: margins are the inverse softplus of the gaps, and the values come back.
  const std::vector<double> expectiles =
      values(bare("reg:expectileerror", "[1E0,2E0,4.5E0]", "3,4,0", three));
  ASSERT_EQ(expectiles.size(), 3u);
  EXPECT_EQ(expectiles[0], 1);
  EXPECT_NEAR(expectiles[1], 2, 1e-6);
  EXPECT_NEAR(expectiles[2], 4.5, 1e-6);
  EXPECT_NEAR(margins(bare("reg:expectileerror", "[1E0,2E0,4.5E0]", "3,4,0", three))[1],
              std::log(std::expm1(1.0)), 1e-5);
}

TEST(Xgboost, outputs) {
  const model::Model binary = load(bare("binary:logistic", "7.5E-1", "1,7,4"));
  EXPECT_EQ(binary.output.task, model::Task::kClassification);
  EXPECT_EQ(binary.output.labels, (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(binary.output.positive, 1u);
  const double row[] = {0};
  const std::vector<double> columns = model::interpret(binary, row);
  EXPECT_EQ(columns[binary.output.probabilities[0]], 0.25);
  EXPECT_EQ(columns[binary.output.probabilities[1]], 0.75);
  EXPECT_EQ(columns[binary.output.class_code], 1);
  EXPECT_EQ(values(bare("binary:logitraw", "7.5E-1", "1,7,4"))[0], 0.75);  // the margin
  EXPECT_EQ(values(bare("binary:hinge", "7.5E-1", "1,7,4"))[0], 1);
  EXPECT_EQ(values(bare("binary:hinge", "0E0", "1,7,4"))[0], 0);
  const model::Model multi = load(bare("multi:softmax", "5E-1", "1,7,4", R"(,"num_class":"3")"));
  EXPECT_TRUE(multi.output.values.empty());
  EXPECT_EQ(multi.output.labels, (std::vector<std::string>{"0", "1", "2"}));
  const model::Model labels =
      load(bare("binary:logistic", "5E-1", "1,7,4", R"(,"num_target":"2")"));
  EXPECT_EQ(labels.output.task, model::Task::kRegression);
  ASSERT_EQ(labels.output.values.size(), 2u);
  EXPECT_EQ(labels.output.values[1].name, "_target2");
}

// Margins that differ where their probabilities, rounded to float32, do not.
TEST(Xgboost, softmax_takes_the_greatest_margin_and_softprob_the_greatest_probability) {
  const std::string two = R"(,"num_class":"2")";
  const double row[] = {0};
  const model::Model softmax = load(bare("multi:softmax", "[0E0,1E-9]", "3,1,0", two));
  const std::vector<double> columns = model::interpret(softmax, row);
  EXPECT_EQ(columns[softmax.output.probabilities[0]], columns[softmax.output.probabilities[1]]);
  EXPECT_EQ(columns[softmax.output.class_code], 1);
  const model::Model softprob = load(bare("multi:softprob", "[0E0,1E-9]", "3,1,0", two));
  EXPECT_EQ(model::interpret(softprob, row)[softprob.output.class_code], 0);
}

TEST(Xgboost, limits_hold) {
  const std::string bytes = edge("pruned.json");
  Limits limits;
  limits.max_nodes = 10;
  EXPECT_EQ(error_of(bytes, {}, limits), "tree 0: model has too many tree nodes");
  limits = {};
  limits.max_trees = 1;
  EXPECT_EQ(error_of(bytes, {}, limits), "model has too many trees");
  limits = {};
  limits.max_depth = 2;
  EXPECT_EQ(error_of(bytes, {}, limits), "tree 0: model has too many levels in a tree");
  limits = {};
  limits.max_features = 3;
  EXPECT_EQ(error_of(bytes, {}, limits), "model has too many features");
  limits = {};
  limits.max_artifact_bytes = 100;
  EXPECT_EQ(error_of(bytes, {}, limits), "model file is too large");
}

TEST(Xgboost, key_order_does_not_matter_and_keys_without_a_part_are_passed_over) {
  const std::string text =
      R"({"version":[2,0,0],"Config":{"y":[1,{"z":"}"}]},)"
      R"("learner":{"objective":{"name":"binary:logistic","ti+":[1]},"metrics":null,)"
      R"("learner_model_param":{"num_feature":"1","base_score":"5E-1","boost_from_average":"1"},)"
      R"("gradient_booster":{"name":"gbtree","model":{"tree_info":[0],)"
      R"("trees":[{"tree_param":{"num_nodes":"3"},)"
      R"("split_indices":[0,0,0],"split_conditions":[5E-1,1E0,2E0],)"
      R"("right_children":[2,-1,-1],"left_children":[1,-1,-1],"default_left":[true,false,false],)"
      R"("id":0,"leaf_child_counts":[0,0,0]}]}},)"
      R"("attributes":{}}})";
  const model::Model model = load(text);
  for (const auto &[x, margin] : {std::pair{0.25, 1.0}, {0.5, 2.0}, {model::kMissing, 1.0}}) {
    const double row[] = {x};
    EXPECT_EQ(model::interpret(model, row)[model.output.raw[0]], margin);
  }
}

// ---- categories ---------------------------------------------------------------------------------

/// models/edge/xgboost/category_texts.json, of which `kind` has the categories `kinds`, stored by
/// XGBoost's Python package before 3.4 (python-package/xgboost/_data_utils.py of v3.3.0,
/// pd_cat_inf): the places of texts count characters.
std::string cut_texts(const std::vector<std::string> &kinds, const std::string &version) {
  std::string offsets = "0", bytes, text;
  std::size_t characters = 0;
  for (const std::string &kind : kinds) {
    for (const char c : kind) characters += (c & 0xC0) != 0x80 ? 1 : 0;
    offsets += ", " + std::to_string(characters);
    text += kind;
  }
  for (std::size_t i = 0; i < characters; ++i)
    bytes +=
        (i > 0 ? ", " : "") + std::to_string(static_cast<int>(static_cast<signed char>(text[i])));
  std::string model = edge("category_texts.json");
  // The first feature is a number
  const std::size_t second = model.find("\"offsets\"", model.find("\"offsets\"") + 1);
  const std::size_t end = model.find('}', second);
  model.replace(second, end - second,
                "\"offsets\": [" + offsets + "], \"values\": [" + bytes + "]");
  const std::size_t at = model.find("[3,4,0]");
  EXPECT_NE(at, model.npos);
  return model.replace(at, 7, version);
}

std::vector<formats::FeatureOverride> features(std::optional<std::vector<std::string>> kinds) {
  return {{"amount", {}}, {"kind", std::move(kinds)}, {"code", {}}};
}
Error refusal_of(const std::string &bytes, const std::vector<formats::FeatureOverride> &given) {
  try {
    formats::load("auto", {.bytes = as_bytes(bytes), .features = given});
  } catch (const Error &e) {
    return e;
  }
  return {ErrorCode::kInternal, "no error"};
}

TEST(XgboostCategories, texts_that_python_cut_are_not_trusted) {
  const std::vector<std::string> kinds = {"red", "", "dark blue", "a \"b\"", "Grün", "NULL"},
                                 ascii = {"a", "b", "c", "d", "e", "f"};
  for (const char *version : {"[3, 1, 0]", "[3, 1, 3]", "[3, 2, 0]", "[3, 3, 0]", "[3, 3, 9]"}) {
    SCOPED_TRACE(version);
    for (const auto &given : {std::vector<formats::FeatureOverride>{}, features(std::nullopt)}) {
      const Error error = refusal_of(cut_texts(kinds, version), given);
      EXPECT_EQ(error.code(), ErrorCode::kUnsupportedModel);
      EXPECT_EQ(error.message(),
                "the texts of the categories of feature \"kind\" cannot be trusted");
      EXPECT_NE(error.hint().find("\"features\""), error.hint().npos);
    }
    EXPECT_EQ(refusal_of(cut_texts(ascii, version), {}).message(), "no error");
    // Pieces that are UTF-8 all the same, as "éa", "bc" give "é" and "ab".
    EXPECT_EQ(refusal_of(cut_texts({"éa", "bc", "d", "e", "f", "g"}, version), {}).message(),
              "the texts of the categories of feature \"kind\" cannot be trusted");
    EXPECT_EQ(
        refusal_of(cut_texts(kinds, version), features(std::vector<std::string>{"red", "blue"}))
            .message(),
        "feature \"kind\" has 6 categories in the model, 2 are given");
  }
  // 3.4 stores them right; what it loaded from a file before and saves again is still cut.
  EXPECT_EQ(refusal_of(edge("category_texts.json"), {}).message(), "no error");
  EXPECT_EQ(refusal_of(cut_texts({"é", "b", "c", "d", "e", "f"}, "[3, 4, 1]"), {}).message(),
            "the texts of the categories of feature \"kind\" cannot be trusted");
}

TEST(XgboostCategories, the_lists_of_the_caller_give_the_scores_of_the_library) {
  const std::vector<std::string> kinds = {"red", "", "dark blue", "a \"b\"", "Grün", "NULL"};
  const std::string right = edge("category_texts.json"), cut = cut_texts(kinds, "[3, 3, 0]");
  const model::Model wanted = load(right),
                     got = formats::load("auto",
                                         {.bytes = as_bytes(cut), .features = features(kinds)});
  EXPECT_EQ(got.inputs[1].categories, wanted.inputs[1].categories);
  for (double amount : {-1.0, 0.0, 0.5, 2.0})
    for (double kind = 0; kind < 6; ++kind) {
      const double row[] = {amount, kind, 7};
      EXPECT_EQ(model::interpret(got, row)[got.output.raw[0]],
                model::interpret(wanted, row)[wanted.output.raw[0]]);
    }
}

TEST(XgboostCategories, are_given_to_features_that_have_codes_only) {
  const std::string coded = edge("category_partition.json");  // types: float, c, c
  const std::vector<std::string> six = {"a", "b", "c", "d", "e", "f"};
  EXPECT_EQ(refusal_of(coded, features(six)).message(), "no error");
  EXPECT_EQ(refusal_of(coded, {{"amount", six}, {"kind", {}}, {"code", {}}}).message(),
            "feature \"amount\" is a number in the file, categories cannot be given");
  const Error few = refusal_of(coded, features(std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(few.code(), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(few.message().starts_with(
      "feature \"kind\" has 2 categories, but the splits of the model use category number "))
      << few.message();
  // Without types in the file the splits tell.
  std::string untyped = coded;
  const std::size_t at = untyped.find("\"feature_types\"");
  ASSERT_NE(at, untyped.npos);
  untyped.replace(at, untyped.find(']', at) + 1 - at, "\"feature_types\": []");
  EXPECT_EQ(refusal_of(untyped, features(six)).message(), "no error");
  const Error compared = refusal_of(untyped, {{"amount", six}, {"kind", {}}, {"code", {}}});
  EXPECT_EQ(compared.code(), ErrorCode::kInvalidArgument);
  EXPECT_NE(compared.message().find("feature 0 is a number, categories cannot be given"),
            compared.message().npos);
}

TEST(XgboostRounds, start_iteration_leaves_out_the_first_ones) {
  const std::string bytes = edge("dart.json");
  formats::Options all, first, rest, both;
  first.iterations = 1;
  rest.start_iteration = both.start_iteration = 1;
  both.iterations = 1;
  const std::uint64_t trees = load(bytes, all).num_trees(),
                      per_round = load(bytes, first).num_trees();
  ASSERT_GT(trees, 2 * per_round);
  EXPECT_EQ(load(bytes, rest).num_trees(), trees - per_round);
  EXPECT_EQ(load(bytes, both).num_trees(), per_round);
  EXPECT_EQ(fact(load(bytes, both), "start_iteration"), "1");
  EXPECT_EQ(fact(load(bytes, both), "rounds_used"), "1");
  // margin(all) - margin(rest) is what the first round adds.
  const double row[] = {0.25, -1, 0.5};
  auto margin = [&](const formats::Options &options) {
    const model::Model model = load(bytes, options);
    const std::vector<double> inputs(model.inputs.size(), row[0]);
    return model::interpret(model, inputs)[model.output.raw[0]];
  };
  formats::Options none = all;
  none.base_score = {0.0};
  formats::Options first_only = first, rest_only = rest;
  first_only.base_score = rest_only.base_score = {0.0};
  EXPECT_NEAR(margin(first_only) + margin(rest_only), margin(none), 1e-6);
  rest.start_iteration = static_cast<std::uint32_t>(trees);
  EXPECT_EQ(error_of(bytes, rest), "option \"start_iteration\" leaves no boosting round");
  both.iterations = static_cast<std::uint32_t>(trees);
  EXPECT_EQ(error_of(bytes, both),
            "option \"iterations\" is greater than the number of boosting rounds");
}

}  // namespace
}  // namespace pgscore
