// Tests what import_model's arguments do to every format alike: features, labels, options,
// policies.
#include <gtest/gtest.h>

#include <functional>

#include "formats/format.hpp"
#include "model/interpret.hpp"
#include "support/refusal.hpp"

namespace pgscore::formats {
namespace {

/// Two classes: P(yes) is the logistic of x; "c" adds the coefficient of its category.
const char *const kBinary =
    R"({"pgscore_model":1,"inputs":[{"name":"x"},)"
    R"({"name":"c","type":"category","categories":["p","q"]}],)"
    R"("nodes":[{"type":"linear","intercept":[0],"terms":[{"column":0,"coefficients":[1]},)"
    R"({"column":1,"by_level":true,"coefficients":[0,10]}]},)"
    R"({"type":"link","function":"logistic","inputs":[2]},)"
    R"({"type":"apply","op":"subtract","args":[1,{"column":3}]},)"
    R"({"type":"apply","op":"greater","args":[{"column":3},0.5]}],)"
    R"("output":{"task":"classification","labels":["no","yes"],"values":[{"name":"p","column":3}],)"
    R"("raw":[2],"probabilities":[4,3],"class_code":5,"positive":1}})";
const char *const kRegression =
    R"({"pgscore_model":1,"inputs":[{"name":"x"}],)"
    R"("nodes":[{"type":"apply","op":"abs","args":[{"column":0}]}],)"
    R"("output":{"task":"regression","values":[{"name":"v","column":1}]}})";

Source source(const char *text) { return {.bytes = as_bytes(text)}; }
using test::refusal;

std::string load_refusal(const char *text, const std::function<void(Source &)> &change) {
  return refusal([&] {
    Source given = source(text);
    change(given);
    load("auto", given);
  });
}
double class_of(const model::Model &model, double x) {
  const double row[] = {x, 0};
  return model::interpret(model, row)[model.output.class_code];
}

TEST(Load, takes_what_the_file_says) {
  const model::Model model = load("auto", source(kBinary));
  EXPECT_EQ(model.format, "pgscore-json");
  EXPECT_EQ(model.inputs[0].name, "x");
  EXPECT_EQ(model.output.labels, (std::vector<std::string>{"no", "yes"}));
  EXPECT_EQ(class_of(model, 0.1), 1);
  EXPECT_EQ(class_of(model, -0.1), 0);
}

TEST(Load, features_rename_and_make_categories) {
  Source given = source(kBinary);
  given.features = {{"height", std::nullopt}, {"colour", std::vector<std::string>{"red", "green"}}};
  const model::Model model = load("auto", given);
  EXPECT_EQ(model.inputs[0].name, "height");
  EXPECT_EQ(model.inputs[0].type, model::ColumnType::kNumber);
  EXPECT_EQ(model.inputs[1].name, "colour");
  EXPECT_EQ(model.inputs[1].categories, (std::vector<std::string>{"red", "green"}));

  EXPECT_EQ(load_refusal(
                kRegression,
                [](Source &s) { s.features = {{"x", std::vector<std::string>{"a", "b", "c"}}}; }),
            "feature \"x\" is a number in the file, categories cannot be given|A list of "
            "categories is for features whose "
            "values the file knows as codes of categories.|If the model was trained on numbers "
            "that stood for texts, give the "
            "numbers: CASE, or a table of them.");
  EXPECT_EQ(
      load_refusal(kBinary, [](Source &s) { s.features = {{"a", {}}}; }),
      "features has 1 entries, the model has 2 features|The model's features are \"x\", \"c\".");
  EXPECT_EQ(load_refusal(
                kBinary,
                [](Source &s) { s.features = {{"a", {}}, {"b", std::vector<std::string>{"p"}}}; }),
            "feature \"b\" has 2 categories in the model, 1 are given");
}

/// The error of load() for features called so and a file whose features are `own`.
std::string order_refusal(const std::vector<std::string> &own,
                          const std::vector<std::string> &given) {
  std::string inputs, terms;
  for (std::size_t i = 0; i < own.size(); ++i) {
    inputs += (i > 0 ? "," : "") + std::string(R"({"name":")") + own[i] + R"("})";
    terms += (i > 0 ? "," : "") + std::string(R"({"column":)") + std::to_string(i) +
             R"(,"coefficients":[1]})";
  }
  const std::string text = R"({"pgscore_model":1,"inputs":[)" + inputs +
                           R"(],"nodes":[{"type":"linear","intercept":[0],"terms":[)" + terms +
                           R"(]}],"output":{"task":"regression","values":[{"name":"v","column":)" +
                           std::to_string(own.size()) + "}]}}";
  const std::string refused = load_refusal(text.c_str(), [&](Source &s) {
    for (const std::string &name : given) s.features.push_back({name, {}});
  });
  return refused.substr(0, refused.find('|'));
}

TEST(Load, features_are_not_taken_for_each_other) {
  EXPECT_EQ(order_refusal({"age", "income"}, {"age", "income"}), "no error");
  EXPECT_EQ(order_refusal({"age", "income"}, {"alter", "einkommen"}), "no error");
  EXPECT_EQ(order_refusal({"age", "income"}, {"income", "age"}),
            "features names \"income\" as number 1, in the file \"income\" is number 2");
  EXPECT_EQ(order_refusal({"age", "income", "job"}, {"einkommen", "age", "beruf"}),
            "features names \"age\" as number 2, in the file \"age\" is number 1");
  // LightGBM and R spell names in their own way.
  EXPECT_EQ(order_refusal({"a_b", "b_c"}, {"B c", "a b"}),
            "features names \"B c\" as number 1, in the file \"b_c\" is number 2");
  EXPECT_EQ(order_refusal({"a_b", "b_c"}, {"a b", "b c"}), "no error");
  EXPECT_EQ(order_refusal({"a_b", "a b"}, {"x", "y"}), "no error");
  // Made-up names say nothing about the order, but for each other.
  EXPECT_EQ(order_refusal({"f0", "f1", "f2"}, {"f1", "f2", "f3"}), "no error");
  EXPECT_EQ(order_refusal({"f0", "f1", "f2"}, {"f1", "f0", "f2"}),
            "features names \"f1\" as number 1, in the file \"f1\" is number 2");
  EXPECT_EQ(order_refusal({"Column_0", "Column_1"}, {"Column_1", "Column_0"}),
            "features names \"Column_1\" as number 1, in the file \"Column_1\" is number 2");
}

TEST(Load, lists_keep_the_order_of_the_file) {
  EXPECT_EQ(load_refusal(kBinary,
                         [](Source &s) {
                           s.features = {{"x", {}}, {"c", std::vector<std::string>{"q", "p"}}};
                         }),
            "the categories of feature \"c\" are given in another order than the file has them|The "
            "categories of the file are, "
            "in this order: \"p\", \"q\".");
  EXPECT_EQ(load_refusal(kBinary, [](Source &s) { s.labels = {"yes", "no"}; }),
            "labels are given in another order than the file has them|The classes of the file are, "
            "in this order: \"no\", "
            "\"yes\".");
}

TEST(Load, labels_replace_those_of_the_file) {
  Source given = source(kBinary);
  given.labels = {"good", "bad"};
  EXPECT_EQ(load("auto", given).output.labels, given.labels);
  EXPECT_EQ(load_refusal(kBinary, [](Source &s) { s.labels = {"a", "b", "c"}; }),
            "3 labels are given, the model has 2 classes|The model's classes are \"no\", \"yes\".");
  EXPECT_EQ(load_refusal(kRegression, [](Source &s) { s.labels = {"a", "b"}; }),
            "labels are given for a model that does not classify");
}

TEST(Load, the_positive_class_decides_what_predict_returns) {
  Source given = source(kBinary);
  given.options.positive_class = "no";
  const model::Model model = load("auto", given);
  EXPECT_EQ(model.output.positive, 0u);
  ASSERT_EQ(model.output.values.size(), 1u);
  EXPECT_EQ(model.output.values[0].column, model.output.probabilities[0]);
  EXPECT_EQ(model.output.values[0].name, "p");
  given.labels = {"good", "bad"};  // labels first: the option speaks of the new ones
  given.options.positive_class = "bad";
  EXPECT_EQ(load("auto", given).output.positive, 1u);
  EXPECT_EQ(
      load_refusal(kBinary, [](Source &s) { s.options.positive_class = "maybe"; }),
      "positive class \"maybe\" is not a class of the model|Its classes are \"no\" and \"yes\".");
  EXPECT_EQ(load_refusal(kRegression, [](Source &s) { s.options.positive_class = "yes"; }),
            "option \"positive_class\" needs a binary classification model with probabilities");
}

TEST(Load, the_threshold_decides_the_class) {
  for (const char *positive : {"yes", "no"}) {
    Source given = source(kBinary);
    given.options.positive_class = positive;
    given.options.threshold = 0.75;
    const model::Model model = load("auto", given);
    const bool yes = std::string_view(positive) == "yes";
    // P(yes) is above 0.75 from log(3) = 1.0986 on; P(no) below -1.0986. In between the other
    // class.
    EXPECT_EQ(class_of(model, 1.2), 1) << positive;
    EXPECT_EQ(class_of(model, 0), yes ? 0 : 1) << positive;
    EXPECT_EQ(class_of(model, -1.2), 0) << positive;
  }
  Source given = source(kBinary);
  given.options.threshold = 0.5;  // "above": 0.5 itself is not
  EXPECT_EQ(class_of(load("auto", given), 0), 0);
  EXPECT_EQ(load_refusal(kRegression, [](Source &s) { s.options.threshold = 0.5; }),
            "option \"threshold\" needs a binary classification model with probabilities");
}

/// kBinary with a row of known scores: x = 0.5, category q.
std::string with_test_row() {
  std::string text = kBinary;
  text.pop_back();
  return text +
         R"(,"test_rows":{"rows":[{"inputs":[0.5,"q"],"values":[0.25],"raw":[10.5],"class":"yes",)"
         R"("outputs":{"p":0.25}},{"inputs":[null,"q"],"class":"no"}]}})";
}

TEST(Load, rows_of_the_file_follow_its_new_names) {
  const std::string text = with_test_row();
  Source given = source(text.c_str());
  given.labels = {"ko", "ok"};
  given.features = {{"height", std::nullopt}, {"colour", std::vector<std::string>{"red", "green"}}};
  const model::Model model = load("auto", given);
  const model::TestRow &row = model.test_rows.rows[0];
  EXPECT_EQ(row.label, "ok");
  EXPECT_EQ(std::get<std::string>(row.inputs[1]), "green");
  EXPECT_EQ(row.values, std::vector<double>{0.25});
  EXPECT_TRUE(model.warnings.empty());
}

TEST(Load, options_leave_out_what_they_change_in_rows_of_the_file) {
  const std::string text = with_test_row();
  auto load_with = [&](const std::function<void(Options &)> &change) {
    Source given = source(text.c_str());
    change(given.options);
    return load("auto", given);
  };
  const model::Model other = load_with([](Options &options) { options.positive_class = "no"; });
  EXPECT_TRUE(other.test_rows.rows[0].values.empty());
  EXPECT_TRUE(other.test_rows.rows[0].outputs.empty());
  EXPECT_EQ(other.test_rows.rows[0].raw, std::vector<double>{10.5});
  EXPECT_EQ(other.test_rows.rows[0].label, "yes");
  ASSERT_EQ(other.warnings.size(), 1u);
  EXPECT_EQ(other.warnings[0].message,
            "the options change what 1 of the file's 2 test rows expect: that is not compared");

  const model::Model same = load_with([](Options &options) { options.positive_class = "yes"; });
  EXPECT_EQ(same.test_rows.rows[0].values, std::vector<double>{0.25});
  EXPECT_TRUE(same.warnings.empty());

  const model::Model threshold = load_with([](Options &options) { options.threshold = 0.25; });
  EXPECT_EQ(threshold.test_rows.rows[0].label, std::nullopt);
  EXPECT_EQ(threshold.test_rows.rows[0].values, std::vector<double>{0.25});

  // What is given and is what the file has changes nothing.
  const model::Model native =
      load_with([](Options &options) { options.on_missing = model::MissingPolicy::kNative; });
  EXPECT_EQ(native.test_rows.rows[1].label, "no");
  EXPECT_TRUE(native.warnings.empty());

  const model::Model policy =
      load_with([](Options &options) { options.on_missing = model::MissingPolicy::kNull; });
  EXPECT_EQ(policy.test_rows.rows[0].label, "yes");
  EXPECT_EQ(policy.test_rows.rows[1].label, std::nullopt);
}

TEST(Load, refuses_an_option_of_other_formats) {
  EXPECT_EQ(
      load_refusal(kBinary, [](Source &s) { s.options.start_iteration = 1; }),
      "option \"start_iteration\" does not apply to format \"pgscore-json\"|Options of this format "
      "are: positive_class, threshold, cost_matrix, null_category, on_unknown, on_missing.");
}

TEST(Load, policies_hold_for_all_inputs) {
  Source given = source(kBinary);
  given.options.on_missing = model::MissingPolicy::kError;
  given.options.on_unknown = model::UnknownPolicy::kNull;
  for (const model::Input &input : load("auto", given).inputs) {
    EXPECT_EQ(input.on_missing, model::MissingPolicy::kError);
    EXPECT_EQ(input.on_unknown, model::UnknownPolicy::kNull);
  }
}

TEST(Load, says_whose_fault_it_is) {
  Limits limits;
  limits.max_artifact_bytes = 10;
  EXPECT_EQ(refusal([&] { load("auto", source(kRegression), limits); }, ErrorCode::kLimitExceeded),
            "model file is too large|It has " + std::to_string(std::string(kRegression).size()) +
                " bytes, the limit is 10.|The setting pgscore.max_model_size is the limit.");
  // What the file says wrong names the format, what the call says wrong does not.
  EXPECT_TRUE(refusal([] { load("pgscore-json", source("{}")); }, ErrorCode::kInvalidModel)
                  .starts_with("invalid pgscore-json model: "));
  EXPECT_EQ(refusal(
                [] {
                  Source given = source(kBinary);
                  given.features = {{"a", {}}, {"a", {}}};
                  load("auto", given);
                },
                ErrorCode::kInvalidArgument),
            "features has the name \"a\" twice");
}

TEST(Load, passes_over_marks_and_blanks_before_a_model) {
  const std::string mark = "\xEF\xBB\xBF", model = kRegression;
  const std::string lightgbm =
      "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=0\nobjective="
      "regression\nfeature_names=x\n"
      "feature_infos=[0:1]\n\nTree=0\nnum_leaves=1\nleaf_value=2\n\nend of trees\n";
  const std::string xgboost =
      R"({"learner":{"gradient_booster":{"model":{"trees":[],"tree_info":[]},"name":"gbtree"},)"
      R"("learner_model_param":{"base_score":"5E-1","num_feature":"1"},)"
      R"("objective":{"name":"reg:squarederror"}},"version":[2,0,0]})";
  for (const std::string &text : {model, lightgbm, xgboost})
    for (const std::string &before : {std::string("\n\n"), mark, mark + "\r\n \t", "\n" + mark}) {
      const std::string bytes = before + text;
      EXPECT_EQ(load("auto", {.bytes = as_bytes(bytes)}).inputs.size(), 1u);
      const std::string format = text == model      ? "pgscore-json"
                                 : text == lightgbm ? "lightgbm-text"
                                                    : "xgboost-json";
      EXPECT_EQ(load(format, {.bytes = as_bytes(bytes)}).inputs.size(), 1u) << format;
    }
}

/// The detail with which `bytes`, of no known format, are refused. There must be a hint, too.
std::string advice_for(std::string_view bytes) {
  try {
    load("auto", {.bytes = as_bytes(bytes)});
  } catch (const Error &e) {
    EXPECT_EQ(e.message(), "could not recognize the format of the model");
    EXPECT_FALSE(e.hint().empty());
    return e.detail();
  }
  return "no error";
}

TEST(Load, calls_foreign_files_by_their_names) {
  using namespace std::string_view_literals;
  EXPECT_EQ(advice_for("\x80\x04\x95\x10\0\0\0"sv), "The file is a Python pickle.");
  EXPECT_EQ(advice_for("\x80\x02}q\x01."sv), "The file is a Python pickle.");
  EXPECT_EQ(advice_for("ccopy_reg\n_reconstructor\np0\n"sv), "The file is a Python pickle.");
  EXPECT_EQ(advice_for("\x78\x9C\x01\x02\x03"sv),
            "The file is compressed with zlib, as joblib writes pickles.");
  EXPECT_EQ(advice_for("\x1F\x8B\x08\0"sv), "The file is compressed with gzip.");
  EXPECT_EQ(advice_for("RDX3\nX\n"sv), "The file is an R workspace (.RData).");
  EXPECT_EQ(advice_for("X\n\0\0\0\x03\0\x04"sv), "The file is an R object (.rds).");
  EXPECT_EQ(advice_for("\x89HDF\r\n\x1A\n"sv),
            "The file is an HDF5 file, as Keras writes them (.h5).");
  EXPECT_EQ(
      advice_for(
          "PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0D\0\0\0metadata.json{}"sv),
      "The file is a Keras model (.keras).");
  EXPECT_EQ(
      advice_for(
          "PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\0archive/data.pklFB"sv),
      "The file is a PyTorch checkpoint (.pt, .pth).");
  EXPECT_EQ(advice_for("PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.txt"sv),
            "The file is a ZIP archive.");
  EXPECT_EQ(advice_for("PK\x03\x04"sv), "The file is a ZIP archive.");
  EXPECT_EQ(advice_for("\x10\0\0\0\0\0\0\0{\"w\":{}}"sv),
            "The file is a safetensors file: numbers without the network.");
  EXPECT_EQ(advice_for("\x08\x01\x12\x05model"sv), "The file is a TensorFlow SavedModel.");
  EXPECT_EQ(advice_for("\xFF\xFE{\0}\0"sv), "The file is a text in UTF-16.");
  EXPECT_EQ(advice_for("no model at all"sv), "");
}

std::string unknown_key(std::string text, const std::string &after, const std::string &key) {
  const std::size_t at = text.find(after);
  EXPECT_NE(at, text.npos) << after;
  text.insert(at + after.size(), key);
  return refusal([&] { load("auto", {.bytes = as_bytes(text)}); }, ErrorCode::kUnsupportedModel);
}

TEST(Load, refuses_keys_of_boosters_that_nobody_knows) {
  const std::string xgboost =
      R"({"learner":{"gradient_booster":{"model":{"gbtree_model_param":{"num_trees":"1"},)"
      R"("trees":[{"tree_param":{"num_nodes":"1"},"left_children":[-1],"right_children":[-1],)"
      R"("split_indices":[0],"split_conditions":[1],"default_left":[0],"parents":[0]}],)"
      R"("tree_info":[0]},"name":"gbtree"},)"
      R"("learner_model_param":{"base_score":"5E-1","num_feature":"1"},)"
      R"("objective":{"name":"reg:squarederror","reg_loss_param":{}},"attributes":{"mine":"1"}},)"
      R"("version":[2,0,0]})";
  EXPECT_EQ(load("auto", {.bytes = as_bytes(xgboost)}).num_trees(), 1u);
  for (const auto &[after, place] : {std::pair{"{", "the document"},
                                     {"\"learner\":{", "the learner"},
                                     {"\"gradient_booster\":{", "gradient_booster"},
                                     {"\"model\":{", "the model of the booster"},
                                     {"\"gbtree_model_param\":{", "gbtree_model_param"},
                                     {"\"trees\":[{", "a tree"},
                                     {"\"tree_param\":{", "tree_param"},
                                     {"\"learner_model_param\":{", "learner_model_param"},
                                     {"\"objective\":{", "the objective"}}) {
    // The first key of the document is how XGBoost's files are recognized, so a new one comes last
    // there.
    const bool is_root = std::string(after) == "{";
    const std::string refused = is_root ? unknown_key(xgboost, "[2,0,0]", R"(,"decay":1)")
                                        : unknown_key(xgboost, after, R"("decay":1,)");
    EXPECT_NE(refused.find(std::string("unknown key \"decay\" in ") + place), refused.npos)
        << refused;
  }
  const std::string lightgbm =
      "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx="
      "0\nobjective=regression\n"
      "feature_names=x\nfeature_infos=[0:1]\n\nTree=0\nnum_leaves=1\nleaf_value=2\nshrinkage=0."
      "1\n\nend of trees\n";
  EXPECT_EQ(load("auto", {.bytes = as_bytes(lightgbm)}).num_trees(), 1u);
  EXPECT_TRUE(unknown_key(lightgbm, "version=v4\n", "decay=1\n")
                  .starts_with("unknown key \"decay\" in the header"));
  EXPECT_TRUE(unknown_key(lightgbm, "num_leaves=1\n", "decay=1\n")
                  .starts_with("tree 0: unknown key \"decay\" in a tree"));
  const std::string dump =
      R"({"name":"tree","version":"v4","num_class":1,"num_tree_per_iteration":1,"label_index":0,)"
      R"("max_feature_idx":0,"objective":"regression","average_output":false,)"
      R"("feature_names":["x"],"feature_infos":{},"tree_info":[{"tree_index":0,)"
      R"("num_leaves":1,"num_cat":0,"shrinkage":1,"tree_structure":{"leaf_value":2}}]})";
  EXPECT_EQ(load("auto", {.bytes = as_bytes(dump)}).num_trees(), 1u);
  for (const auto &[after, place] : {std::pair{"{", "the dump"},
                                     {"\"tree_info\":[{", "a tree"},
                                     {"\"tree_structure\":{", "a node"}}) {
    const std::string refused = unknown_key(dump, after, R"("decay":1,)");
    EXPECT_NE(refused.find(std::string("unknown key \"decay\" in ") + place), refused.npos)
        << refused;
  }
}

TEST(Load, the_cost_matrix_decides_the_class) {
  // Taking yes for no costs three times as much as the other way round: no only where P(yes) is
  // below 1/4, at log(1/3) = -1.0986.
  Source given = source(kBinary);
  given.options = parse_options(R"({"cost_matrix": {"yes": {"no": 3}, "no": {"yes": 1}}})");
  const model::Model model = load("auto", given);
  EXPECT_EQ(class_of(model, -1.2), 0);
  EXPECT_EQ(class_of(model, -1.0), 1);
  EXPECT_EQ(class_of(model, 1.0), 1);
}

TEST(Load, refuses_cost_matrices_that_do_not_fit) {
  auto said = [](const char *json) {
    return refusal([&] {
      Source given = source(kBinary);
      given.options = parse_options(json);
      load("auto", given);
    });
  };
  EXPECT_EQ(said(R"({"cost_matrix": {"yes": {"no": 3}}})"),
            "option \"cost_matrix\" has no cost for class \"no\" predicted as \"yes\"");
  EXPECT_TRUE(said(R"({"cost_matrix": {"yes": {"maybe": 3}}})")
                  .starts_with("option \"cost_matrix\" names class \"maybe\", which the model does "
                               "not have"));
  EXPECT_TRUE(said(R"({"threshold": 0.5, "cost_matrix": {"yes": {"no": 3}, "no": {"yes": 1}}})")
                  .starts_with("options \"threshold\" and \"cost_matrix\" are both given"));
  for (const char *value :
       {"{}", "[]", "1", R"({"yes": 1})", R"({"yes": {"no": -1}})", R"({"yes": {"no": "1"}})"})
    EXPECT_TRUE(said((std::string(R"({"cost_matrix": )") + value + "}").c_str())
                    .starts_with("invalid value for option \"cost_matrix\""))
        << value;
}

}  // namespace
}  // namespace pgscore::formats
