// How categories without a list become numbers, and several of them a key: CatBoost's functions.
#pragma once
#include <cmath>
#include <cstdint>
#include <string_view>

#include "base/city_hash.hpp"
#include "base/exact_integers.hpp"

namespace pgscore::model {

/// Gives the value of a hash column (ColumnType::kHash): the low half of CityHash64 of the text
/// (UTF-8), as a signed integer. catboost/libs/cat_feature/cat_feature.cpp, CalcCatFeatureHash
/// (1.2.10).
inline double hashed_category(std::string_view text) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(city_hash_64(text)));
}

/// Mixes one more value into a key, which starts at 0. Returns false when `value` is missing or no
/// integer. Negative values are extended to 64 bits. catboost/libs/model/hash.h and ctr_provider.h,
/// CalcHashes (1.2.10).
inline bool mix_hash(std::uint64_t &key, double value) {
  constexpr std::uint64_t kMultiplier = 0x4906ba494954cb65;
  if (!(std::fabs(value) <= kExactIntegers) || value != std::trunc(value)) return false;
  key = kMultiplier *
        (key + kMultiplier * static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
  return true;
}

}  // namespace pgscore::model
