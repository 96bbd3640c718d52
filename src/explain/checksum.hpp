// The checksum of an explanation: it finds damage; the verifier is what protects.
#pragma once
#include <cstdint>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"

namespace pgscore::explain {

/// XXH3-64 of everything behind Header::checksum. `image` must hold at least a Header.
std::uint64_t explanation_checksum(Bytes image, Interrupt interrupt = {});

}  // namespace pgscore::explain
