// Tests the reader of pgscore JSON: what each field means, and that every fault is refused with its
// place.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "formats/format.hpp"
#include "formats/pgscore_json/pgscore_json.hpp"
#include "formats/wire/json_document.hpp"
#include "model/interpret.hpp"
#include "model/names.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;
using formats::JsonDocument;
using formats::JsonValue;

std::string read_text(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

model::Model load(const std::string &text, const Limits &limits = {}) {
  return formats::load("pgscore-json", {.bytes = as_bytes(text)}, limits);
}

/// A model whose only value is the last column of `nodes`.
std::string with_nodes(const std::string &nodes, int value) {
  return R"({"pgscore_model":1,"inputs":[{"name":"a"},{"name":"b","type":"category",)"
         R"("categories":["x","y",""],"on_unknown":"keep"}],)"
         R"("nodes":[)" +
         nodes + R"(],"output":{"task":"regression","values":[{"name":"v","column":)" +
         std::to_string(value) + "}]}}";
}
double score(const std::string &node, double a, double b = 0, int column = 2) {
  const double row[] = {a, b};
  return model::interpret(load(with_nodes(node, column)), row)[static_cast<std::size_t>(column)];
}
std::string error_of(const std::string &text, const Limits &limits = {}) {
  try {
    load(text, limits);
  } catch (const Error &e) {
    return e.message();
  }
  return "no error";
}

TEST(PgscoreJson, machines) {
  EXPECT_EQ(score(R"({"type":"reduce","function":"mean","inputs":[0,0,1]})", 4, 1), 3);
  EXPECT_EQ(
      score(R"({"type":"reduce","function":"max","inputs":[0,1],"skip_missing":true})", NAN, 2), 2);
  EXPECT_EQ(
      score(R"({"type":"reduce","function":"sum","inputs":[0,1],"precision":"float32"})", 0.1, 0),
      double{0.1f});
  EXPECT_EQ(
      score(R"({"type":"reduce","function":"weighted_median","inputs":[0,1],"weights":[1,2]})", 4,
            7),
      7);
  EXPECT_EQ(score(R"({"type":"rank","inputs":[0,1],"count":2,"ascending":true})", 5, 1, 3), 0);
  EXPECT_EQ(
      score(R"({"type":"dense","inputs":[0,1],"weights":[1,10,2,20],"bias":[0.5,-1]})", 3, 2, 3),
      69);
  EXPECT_EQ(score(
                R"({"type":"kernel_machine","kernel":"polynomial","gamma":0.5,"offset":1,"degree":3,
    "inputs":[0,1],"vectors":[1,2,0,-1],"coefficients":[2,-1],"intercept":[0.25]})",
                2, 0),
            2 * 8 - 1 + 0.25);
  EXPECT_EQ(score(R"({"type":"pairwise_coupling","num_classes":2,"inputs":[0]})", 0.5), 0.5);
  EXPECT_EQ(score(R"({"type":"distances","measure":"city_block","fields":[{"column":0},)"
                  R"({"column":1,"weight":2}],"points":[0,0,3,null]})",
                  1, 2, 3),
            6);
  EXPECT_EQ(score(
                R"({"type":"distances","measure":"binary","binary":[1,0,0,1,1,1,1,1],
    "fields":[{"column":0}],"points":[0,1],"nearest":1})",
                1),
            1);
  EXPECT_EQ(
      error_of(with_nodes(R"({"type":"dense","inputs":[0],"weights":[1,2,3],"bias":[0,0]})", 2)),
      "invalid pgscore-json model: nodes[0].weights: must have one number for each input and "
      "output");
  EXPECT_EQ(error_of(with_nodes(R"({"type":"dense","inputs":[0],"weights":[],"bias":[]})", 1)),
            "invalid pgscore-json model: graph node 0: a layer has no output");
  EXPECT_EQ(error_of(with_nodes(R"({"type":"reduce","function":"mode","inputs":[0]})", 2)),
            "invalid pgscore-json model: nodes[0].function: unknown reduction \"mode\"");
  EXPECT_EQ(
      error_of(with_nodes(
          R"({"type":"distances","measure":"euclidean","fields":[{"column":0}],"points":[1],)"
          R"("nearest":2})",
          2)),
      "invalid pgscore-json model: graph node 0: more nearest points are wanted than there are");
}

TEST(PgscoreJson, units_and_further_outputs) {
  const model::Model model =
      load(R"({"pgscore_model": 1, "inputs": [{"name": "born", "unit": "days"}], "nodes": [],
    "output": {"task": "regression", "values": [{"name": "v", "column": 0}],
               "more": [{"name": "reason", "column": 0, "texts": ["old", "young"]}]}})");
  EXPECT_EQ(model.inputs[0].unit, model::Unit::kDays);
  ASSERT_EQ(model.output.more.size(), 1u);
  EXPECT_EQ(model.output.more[0].texts, (std::vector<std::string>{"old", "young"}));
}

TEST(PgscoreJson, text_operations) {
  auto with = [](const std::string &input) {
    return R"({"pgscore_model": 1, "inputs": [{"name": "c", )" + input +
           R"(}], "nodes": [], "output": {"task": "regression",)"
           R"( "values": [{"name": "v", "column": 0}]}})";
  };
  const std::string category = R"("type": "category", "categories": ["A"], "text_operations": )";
  const model::Model model = load(with(
      category + R"([{"function": "substring", "first": 2, "count": 3}, {"function": "upper"},)"
                 R"( {"function": "trim"}])"));
  EXPECT_EQ(model.inputs[0].text_operations,
            (std::vector<model::TextOperation>{{model::TextFunction::kSubstring, 2, 3},
                                               {model::TextFunction::kUpper, 0, 0},
                                               {model::TextFunction::kTrim, 0, 0}}));
  EXPECT_EQ(error_of(with(category + R"([{"function": "reverse"}])")),
            "invalid pgscore-json model: inputs[0].text_operations[0].function: unknown text "
            "function \"reverse\"");
  EXPECT_EQ(error_of(with(category + R"([{"function": "substring", "first": 0, "count": 3}])")),
            "invalid pgscore-json model: feature \"c\": the part that a text operation takes is "
            "out of range");
  EXPECT_EQ(error_of(with(category + R"([{"function": "upper", "first": 1}])")),
            "invalid pgscore-json model: inputs[0].text_operations[0].first: unknown field");
  EXPECT_EQ(error_of(with(R"("text_operations": [{"function": "trim"}])")),
            "invalid pgscore-json model: feature \"c\" is no category and has text operations");
  std::string many;
  for (int i = 0; i < 17; ++i) many += std::string(i > 0 ? "," : "") + R"({"function": "trim"})";
  EXPECT_EQ(error_of(with(category + "[" + many + "]")),
            "feature \"c\" has too many text operations");
}

TEST(PgscoreJson, header) {
  const model::Model model =
      load(R"({"pgscore_model": 1, "objective": "o", "facts": {"library": "l", "z": "1", "a": "2"},
    "inputs": [{"name": "n", "on_missing": "null", "range": "finite"},
               {"name": "c", "type": "category", "categories": ["NaN", "Infinity", ""],
                "on_unknown": "error"}],
    "nodes": [], "output": {"task": "regression", "values": [{"name": "v", "column": 0}]}})");
  EXPECT_EQ(model.objective, "o");
  ASSERT_EQ(model.facts.size(), 3u);
  EXPECT_EQ(model.facts[1].name, "z");  // order is kept
  EXPECT_EQ(model.inputs[0].on_missing, model::MissingPolicy::kNull);
  EXPECT_EQ(model.inputs[0].range, model::NumberRange::kFinite);
  // Where float32 ends: the greatest double that rounds down, and the tie, which rounds up to
  // infinity.
  const double greatest = model::greatest_magnitude(model::NumberRange::kFloat32);
  EXPECT_TRUE(std::isfinite(static_cast<float>(greatest)));
  EXPECT_TRUE(std::isinf(static_cast<float>(std::nextafter(greatest, INFINITY))));
  EXPECT_EQ(model.inputs[1].on_unknown, model::UnknownPolicy::kError);
  // Texts that look like numbers stay texts.
  EXPECT_EQ(model.inputs[1].categories, (std::vector<std::string>{"NaN", "Infinity", ""}));
}

TEST(PgscoreJson, apply) {
  EXPECT_EQ(score(R"({"type":"apply","op":"subtract","args":[{"column":0},2.5]})", 4), 1.5);
  EXPECT_EQ(score(R"({"type":"apply","op":"if_missing","args":[{"column":0},"-Infinity"]})",
                  model::kMissing),
            -INFINITY);
  EXPECT_TRUE(std::isnan(score(R"({"type":"apply","op":"add","args":[{"column":0},null]})", 4)));
  EXPECT_EQ(
      score(R"({"type":"apply","op":"add","precision":"float32","args":[{"column":0},0.1]})", 0.2),
      double(0.1f + 0.2f));
  EXPECT_EQ(score(R"({"type":"apply","op":"indicator","args":[{"column":1},2]})", 0, 2), 1);
  EXPECT_TRUE(std::signbit(score(R"({"type":"apply","op":"if_missing","args":[-0.0,1]})", 0)));
}

TEST(PgscoreJson, look_up_and_discretize) {
  const std::string by_category =
      R"({"type":"look_up","input":1,"values":[1.5,null,3],"unknown":7,"missing":8})";
  EXPECT_EQ(score(by_category, 0, 0), 1.5);
  EXPECT_TRUE(std::isnan(score(by_category, 0, 1)));
  EXPECT_EQ(score(by_category, 0, -1), 7);
  EXPECT_EQ(score(by_category, 0, model::kMissing), 8);
  EXPECT_EQ(score(R"({"type":"look_up","input":0,"keys":[-1,2],"values":[5,6]})", 2), 6);
  EXPECT_TRUE(std::isnan(score(R"({"type":"look_up","input":0,"keys":[-1,2],"values":[5,6]})", 3)));
  EXPECT_EQ(score(R"({"type":"discretize","input":0,"cuts":[1,2],"values":[10,20,30]})", 1), 20);
  EXPECT_EQ(
      score(
          R"({"type":"discretize","input":0,"cuts":[1,2],"values":[10,20,30],"upper_open":false})",
          1),
      10);
}

TEST(PgscoreJson, linear_link_and_arg_max) {
  const std::string two =
      R"({"type":"linear","intercept":[1,2],"terms":[{"column":0,"coefficients":[10,20]},
    {"column":1,"by_level":true,"coefficients":[0.5,0.25,3,4,5,6]}]})";
  EXPECT_EQ(score(two, 2, 1, 2), 24);
  EXPECT_EQ(score(two, 2, 1, 3), 46);
  EXPECT_TRUE(std::isnan(score(two, model::kMissing, 1, 2)));
  EXPECT_EQ(score(R"({"type":"linear","on_missing":"skip","intercept":[1],)"
                  R"("terms":[{"column":0,"coefficients":[10]}]})",
                  NAN),
            1);
  EXPECT_EQ(score(two + R"(,{"type":"arg_max","inputs":[2,3]})", 2, 1, 4), 1);
  EXPECT_EQ(score(R"({"type":"link","function":"logistic","inputs":[0],"first_column":2})", 0),
            0.5);
}

TEST(PgscoreJson, trees) {
  const auto trees = [](const std::string &fields, const std::string &tree) {
    return R"({"type":"trees","features":[0,1],"sum":"float64",)" + fields + R"(,"trees":[{)" +
           tree + "}]}";
  };
  const std::string stump =
      R"("feature":[0,-1,null],"threshold":[0.1,null,null],
    "left":[1,null,null],"right":[2,null,null],"value":[null,5,6])";
  const std::string plain = R"("base":[100],"compare":"float64")";
  EXPECT_EQ(score(trees(plain, stump), 0.1), 105);  // less_equal unless the file says otherwise
  EXPECT_EQ(score(trees(plain + R"(,"split":"less")", stump), 0.1), 106);
  EXPECT_EQ(score(trees(plain, stump + R"(,"split":["less",null,null])"), 0.1), 106);
  // In float32 0.1 is more than the double threshold 0.1.
  EXPECT_EQ(score(trees(R"("base":[100],"compare":"float32")", stump), 0.1), 106);
  EXPECT_EQ(score(trees(plain, stump), NAN), 106);
  EXPECT_EQ(score(trees(plain, stump + R"(,"default_left":[1,0,0])"), NAN), 105);
  EXPECT_EQ(score(trees(plain, stump + R"(,"default_left":[true,false,null])"), NAN), 105);
  EXPECT_EQ(score(trees(plain + R"(,"missing":"nan_is_zero")", stump), NAN), 105);
  EXPECT_EQ(score(trees(plain, stump + R"(,"missing":["nan_is_zero",null,null])"), NAN), 105);
  EXPECT_EQ(score(trees(plain + R"(,"aggregate":"average","divisor":2)", stump), 0), 52.5);
  const std::string in_set =
      R"("feature":[1,-1,-1],"categories":[[0,2],null,null],
    "left":[1,null,null],"right":[2,null,null],"value":[null,5,6])";
  EXPECT_EQ(score(trees(plain, in_set), 0, 2), 105);
  EXPECT_EQ(score(trees(plain, in_set), 0, 1), 106);
  EXPECT_EQ(score(trees(plain, in_set), 0, -1), 106);
  // What a fraction below 0 is: no category (the default), or 0.
  const std::string truncated =
      R"("feature":[0,-1,-1],"categories":[[0,2],null,null],
    "left":[1,null,null],"right":[2,null,null],"value":[null,5,6])";
  EXPECT_EQ(score(trees(plain, truncated), -0.5), 106);
  EXPECT_EQ(score(trees(plain + R"(,"set_split":"in_set")", truncated), -0.5), 106);
  EXPECT_EQ(score(trees(plain + R"(,"set_split":"in_set_truncated")", truncated), -0.5), 105);
  EXPECT_EQ(score(trees(plain + R"(,"set_split":"in_set_truncated")", truncated), -1), 106);
  EXPECT_EQ(score(trees(plain, truncated + R"(,"split":["in_set_truncated",null,null])"), -0.5),
            105);
  EXPECT_EQ(score(trees(plain + R"(,"set_split":"in_set_truncated")",
                        truncated + R"(,"split":["in_set",null,null])"),
                  -0.5),
            106);
  // Vectors, groups and ids.
  const std::string vectors =
      R"("feature":[0,-1,-1],"threshold":[0,null,null],"left":[1,null,null],"right":[2,null,null],
    "value":[null,[1,2],[3,4]])";
  EXPECT_EQ(score(trees(R"("base":[0,10],"leaf_width":2,"compare":"float64")", vectors), 1, 0, 3),
            14);
  EXPECT_EQ(score(trees(R"("base":[0,10],"compare":"float64")", stump + R"(,"group":1)"), 1, 0, 3),
            16);
  const double row[] = {1, 0};
  EXPECT_EQ(
      model::interpret_leaves(load(with_nodes(trees(plain, stump + R"(,"id":[9,8,7])"), 2)), row),
      (std::vector<std::uint32_t>{7}));
}

TEST(PgscoreJson, linear_leaves) {
  const auto trees = [](const std::string &fields, const std::string &functions) {
    return R"({"type":"trees","features":[0,1],"base":[100],"compare":"float64","sum":"float64",)" +
           fields +
           R"("trees":[{"feature":[0,-1,-1],"threshold":[0.5,null,null],
           "left":[1,null,null],"right":[2,null,null],"value":[null,5,6],
           "default_left":[1,0,0],"function":)" +
           functions + "}]}";
  };
  const std::string linear = R"("linear_leaves":true,)";
  const std::string both = R"([null,{"constant":1,"terms":[{"feature":0,"coefficient":8},)"
                           R"({"feature":1,"coefficient":-2}]},null])";
  EXPECT_EQ(score(trees(linear, both), 0.25, 2), 99);  // 100 + (1 + 8 * 0.25 - 2 * 2)
  EXPECT_EQ(score(trees(linear, both), 0.75, 2), 106);
  EXPECT_EQ(score(trees(linear, both), NAN, 2), 105);
  EXPECT_EQ(score(trees(linear,
                        R"([null,{"constant":1,"terms":[{"feature":0,"coefficient":1e36}]},null])"),
                  1e-36),
            101);
  EXPECT_EQ(score(trees(linear, R"([null,{"constant":2.5,"terms":[]},null])"), NAN), 102.5);
  EXPECT_EQ(score(trees("", "[null,null,null]"), 0), 105);

  auto refusal = [](const std::string &node) { return error_of(with_nodes(node, 2)); };
  EXPECT_EQ(refusal(trees("", both)),
            "invalid pgscore-json model: nodes[0].trees[0].function[1]: needs \"linear_leaves\" of "
            "the trees to be true");
  EXPECT_EQ(refusal(trees(linear,
                          R"([null,{"constant":1,"terms":[{"feature":2,"coefficient":8}]},null])")),
            "invalid pgscore-json model: nodes[0].trees[0]: node 1: feature 2 is out of range, the "
            "model has 2 features");
  EXPECT_EQ(
      refusal(trees(linear,
                    R"([null,{"constant":1,"terms":[{"feature":1,"coefficient":8,"x":1}]},null])")),
      "invalid pgscore-json model: nodes[0].trees[0].function[1].terms[0].x: unknown field");
  EXPECT_EQ(refusal(trees(R"("set_split":"less",)", "[null,null,null]")),
            "invalid pgscore-json model: nodes[0].set_split: unknown split by categories \"less\"");
}

TEST(PgscoreJson, test_rows) {
  const std::string text =
      R"({"pgscore_model":1,
    "inputs":[{"name":"a"},{"name":"b","type":"category","categories":["x"]}],"nodes":[],
    "output":{"task":"regression","values":[{"name":"v","column":0}]},
    "test_rows":{"tolerance":1e-12,"rows":[{"inputs":[1.5,"zzz"],"values":[1.5]},
                                           {"inputs":[null,null],"values":[null],"class":"c"}]}})";
  const model::TestRows test = load(text).test_rows;
  ASSERT_EQ(test.rows.size(), 2u);
  EXPECT_EQ(test.tolerance, 1e-12);
  EXPECT_EQ(std::get<std::string>(test.rows[0].inputs[1]), "zzz");
  EXPECT_TRUE(std::isnan(std::get<double>(test.rows[1].inputs[1])));
  EXPECT_TRUE(std::isnan(test.rows[1].values.at(0)));
  EXPECT_EQ(test.rows[1].label, "c");
}

TEST(PgscoreJson, sniff) {
  EXPECT_TRUE(formats::pgscore_json::sniff(as_bytes(" {\n\"pgscore_model\": 1")));
  EXPECT_FALSE(formats::pgscore_json::sniff(as_bytes("{\"learner\":{}}")));
  EXPECT_FALSE(formats::pgscore_json::sniff(as_bytes("")));
  EXPECT_FALSE(formats::pgscore_json::sniff(as_bytes("   ")));
}

TEST(PgscoreJson, options_that_do_not_apply) {
  formats::Source source;
  const std::string text = with_nodes("", 0);
  source.bytes = as_bytes(text);
  source.options.iterations = 3;
  EXPECT_THROW(formats::load("pgscore-json", source), Error);
}

/// Every file of models/hostile/pgscore_json has a line here, so that none is forgotten, and every
/// message names the place.
TEST(PgscoreJson, hostile) {
  const std::map<std::string, std::string> expected = {
      {"version", "unsupported version of the pgscore JSON format"},
      {"unknown_field", "nodes[0].colour: unknown field"},
      {"unknown_type", "nodes[0].type: unknown type of node \"neural\""},
      {"unknown_operation", "nodes[1].op: unknown operation \"divine\""},
      {"missing_field", "nodes[0]: field \"base\" is missing"},
      {"wrong_type", "inputs[0].name: must be a string"},
      {"no_output", "field \"output\" is missing"},
      {"duplicate_name", "feature name \"a\" appears twice"},
      {"duplicate_category", "feature \"b\": category \"x\" appears twice"},
      {"later_column", "nodes[0].features[0]: column 7 does not exist here"},
      {"own_column", "nodes[1].inputs[0]: column 3 does not exist here"},
      {"cycle", "nodes[0].trees[0]: node 0 has more than one parent"},
      {"two_parents", "nodes[0].trees[0]: node 1 has more than one parent"},
      {"child_out_of_range", "nodes[0].trees[0]: node 0: right child 2147483648 does not exist"},
      {"nan_threshold", "nodes[0].trees[0].threshold[0]: must be a number"},
      {"text_threshold", "nodes[0].trees[0].threshold[0]: must be a number"},
      {"no_leaf_value", "nodes[0].trees[0].value: must have one entry for each node"},
      {"feature_out_of_range",
       "nodes[0].trees[0]: node 0: feature 1 is out of range, the model has 1 features"},
      {"fraction_child", "nodes[0].trees[0].left[0]: must be an integer from 0 to 4294967294"},
      {"empty_tree", "nodes[0].trees[0].feature: a tree has at least one node"},
      {"same_ids", "nodes[0].trees[0]: node 5 is defined twice"},
      {"huge_category", "nodes[0].trees[0]: node 0: category 4294967294 is too large"},
      {"leaf_width", "nodes[0].leaf_width: must be 1 or the number of outputs"},
      {"float32_leaf", "tree 0: a leaf value is not a float32"},
      {"zero_divisor", "a tree ensemble divides by zero"},
      {"cuts_not_ascending", "graph node 0: cuts are not ascending"},
      {"look_up_size", "graph node 0: a table has not one value per category"},
      {"arity", "nodes[0].args: operation \"if\" takes 3 arguments, not 2"},
      {"coefficients", "nodes[0].terms[0].coefficients: must have one number for each intercept"},
      {"one_class", "a classification model has fewer than two classes"},
      {"test_row_width",
       "test_rows.rows[0].inputs: must have one entry for each input of the model"},
      {"zero_byte", "a text contains a zero byte"},
      {"truncated", "not valid JSON"},
      {"trailing", "not valid JSON"},
      {"duplicate_field", "nodes[0].base: the field appears twice"},
      {"nesting", "the document is nested too deeply"},
      {"number_overflow", "a number is out of range"},
      {"bare_nan", "not valid JSON"},
      {"many_fields", "f31: the object has too many fields"},
      {"bad_utf8", "not valid JSON"},
  };
  std::size_t found = 0;
  for (const auto &entry :
       fs::directory_iterator(fs::path(PGSCORE_SOURCE_DIR) / "models/hostile/pgscore_json")) {
    const std::string stem = entry.path().stem().string();
    ++found;
    const auto line = expected.find(stem);
    ASSERT_NE(line, expected.end()) << stem << " has no expected message";
    const std::string message = error_of(read_text(entry.path()));
    EXPECT_TRUE(message == line->second || message == "invalid pgscore-json model: " + line->second)
        << stem << ": " << message << " instead of " << line->second;
  }
  EXPECT_EQ(found, expected.size());
}

/// Cuts a good file at every byte and flips every byte: an Error or a model, nothing else.
TEST(PgscoreJson, truncated_and_changed) {
  const std::string good = read_text(fs::path(PGSCORE_SOURCE_DIR) /
                                     "models/edge/pgscore_json/sklearn_boosting_zero_init.json");
  ASSERT_EQ(error_of(good), "no error");
  for (std::size_t size = 0; size + 2 < good.size(); ++size)
    EXPECT_NE(error_of(good.substr(0, size)), "no error");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 0x15);
    error_of(changed);
  }
}

TEST(PgscoreJson, quotas) {
  const std::string stump =
      R"({"feature":[0,-1,-1],"threshold":[0.1,null,null],"left":[1,null,null],)"
      R"("right":[2,null,null],"value":[null,5,6]})";
  const std::string text = with_nodes(
      R"({"type":"trees","features":[0],"sum":"float64","compare":"float64","base":[0],"trees":[)" +
          stump + "," + stump + "]}",
      2);
  Limits limits;
  limits.max_nodes = 5;
  EXPECT_EQ(error_of(text, limits), "nodes[0].trees[1]: model has too many tree nodes");
  limits = {};
  limits.max_trees = 1;
  EXPECT_EQ(error_of(text, limits), "nodes[0].trees[1]: model has too many trees");
  limits = {};
  limits.max_features = 1;
  EXPECT_NE(error_of(text, limits).find("too many features"), std::string::npos);
}

TEST(JsonDocument, arrays_of_numbers) {
  const std::string text =
      R"({"n":[1,-2.5,null,"NaN","Infinity",1e300],"m":[null,"NaN","Infinity",7,-1,true,"x",[]],)"
      R"("e":[]})";
  const JsonDocument document = JsonDocument::parse(as_bytes(text), {}, {});
  std::vector<JsonValue> values;
  for (const auto [key, value] : document.root().members()) values.push_back(value);
  ASSERT_EQ(values.size(), 3u);
  const std::vector<double> numbers = values[0].numbers_or_missing();
  ASSERT_EQ(numbers.size(), 6u);
  EXPECT_EQ(numbers[1], -2.5);
  EXPECT_TRUE(std::isnan(numbers[2]) && std::isnan(numbers[3]));
  EXPECT_EQ(numbers[4], INFINITY);
  // The same beginnings in an array that turns out to hold other things.
  std::vector<JsonValue::Kind> kinds;
  std::string places;
  for (const JsonValue element : values[1].elements()) {
    kinds.push_back(element.kind());
    places += element.place() + " ";
  }
  using Kind = JsonValue::Kind;
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::kNull, Kind::kString, Kind::kString, Kind::kNumber,
                                      Kind::kNumber, Kind::kBoolean, Kind::kString, Kind::kArray}));
  EXPECT_EQ(places, "m[0] m[1] m[2] m[3] m[4] m[5] m[6] m[7] ");
  EXPECT_EQ(values[2].size(), 0u);
}

}  // namespace
}  // namespace pgscore
