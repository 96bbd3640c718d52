// Tests the words for the enumerators, and the description that inspect_model shows.
#include "model/describe.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "model/builder.hpp"
#include "model/names.hpp"

namespace pgscore::model {
namespace {

/// Every enumerator up to `last` has a word of its own, and the word leads back to it.
template <class Enum>
void expect_round_trips(Enum last, std::optional<Enum> (*named)(std::string_view)) {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto value = static_cast<Enum>(i);
    EXPECT_EQ(named(name_of(value)), value) << name_of(value);
    EXPECT_TRUE(words.insert(name_of(value)).second) << name_of(value);
  }
  EXPECT_EQ(named("nonsense"), std::nullopt);
  EXPECT_EQ(named(""), std::nullopt);
}

TEST(Names, lead_back_to_their_enumerators) {
  expect_round_trips(Op::kToFloat32, op_named);
  expect_round_trips(LinkFunction::kSquare, link_named);
  expect_round_trips(Split::kInSetTruncated, split_named);
  expect_round_trips(MissingKind::kZeroOrNan, missing_kind_named);
  expect_round_trips(UnknownPolicy::kNull, unknown_policy_named);
  expect_round_trips(MissingPolicy::kNull, missing_policy_named);
  expect_round_trips(NumberRange::kFloat32, number_range_named);
  expect_round_trips(Task::kClassification, task_named);
  expect_round_trips(Precision::kFloat64, precision_named);
}

TEST(Names, stand_for_the_right_enumerators) {
  EXPECT_EQ(name_of(Op::kGreaterEqual), "greater_equal");
  EXPECT_EQ(name_of(Op::kIf), "if");
  EXPECT_EQ(name_of(Op::kToFloat32), "to_float32");
  EXPECT_EQ(name_of(LinkFunction::kNormalCdf), "normal_cdf");
  EXPECT_EQ(name_of(Split::kLessEqual), "less_equal");
  EXPECT_EQ(name_of(Split::kInSetTruncated), "in_set_truncated");
  EXPECT_EQ(name_of(MissingKind::kZeroOrNan), "zero_or_nan");
  EXPECT_EQ(name_of(UnknownPolicy::kKeep), "keep");
  EXPECT_EQ(name_of(MissingPolicy::kNative), "native");
}

TEST(Names, arity) {
  EXPECT_EQ(arity(Op::kAdd), 2u);
  EXPECT_EQ(arity(Op::kNegate), 1u);
  EXPECT_EQ(arity(Op::kNotEqual), 2u);
  EXPECT_EQ(arity(Op::kNot), 1u);
  EXPECT_EQ(arity(Op::kIsMissing), 1u);
  EXPECT_EQ(arity(Op::kIfMissing), 2u);
  EXPECT_EQ(arity(Op::kIf), 3u);
  EXPECT_EQ(arity(Op::kIndicator), 2u);
}

using Json = nlohmann::json;

TEST(Describe, says_what_the_model_is) {
  Builder builder;
  builder.set_format("xgboost-json");
  builder.set_objective("binary:logistic");
  builder.add_fact("booster", "gbtree");
  builder.add_fact("bytes", "\xFF");  // not UTF-8: replaced, not thrown
  builder.add_input({"x", ColumnType::kNumber, {}, UnknownPolicy::kMissing, MissingPolicy::kError});
  builder.add_input({"c", ColumnType::kCategory, {"a\"b", ""}, UnknownPolicy::kKeep});
  EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = {0};
  trees.settings().base = {0};
  for (int depth : {0, 2}) {  // the deeper tree is not the first
    trees.begin_tree();
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(depth); ++i) {
      trees.split(2 * i, 0, Split::kLess, 0, false, 2 * i + 1, 2 * i + 2);
      trees.leaf(2 * i + 1, 0);
    }
    trees.leaf(2 * static_cast<std::uint32_t>(depth), 0);
    trees.end_tree();
  }
  const ColumnId margin = builder.trees(trees.finish());
  builder.output().task = Task::kClassification;
  builder.output().labels = {"no", "yes"};
  builder.output().values = {{"p", margin}};
  builder.output().class_code = margin;
  const Model model = builder.finish();
  const Json json = Json::parse(describe(model));
  EXPECT_EQ(json["format"], "xgboost-json");
  EXPECT_EQ(json["objective"], "binary:logistic");
  EXPECT_EQ(json["task"], "classification");
  EXPECT_EQ(json["labels"], Json::parse(R"(["no","yes"])"));
  EXPECT_EQ(json["outputs"], Json::parse(R"(["p"])"));
  EXPECT_EQ(json["num_features"], 2);
  EXPECT_EQ(json["num_trees"], 2);
  EXPECT_EQ(json["num_nodes"], 6);
  EXPECT_EQ(json["max_depth"], 2);
  EXPECT_EQ(json["facts"]["booster"], "gbtree");
  EXPECT_EQ(json["features"],
            Json::parse(
                R"([{"name":"x","type":"number","on_missing":"error"},)"
                R"({"name":"c","type":"category","categories":["a\"b",""],"on_unknown":"keep"}])"));
  EXPECT_EQ(Json::parse(describe_features(model)), json["features"]);
  // In the order that people read
  EXPECT_LT(describe(model).find("\"format\""), describe(model).find("\"facts\""));
}

TEST(Describe, text_operations) {
  Builder builder;
  builder.add_input({.name = "c",
                     .type = ColumnType::kCategory,
                     .categories = {"a"},
                     .text_operations = {{TextFunction::kSubstring, 1, 12},
                                         {TextFunction::kUpper, 0, 0},
                                         {TextFunction::kTrim, 0, 0}}});
  builder.output().values = {{"v", 0}};
  EXPECT_EQ(Json::parse(describe_features(builder.finish()))[0]["text_operations"],
            Json::parse(R"list(["substring(1, 12)","upper","trim"])list"));
}

TEST(Describe, leaves_out_what_there_is_not) {
  Builder builder;
  builder.add_input({"x", ColumnType::kNumber, {}});
  builder.output().values = {{"v", 0}};
  const Json json = Json::parse(describe(builder.finish()));
  for (const char *key : {"objective", "labels", "num_trees", "num_nodes", "max_depth"})
    EXPECT_FALSE(json.contains(key)) << key;
  EXPECT_EQ(json["task"], "regression");
}

}  // namespace
}  // namespace pgscore::model
