// Work on many bytes, piece by piece, asking between the pieces whether to go on.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"

namespace pgscore {

/// Calls use(piece) for `bytes` from front to back, some milliseconds' work at a time. Throws what
/// the Interrupt throws.
template <class Use>
void in_pieces(Bytes bytes, Interrupt interrupt, Use use) {
  constexpr std::size_t kPiece = std::size_t{4} << 20;
  for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
    interrupt.check();
    use(bytes.subspan(at, std::min(kPiece, bytes.size() - at)));
  }
}

/// Copies `bytes` to `to`, which has room for them. Asks `interrupt` between pieces, since memory
/// that is touched for the first time is slow.
inline void copy_in_pieces(Bytes bytes, std::byte *to, Interrupt interrupt) {
  in_pieces(bytes, interrupt, [&](Bytes piece) {
    std::memcpy(to, piece.data(), piece.size());
    to += piece.size();
  });
}

}  // namespace pgscore
