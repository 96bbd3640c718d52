#include "explain/checksum.hpp"

#include <cstddef>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/in_pieces.hpp"
#include "explain/explanation_layout.hpp"

namespace pgscore::explain {

std::uint64_t explanation_checksum(Bytes image, Interrupt interrupt) {
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  in_pieces(image.subspan(offsetof(Header, num_outputs)), interrupt,
            [&](Bytes piece) { XXH3_64bits_update(&state, piece.data(), piece.size()); });
  return XXH3_64bits_digest(&state);
}

}  // namespace pgscore::explain
