// Which integers are doubles of their own.
#pragma once
#include <cmath>

namespace pgscore {

/// 2^53. Integers below it in size are doubles of their own; this one is also what 2^53 + 1 is
/// rounded to.
inline constexpr double kExactIntegers = 0x1p53;

/// Says whether `number` is an integer that is no other one rounded.
inline bool is_exact_integer(double number) {
  return std::fabs(number) < kExactIntegers && std::trunc(number) == number;
}

}  // namespace pgscore
