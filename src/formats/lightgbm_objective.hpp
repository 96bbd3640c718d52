// What each objective of LightGBM makes of the margins: ObjectiveFunction::ConvertOutput.
#pragma once
#include <string_view>

#include "formats/lightgbm_model.hpp"
#include "model/builder.hpp"

namespace pgscore::formats {

enum class LightgbmTransform : std::uint8_t {
  kIdentity,
  kSigmoid,
  kSoftmax,
  kExp,
  kLog1pExp,
  kSignedSquare
};

struct LightgbmObjective {
  LightgbmTransform transform = LightgbmTransform::kIdentity;
  bool is_classification = false;
  double sigmoid = 1;
};

/// Throws kUnsupportedModel for an objective that LightGBM never had, kInvalidModel for one that
/// does not fit the outputs.
LightgbmObjective read_lightgbm_objective(const LightgbmModel &model);

/// Adds the nodes and outputs that follow the margins (after the division of a forest). `raw`: what
/// predict(raw_score=True) gives.
void add_lightgbm_outputs(const LightgbmObjective &objective,
                          const std::vector<model::ColumnId> &raw,
                          const std::vector<model::ColumnId> &margins, model::Builder &builder);

}  // namespace pgscore::formats
