// Texts of messages.
#pragma once
#include <string>
#include <string_view>

namespace pgscore {

/// "name" with the quotes.
inline std::string in_quotes(std::string_view name) { return '"' + std::string(name) + '"'; }

}  // namespace pgscore
