// Matches the columns of a row with the features of a model, by name. Both use it: rows that are
// read when the statement runs, and rows that the planner takes apart.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pg/row/value_reader.hpp"
#include "plan/plan.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Says whether values of the type are rows. `type` is no domain. Throws PgError.
bool is_row_type(Oid type);

struct RowColumn {
  std::string_view name;
  Oid type;
  std::uint32_t position;  // for ValueReader::position
};

/// Gives one reader for each input of the plan, in order. Of columns with the same name the first
/// counts. When not all inputs are there and all columns are called f1, f2, ... (as those of ROW(a,
/// b) are), the columns are the inputs by position. Throws kMissingColumn, kTypeMismatch,
/// kInvalidArgument (wrong count). `unnamed`: the row's type is record.
std::vector<ValueReader> match_columns(plan::Plan plan, std::string_view model,
                                       std::span<const RowColumn> columns, bool unnamed);

/// Throw what match_columns throws, kInvalidArgument and kMissingColumn, for callers that match in
/// another way. `given`: how many values there are. `columns`: the names of the columns that are
/// there, with commas between.
[[noreturn]] void throw_wrong_count(plan::Plan plan, std::string_view model, std::int64_t given);
[[noreturn]] void throw_missing_column(plan::Plan plan, std::string_view model, std::uint32_t input,
                                       std::string_view columns);

}  // namespace pgscore::pg
