// The three file formats of XGBoost, for the format table.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::xgboost {

bool sniff_json(Bytes bytes);
void load_json(const Source &source, model::Builder &builder);

bool sniff_ubjson(Bytes bytes);
void load_ubjson(const Source &source, model::Builder &builder);

bool sniff_binary(Bytes bytes);
void load_binary(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::xgboost
