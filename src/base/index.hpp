// Numbers that a row computes, used as indexes. Nothing bounds such a number but is_index, which
// has to be asked before.
#pragma once
#include <cstddef>

namespace pgscore {

/// Says whether the whole part of `number` is an index of one of `count` elements (at most 2^53);
/// then static_cast<std::size_t>(number) is that index. It is none when `number` is NaN, or below 0
/// by any amount.
constexpr bool is_index(double number, std::size_t count) {
  return number >= 0 && number < static_cast<double>(count);
}

}  // namespace pgscore
