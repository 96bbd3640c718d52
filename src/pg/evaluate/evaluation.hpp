// How good a model is on the rows of a query.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pg/catalog/resolve.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// What to evaluate a version with. Texts of the database; `query` runs with the rights of the
/// caller.
struct EvaluationRequest {
  std::string reference;  // 'credit@3'
  std::string query;
  std::string label;              // a column of the query
  std::optional<std::string> by;  // another, whose values are segments
};

struct Measure {
  std::optional<std::string> segment;
  std::string metric;
  std::optional<double> value;  // none: it is not defined for these rows
  std::int64_t rows = 0;        // of the segment
};

/// Measures a version by all metrics that fit its task, segment by segment. Rows without a label do
/// not count. Throws kInvalidArgument for a query without the columns, and for labels that are none
/// of the model's classes; kWrongTask for a model with several targets.
std::vector<Measure> evaluate(const EvaluationRequest &request, const ResolvedVersion &version);

/// Gives a column of rows_of(query), quoted. Throws PgError.
std::string column_of_rows(const std::string &column);
/// Gives the schema of the scoring functions and metrics, quoted, with a dot.
std::string metrics_schema();
/// Gives an SQL expression for the class that a label stands for, NULL for one that the model does
/// not have: its name; or true and false, 1 and 0, of two classes.
std::string class_of_label(plan::Plan plan, const std::string &label);
/// Throws kInvalidArgument when `bad` is a label that is none of the classes.
void check_labels(plan::Plan plan, const std::string &model, const std::optional<std::string> &bad);

}  // namespace pgscore::pg
