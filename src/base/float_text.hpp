// Decimal text <-> numbers: float32 without a detour through double (which would round twice), and
// nothing by the locale.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pgscore {

/// The float32 nearest to `text`, a decimal number as JSON or printf write it, "NaN", "Infinity" or
/// "inf" (with a sign). Too large is infinite, too small is zero, as strtof has it. nullopt when
/// the whole text is not a number.
std::optional<float> parse_float32(std::string_view text);

/// The double nearest to `text`, in the same manner.
std::optional<double> parse_float64(std::string_view text);

/// nullopt when the whole text is not an integer or does not fit.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// The shortest text that is read back as the same value.
std::string float32_text(float value);
std::string float64_text(double value);

}  // namespace pgscore
