// The names that the splits of a dump use, numbered as they appear.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/limits.hpp"

namespace pgscore::formats::xgboost {

class DumpFeatures {
 public:
  /// Keeps a reference to the limits.
  explicit DumpFeatures(const Limits &limits) : limits_(limits) {}

  /// Gives the number of a name, from 0; a new name gets the next one. Throws kLimitExceeded beyond
  /// max_features.
  std::uint32_t number_of(std::string_view name) {
    const auto [at, is_new] =
        numbers_.emplace(std::string(name), static_cast<std::uint32_t>(names_.size()));
    if (is_new) {
      check_limit(names_.size() + 1, limits_.max_features, "features");
      names_.emplace_back(name);
    }
    return at->second;
  }

  /// Hands over the names, by their numbers. Call it once, last.
  std::vector<std::string> take() { return std::move(names_); }

 private:
  const Limits &limits_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> names_;
};

}  // namespace pgscore::formats::xgboost
