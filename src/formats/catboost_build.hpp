// From what a CatBoost file says to a model::Model.
#pragma once
#include <map>
#include <vector>

#include "formats/catboost_model.hpp"
#include "formats/format.hpp"

namespace pgscore::formats {

void build_catboost(CatboostModel model, const Options &options, model::Builder &builder);

// ---- between catboost_build.cpp and its parts ---------------------------------------------------

/// Where features stand, by their index among those of one type (CatboostPosition::index). Unknown
/// ones are kInvalidModel.
struct CatboostColumns {
  struct Number {
    model::ColumnId column = 0;
    bool nan_is_infinity = false;  // for comparisons; otherwise NaN is above nothing
  };
  const Number &number(std::int32_t index) const;
  model::ColumnId category(std::int32_t index) const;

  std::map<std::int32_t, Number> numbers;
  std::map<std::int32_t, model::ColumnId> categories;  // hashed
};

/// The columns of the model's CTR features, in their order.
std::vector<model::ColumnId> add_catboost_ctrs(const CatboostModel &model,
                                               const CatboostColumns &columns,
                                               model::Builder &builder);

/// Adds links, decision, labels for the loss of the model. `raw`: one column for each dimension of
/// a leaf.
void add_catboost_outputs(const CatboostInfo &info, const std::vector<model::ColumnId> &raw,
                          model::Builder &builder);

}  // namespace pgscore::formats
