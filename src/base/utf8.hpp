// The check of UTF-8, the encoding of every text of a model.
#pragma once
#include <string_view>

namespace pgscore {

/// Says whether `text` is UTF-8 of RFC 3629: no overlong forms, no surrogates, nothing above
/// U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace pgscore
