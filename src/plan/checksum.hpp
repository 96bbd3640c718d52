// The checksum of a plan: XXH3-64 of everything behind the field itself. It finds damage. The
// defence against intent is the verifier.
#pragma once
#include <cstdint>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"

namespace pgscore::plan {

/// Computes the checksum of `plan`, which must hold at least a Header. Asks `interrupt` between
/// pieces.
std::uint64_t plan_checksum(Bytes plan, Interrupt interrupt = {});

}  // namespace pgscore::plan
