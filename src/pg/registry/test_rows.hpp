// Scores test rows with the code that reads predict's input, and keeps them in the catalog.
// registry/test_rows.hpp says what test rows are.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "pg/catalog/model_table.hpp"
#include "plan/plan.hpp"
#include "registry/test_result.hpp"
#include "registry/test_rows.hpp"

namespace pgscore::pg {

using registry::TestResult;
using registry::TestRow;

/// The plan of a model, and its name for messages.
struct TestedModel {
  plan::Plan plan;
  std::string name;
};

/// Scores one row as the SQL functions do. A row that a policy of the model makes NULL gives NaN.
/// Throws Error when the input does not fit the model.
TestResult run_test(const TestRow &row, const TestedModel &model);

/// Throws kInvalidModel for the first row whose score is not as expected.
void require_expected_scores(const std::vector<TestRow> &rows, const TestedModel &model);

/// Read the rows of a version in the order of their numbers, and store them. Run inside
/// as_registry_owner. Throw PgError.
std::vector<TestRow> read_test_rows(std::int64_t version_id);
void insert_test_rows(const VersionRow &version, const std::vector<TestRow> &rows);

}  // namespace pgscore::pg
