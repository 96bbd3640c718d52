// pgscore JSON: the interchange format of pgscore, documented in models/export/README.md. It maps
// one to one onto model/model.hpp and is meant to be written by exporters in any language.
#pragma once
#include "formats/format.hpp"

namespace pgscore::formats::pgscore_json {

/// Whether the text is an object whose first key is "pgscore_model", within 256 bytes. Never
/// throws.
bool sniff(Bytes bytes);

/// Reads the document into the builder: header, facts, inputs, nodes, output and test rows. Of
/// `source` only the bytes are read. Throws kInvalidModel with the place of what is malformed,
/// missing, unknown or there twice; kUnsupportedModel for another version of the format;
/// kLimitExceeded.
void load(const Source &source, model::Builder &builder);

}  // namespace pgscore::formats::pgscore_json
