#include "plan/category_sets.hpp"

#include <algorithm>
#include <numeric>
#include <span>

namespace pgscore::plan {

CategorySets::CategorySets(const model::TreeEnsemble &ensemble) : number(ensemble.sets.size()) {
  auto content = [&](std::uint32_t index) {
    const model::CategorySet &set = ensemble.sets[index];
    std::span<const std::uint32_t> all(ensemble.set_words.data() + set.first_word, set.num_words);
    while (!all.empty() && all.back() == 0) all = all.first(all.size() - 1);
    return all;
  };
  std::vector<std::uint32_t> order(ensemble.sets.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto x = content(a), y = content(b);
    return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end());
  });
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto set = content(order[i]);
    if (i == 0 || !std::ranges::equal(set, content(order[i - 1]))) {
      sets.push_back(
          {static_cast<std::uint32_t>(words.size()), static_cast<std::uint32_t>(set.size())});
      words.insert(words.end(), set.begin(), set.end());
    }
    number[order[i]] = static_cast<std::uint32_t>(sets.size() - 1);
  }
}

}  // namespace pgscore::plan
