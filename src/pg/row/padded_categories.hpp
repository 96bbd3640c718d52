// Finds categories of a feature that end in blanks, for values whose trailing blanks mean nothing.
//
// PostgreSQL pads char(n) values with blanks and ignores them when it compares. A model that was
// trained on such values may have the blanks in its categories, and to_jsonb(t) writes them into
// the object. Most models have no such category: then the list is empty, and it is only made when a
// value is not found as it is.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/plan.hpp"

namespace pgscore::pg {

/// Leaves out the blanks (U+0020) at the end, which char(n) ignores. -> a view of `text`
inline std::string_view without_trailing_blanks(std::string_view text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

class PaddedCategories {
 public:
  /// Gives the code of the category that equals `text` apart from trailing blanks of both, or -1.
  std::int64_t find(plan::Plan plan, std::uint32_t input, std::string_view text) {
    text = without_trailing_blanks(text);
    if (const std::int64_t code = plan.find_category(input, text); code >= 0) return code;
    if (!made_) make(plan, input);
    const auto place =
        std::lower_bound(codes_.begin(), codes_.end(), std::pair(text, std::uint32_t{0}));
    return place != codes_.end() && place->first == text ? std::int64_t{place->second} : -1;
  }

 private:
  void make(plan::Plan plan, std::uint32_t input) {
    for (std::uint32_t code = 0; code < plan.num_categories(input); ++code) {
      const std::string_view category = plan.category(input, code);
      if (category.ends_with(' ')) codes_.emplace_back(without_trailing_blanks(category), code);
    }
    std::sort(codes_.begin(), codes_.end());
    made_ = true;
  }

  // By text; the views are of the plan
  std::vector<std::pair<std::string_view, std::uint32_t>> codes_;
  bool made_ = false;
};

}  // namespace pgscore::pg
