// CatBoost's own files: .cbm and the JSON of save_model(format='json').
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats {

bool sniff_catboost_json(Bytes bytes);
bool sniff_catboost_cbm(Bytes bytes);
void load_catboost_json(const Source &source, model::Builder &builder);
void load_catboost_cbm(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats
