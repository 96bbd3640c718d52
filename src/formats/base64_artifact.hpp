// What others add to model files: base64, to carry them in a text column or a JSON document, and
// what editors write before a text.
#pragma once
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"

namespace pgscore::formats {

/// The bytes that `text` stands for when all of it is base64 (RFC 4648, either alphabet, line
/// breaks allowed); nullopt otherwise.
std::optional<std::string> decode_base64_artifact(Bytes text, Interrupt interrupt = {});

/// `bytes` without byte order marks of UTF-8 and blanks at the beginning.
Bytes without_mark(Bytes bytes);

}  // namespace pgscore::formats
