#include "base/float_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace pgscore {
namespace {

/// Gives the magnitude of a number that std::from_chars calls out of range for float. The range of
/// double tells whether it is too large or too small, and beyond that the sign of the exponent, or
/// its absence.
float out_of_range(std::string_view text, float) {
  double wide = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), wide);
  const std::size_t exponent = text.find_first_of("eE");
  const bool tiny = parsed.ec == std::errc()
                        ? std::fabs(wide) < 1
                        : exponent != text.npos && text.substr(exponent + 1, 1) == "-";
  return tiny ? static_cast<float>(std::fabs(wide)) : std::numeric_limits<float>::infinity();
}

/// Gives the same for double. Its range is so wide that without an exponent only a text of hundreds
/// of digits could be out of it; those are counted.
double out_of_range(std::string_view text, double) {
  std::int64_t exponent = 0;
  if (const std::size_t at = text.find_first_of("eE"); at != text.npos) {
    const bool negative = text.substr(at + 1, 1) == "-";
    const char *digits =
        text.data() + at + (text.substr(at + 1, 1).find_first_of("+-") == 0 ? 2 : 1);
    const auto parsed = std::from_chars(digits, text.data() + text.size(), exponent);
    if (parsed.ec == std::errc::result_out_of_range) exponent = INT32_MAX;
    if (negative) exponent = -exponent;
    text = text.substr(0, at);
  }
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::size_t first = text.find_first_of("123456789");
  // The power of ten of the first digit: positive before the point.
  exponent += static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  return exponent > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

template <class Number>
std::optional<Number> parse_float(std::string_view text) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);  // std::from_chars takes no plus sign
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) return std::nullopt;
  }
  Number value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ptr != text.data() + text.size()) return std::nullopt;
  if (parsed.ec == std::errc::result_out_of_range) {
    const Number magnitude = out_of_range(text, Number{});
    return text.front() == '-' ? -magnitude : magnitude;
  }
  if (parsed.ec != std::errc()) return std::nullopt;
  return value;
}

template <class Number>
std::string shortest_text(Number value) {
  char buffer[32];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, written.ptr};
}

}  // namespace

std::optional<float> parse_float32(std::string_view text) { return parse_float<float>(text); }
std::optional<double> parse_float64(std::string_view text) { return parse_float<double>(text); }

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string float32_text(float value) { return shortest_text(value); }
std::string float64_text(double value) { return shortest_text(value); }

}  // namespace pgscore
