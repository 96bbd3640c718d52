// Reads test rows as people write them: the argument test_rows.
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "registry/test_output.hpp"
#include "registry/test_rows.hpp"

namespace pgscore::registry {
namespace {

using Json = nlohmann::json;

constexpr int kMaxNesting = 8;

[[noreturn]] void refuse_rows(const std::string &message, const std::string &detail = {},
                              const std::string &hint = {}) {
  throw Error(ErrorCode::kInvalidArgument, message, detail, hint);
}

constexpr const char *kForm =
    "A list of test rows is written as in [{\"input\": {\"age\": 44, \"job\": \"clerk\"}, "
    "\"expected\": 0.5}].";

Json parse_json(std::string_view text) {
  const auto shallow = [](int depth, Json::parse_event_t, Json &) {
    if (depth > kMaxNesting) refuse_rows("test_rows is nested too deeply");
    return true;
  };
  try {
    return Json::parse(text, shallow);
  } catch (const Json::exception &e) {
    refuse_rows("invalid JSON in test_rows", e.what(), kForm);
  }
}

double number_or_missing(const Json &value, const char *what) {
  if (value.is_null()) return model::kMissing;
  if (!value.is_number()) refuse_rows(std::string(what) + " must be a number or null");
  return value.get<double>();
}

std::vector<double> numbers(const Json &value, const char *what) {
  if (!value.is_array()) refuse_rows(std::string(what) + " must be an array of numbers");
  std::vector<double> out;
  for (const Json &element : value) out.push_back(number_or_missing(element, what));
  return out;
}

/// Reads what predict returns: one number, or one for each target.
std::vector<double> values(const Json &value, const char *what) {
  if (value.is_array()) return numbers(value, what);
  return {number_or_missing(value, what)};
}

void read_scores(const Json &expected, plan::Plan plan, TestRow &row) {
  if (expected.is_number() || expected.is_null() || expected.is_array()) {
    row.output = "value";
    row.expected = values(expected, "\"expected\"");
    return;
  }
  if (!expected.is_object() || expected.size() != 1)
    refuse_rows(
        "\"expected\" must be a number, an array or an object with one of value, raw, "
        "probabilities, class and outputs");
  const std::string &key = expected.begin().key();
  const Json &value = expected.begin().value();
  if (key == "value") {
    row.expected = values(value, "\"value\"");
  } else if (key == "raw" || key == "probabilities") {
    row.expected = numbers(value, key == "raw" ? "\"raw\"" : "\"probabilities\"");
  } else if (key == "class") {
    if (!value.is_string()) refuse_rows("\"class\" must be a label");
    row.expected = {number_of_label(plan, value.get<std::string>())};
  } else {
    refuse_rows("unrecognized key " + in_quotes(key) + " in \"expected\"", {},
                "It has one of value, raw, probabilities, class and outputs.");
  }
  row.output = key;
}

model::TestRow::Cell output_cell(const Json &value) {
  if (value.is_string()) return value.get<std::string>();
  return number_or_missing(value, "an output");
}

/// Makes the test rows of a row: `row` has everything but what is expected.
std::vector<TestRow> read_expected(const Json &expected, plan::Plan plan, TestRow row) {
  if (!expected.is_object() || expected.size() != 1 || expected.begin().key() != "outputs") {
    read_scores(expected, plan, row);
    return {std::move(row)};
  }
  const Json &outputs = expected.begin().value();
  if (!outputs.is_object() || outputs.empty())
    refuse_rows("\"outputs\" must be an object of outputs by name");
  std::vector<TestRow> rows;
  for (const auto &[name, value] : outputs.items()) {
    row.output = named_output(name);
    row.expected = {number_of_output(plan, name, output_cell(value))};
    rows.push_back(row);
  }
  return rows;
}

std::vector<TestRow> read_row(const Json &json, plan::Plan plan) {
  if (!json.is_object()) refuse_rows("a test row must be an object", {}, kForm);
  TestRow row;
  const Json *expected = nullptr;
  for (const auto &[key, value] : json.items()) {
    if (key == "input") {
      if (!value.is_object() && !value.is_array())
        refuse_rows("\"input\" must be an object or an array");
      row.input = value.dump();
    } else if (key == "expected") {
      expected = &json.at("expected");
    } else if (key == "tolerance") {
      if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() < 1))
        refuse_rows("\"tolerance\" must be a number from 0 to below 1");
      row.tolerance = value.get<double>();
    } else {
      refuse_rows("unrecognized key " + in_quotes(key), {},
                  "Keys are input, expected and tolerance.");
    }
  }
  if (row.input.empty()) refuse_rows("\"input\" is missing", {}, kForm);
  if (expected == nullptr) refuse_rows("\"expected\" is missing", {}, kForm);
  return read_expected(*expected, plan, std::move(row));
}

}  // namespace

std::vector<TestRow> parse_test_rows(std::string_view text, plan::Plan plan) {
  const Json json = parse_json(text);
  if (!json.is_array()) refuse_rows("test_rows must be an array of objects", {}, kForm);
  std::vector<TestRow> rows;
  int number = 0;
  for (const Json &element : json) {
    ++number;
    try {
      for (TestRow &row : read_row(element, plan)) {
        rows.push_back(std::move(row));
        rows.back().row_no = static_cast<int>(rows.size());
      }
    } catch (const Error &e) {
      throw e.within("test row " + std::to_string(number));
    }
  }
  return rows;
}

std::string input_by_name(const std::string &input, plan::Plan plan) {
  Json json = parse_json(input);
  if (json.is_object()) return input;
  if (!json.is_array()) refuse_rows("\"input\" must be an object or an array");
  if (json.size() != plan.num_inputs())
    refuse_rows("input has " + std::to_string(json.size()) + " values, the model has " +
                std::to_string(plan.num_inputs()) + " features");
  Json object = Json::object();
  for (std::uint32_t i = 0; i < plan.num_inputs(); ++i)
    object[std::string(plan.input_name(i))] = std::move(json[i]);
  return object.dump();
}

}  // namespace pgscore::registry
