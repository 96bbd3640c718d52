// What import_model's arguments do to every format alike: features, labels, options, policies.
#include <gtest/gtest.h>

#include <functional>

#include "formats/format.hpp"
#include "model/interpret.hpp"

namespace pgscore::formats {
namespace {

/// Two classes: P(yes) is the logistic of x; "c" adds the coefficient of its category.
const char *const kBinary =
    R"({"pgscore_model":1,"inputs":[{"name":"x"},{"name":"c","type":"category","categories":["p","q"]}],)"
    R"("nodes":[{"type":"linear","intercept":[0],"terms":[{"column":0,"coefficients":[1]},)"
    R"({"column":1,"by_level":true,"coefficients":[0,10]}]},)"
    R"({"type":"link","function":"logistic","inputs":[2]},{"type":"apply","op":"subtract","args":[1,{"column":3}]},)"
    R"({"type":"apply","op":"greater","args":[{"column":3},0.5]}],)"
    R"("output":{"task":"classification","labels":["no","yes"],"values":[{"name":"p","column":3}],"raw":[2],)"
    R"("probabilities":[4,3],"class_code":5,"positive":1}})";
const char *const kRegression =
    R"({"pgscore_model":1,"inputs":[{"name":"x"}],"nodes":[{"type":"apply","op":"abs","args":[{"column":0}]}],)"
    R"("output":{"task":"regression","values":[{"name":"v","column":1}]}})";

Source source(const char *text) { return {as_bytes(text), {}, {}, {}}; }
std::string refusal(const std::function<void()> &act, ErrorCode code = ErrorCode::kInvalidArgument) {
  try {
    act();
  } catch (const Error &e) {
    EXPECT_EQ(e.code(), code) << e.message();
    return e.message() + (e.detail().empty() ? "" : "|" + e.detail()) + (e.hint().empty() ? "" : "|" + e.hint());
  }
  return "no error";
}
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

TEST(Load, TakesWhatTheFileSays) {
  const model::Model model = load("auto", source(kBinary));
  EXPECT_EQ(model.format, "pgscore-json");
  EXPECT_EQ(model.inputs[0].name, "x");
  EXPECT_EQ(model.output.labels, (std::vector<std::string>{"no", "yes"}));
  EXPECT_EQ(class_of(model, 0.1), 1);
  EXPECT_EQ(class_of(model, -0.1), 0);
}

TEST(Load, FeaturesRenameAndMakeCategories) {
  Source given = source(kBinary);
  given.features = {{"height", std::nullopt}, {"colour", std::vector<std::string>{"red", "green"}}};
  const model::Model model = load("auto", given);
  EXPECT_EQ(model.inputs[0].name, "height");
  EXPECT_EQ(model.inputs[0].type, model::ColumnType::kNumber);
  EXPECT_EQ(model.inputs[1].name, "colour");
  EXPECT_EQ(model.inputs[1].categories, (std::vector<std::string>{"red", "green"}));

  given = source(kRegression);
  given.features = {{"x", std::vector<std::string>{"a", "b", "c"}}};  // codes of a number: now with names
  const model::Model coded = load("auto", given);
  EXPECT_EQ(coded.inputs[0].type, model::ColumnType::kCategory);
  EXPECT_EQ(coded.inputs[0].categories.size(), 3u);

  EXPECT_EQ(load_refusal(kBinary,
                         [](Source &s) {
                           s.features = {{"a", {}}};
                         }),
            "features has 1 entries, the model has 2 features|The model's features are \"x\", \"c\".");
  EXPECT_EQ(load_refusal(kBinary,
                         [](Source &s) {
                           s.features = {{"a", {}}, {"b", std::vector<std::string>{"p"}}};
                         }),
            "feature \"b\" has 2 categories in the model, 1 are given");
}

TEST(Load, LabelsReplaceThoseOfTheFile) {
  Source given = source(kBinary);
  given.labels = {"good", "bad"};
  EXPECT_EQ(load("auto", given).output.labels, given.labels);
  EXPECT_EQ(load_refusal(kBinary,
                         [](Source &s) {
                           s.labels = {"a", "b", "c"};
                         }),
            "3 labels are given, the model has 2 classes|The model's classes are \"no\", \"yes\".");
  EXPECT_EQ(load_refusal(kRegression,
                         [](Source &s) {
                           s.labels = {"a", "b"};
                         }),
            "labels are given for a model that does not classify");
}

TEST(Load, ThePositiveClassDecidesWhatPredictReturns) {
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
  EXPECT_EQ(load_refusal(kBinary, [](Source &s) { s.options.positive_class = "maybe"; }),
            "positive class \"maybe\" is not a class of the model|Its classes are \"no\" and \"yes\".");
  EXPECT_EQ(load_refusal(kRegression, [](Source &s) { s.options.positive_class = "yes"; }),
            "option \"positive_class\" needs a binary classification model with probabilities");
}

TEST(Load, TheThresholdDecidesTheClass) {
  for (const char *positive : {"yes", "no"}) {
    Source given = source(kBinary);
    given.options.positive_class = positive;
    given.options.threshold = 0.75;
    const model::Model model = load("auto", given);
    const bool yes = std::string_view(positive) == "yes";
    // P(yes) is above 0.75 from log(3) = 1.0986 on; P(no) below -1.0986. In between the other class.
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

TEST(Load, RefusesAnOptionOfOtherFormats) {
  EXPECT_EQ(load_refusal(kBinary, [](Source &s) { s.options.start_iteration = 1; }),
            "option \"start_iteration\" does not apply to format \"pgscore-json\"");
}

TEST(Load, PoliciesHoldForAllInputs) {
  Source given = source(kBinary);
  given.options.on_missing = model::MissingPolicy::kError;
  given.options.on_unknown = model::UnknownPolicy::kNull;
  for (const model::Input &input : load("auto", given).inputs) {
    EXPECT_EQ(input.on_missing, model::MissingPolicy::kError);
    EXPECT_EQ(input.on_unknown, model::UnknownPolicy::kNull);
  }
}

TEST(Load, SaysWhoseFaultItIs) {
  Limits limits;
  limits.max_artifact_bytes = 10;
  EXPECT_EQ(refusal([&] { load("auto", source(kRegression), limits); }, ErrorCode::kLimitExceeded),
            "model file is too large|It has " + std::to_string(std::string(kRegression).size()) + " bytes, the limit is 10.");
  // What the file says wrong names the format, what the call says wrong does not.
  EXPECT_TRUE(
      refusal([] { load("pgscore-json", source("{}")); }, ErrorCode::kInvalidModel).starts_with("invalid pgscore-json model: "));
  EXPECT_EQ(refusal(
                [] {
                  Source given = source(kBinary);
                  given.features = {{"a", {}}, {"a", {}}};
                  load("auto", given);
                },
                ErrorCode::kInvalidArgument),
            "features has the name \"a\" twice");
}

TEST(ParseOptions, ReadsEachKey) {
  const Options options = parse_options(
      R"({"start_iteration":2,"iterations":7,"objective":"binary:logistic","base_score":0.25,"num_class":3,"positive_class":"yes","threshold":0.5,)"
      R"("on_unknown":"error","on_missing":"null"})");
  EXPECT_EQ(options.start_iteration, 2u);
  EXPECT_EQ(options.iterations, 7u);
  EXPECT_EQ(options.objective, "binary:logistic");
  EXPECT_EQ(options.base_score, 0.25);
  EXPECT_EQ(options.num_class, 3u);
  EXPECT_EQ(options.positive_class, "yes");
  EXPECT_EQ(options.threshold, 0.5);
  EXPECT_EQ(options.on_unknown, model::UnknownPolicy::kError);
  EXPECT_EQ(options.on_missing, model::MissingPolicy::kNull);
  EXPECT_EQ(parse_options(R"({"positive_class":1})").positive_class, "1");
  EXPECT_EQ(parse_options(R"({"positive_class":true})").positive_class, "true");
  EXPECT_FALSE(parse_options("{}").threshold);
}

TEST(ParseOptions, RefusesByNameOfTheKey) {
  auto said = [](const char *json) { return refusal([&] { parse_options(json); }); };
  auto invalid = [](const char *key, const char *expected) {
    return "invalid value for option \"" + std::string(key) + "\"|It must be " + expected + ".";
  };
  for (const char *value : {"0", "-1", "1.5", "2147483648", "99999999999999999999", "\"7\"", "null"}) {
    EXPECT_EQ(said(("{\"iterations\":" + std::string(value) + "}").c_str()), invalid("iterations", "a positive integer"))
        << value;
    EXPECT_EQ(said(("{\"num_class\":" + std::string(value) + "}").c_str()), invalid("num_class", "a positive integer")) << value;
  }
  EXPECT_EQ(said(R"({"objective":1})"), invalid("objective", "a string"));
  EXPECT_EQ(said(R"({"base_score":"0.5"})"), invalid("base_score", "a number"));
  EXPECT_EQ(said(R"({"threshold":null})"), invalid("threshold", "a number"));
  for (const char *value : {"-0.1", "1.1"})
    EXPECT_EQ(said(("{\"threshold\":" + std::string(value) + "}").c_str()), invalid("threshold", "between 0 and 1"));
  for (const char *value : {"\"keep\"", "\"Error\""})
    EXPECT_EQ(said(("{\"on_unknown\":" + std::string(value) + "}").c_str()), invalid("on_unknown", "missing, error or null"));
  EXPECT_EQ(said(R"({"on_missing":"keep"})"), invalid("on_missing", "native, error or null"));
  EXPECT_TRUE(said(R"({"Threshold":1})").starts_with("unknown option \"Threshold\"|Options are: "));
  EXPECT_EQ(said("[]"), "options must be a JSON object");
  EXPECT_TRUE(said("{").starts_with("invalid JSON in options|"));
  EXPECT_EQ(said(R"({"a":[[[[[[[[[[1]]]]]]]]]]})"), "an argument is nested too deeply");
}

TEST(ParseFeatures, ReadsNamesAndCategories) {
  const auto features = parse_features(R"(["a",{"name":"b"},{"name":"c","categories":["x",1,2.5,true,""]}])");
  ASSERT_EQ(features.size(), 3u);
  EXPECT_EQ(features[0].name, "a");
  EXPECT_FALSE(features[0].categories);
  EXPECT_EQ(features[1].name, "b");
  EXPECT_FALSE(features[1].categories);
  EXPECT_EQ(features[2].categories, (std::vector<std::string>{"x", "1", "2.5", "true", ""}));
}

TEST(ParseFeatures, RefusesByPlace) {
  auto said = [](const char *json) {
    const std::string text = refusal([&] { parse_features(json); });
    return text.substr(0, text.find('|'));
  };
  EXPECT_EQ(said("{}"), "features must be a JSON array");
  EXPECT_EQ(said("["), "invalid JSON in features");
  for (const char *entry : {"1", "null", "{}", R"({"name":1})"})
    EXPECT_EQ(said(("[\"a\"," + std::string(entry) + "]").c_str()), "features[1]: it must be a name or an object with a name");
  for (const char *extra : {R"("type":"category")", R"("categories":"x")", R"("categories":null)"})
    EXPECT_EQ(said(("[{\"name\":\"a\"," + std::string(extra) + "}]").c_str()),
              "features[0]: it may hold only \"name\" and \"categories\"");
  for (const char *category : {"null", "[]", "{}"})
    EXPECT_EQ(said(("[{\"name\":\"a\",\"categories\":[" + std::string(category) + "]}]").c_str()),
              "features[0]: a category must be a string, a number or a boolean");
}

}  // namespace
}  // namespace pgscore::formats
