// Test rows as people write them, and as files bring them along.
#include "registry/test_rows.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "support/registry_model.hpp"

namespace pgscore::registry {
namespace {

const PreparedVersion &model() {
  static const PreparedVersion version = test::registry_model();
  return version;
}

std::vector<TestRow> parse(const std::string &json) {
  return parse_test_rows(json, model().plan());
}

/// The message, and the detail when there is one.
std::string refusal(const std::string &json) {
  try {
    parse(json);
  } catch (const Error &e) {
    EXPECT_EQ(e.code(), ErrorCode::kInvalidArgument) << json;
    return e.message();
  }
  return "no error";
}

/// What is wrong with one row of which only this is said.
std::string refusal_of(const std::string &expected) {
  return refusal(R"([{"input": [1, "clerk"], "expected": )" + expected + "}]");
}

TEST(TestRows, each_output_of_a_row_is_a_row_of_its_own) {
  const std::vector<TestRow> rows = parse(R"([
    {"input": {"x": 1}, "expected": 0.5, "tolerance": 1e-9},
    {"input": [1, "clerk"], "expected": {"probabilities": [0.25, null]}},
    {"input": {}, "expected": {"class": "yes"}},
    {"input": {}, "expected": {"outputs": {"level": "high", "p": 0.75}}},
    {"input": {}, "expected": [0.5]}, {"input": {}, "expected": null},
    {"input": {}, "expected": {"value": 3}}, {"input": {}, "expected": {"raw": [1]}}])");
  ASSERT_EQ(rows.size(), 9u);
  const std::vector<std::string> outputs = {"value",         "probabilities", "class",
                                            "outputs.level", "outputs.p",     "value",
                                            "value",         "value",         "raw"};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].row_no, static_cast<int>(i) + 1);
    EXPECT_EQ(rows[i].output, outputs[i]);
  }
  EXPECT_EQ(rows[0].input, R"({"x":1})");
  EXPECT_EQ(rows[0].tolerance, 1e-9);
  EXPECT_EQ(rows[1].input, R"([1,"clerk"])");
  EXPECT_EQ(rows[1].expected[0], 0.25);
  EXPECT_TRUE(std::isnan(rows[1].expected[1]));
  EXPECT_EQ(rows[2].expected, std::vector<double>{1});
  EXPECT_EQ(rows[3].expected, std::vector<double>{1});
  EXPECT_EQ(rows[4].expected, std::vector<double>{0.75});
  EXPECT_TRUE(std::isnan(rows[6].expected[0]));
  EXPECT_TRUE(parse("[]").empty());
}

TEST(TestRows, what_is_no_list_of_rows_is_refused) {
  EXPECT_EQ(refusal("[{]"), "invalid JSON in test_rows");
  EXPECT_EQ(refusal("{}"), "test_rows must be an array of objects");
  EXPECT_EQ(refusal("[[[[[[[[[[]]]]]]]]]]"), "test_rows is nested too deeply");
  EXPECT_EQ(refusal("[1]"), "test row 1: a test row must be an object");
  EXPECT_EQ(refusal(R"([{"input": [], "expected": 1}, {"input": 7}])"),
            "test row 2: \"input\" must be an object or an array");
  EXPECT_EQ(refusal(R"([{"expected": 7}])"), "test row 1: \"input\" is missing");
  EXPECT_EQ(refusal(R"([{"input": {}}])"), "test row 1: \"expected\" is missing");
  EXPECT_EQ(refusal(R"([{"input": {}, "wanted": 1}])"), "test row 1: unrecognized key \"wanted\"");
  for (const char *tolerance : {"1", "-0.5", "\"0\"", "null"})
    EXPECT_EQ(
        refusal(R"([{"input": {}, "expected": 1, "tolerance": )" + std::string(tolerance) + "}]"),
        "test row 1: \"tolerance\" must be a number from 0 to below 1");
}

TEST(TestRows, what_the_model_cannot_give_is_refused) {
  EXPECT_EQ(refusal_of("\"a\""),
            "test row 1: \"expected\" must be a number, an array or an object with one of value, "
            "raw, probabilities, class and outputs");
  EXPECT_EQ(refusal_of("[true]"), "test row 1: \"expected\" must be a number or null");
  EXPECT_EQ(refusal_of(R"({"raw": 1})"), "test row 1: \"raw\" must be an array of numbers");
  EXPECT_EQ(refusal_of(R"({"score": 1})"),
            "test row 1: unrecognized key \"score\" in \"expected\"");
  EXPECT_EQ(refusal_of(R"({"class": 1})"), "test row 1: \"class\" must be a label");
  EXPECT_EQ(refusal_of(R"({"class": "maybe"})"),
            "test row 1: class \"maybe\" is not a class of the model");
  EXPECT_EQ(refusal_of(R"({"outputs": {}})"),
            "test row 1: \"outputs\" must be an object of outputs by name");
  EXPECT_EQ(refusal_of(R"({"outputs": {"q": 1}})"), "test row 1: the model has no output \"q\"");
  EXPECT_EQ(refusal_of(R"({"outputs": {"p": "low"}})"),
            "test row 1: output \"p\" is a number, a text is expected");
  EXPECT_EQ(refusal_of(R"({"outputs": {"level": 0}})"),
            "test row 1: output \"level\" is a text, a number is expected");
  EXPECT_EQ(refusal_of(R"({"outputs": {"level": "medium"}})"),
            "test row 1: output \"level\" never is \"medium\"");
}

TEST(TestRows, the_rows_of_a_file_are_written_as_the_argument_has_them) {
  const std::vector<TestRow> rows = embedded_test_rows(model().model.test_rows, model().plan());
  ASSERT_EQ(rows.size(), 7u);
  EXPECT_EQ(rows[0].input, R"([2.0,"clerk"])");
  EXPECT_EQ(rows[0].output, "value");
  EXPECT_EQ(rows[0].tolerance, 0.25);
  EXPECT_EQ(rows[3].output, "class");
  EXPECT_EQ(rows[3].expected, std::vector<double>{1});
  EXPECT_EQ(rows[4].input, R"([null,"chief"])");
  EXPECT_EQ(rows[5].output, "outputs.level");
  EXPECT_EQ(rows[6].row_no, 7);
  EXPECT_TRUE(std::isnan(rows[6].expected[0]));
}

TEST(TestRows, rows_of_a_file_that_do_not_fit_name_their_place) {
  model::TestRows file;
  file.rows.resize(2);
  file.rows[0].values = file.rows[1].values = {1};
  file.rows[1].label = "maybe";
  const auto refused = [&] {
    try {
      embedded_test_rows(file, model().plan());
    } catch (const Error &e) {
      EXPECT_EQ(e.code(), ErrorCode::kInvalidModel);
      EXPECT_EQ(e.hint(), kWithoutFilesRows);
      return e.message();
    }
    return std::string("no error");
  };
  EXPECT_EQ(refused(), "test row 2: class \"maybe\" is not a class of the model");
  file.rows[1].place = "line 12: row";
  EXPECT_EQ(refused(), "line 12: row: class \"maybe\" is not a class of the model");
}

TEST(TestRows, an_input_by_position_becomes_one_by_name) {
  const plan::Plan plan = model().plan();
  EXPECT_EQ(input_by_name(R"([1.5, "clerk"])", plan), R"({"job":"clerk","x":1.5})");
  EXPECT_EQ(input_by_name(R"({"x": 1})", plan), R"({"x": 1})");
  for (const char *input : {"[1]", "[1, 2, 3]", "1", "null", "[1, 2"})
    EXPECT_THROW(input_by_name(input, plan), Error) << input;
}

}  // namespace
}  // namespace pgscore::registry
