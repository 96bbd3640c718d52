// pgscore JSON: the interchange format of pgscore, documented in models/export/README.md. It maps
// one to one onto model/model.hpp and is meant to be written by exporters in any language.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::pgscore_json {

bool sniff(Bytes bytes);
void load(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::pgscore_json
