#include "base/utf8.hpp"

namespace pgscore {

bool is_utf8(std::string_view text) {
  auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  auto continues = [&](std::size_t i) { return (at(i) & 0xC0) == 0x80; };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = at(i);
    if (first < 0x80) {
      ++i;
    } else if (first >= 0xC2 && first < 0xE0) {
      if (!continues(i + 1)) return false;
      i += 2;
    } else if (first >= 0xE0 && first < 0xF0) {
      if (!continues(i + 1) || !continues(i + 2) || (first == 0xE0 && at(i + 1) < 0xA0) ||
          (first == 0xED && at(i + 1) >= 0xA0))
        return false;
      i += 3;
    } else if (first >= 0xF0 && first < 0xF5) {
      if (!continues(i + 1) || !continues(i + 2) || !continues(i + 3) ||
          (first == 0xF0 && at(i + 1) < 0x90) || (first == 0xF4 && at(i + 1) >= 0x90))
        return false;
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace pgscore
