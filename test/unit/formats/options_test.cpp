// import_model's options and features: JSON, each key, and what is refused.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "formats/format.hpp"
#include "support/refusal.hpp"

namespace pgscore::formats {
namespace {

using test::refusal;

TEST(ParseOptions, reads_each_key) {
  const Options options = parse_options(
      R"({"start_iteration":2,"iterations":7,"objective":"binary:logistic","base_score":0.25,)"
      R"("num_class":3,"positive_class":"yes","threshold":0.5,)"
      R"("on_unknown":"error","on_missing":"null"})");
  EXPECT_EQ(options.start_iteration, 2u);
  EXPECT_EQ(options.iterations, 7u);
  EXPECT_EQ(options.objective, "binary:logistic");
  EXPECT_EQ(options.base_score, std::vector<double>{0.25});
  EXPECT_EQ(options.num_class, 3u);
  EXPECT_EQ(options.positive_class, "yes");
  EXPECT_EQ(options.threshold, 0.5);
  EXPECT_EQ(options.on_unknown, model::UnknownPolicy::kError);
  EXPECT_EQ(options.on_missing, model::MissingPolicy::kNull);
  EXPECT_EQ(parse_options(R"({"positive_class":1})").positive_class, "1");
  EXPECT_EQ(parse_options(R"({"positive_class":true})").positive_class, "true");
  EXPECT_FALSE(parse_options("{}").threshold);
}

TEST(ParseOptions, refuses_by_name_of_the_key) {
  auto said = [](const char *json) { return refusal([&] { parse_options(json); }); };
  auto invalid = [](const char *key, const char *expected) {
    return "invalid value for option \"" + std::string(key) + "\"|It must be " + expected + ".";
  };
  for (const char *value :
       {"0", "-1", "1.5", "2147483648", "99999999999999999999", "\"7\"", "null"}) {
    EXPECT_EQ(said(("{\"iterations\":" + std::string(value) + "}").c_str()),
              invalid("iterations", "a positive integer"))
        << value;
    EXPECT_EQ(said(("{\"num_class\":" + std::string(value) + "}").c_str()),
              invalid("num_class", "a positive integer"))
        << value;
  }
  EXPECT_EQ(said(R"({"objective":1})"), invalid("objective", "a string"));
  EXPECT_EQ(said(R"({"base_score":"0.5"})"),
            invalid("base_score", "a number, or an array of numbers"));
  EXPECT_EQ(said(R"({"threshold":null})"), invalid("threshold", "a number"));
  for (const char *value : {"-0.1", "1.1"})
    EXPECT_EQ(said(("{\"threshold\":" + std::string(value) + "}").c_str()),
              invalid("threshold", "between 0 and 1"));
  for (const char *value : {"\"keep\"", "\"Error\""})
    EXPECT_EQ(said(("{\"on_unknown\":" + std::string(value) + "}").c_str()),
              invalid("on_unknown", "missing, error or null"));
  EXPECT_EQ(said(R"({"on_missing":"keep"})"), invalid("on_missing", "native, error or null"));
  EXPECT_TRUE(said(R"({"Threshold":1})").starts_with("unknown option \"Threshold\"|Options are: "));
  EXPECT_EQ(said("[]"), "options must be a JSON object");
  EXPECT_TRUE(said("{").starts_with("invalid JSON in options|"));
  EXPECT_EQ(said(R"({"a":[[[[[[[[[[1]]]]]]]]]]})"), "an argument is nested too deeply");
}

TEST(ParseFeatures, reads_names_and_categories) {
  const auto features =
      parse_features(R"(["a",{"name":"b"},{"name":"c","categories":["x",1,2.5,true,""]}])");
  ASSERT_EQ(features.size(), 3u);
  EXPECT_EQ(features[0].name, "a");
  EXPECT_FALSE(features[0].categories);
  EXPECT_EQ(features[1].name, "b");
  EXPECT_FALSE(features[1].categories);
  EXPECT_EQ(features[2].categories, (std::vector<std::string>{"x", "1", "2.5", "true", ""}));
}

TEST(ParseFeatures, refuses_by_place) {
  auto said = [](const char *json) {
    const std::string text = refusal([&] { parse_features(json); });
    return text.substr(0, text.find('|'));
  };
  EXPECT_EQ(said("{}"), "features must be a JSON array");
  EXPECT_EQ(said("["), "invalid JSON in features");
  for (const char *entry : {"1", "null", "{}", R"({"name":1})"})
    EXPECT_EQ(said(("[\"a\"," + std::string(entry) + "]").c_str()),
              "features[1]: it must be a name or an object with a name");
  for (const char *extra : {R"("type":"category")", R"("categories":"x")", R"("categories":null)"})
    EXPECT_EQ(said(("[{\"name\":\"a\"," + std::string(extra) + "}]").c_str()),
              "features[0]: it may hold only \"name\" and \"categories\"");
  for (const char *category : {"null", "[]", "{}"})
    EXPECT_EQ(said(("[{\"name\":\"a\",\"categories\":[" + std::string(category) + "]}]").c_str()),
              "features[0]: a category must be a string, a number or a boolean");
}

}  // namespace
}  // namespace pgscore::formats
