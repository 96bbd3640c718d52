// Text of an untrusted file inside a message.
#pragma once
#include <string>
#include <string_view>

namespace pgscore {

/// The first 40 bytes of `text`, with "..." for the rest; what is not printable ASCII becomes "?",
/// so that a message is text in any encoding.
inline std::string shown_plain(std::string_view text) {
  constexpr std::size_t kMaxShown = 40;
  std::string out;
  for (char c : text.substr(0, kMaxShown)) out += c >= ' ' && c <= '~' ? c : '?';
  return out + (text.size() > kMaxShown ? "..." : "");
}

/// The same in quotes.
inline std::string shown(std::string_view text) { return '"' + shown_plain(text) + '"'; }

}  // namespace pgscore
