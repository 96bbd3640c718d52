// Numbers that a row computes, as indexes. Whoever uses such a number as one asks is_index first:
// nothing else bounds it.
#pragma once
#include <cstddef>

namespace pgscore {

/// Is the whole part of `number` an index of one of `count` elements (at most 2^53)? Not when it is
/// NaN, or below 0 by any amount. Then static_cast<std::size_t>(number) is that index.
constexpr bool is_index(double number, std::size_t count) {
  return number >= 0 && number < static_cast<double>(count);
}

}  // namespace pgscore
