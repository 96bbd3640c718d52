#include "pg/row/column_match.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"

namespace pgscore::pg {

bool is_row_type(Oid type) {
  return type == RECORDOID || call([type] { return type_is_rowtype(type); });
}

void throw_wrong_count(plan::Plan plan, std::string_view model, std::int64_t given) {
  throw Error(ErrorCode::kInvalidArgument,
              "model " + in_quotes(model) + " has " + std::to_string(plan.num_inputs()) +
                  " features, but " + std::to_string(given) + " values are given",
              {},
              "Values by position follow the order of pgscore.model_features; a row or a jsonb "
              "object is read by name.");
}

void throw_missing_column(plan::Plan plan, std::string_view model, std::uint32_t input,
                          std::string_view columns) {
  const std::string name(feature_name(plan, input)), number = std::to_string(input);
  // What XGBoost, CatBoost and LightGBM call the columns of an array.
  const bool is_made_up = name == "f" + number || name == "Column_" + number;
  throw Error(
      ErrorCode::kMissingColumn,
      "column " + in_quotes(name) + " required by model " + in_quotes(model) + " is missing", {},
      "The input has columns: " + std::string(columns) + ". " +
          (is_made_up ? "The model was trained without feature names: give them when it is "
                        "imported (features => '[\"age\", ...]'), "
                        "or score by position."
                      : "Compare with pgscore.model_features."));
}

std::vector<ValueReader> match_columns(plan::Plan plan, std::string_view model,
                                       std::span<const RowColumn> columns, bool unnamed) {
  std::string names;
  std::vector<const RowColumn *> column_of_input(plan.num_inputs(), nullptr);
  for (const RowColumn &column : columns) {
    names.append(names.empty() ? "" : ", ").append(column.name);
    unnamed = unnamed && column.name == "f" + std::to_string(&column - columns.data() + 1);
    const std::int64_t input = plan.find_input(in_utf8(column.name));
    if (input >= 0 && column_of_input[input] == nullptr) column_of_input[input] = &column;
  }
  for (std::uint32_t i = 0; i < plan.num_inputs(); ++i) {
    if (column_of_input[i] != nullptr) continue;
    if (!unnamed) throw_missing_column(plan, model, i, names);
    if (columns.size() != plan.num_inputs())
      throw_wrong_count(plan, model, static_cast<std::int64_t>(columns.size()));
    for (std::uint32_t j = 0; j < plan.num_inputs(); ++j) column_of_input[j] = &columns[j];
    break;
  }
  std::vector<ValueReader> readers;
  readers.reserve(plan.num_inputs());
  for (std::uint32_t i = 0; i < plan.num_inputs(); ++i) {
    const RowColumn &column = *column_of_input[i];
    readers.push_back({i, column.position, value_kind(plan, i, column.type, column.name, model)});
  }
  return readers;
}

}  // namespace pgscore::pg
