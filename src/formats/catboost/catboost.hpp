// CatBoost's own files: .cbm and the JSON of save_model(format='json').
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::catboost {

/// Both look at the first bytes only and never throw. A .cbm begins with "CBM1"; JSON is an object
/// whose first key is one of CatBoost's, within 256 bytes.
bool sniff_json(Bytes bytes);
bool sniff_cbm(Bytes bytes);

/// Both read a whole file into the builder, which gives the limits and the interrupt. Of the
/// options, iterations, objective and null_category are applied. They throw kInvalidModel,
/// kUnsupportedModel, kLimitExceeded or kInvalidArgument (see read_json, read_cbm and build).
void load_json(const Source &source, model::Builder &builder);
void load_cbm(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::catboost
