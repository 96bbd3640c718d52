// From decimal text to numbers and back. float32 takes no detour through double, which would round
// twice, and nothing depends on the locale.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pgscore {

/// Gives the float32 nearest to `text`, a decimal number as JSON or printf write it, "NaN",
/// "Infinity" or "inf" (with a sign). A number that is too large gives infinity, one that is too
/// small zero, as with strtof. nullopt when the whole text is not a number.
std::optional<float> parse_float32(std::string_view text);

/// Gives the double nearest to `text`, in the same manner.
std::optional<double> parse_float64(std::string_view text);

/// Gives the integer that `text` is; nullopt when the whole text is no integer, or does not fit.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// Give the shortest text that is read back as the same value.
std::string float32_text(float value);
std::string float64_text(double value);

}  // namespace pgscore
