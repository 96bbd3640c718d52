#include "pg/registry/test_rows.hpp"

#include <optional>
#include <span>

#include "base/error.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/row/single_input.hpp"
#include "pg/settings.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

/// Reads the values of the model's inputs; nullopt when a policy of the model makes the result
/// NULL.
std::optional<std::vector<double>> read_input(const TestRow &row, const TestedModel &model) {
  const std::string input =
      with_errors_shown([&] { return registry::input_by_name(row.input, model.plan); });
  SingleInput reader(model.plan, model.name, JSONBOID, CurrentMemoryContext);
  std::vector<double> values(model.plan.num_inputs(), model::kMissing);
  const Datum value = jsonb_parameter(std::string(in_server_encoding(input))).value;
  if (reader.read(value, values.data()) != RowStatus::kScorable) return std::nullopt;
  return values;
}

}  // namespace

TestResult run_test(const TestRow &row, const TestedModel &model) {
  const std::optional<std::vector<double>> inputs = read_input(row, model);
  return with_errors_shown(
      [&] { return registry::run_test(row, model.plan, inputs, kernel_name(), kServerInterrupt); });
}

void require_expected_scores(const std::vector<TestRow> &rows, const TestedModel &model) {
  for (const TestRow &row : rows) {
    check_interrupts();
    try {
      const TestResult result = run_test(row, model);
      with_errors_shown([&] { registry::require_expected(row, result, model.plan); });
    } catch (const Error &e) {
      throw registry::about(row, e);
    }
  }
}

std::vector<TestRow> read_test_rows(std::int64_t version_id) {
  std::vector<TestRow> rows;
  for (const auto &row : execute("SELECT row_no, input::text, output, expected, tolerance, "
                                 "zero_threshold FROM catalog_test"
                                 " WHERE version_id = $1 ORDER BY row_no",
                                 {parameter(version_id)}, true)
                             .rows)
    rows.push_back({row[0].integer(), std::string(in_utf8(row[1].text())),
                    std::string(in_utf8(row[2].text())), row[3].float8_array(), row[4].float8(),
                    row[5].float8()});
  return rows;
}

void insert_test_rows(const VersionRow &version, const std::vector<TestRow> &rows) {
  for (const TestRow &row : rows)
    insert_row("catalog_test",
               {{"version_id", parameter(version.id)},
                {"row_no", parameter(row.row_no)},
                {"input", jsonb_parameter(std::string(in_server_encoding(row.input)))},
                {"output", parameter(in_server_encoding(row.output))},
                {"expected", parameter(std::span<const double>(row.expected))},
                {"tolerance", parameter(row.tolerance)},
                {"zero_threshold", parameter(row.zero_threshold)}});
}

}  // namespace pgscore::pg
