// CityHash64 of version 1.0, as Yandex's util/digest/city.cpp still has it: CatBoost hashes
// categories with it. Version 1.1 gives other numbers for texts of more than 16 bytes.
#pragma once
#include <cstdint>
#include <string_view>

namespace pgscore {

/// Hashes the bytes of a text of any length, as they are. The number is part of models: it must
/// never change.
std::uint64_t city_hash_64(std::string_view text);

}  // namespace pgscore
