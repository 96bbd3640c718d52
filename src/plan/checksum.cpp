#include "plan/checksum.hpp"

#include <cstddef>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/in_pieces.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

std::uint64_t plan_checksum(Bytes plan, Interrupt interrupt) {
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  in_pieces(plan.subspan(offsetof(Header, task)), interrupt,
            [&](Bytes piece) { XXH3_64bits_update(&state, piece.data(), piece.size()); });
  return XXH3_64bits_digest(&state);
}

}  // namespace pgscore::plan
