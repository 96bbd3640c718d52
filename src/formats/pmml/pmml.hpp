// PMML, the Predictive Model Markup Language of the Data Mining Group, versions 3.0 to 4.4, for the
// format table. What is supported is listed in docs/formats/pmml.md.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::pmml {

bool sniff(Bytes bytes);
void load(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::pmml
