// Remembers which code a category's text has. The search in the plan compares texts a dozen times,
// the cache compares once.
//
// It is a direct-mapped table of at most 2 * kMaxEntries codes, so that a category with a million
// texts does not cost each call site as much memory again. A code that is found is compared with
// the plan's text. If the place is empty or holds another code, or the text is not known, the plan
// is searched. Where the input has text operations, each text of a category has a place of its own.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "plan/plan.hpp"

namespace pgscore::pg {

class CategoryCache {
 public:
  /// Begins with nothing remembered. `input`: a category input of the plan, which outlives the
  /// cache.
  CategoryCache(plan::Plan plan, std::uint32_t input)
      : plan_(plan),
        input_(input),
        shift_(64 - std::bit_width(std::min(2 * plan.num_categories(input), kMaxEntries) | 1)) {
    codes_.assign(std::size_t{1} << (64 - shift_), 0);
  }

  /// Gives the code of the category, or a negative number, as Plan::find_category does.
  std::int64_t find(std::string_view text) {
    std::uint32_t &place = codes_[hash(text) >> shift_];
    if (place != 0 && plan_.is_category(input_, place - 1, text)) [[likely]]
      return place - 1;
    const std::int64_t code = plan_.find_category(input_, text);
    if (code >= 0) place = static_cast<std::uint32_t>(code) + 1;
    return code;
  }

 private:
  static constexpr std::uint32_t kMaxEntries = 8192;

  /// Hashes the length and the first and last 8 bytes. Texts that agree in these share a place.
  static std::uint64_t hash(std::string_view text) {
    std::uint64_t first = 0, last = 0;
    if (text.size() >= 8) {
      std::memcpy(&first, text.data(), 8);
      std::memcpy(&last, text.data() + text.size() - 8, 8);
    } else {
      for (unsigned char c : text) first = first << 8 | c;
    }
    first = (first ^ text.size() << 56) * 0x9E3779B97F4A7C15u;
    return (first ^ first >> 32 ^ last) * 0xD6E8FEB86659FD93u;
  }

  plan::Plan plan_;
  std::uint32_t input_;
  int shift_;
  std::vector<std::uint32_t> codes_;  // code + 1; 0: nothing yet
};

}  // namespace pgscore::pg
