// The three file formats of XGBoost, for the format table.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats {

bool sniff_xgboost_json(Bytes bytes);
void load_xgboost_json(const Source &source, model::Builder &builder);

bool sniff_xgboost_ubjson(Bytes bytes);
void load_xgboost_ubjson(const Source &source, model::Builder &builder);

bool sniff_xgboost_binary(Bytes bytes);
void load_xgboost_binary(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats
