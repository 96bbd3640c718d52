// The two file formats of LightGBM, for the format table.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats {

bool sniff_lightgbm_text(Bytes bytes);
void load_lightgbm_text(const Source &source, model::Builder &builder);

bool sniff_lightgbm_json(Bytes bytes);
void load_lightgbm_json(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats
