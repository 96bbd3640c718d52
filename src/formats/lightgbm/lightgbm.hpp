// The two file formats of LightGBM, for the format table.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::lightgbm {

bool sniff_text(Bytes bytes);
void load_text(const Source &source, model::Builder &builder);

bool sniff_json(Bytes bytes);
void load_json(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::lightgbm
