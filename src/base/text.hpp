// Texts of messages, and of files between blanks.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>

namespace pgscore {

/// Gives "name", with the quotes.
inline std::string in_quotes(std::string_view name) { return '"' + std::string(name) + '"'; }

/// White space of JSON, XML and most formats of lines.
inline constexpr std::string_view kBlanks = " \t\r\n";

/// Gives `text` from its first character on that is no blank.
inline std::string_view without_leading_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kBlanks), text.size()));
}

/// Gives `text` without blanks at both ends.
inline std::string_view trimmed(std::string_view text) {
  text = without_leading_blanks(text);
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

}  // namespace pgscore
