#include "formats/base64_artifact.hpp"

#include <array>
#include <string_view>

#include "base/pace.hpp"
#include "base/text.hpp"

namespace pgscore::formats {
namespace {

constexpr std::uint8_t kNone = 255, kBlank = 254, kPadding = 253;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNone);
  for (std::uint8_t i = 0; i < 26; ++i) {
    values['A' + i] = i;
    values['a' + i] = static_cast<std::uint8_t>(26 + i);
  }
  for (std::uint8_t i = 0; i < 10; ++i) values['0' + i] = static_cast<std::uint8_t>(52 + i);
  values['+'] = values['-'] = 62;
  values['/'] = values['_'] = 63;
  for (const char c : {' ', '\n', '\r', '\t'}) values[static_cast<std::uint8_t>(c)] = kBlank;
  values['='] = kPadding;
  return values;
}
constexpr std::array<std::uint8_t, 256> kValues = make_values();

}  // namespace

Bytes without_mark(Bytes bytes) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  const std::string_view text = as_text(bytes);
  std::size_t at = 0;
  while (at < text.size()) {
    const bool is_mark = text.substr(at).starts_with(kMark);
    if (!is_mark && kBlanks.find(text[at]) == kBlanks.npos) break;
    at += is_mark ? kMark.size() : 1;
  }
  return bytes.subspan(at);
}

std::optional<std::string> decode_base64_artifact(Bytes text, Interrupt interrupt) {
  Pace pace(interrupt);
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  int num_bits = 0;
  bool at_end = false;
  for (const std::byte byte : text) {
    pace.spend(2);
    const std::uint8_t value = kValues[static_cast<std::uint8_t>(byte)];
    if (value == kBlank) continue;
    if (value == kPadding) {
      at_end = true;
      continue;
    }
    if (value == kNone || at_end) return std::nullopt;
    bits = bits << 6 | value;
    num_bits += 6;
    if (num_bits < 8) continue;
    num_bits -= 8;
    out += static_cast<char>(bits >> num_bits & 0xFF);
  }
  if (out.empty() || num_bits >= 6) return std::nullopt;
  return out;
}

}  // namespace pgscore::formats
