// LightgbmModel -> model::Model.
#pragma once
#include "formats/format.hpp"
#include "formats/lightgbm_model.hpp"

namespace pgscore::formats {

/// Takes the model apart tree by tree, so that its memory is given back while the builder's grows.
void build_lightgbm(LightgbmModel model, const Source &source, model::Builder &builder);

}  // namespace pgscore::formats
