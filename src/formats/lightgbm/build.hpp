// Model -> model::Model.
#pragma once
#include "formats/format.hpp"
#include "formats/lightgbm/model.hpp"

namespace pgscore::formats::lightgbm {

/// Takes the model apart tree by tree, so that its memory is given back while the builder's grows.
void build(Model model, const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::lightgbm
