// Converts the test rows of a model's file; and what all test rows have in common.
#include "registry/test_rows.hpp"

#include <nlohmann/json.hpp>

#include "registry/test_output.hpp"

namespace pgscore::registry {
namespace {

/// Makes the test rows of one row of a file. They have no row numbers yet.
std::vector<TestRow> rows_of(const model::TestRow &row, double tolerance, plan::Plan plan) {
  nlohmann::json input = nlohmann::json::array();
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
  if (row.label) add("class", {number_of_label(plan, *row.label)});
  for (const model::TestRow::Named &named : row.outputs) {
    add(named_output(named.output), {number_of_output(plan, named.output, named.expected)});
    rows.back().tolerance = named.tolerance;
    rows.back().zero_threshold = named.zero_threshold;
  }
  return rows;
}

}  // namespace

std::vector<TestRow> embedded_test_rows(const model::TestRows &file, plan::Plan plan,
                                        Interrupt interrupt) {
  std::vector<TestRow> rows;
  for (const model::TestRow &row : file.rows) {
    interrupt.check();
    TestRow first;
    first.row_no = static_cast<int>(rows.size()) + 1;
    first.place = row.place;
    try {
      for (TestRow &element : rows_of(row, file.tolerance, plan)) {
        rows.push_back(std::move(element));
        rows.back().row_no = static_cast<int>(rows.size());
      }
    } catch (const Error &e) {
      throw about(first,
                  Error(ErrorCode::kInvalidModel, e.message(), e.detail(), kWithoutFilesRows));
    }
  }
  return rows;
}

Error about(const TestRow &row, const Error &error) {
  return error.within(row.place.empty() ? "test row " + std::to_string(row.row_no) : row.place);
}

}  // namespace pgscore::registry
