// The checksum of a plan: XXH3-64 of everything behind the field itself. It finds damage; it is no
// defence against intent, the verifier is.
#pragma once
#include <cstdint>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"

namespace pgscore::plan {

/// `plan` must hold at least a Header.
std::uint64_t plan_checksum(Bytes plan, Interrupt interrupt = {});

}  // namespace pgscore::plan
