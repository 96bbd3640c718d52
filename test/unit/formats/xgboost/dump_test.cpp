// Tests the reader of XGBoost's dumps: models/edge/xgboost/dump_* against the scores of the models
// that were dumped (models/make/xgboost/dump.py), what a dump lacks, and malformed
// dumps.
#include <cmath>

#include "base/float_text.hpp"
#include "formats/format.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"
#include "support/model_folders.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;

model::Model load(std::string_view text, const std::string &options,
                  std::vector<formats::FeatureOverride> features = {}) {
  return formats::load("auto", {.bytes = as_bytes(text),
                                .options = formats::parse_options(options),
                                .features = std::move(features)});
}

TEST(XgboostDump, every_dump_gives_the_scores_of_its_model) {
  std::size_t count = 0;
  for (const fs::path &path : test::edge_models("xgboost")) {
    if (!path.filename().string().starts_with("dump_")) continue;
    SCOPED_TRACE(path.filename());
    ++count;
    const model::Model model =
        load(test::read_file(path), test::read_file(test::beside(path, ".options.json")));
    EXPECT_EQ(model.format, "xgboost-dump");
    const test::CsvTable rows = test::read_csv(test::beside(path, ".rows.csv")),
                         scores = test::read_csv(test::beside(path, ".scores.csv"));
    ASSERT_EQ(rows.header.size(), model.inputs.size());
    for (std::size_t r = 0; r < rows.rows.size(); ++r) {
      std::vector<double> row;
      for (const model::Input &input : model.inputs) {
        const std::string &cell = rows.rows[r].at(rows.find(input.name));
        row.push_back(cell.empty() ? model::kMissing : *parse_float32(cell));
      }
      const std::vector<double> columns = model::interpret(model, row);
      std::vector<double> got;
      for (const model::ColumnId id : model.output.raw) got.push_back(columns[id]);
      for (const std::uint32_t leaf : model::interpret_leaves(model, row)) got.push_back(leaf);
      ASSERT_EQ(got.size(), scores.header.size());
      for (std::size_t c = 0; c < got.size(); ++c)
        EXPECT_EQ(got[c], static_cast<double>(*parse_float32(scores.rows[r][c])))
            << "row " << r << " " << scores.header[c];
    }
  }
  EXPECT_GE(count, 11u);
}

constexpr const char *kOptions = R"({"objective": "reg:squarederror", "base_score": 0})";
constexpr const char *kText =
    "booster[0]:\n0:[f7<2.5] yes=1,no=2,missing=2\n\t1:leaf=1\n\t2:[flag] "
    "yes=3,no=4\n\t\t3:leaf=2\n\t\t4:leaf=3\n";

double predict(const model::Model &model, std::vector<double> row) {
  return model::interpret(model, row).at(model.output.values.at(0).column);
}

TEST(XgboostDump, indicators_are_one_or_not_there) {
  const model::Model model = load(kText, kOptions);
  ASSERT_EQ(model.inputs.size(), 2u);
  EXPECT_EQ(predict(model, {2, 0}), 1);
  EXPECT_EQ(predict(model, {3, 1}), 2);
  EXPECT_EQ(predict(model, {3, 0}), 3);
  EXPECT_EQ(predict(model, {NAN, NAN}), 3);
}

TEST(XgboostDump, the_features_of_the_caller_count) {
  std::vector<formats::FeatureOverride> features;
  for (int i = 0; i < 9; ++i)
    features.push_back({i == 8 ? "flag" : "c" + std::to_string(i), std::nullopt});
  const model::Model model = load(kText, kOptions, features);
  ASSERT_EQ(model.inputs.size(), 9u);
  EXPECT_EQ(model.inputs[7].name, "c7");
  EXPECT_EQ(predict(model, {0, 0, 0, 0, 0, 0, 0, 3, 1}), 2);
}

std::string message_of(const std::string &text, const std::string &options) {
  try {
    load(text, options);
  } catch (const Error &e) {
    return e.message();
  }
  return "";
}

TEST(XgboostDump, what_a_dump_lacks_must_be_given) {
  EXPECT_EQ(message_of(kText, "{}"), "an XGBoost dump needs the option \"objective\"");
  EXPECT_EQ(message_of(kText, R"({"objective": "reg:squarederror"})"),
            "an XGBoost dump needs the option \"base_score\"");
  EXPECT_EQ(message_of(kText, R"({"objective": "multi:softprob", "base_score": 0})"),
            "an XGBoost dump needs the option \"num_class\"");
  EXPECT_EQ(
      message_of(kText, R"({"objective": "multi:softprob", "base_score": 0, "num_class": 3})"),
      "invalid xgboost-dump model: there are 1 trees, no multiple of the 3 outputs");
}

/// A dump of 6 trees of one leaf each, 1 to 6.
const char *const kSixTrees =
    "booster[0]:\n0:leaf=1\nbooster[1]:\n0:leaf=2\nbooster[2]:\n0:leaf=3\nbooster[3]:\n0:leaf="
    "4\nbooster[4]:\n0:leaf=5\n"
    "booster[5]:\n0:[f0<0.5] yes=1,no=2,missing=1\n\t1:leaf=6\n\t2:leaf=7\n";

std::vector<double> margins(const char *text, const std::string &options) {
  const model::Model model = load(text, options);
  const std::vector<double> columns = model::interpret(model, std::vector<double>{0});
  std::vector<double> out;
  for (const model::ColumnId id : model.output.raw) out.push_back(columns[id]);
  return out;
}

TEST(XgboostDump, rounds_cannot_be_left_out_at_the_beginning) {
  EXPECT_EQ(message_of(kText, R"({"objective": "reg:squarederror", "base_score": 0,
                                  "start_iteration": 1})"),
            "option \"start_iteration\" does not apply to format \"xgboost-dump\"");
}

TEST(XgboostDump, one_base_score_for_each_output) {
  EXPECT_EQ(
      margins(kSixTrees,
              R"({"objective": "multi:softprob", "num_class": 3, "base_score": [0.5, -0.25, 1]})"),
      (std::vector<double>{5.5, 6.75, 10}));
  EXPECT_EQ(margins(kSixTrees, R"({"objective": "multi:softprob", "base_score": [0.5, -0.25, 1]})"),
            (std::vector<double>{5.5, 6.75, 10}));
  EXPECT_EQ(margins(kSixTrees, R"({"objective": "reg:quantileerror", "base_score": [-1, 0, 1]})"),
            (std::vector<double>{4, 7, 10}));
  EXPECT_EQ(margins(kSixTrees,
                    R"({"objective": "reg:quantileerror", "num_target": 2, "base_score": 0.5})"),
            (std::vector<double>{9.5, 12.5}));
  EXPECT_EQ(
      margins(kSixTrees, R"({"objective": "reg:squarederror", "num_target": 3, "base_score": 0})"),
      (std::vector<double>{5, 7, 9}));
  EXPECT_EQ(
      margins(kSixTrees, R"({"objective": "reg:quantileerror", "num_target": 1, "base_score": 0})"),
      (std::vector<double>{21}));
  EXPECT_EQ(message_of(kSixTrees, R"({"objective": "reg:quantileerror", "base_score": 0.5})"),
            "an XGBoost dump needs the option \"num_target\"");
  EXPECT_EQ(message_of(kSixTrees, R"({"objective": "reg:expectileerror", "base_score": 0.5})"),
            "an XGBoost dump needs the option \"num_target\"");
  EXPECT_EQ(message_of(kSixTrees,
                       R"({"objective": "multi:softprob", "num_class": 3, "base_score": [1, 2]})"),
            "invalid xgboost-dump model: base_score has 2 values, the model has 3 outputs");
  EXPECT_EQ(
      message_of(
          kSixTrees,
          R"({"objective": "multi:softprob", "num_class": 3, "num_target": 3, "base_score": 0})"),
      "the options \"num_class\" and \"num_target\" exclude each other");
  EXPECT_EQ(message_of(kSixTrees, R"({"objective": "reg:squarederror", "base_score": []})"),
            "invalid value for option \"base_score\"");
}

std::string message_with(const char *text, std::vector<formats::FeatureOverride> features) {
  try {
    load(text, kOptions, std::move(features));
  } catch (const Error &e) {
    return e.message();
  }
  return "no error";
}

TEST(XgboostDump, names_and_places_of_features_must_agree) {
  const char *two =
      "booster[0]:\n0:[f0<1] yes=1,no=2,missing=1\n1:leaf=1\n2:[f1:{1,3}] "
      "yes=3,no=4,missing=4\n3:leaf=2\n4:leaf=3\n";
  const std::vector<std::string> four = {"a", "b", "c", "d"};
  EXPECT_EQ(message_with(two, {{"age", {}}, {"job", four}}), "no error");
  EXPECT_EQ(message_with(two, {{"f1", {}}, {"f0", {}}}),
            "features names \"f0\" as number 2, in the dump it is number 1");
  EXPECT_EQ(message_with(two, {{"age", {}}, {"f0", {}}}),
            "features names \"f0\" as number 2, in the dump it is number 1");
  EXPECT_EQ(message_with(two, {{"age", four}, {"job", {}}}),
            "tree 0: feature \"age\" is a number in the dump, categories cannot be given");
  EXPECT_EQ(message_with(two, {{"age", {}}, {"job", std::vector<std::string>{"a", "b", "c"}}}),
            "feature \"job\" has 3 categories, but the splits of the model use category number 4");
  const char *mixed =
      "booster[0]:\n0:[age<1] yes=1,no=2,missing=1\n1:leaf=1\n2:[f1<2] "
      "yes=3,no=4,missing=4\n3:leaf=2\n4:leaf=3\n";
  EXPECT_EQ(message_with(mixed, {{"sex", {}}, {"age", {}}}),
            "two features of the dump are number 2 of features: \"f1\" and \"age\"");
}

TEST(XgboostDump, names_that_old_json_dumps_changed_are_not_taken) {
  auto dump = [](const std::string &name) {
    return R"([{"nodeid": 0, "depth": 0, "split": ")" + name +
           R"(", "split_condition": 1, "yes": 1, "no": 2, "missing": 1, "children": [)"
           R"({"nodeid": 1, "leaf": 1, "cover": 2}, {"nodeid": 2, "leaf": 2}]}])";
  };
  auto refused = [&](const std::string &text, std::vector<formats::FeatureOverride> features = {}) {
    try {
      load(text, kOptions, std::move(features));
    } catch (const Error &e) {
      EXPECT_NE(e.hint().find("dump it as text"), std::string::npos) << e.hint();
      return e.message();
    }
    return std::string("no error");
  };
  EXPECT_EQ(refused(dump("age")), "no error");
  EXPECT_EQ(refused(dump("a \"b\"")), "invalid xgboost-dump model: not valid JSON");
  EXPECT_EQ(refused(dump("a\\new")),
            "the name \"a?ew\" of a feature may have been changed by the dump");
  EXPECT_EQ(refused(dump("a\\\\b")),
            "the name \"a\\b\" of a feature may have been changed by the dump");
  EXPECT_EQ(refused(dump("a\\\\b"), {{"a\\b", {}}}), "no error");
  std::string unknown = dump("age");
  EXPECT_EQ(message_of(unknown.replace(unknown.find("\"depth\""), 7, "\"decay\""), kOptions),
            "unknown key \"decay\" in a node");
}

TEST(XgboostDump, malformed_dumps_are_refused_by_name_and_place) {
  const std::string prefix = "invalid xgboost-dump model: ";
  auto expect = [&](const std::string &text, const std::string &message) {
    EXPECT_EQ(message_of(text, kOptions), prefix + message) << text;
  };
  expect("booster[0]:\n", "tree 0: the tree has no nodes");
  expect("booster[0]:\nleaf=1\n", "line \"leaf=1\": it has no number of a node");
  expect("booster[0]:\n0:leaf=x\n", "line \"0:leaf=x\": its leaf is not a number");
  expect("booster[0]:\n0:[f0<1]\n", "line \"0:[f0<1]\": it is neither a leaf nor a split");
  expect("booster[0]:\n0:[f0<x] yes=1,no=2,missing=1\n",
         "line \"0:[f0<x] yes=1,no=2,missing=1\": its threshold is not a number");
  expect("booster[0]:\n0:[f0<1] yes=1,no=2,missing=1\n1:leaf=1\n",
         "tree 0: node 0: right child 2 does not exist");
  expect("booster[0]:\n0:[f0<1] yes=1,no=2,missing=3\n1:leaf=1\n2:leaf=1\n",
         "tree 0: node 0: missing is none of its children");
  expect("booster[0]:\n0:[f0<1] yes=0,no=1,missing=1\n1:leaf=1\n",
         "tree 0: node 0 has more than one parent");
  expect("booster[0]:\n0:[f0:{1,x}] yes=1,no=2\n",
         "line \"0:[f0:{1,x}] yes=1,no=2\": its categories are not numbers");
  expect(R"([{"nodeid": 0, "leaf": "a"}])", "[0].leaf: must be a number");
  expect(R"([{"nodeid": 0, "split": "a", "yes": 1}])", "[0]: it has no no");
  EXPECT_EQ(message_of("booster[0]:\nbias:\n", kOptions), "dumps of gblinear are not supported");
  EXPECT_EQ(message_of("booster[0]:\n0:leaf=[1,2]\n", kOptions),
            "dumps of trees with vectors in their leaves are not supported");
}

}  // namespace
}  // namespace pgscore
