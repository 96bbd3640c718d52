// The columns of a row -> the features of a model, by name. Said once, for rows that are read when
// the statement runs and for those that the planner takes apart.
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

struct RowColumn {
  std::string_view name;
  Oid type;
  std::uint32_t position;  // for ValueReader::position
};

/// One reader for each input of the plan, in order. A column that is there twice counts where it is
/// first. When not all inputs are there and all columns are called f1, f2, ... (as those of ROW(a,
/// b) are), the columns are the inputs by position. Throws kMissingColumn, kTypeMismatch,
/// kInvalidArgument (wrong count). `unnamed`: the row's type is record.
std::vector<ValueReader> match_columns(plan::Plan plan, std::string_view model,
                                       std::span<const RowColumn> columns, bool unnamed);

/// Throw kInvalidArgument and kMissingColumn as match_columns does, for callers that match in
/// another way. `given`: how many values there are. `columns`: the names of those that are there,
/// as one text with commas between.
[[noreturn]] void throw_wrong_count(plan::Plan plan, std::string_view model, std::int64_t given);
[[noreturn]] void throw_missing_column(plan::Plan plan, std::string_view model, std::uint32_t input,
                                       std::string_view columns);

}  // namespace pgscore::pg
