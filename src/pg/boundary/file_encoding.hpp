// Reads texts of files in encodings that PostgreSQL converts.
#pragma once
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace pgscore::pg {

/// Converts to UTF-8 by PostgreSQL's conversions: a formats::ToUtf8. `encoding`: a name as XML and
/// IANA have it. Throws kUnsupportedModel when PostgreSQL does not know it, kInvalidModel when the
/// bytes are not in that encoding, kLimitExceeded, and PgError.
std::string file_text_in_utf8(std::string_view encoding, Bytes text);

}  // namespace pgscore::pg
