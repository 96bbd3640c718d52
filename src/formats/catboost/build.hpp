// From what a CatBoost file says to a model::Model.
#pragma once
#include <map>
#include <vector>

#include "formats/catboost/model.hpp"
#include "formats/format.hpp"

namespace pgscore::formats::catboost {

/// Adds a CatBoost model to the builder: inputs, CTR columns, trees, outputs and facts. Takes from
/// `options` the objective (it replaces the loss of the file), iterations (the first ones count)
/// and null_category. Throws kInvalidModel when parts of the model contradict each other,
/// kUnsupportedModel for what has no counterpart, kInvalidArgument when more iterations are asked
/// for than there are.
void build(Model model, const Options &options, model::Builder &builder);

// ---- between build.cpp and its parts ---------------------------------------------------

/// Where features stand, by their index among those of one type (Position::index). Unknown
/// ones are kInvalidModel.
struct Columns {
  struct Number {
    model::ColumnId column = 0;
    bool nan_is_infinity = false;  // for comparisons; otherwise NaN is above nothing
  };
  /// Both take an index among the features of one type and find its column. The reference lives as
  /// long as the Columns.
  const Number &number(std::int32_t index) const;
  model::ColumnId category(std::int32_t index) const;

  std::map<std::int32_t, Number> numbers;
  std::map<std::int32_t, model::ColumnId> categories;  // hashed
};

/// The columns of the model's CTR features, in their order.
std::vector<model::ColumnId> add_ctrs(const Model &model, const Columns &columns,
                                      model::Builder &builder);

/// Adds links, decision, labels for the loss of the model. `raw`: one column for each dimension of
/// a leaf.
void add_outputs(const Info &info, const std::vector<model::ColumnId> &raw,
                 model::Builder &builder);

}  // namespace pgscore::formats::catboost
