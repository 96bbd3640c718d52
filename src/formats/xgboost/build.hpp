// Model -> model::Model.
#pragma once
#include "formats/format.hpp"
#include "formats/xgboost/model.hpp"

namespace pgscore::formats::xgboost {

/// `source`: its options and features; the bytes have been read. Takes the model apart tree by
/// tree, so that its memory is given back while the builder's grows.
void build(Model model, const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::xgboost
