// Reads model files under the quotas of the server, for a database that has an encoding.
#pragma once
#include <string_view>

#include "formats/format.hpp"
#include "model/model.hpp"

namespace pgscore::pg {

/// Reads and verifies a model file under the quotas that are set now; a cancel stops it. `format`
/// is a name or "auto". Throws what formats::load throws, in the encoding of the database, and
/// kUnsupportedModel when the model has a text that this encoding cannot write.
model::Model read_model(std::string_view format, const formats::Source &source);

}  // namespace pgscore::pg
