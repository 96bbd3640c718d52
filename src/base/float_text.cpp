#include "base/float_text.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace pgscore {
namespace {

/// A number that std::from_chars calls out of range: too large or too small is told by the range of double, and beyond that
/// by the sign of the exponent.
float out_of_range(std::string_view text, bool negative) {
  double wide = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), wide);
  const std::size_t exponent = text.find_first_of("eE");
  const bool tiny = parsed.ec == std::errc() ? std::fabs(wide) < 1 : exponent != text.npos && text.substr(exponent + 1, 1) == "-";
  const float value = tiny ? static_cast<float>(std::fabs(wide)) : std::numeric_limits<float>::infinity();
  return negative ? -value : value;
}

}  // namespace

std::optional<float> parse_float32(std::string_view text) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);  // std::from_chars takes no plus sign
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) return std::nullopt;
  }
  float value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ptr != text.data() + text.size()) return std::nullopt;
  if (parsed.ec == std::errc::result_out_of_range) return out_of_range(text, text.front() == '-');
  if (parsed.ec != std::errc()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string float32_text(float value) {
  char buffer[32];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, written.ptr};
}

}  // namespace pgscore
