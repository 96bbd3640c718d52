// CatBoost's own files: .cbm and the JSON of save_model(format='json').
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::catboost {

bool sniff_json(Bytes bytes);
bool sniff_cbm(Bytes bytes);
void load_json(const Source &source, model::Builder &builder);
void load_cbm(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::catboost
