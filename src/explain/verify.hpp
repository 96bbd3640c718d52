// The check of an explanation that nobody trusts yet.
#pragma once
#include "base/bytes.hpp"
#include "base/interrupt.hpp"

namespace pgscore::explain {

/// Proves every offset, index, count and link of `bytes`, which are aligned to
/// plan::kPlanAlignment, against explanation_layout.hpp, and the checksum; throws kCorruptedPlan.
/// After it nobody checks bounds again. Takes time in proportion to the bytes.
void verify(Bytes bytes, Interrupt interrupt = {});

}  // namespace pgscore::explain
