#include "pg/sql/test_rows.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "formats/pgscore_json.hpp"
#include "kernels/interruptible.hpp"
#include "kernels/kernel.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/catalog/model_name.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/row/single_input.hpp"
#include "pg/settings.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

using Json = nlohmann::json;
using kernels::Want;

constexpr std::size_t kMaxNesting = 8;

[[noreturn]] void refuse(const std::string &message, const std::string &detail = {}, const std::string &hint = {}) {
  throw Error(ErrorCode::kInvalidArgument, message, detail, hint);
}

Json parse_json(std::string_view text) {
  auto shallow = [](int depth, Json::parse_event_t, Json &) {
    if (depth > static_cast<int>(kMaxNesting)) refuse("test_rows is nested too deeply");
    return true;
  };
  try {
    return Json::parse(text, shallow);
  } catch (const Json::exception &e) {
    refuse("invalid JSON in test_rows", e.what());
  }
}

double number_or_missing(const Json &value, const char *what) {
  if (value.is_null()) return model::kMissing;
  if (!value.is_number()) refuse(std::string(what) + " must be a number or null");
  return value.get<double>();
}

std::vector<double> numbers(const Json &value, const char *what) {
  if (!value.is_array()) refuse(std::string(what) + " must be an array of numbers");
  std::vector<double> out;
  for (const Json &element : value) out.push_back(number_or_missing(element, what));
  return out;
}

double label_index(plan::Plan plan, std::string_view label) {
  for (std::uint32_t i = 0; i < plan.num_labels(); ++i)
    if (plan.label(i) == label) return i;
  refuse("class " + in_quotes(label) + " is not a class of the model");
}

Want want_of(const std::string &output) {
  if (output == "value") return Want::kValues;
  if (output == "raw") return Want::kRaw;
  if (output == "probabilities") return Want::kProbabilities;
  return Want::kClass;
}

void read_expected(const Json &expected, plan::Plan plan, TestRow &row) {
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
    refuse("\"expected\" must be a number, an array or an object with one of value, raw, probabilities and class");
  const std::string &key = expected.begin().key();
  const Json &value = expected.begin().value();
  if (key == "value") {
    row.expected = value.is_array() ? numbers(value, "\"value\"") : std::vector<double>{number_or_missing(value, "\"value\"")};
  } else if (key == "raw" || key == "probabilities") {
    row.expected = numbers(value, key == "raw" ? "\"raw\"" : "\"probabilities\"");
  } else if (key == "class") {
    if (!value.is_string()) refuse("\"class\" must be a label");
    row.expected = {label_index(plan, value.get<std::string>())};
  } else {
    refuse("unrecognized key " + in_quotes(key) + " in \"expected\"", {}, "It has one of value, raw, probabilities and class.");
  }
  row.output = key;
}

TestRow read_row(const Json &json, plan::Plan plan) {
  if (!json.is_object()) refuse("a test row must be an object");
  TestRow row;
  bool has_expected = false;
  for (const auto &[key, value] : json.items()) {
    if (key == "input") {
      if (!value.is_object() && !value.is_array()) refuse("\"input\" must be an object or an array");
      row.input = value.dump();
    } else if (key == "expected") {
      read_expected(value, plan, row);
      has_expected = true;
    } else if (key == "tolerance") {
      if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() < 1))
        refuse("\"tolerance\" must be a number from 0 to below 1");
      row.tolerance = value.get<double>();
    } else {
      refuse("unrecognized key " + in_quotes(key), {}, "Keys are input, expected and tolerance.");
    }
  }
  if (row.input.empty()) refuse("\"input\" is missing");
  if (!has_expected) refuse("\"expected\" is missing");
  return row;
}

Error in_row(const Error &error, int row_no) { return error.within("test row " + std::to_string(row_no)); }

// ---- input ----------------------------------------------------------------------------------------------------------

// An array by position becomes an object by name.
std::string object_input(plan::Plan plan, const std::string &input) {
  Json json = parse_json(input);
  if (json.is_object()) return input;
  if (json.size() != plan.num_inputs())
    refuse("input has " + std::to_string(json.size()) + " values, the model has " + std::to_string(plan.num_inputs()) +
           " features");
  Json object = Json::object();
  for (std::uint32_t i = 0; i < plan.num_inputs(); ++i) object[std::string(plan.input_name(i))] = std::move(json[i]);
  return object.dump();
}

RowStatus read_input(const TestedModel &model, const std::string &input, std::vector<double> &values) {
  SingleInput reader(model.plan, model.name, JSONBOID, CurrentMemoryContext);
  values.assign(model.plan.num_inputs(), model::kMissing);
  return reader.read(jsonb_parameter(std::string(in_server_encoding(object_input(model.plan, input)))).value, values.data());
}

// ---- comparison -----------------------------------------------------------------------------------------------------

bool matches(double expected, double got, double tolerance) {
  if (std::isnan(expected) || std::isnan(got)) return std::isnan(expected) && std::isnan(got);
  return expected == got || std::fabs(expected - got) <= tolerance * std::fabs(expected);
}

// The place of x in the order of all numbers: adjacent numbers differ by 1.
template <class Integer, class Float>
std::int64_t position(Float x) {
  const auto bits = std::bit_cast<Integer>(x);
  return bits < 0 ? std::int64_t{std::numeric_limits<Integer>::min()} - bits : std::int64_t{bits};
}

bool is_float32(double x) { return static_cast<double>(static_cast<float>(x)) == x; }

std::string shortest_text(double value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

std::string list(const std::vector<double> &values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + (std::isnan(value) ? "null" : shortest_text(value));
  return text;
}

}  // namespace

std::int64_t ulp_distance(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<std::int64_t>::max();
  std::int64_t distance;
  if (is_float32(a) && is_float32(b))
    return std::abs(position<std::int32_t>(static_cast<float>(a)) - position<std::int32_t>(static_cast<float>(b)));
  if (__builtin_sub_overflow(position<std::int64_t>(a), position<std::int64_t>(b), &distance) ||
      distance == std::numeric_limits<std::int64_t>::min())
    return std::numeric_limits<std::int64_t>::max();
  return std::abs(distance);
}

std::vector<TestRow> parse_test_rows(std::string_view text, plan::Plan plan) {
  const Json json = parse_json(in_utf8(text));
  if (!json.is_array()) refuse("test_rows must be an array of objects");
  std::vector<TestRow> rows;
  for (const Json &element : json) {
    const int row_no = static_cast<int>(rows.size()) + 1;
    try {
      rows.push_back(read_row(element, plan));
    } catch (const Error &e) {
      throw in_row(e, row_no);
    }
    rows.back().row_no = row_no;
  }
  return rows;
}

std::vector<TestRow> embedded_test_rows(Bytes artifact, plan::Plan plan) {
  const formats::TestRows file = formats::pgscore_json_test_rows(artifact, import_limits(), kServerInterrupt);
  std::vector<TestRow> rows;
  for (const formats::TestRow &row : file.rows) {
    Json input = Json::array();
    for (const formats::TestRow::Cell &cell : row.inputs) {
      if (const auto *text = std::get_if<std::string>(&cell))
        input.push_back(*text);
      else
        input.push_back(std::get<double>(cell));  // NaN is written as null
    }
    const auto add = [&](const char *output, const std::vector<double> &expected) {
      if (!expected.empty()) rows.push_back({static_cast<int>(rows.size()) + 1, input.dump(), output, expected, file.tolerance});
    };
    add("value", row.values);
    add("raw", row.raw);
    add("probabilities", row.probabilities);
    if (row.label) add("class", {label_index(plan, *row.label)});
  }
  return rows;
}

TestResult run_test(const TestRow &row, const TestedModel &model) {
  std::vector<double> input;
  const RowStatus status = read_input(model, row.input, input);
  const Want want = want_of(row.output);
  TestResult result;
  result.got.assign(kernels::output_width(model.plan, want), model::kMissing);
  if (result.got.size() != row.expected.size())
    refuse(std::to_string(row.expected.size()) + " values of \"" + row.output + "\" are expected, the model gives " +
           std::to_string(result.got.size()));
  if (status == RowStatus::kScorable) {
    kernels::Scratch scratch(model.plan, 1, kernel_name());
    kernels::score(model.plan, {input.data(), 1, 1}, want, scratch, result.got.data(), kServerInterrupt);
  }
  result.ok = true;
  for (std::size_t i = 0; i < result.got.size(); ++i) {
    result.ok = result.ok && matches(row.expected[i], result.got[i], row.tolerance);
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
                    "Expected " + row.output + " " + list(row.expected) + ", got " + list(result.got) + " (" +
                        std::to_string(result.ulp) + " ulp apart).",
                    "Give the row a \"tolerance\" if such a difference is acceptable.");
    } catch (const Error &e) {
      throw in_row(e, row.row_no);
    }
  }
}

}  // namespace pgscore::pg
