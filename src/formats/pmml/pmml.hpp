// PMML, the Predictive Model Markup Language of the Data Mining Group, versions 3.0 to 4.4, for the
// format table. What is supported is listed in docs/formats/pmml.md.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::pmml {

/// Whether the root element is called PMML, whatever its namespace. Never throws.
bool sniff(Bytes bytes);

/// Reads the document's first scorable model into the builder. Text in an encoding that XmlDocument
/// does not read goes through source.to_utf8; of the rest of `source` nothing is read. The document
/// is read twice when the first reading finds inputs that are not used, or texts that no field
/// declares. Throws kInvalidModel and kUnsupportedModel with a hint, and kLimitExceeded.
void load(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::pmml
