// What each objective of LightGBM makes of the margins: ObjectiveFunction::ConvertOutput.
#pragma once
#include <string_view>

#include "formats/lightgbm/model.hpp"
#include "model/builder.hpp"

namespace pgscore::formats::lightgbm {

enum class Transform : std::uint8_t {
  kIdentity,
  kSigmoid,
  kSoftmax,
  kExp,
  kLog1pExp,
  kSignedSquare
};

struct Objective {
  Transform transform = Transform::kIdentity;
  bool is_classification = false;
  double sigmoid = 1;
};

/// Throws kUnsupportedModel for an objective that LightGBM never had, kInvalidModel for one that
/// does not fit the outputs.
Objective read_objective(const Model &model);

/// Adds the nodes and outputs that follow the margins (after the division of a forest). `raw`: what
/// predict(raw_score=True) gives.
void add_outputs(const Objective &objective, const std::vector<model::ColumnId> &raw,
                 const std::vector<model::ColumnId> &margins, model::Builder &builder);

}  // namespace pgscore::formats::lightgbm
