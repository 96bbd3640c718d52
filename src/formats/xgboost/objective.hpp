// What each objective of XGBoost means for prediction: how base_score becomes a margin, and what
// Booster.predict makes of the margins.
#pragma once
#include <string_view>

#include "formats/xgboost/model.hpp"
#include "model/builder.hpp"

namespace pgscore::formats::xgboost {

enum class Transform : std::uint8_t {
  kIdentity,
  kLogistic,
  kExp,
  kLogitRaw,  // binary classification whose value is the margin itself
  kHinge,     // 1 where the margin is above 0
  kSoftmax,
  kQuantile,   // identity, sorted per row since 3.4
  kExpectile,  // the first margin, and from it upwards by softplus gaps
};

struct Objective {
  std::string_view name;
  Transform transform;
  bool is_classification = false;
};

/// Throws kUnsupportedModel for a name that XGBoost never had.
const Objective &find_objective(std::string_view name);

/// The margin that the trees of each of `num_groups` outputs start from.
std::vector<float> base_margins(const Objective &objective, const Model &model,
                                std::uint32_t num_groups);

/// Adds the nodes and outputs that follow the margins in columns [margins, margins + num_groups).
void add_outputs(const Objective &objective, const Version &version, model::ColumnId margins,
                 std::uint32_t num_groups, model::Builder &builder);

}  // namespace pgscore::formats::xgboost
