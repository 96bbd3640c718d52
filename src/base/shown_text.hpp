// How text of an untrusted file is shown in a message.
#pragma once
#include <string>
#include <string_view>

namespace pgscore {

/// Gives the first 40 bytes of `text`, with "..." for the rest; what is not printable ASCII becomes
/// "?", so that a message is text in any encoding.
inline std::string shown_plain(std::string_view text) {
  constexpr std::size_t kMaxShown = 40;
  std::string out;
  for (char c : text.substr(0, kMaxShown)) out += c >= ' ' && c <= '~' ? c : '?';
  return out + (text.size() > kMaxShown ? "..." : "");
}

/// Gives the same in quotes.
inline std::string shown(std::string_view text) { return '"' + shown_plain(text) + '"'; }

}  // namespace pgscore
