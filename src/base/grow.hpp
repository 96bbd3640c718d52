// Vectors of so many elements that a cancel should not wait until all are moved or filled.
#pragma once
#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "base/interrupt.hpp"

namespace pgscore {

template <class T>
inline constexpr std::size_t kPieceOf = (std::size_t{4} << 20) / sizeof(T) + 1;

/// Makes room for `count` elements in all. If there was too little, the room grows by half at
/// least. The elements that are there move in pieces, and `interrupt` is asked between them.
template <class T>
void reserve_in_pieces(std::vector<T> &elements, std::size_t count, Interrupt interrupt) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (count <= elements.capacity()) return;
  std::vector<T> grown;
  grown.reserve(std::max(count, elements.capacity() / 2 * 3));
  for (std::size_t at = 0; at < elements.size(); at += kPieceOf<T>) {
    interrupt.check();
    const auto first = elements.begin() + static_cast<std::ptrdiff_t>(at);
    grown.insert(grown.end(), first,
                 first + static_cast<std::ptrdiff_t>(std::min(kPieceOf<T>, elements.size() - at)));
  }
  elements.swap(grown);
}

/// As elements.resize(count), which must not be fewer than there are, in pieces.
template <class T>
void resize_in_pieces(std::vector<T> &elements, std::size_t count, Interrupt interrupt) {
  reserve_in_pieces(elements, count, interrupt);
  while (elements.size() < count) {
    interrupt.check();
    elements.resize(std::min(count, elements.size() + kPieceOf<T>));
  }
}

}  // namespace pgscore
