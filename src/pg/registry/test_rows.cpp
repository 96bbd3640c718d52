#include "pg/registry/test_rows.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "kernels/interruptible.hpp"
#include "kernels/kernel.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/row/single_input.hpp"
#include "pg/settings.hpp"
#include "plan/output_texts.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

using Json = nlohmann::json;
using kernels::Want;

constexpr std::size_t kMaxNesting = 8;

/// What these functions speak of is UTF-8, what they say is for people.
std::string shown(std::string_view text) { return in_quotes(shown_in_server_encoding(text)); }

[[noreturn]] void refuse_rows(const std::string &message, const std::string &detail = {},
                              const std::string &hint = {}) {
  throw Error(ErrorCode::kInvalidArgument, message, detail, hint);
}

constexpr const char *kForm =
    "A list of test rows is written as in [{\"input\": {\"age\": 44, \"job\": \"clerk\"}, "
    "\"expected\": 0.5}].";

Json parse_json(std::string_view text) {
  auto shallow = [](int depth, Json::parse_event_t, Json &) {
    if (depth > static_cast<int>(kMaxNesting)) refuse_rows("test_rows is nested too deeply");
    return true;
  };
  try {
    return Json::parse(text, shallow);
  } catch (const Json::exception &e) {
    refuse_rows("invalid JSON in test_rows", shown_in_server_encoding(e.what()), kForm);
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

double label_index(plan::Plan plan, std::string_view label) {
  for (std::uint32_t i = 0; i < plan.num_labels(); ++i)
    if (plan.label(i) == label) return i;
  refuse_rows("class " + shown(label) + " is not a class of the model");
}

constexpr std::string_view kNamedOutput = "outputs.";

std::uint32_t output_index(plan::Plan plan, std::string_view name) {
  for (std::uint32_t i = 0; i < plan.num_values() + plan.num_more(); ++i)
    if (plan.output_name(i) == name) return i;
  refuse_rows("the model has no output " + shown(name));
}

/// What a named output is to be, as the number that the model gives for it.
double output_number(plan::Plan plan, std::string_view name, const model::TestRow::Cell &expected) {
  const std::uint32_t output = output_index(plan, name), num_texts = plan.num_output_texts(output);
  if (const auto *number = std::get_if<double>(&expected)) {
    if (num_texts != 0 && !std::isnan(*number))
      refuse_rows("output " + shown(name) + " is a text, a number is expected");
    return *number;
  }
  const auto &text = std::get<std::string>(expected);
  if (num_texts == 0) refuse_rows("output " + shown(name) + " is a number, a text is expected");
  for (std::uint32_t i = 0; i < num_texts; ++i)
    if (plan.output_text(output, i) == text) return i;
  refuse_rows("output " + shown(name) + " never is " + shown(text));
}

Want want_of(const std::string &output) {
  if (output.starts_with(kNamedOutput)) return Want::kAll;
  if (output == "value") return Want::kValues;
  if (output == "raw") return Want::kRaw;
  if (output == "probabilities") return Want::kProbabilities;
  return Want::kClass;
}

void read_expected_scores(const Json &expected, plan::Plan plan, TestRow &row) {
  if (expected.is_number() || expected.is_null()) {
    row.output = "value";
    row.expected = {number_or_missing(expected, "\"expected\"")};
    return;
  }
  if (expected.is_array()) {
    row.output = "value";
    row.expected = numbers(expected, "\"expected\"");
    return;
  }
  if (!expected.is_object() || expected.size() != 1)
    refuse_rows(
        "\"expected\" must be a number, an array or an object with one of value, raw, "
        "probabilities, class and outputs");
  const std::string &key = expected.begin().key();
  const Json &value = expected.begin().value();
  if (key == "value") {
    row.expected = value.is_array() ? numbers(value, "\"value\"")
                                    : std::vector<double>{number_or_missing(value, "\"value\"")};
  } else if (key == "raw" || key == "probabilities") {
    row.expected = numbers(value, key == "raw" ? "\"raw\"" : "\"probabilities\"");
  } else if (key == "class") {
    if (!value.is_string()) refuse_rows("\"class\" must be a label");
    row.expected = {label_index(plan, value.get<std::string>())};
  } else {
    refuse_rows("unrecognized key " + shown(key) + " in \"expected\"", {},
                "It has one of value, raw, probabilities, class and outputs.");
  }
  row.output = key;
}

model::TestRow::Cell output_cell(const Json &value) {
  if (value.is_string()) return value.get<std::string>();
  return number_or_missing(value, "an output");
}

/// Adds what is expected to `rows`, with the input and the tolerance of `row`.
void read_expected(const Json &expected, plan::Plan plan, TestRow row, std::vector<TestRow> &rows) {
  if (expected.is_object() && expected.size() == 1 && expected.begin().key() == "outputs") {
    const Json &outputs = expected.begin().value();
    if (!outputs.is_object() || outputs.empty())
      refuse_rows("\"outputs\" must be an object of outputs by name");
    for (const auto &[name, value] : outputs.items()) {
      row.output = std::string(kNamedOutput) + name;
      row.expected = {output_number(plan, name, output_cell(value))};
      rows.push_back(row);
    }
    return;
  }
  read_expected_scores(expected, plan, row);
  rows.push_back(std::move(row));
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
      refuse_rows("unrecognized key " + shown(key), {}, "Keys are input, expected and tolerance.");
    }
  }
  if (row.input.empty()) refuse_rows("\"input\" is missing", {}, kForm);
  if (expected == nullptr) refuse_rows("\"expected\" is missing", {}, kForm);
  std::vector<TestRow> rows;
  read_expected(*expected, plan, std::move(row), rows);
  return rows;
}

Error in_row(const Error &error, int row_no) {
  return error.within("test row " + std::to_string(row_no));
}

/// An error about a row: of the file that it came with, or by its number.
Error about(const TestRow &row, const Error &error) {
  return row.place.empty() ? in_row(error, row.row_no) : error.within(row.place);
}

// ---- input --------------------------------------------------------------------------------------

// An array by position becomes an object by name.
std::string object_input(plan::Plan plan, const std::string &input) {
  Json json = parse_json(input);
  if (json.is_object()) return input;
  if (json.size() != plan.num_inputs())
    refuse_rows("input has " + std::to_string(json.size()) + " values, the model has " +
                std::to_string(plan.num_inputs()) + " features");
  Json object = Json::object();
  for (std::uint32_t i = 0; i < plan.num_inputs(); ++i)
    object[std::string(plan.input_name(i))] = std::move(json[i]);
  return object.dump();
}

RowStatus read_input(const TestedModel &model, const std::string &input,
                     std::vector<double> &values) {
  SingleInput reader(model.plan, model.name, JSONBOID, CurrentMemoryContext);
  values.assign(model.plan.num_inputs(), model::kMissing);
  return reader.read(
      jsonb_parameter(std::string(in_server_encoding(object_input(model.plan, input)))).value,
      values.data());
}

// ---- comparison ---------------------------------------------------------------------------------

std::string shortest_text(double value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

std::string list(const std::vector<double> &values) {
  std::string text;
  for (const double value : values)
    text += (text.empty() ? "" : ", ") + (std::isnan(value) ? "null" : shortest_text(value));
  return text;
}

bool matches(double expected, double got, const TestRow &row) {
  if (std::isnan(expected) || std::isnan(got)) return std::isnan(expected) && std::isnan(got);
  if (std::fabs(expected) <= row.zero_threshold && std::fabs(got) <= row.zero_threshold)
    return true;
  return expected == got || std::fabs(expected - got) <= row.tolerance * std::fabs(expected);
}

/// What the model gives for a named output: a text's index, a number, or NaN where predict_outputs
/// gives null.
double named_output(plan::Plan plan, std::string_view name, const std::vector<double> &all) {
  const std::uint32_t output = output_index(plan, name);
  const double number = output < plan.num_values()
                            ? all[output]
                            : all[all.size() - plan.num_more() + (output - plan.num_values())];
  const bool is_no_text =
      plan.num_output_texts(output) > 0 && !plan::text_of_output(plan, output, number);
  return is_no_text ? model::kMissing : number;
}

/// "value", or of a named output its name.
std::string shown_output(const TestRow &row) {
  return row.output.starts_with(kNamedOutput)
             ? shown(std::string_view(row.output).substr(kNamedOutput.size()))
             : row.output;
}

/// Numbers of `row`'s output for people: texts where they are texts.
std::string list(plan::Plan plan, const TestRow &row, const std::vector<double> &values) {
  auto in_range = [&](std::uint32_t count) { return values[0] >= 0 && values[0] < count; };
  if (row.output == "class" && in_range(plan.num_labels()))
    return shown(plan.label(static_cast<std::uint32_t>(values[0])));
  if (row.output.starts_with(kNamedOutput)) {
    const std::uint32_t output =
        output_index(plan, std::string_view(row.output).substr(kNamedOutput.size()));
    if (in_range(plan.num_output_texts(output)))
      return shown(plan.output_text(output, static_cast<std::uint32_t>(values[0])));
  }
  return list(values);
}

// The place of x in the order of all numbers: adjacent numbers differ by 1.
template <class Integer, class Float>
std::int64_t position(Float x) {
  const auto bits = std::bit_cast<Integer>(x);
  return bits < 0 ? std::int64_t{std::numeric_limits<Integer>::min()} - bits : std::int64_t{bits};
}

bool is_float32(double x) { return static_cast<double>(static_cast<float>(x)) == x; }

}  // namespace

std::int64_t ulp_distance(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<std::int64_t>::max();
  std::int64_t distance;
  if (is_float32(a) && is_float32(b))
    return std::abs(position<std::int32_t>(static_cast<float>(a)) -
                    position<std::int32_t>(static_cast<float>(b)));
  if (__builtin_sub_overflow(position<std::int64_t>(a), position<std::int64_t>(b), &distance) ||
      distance == std::numeric_limits<std::int64_t>::min())
    return std::numeric_limits<std::int64_t>::max();
  return std::abs(distance);
}

std::vector<TestRow> parse_test_rows(std::string_view text, plan::Plan plan) {
  const Json json = parse_json(in_utf8(text));
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
      throw in_row(e, number);
    }
  }
  return rows;
}

namespace {

/// The rows of one row of a file, without numbers.
std::vector<TestRow> embedded_rows(const model::TestRow &row, double tolerance, plan::Plan plan) {
  Json input = Json::array();
  for (const model::TestRow::Cell &cell : row.inputs)
    std::visit([&](const auto &value) { input.push_back(value); }, cell);  // NaN is written as null
  TestRow common;
  common.input = input.dump();
  common.tolerance = tolerance;
  common.place = row.place;
  std::vector<TestRow> rows;
  const auto add = [&](std::string output, const std::vector<double> &expected) {
    if (expected.empty()) return;
    rows.push_back(common);
    rows.back().output = std::move(output);
    rows.back().expected = expected;
  };
  add("value", row.values);
  add("raw", row.raw);
  add("probabilities", row.probabilities);
  if (row.label) add("class", {label_index(plan, *row.label)});
  for (const model::TestRow::Named &named : row.outputs) {
    add(std::string(kNamedOutput) + named.output,
        {output_number(plan, named.output, named.expected)});
    rows.back().tolerance = named.tolerance;
    rows.back().zero_threshold = named.zero_threshold;
  }
  return rows;
}

constexpr const char *kWithoutFilesRows =
    "The argument test_rows takes the place of the file's own rows: '[]' leaves them out.";

}  // namespace

std::vector<TestRow> embedded_test_rows(const model::TestRows &file, plan::Plan plan) {
  std::vector<TestRow> rows;
  for (const model::TestRow &row : file.rows) {
    check_interrupts();
    const int first = static_cast<int>(rows.size()) + 1;
    try {
      for (TestRow &element : embedded_rows(row, file.tolerance, plan)) {
        rows.push_back(std::move(element));
        rows.back().row_no = static_cast<int>(rows.size());
      }
    } catch (const Error &e) {
      const Error advised(ErrorCode::kInvalidModel, e.message(), e.detail(), kWithoutFilesRows);
      throw row.place.empty() ? in_row(advised, first) : advised.within(row.place);
    }
  }
  return rows;
}

TestResult run_test(const TestRow &row, const TestedModel &model) {
  std::vector<double> input;
  const RowStatus status = read_input(model, row.input, input);
  const Want want = want_of(row.output);
  TestResult result;
  result.got.assign(kernels::output_width(model.plan, want), model::kMissing);
  const bool is_named = want == Want::kAll;
  if (!is_named && result.got.size() != row.expected.size())
    refuse_rows(std::to_string(row.expected.size()) + " values of \"" + row.output +
                "\" are expected, the model gives " + std::to_string(result.got.size()));
  if (status == RowStatus::kScorable) {
    kernels::Scratch scratch(model.plan, 1, kernel_name());
    kernels::score(model.plan, {input.data(), 1, 1}, want, scratch, result.got.data(),
                   kServerInterrupt);
  }
  if (is_named)
    result.got = {named_output(model.plan, std::string_view(row.output).substr(kNamedOutput.size()),
                               result.got)};
  result.ok = true;
  for (std::size_t i = 0; i < result.got.size(); ++i) {
    result.ok = result.ok && matches(row.expected[i], result.got[i], row);
    result.ulp = std::max(result.ulp, ulp_distance(row.expected[i], result.got[i]));
  }
  return result;
}

void require_expected_scores(const std::vector<TestRow> &rows, const TestedModel &model) {
  for (const TestRow &row : rows) {
    check_interrupts();
    try {
      const TestResult result = run_test(row, model);
      if (!result.ok)
        throw Error(ErrorCode::kInvalidModel, "score is not as expected",
                    "Expected " + shown_output(row) + " " + list(model.plan, row, row.expected) +
                        ", got " + list(model.plan, row, result.got) + " (" +
                        std::to_string(result.ulp) + " ulp apart).",
                    row.place.empty()
                        ? "Give the row a \"tolerance\" if such a difference is acceptable."
                        : kWithoutFilesRows);
    } catch (const Error &e) {
      throw about(row, e);
    }
  }
}

}  // namespace pgscore::pg
