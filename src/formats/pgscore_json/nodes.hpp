// The nodes of a pgscore JSON file -> Builder.
#pragma once
#include <optional>
#include <vector>

#include "base/shown_text.hpp"
#include "formats/wire/json_document.hpp"
#include "model/builder.hpp"

namespace pgscore::formats::pgscore_json {

/// Which columns a node may read, with their places for messages.
class ColumnReferences {
 public:
  /// Allows the columns from 0 to `num_columns` - 1. read() takes one number, read_all() an array
  /// of them, in order; both throw kInvalidModel with the place of a value that is no such column.
  explicit ColumnReferences(model::ColumnId num_columns) : num_columns_(num_columns) {}
  model::ColumnId read(JsonValue value) const {
    const std::uint32_t column = value.unsigned_integer();
    if (column >= num_columns_)
      value.refuse("column " + std::to_string(column) + " does not exist here",
                   "The columns before this place are 0 to " +
                       std::to_string(std::int64_t{num_columns_} - 1) + ".");
    return column;
  }
  std::vector<model::ColumnId> read_all(JsonValue array) const {
    std::vector<model::ColumnId> columns;
    columns.reserve(array.size());
    for (const JsonValue element : array.elements()) columns.push_back(read(element));
    return columns;
  }

 private:
  model::ColumnId num_columns_;
};

/// The enumerator that `find` (one of model/names.hpp) has for the string `value`.
template <class Enum>
Enum read_name(JsonValue value, std::optional<Enum> (*find)(std::string_view), const char *what) {
  const std::optional<Enum> found = find(value.text());
  if (!found) value.refuse("unknown " + std::string(what) + " " + shown(value.text()));
  return *found;
}

/// Adds one element of "nodes" to the builder. `num_columns`: how many columns exist before it.
/// Returns how many exist after.
model::ColumnId read_node(JsonValue node, model::ColumnId num_columns, model::Builder &builder);

/// "precision" of a node, float64 when it has none.
model::Precision read_precision(JsonFields &fields);

/// A node of one of the types reduce, rank, dense, kernel_machine, pairwise_coupling, distances.
/// Returns how many columns it writes, nothing when `type` is another one.
std::optional<model::ColumnId> read_machine(std::string_view type, JsonFields &fields,
                                            const ColumnReferences &columns,
                                            model::Builder &builder);

/// The body of a node of type "trees".
model::TreeEnsemble read_trees(JsonFields &fields, const ColumnReferences &columns,
                               const model::Builder &builder);

}  // namespace pgscore::formats::pgscore_json
