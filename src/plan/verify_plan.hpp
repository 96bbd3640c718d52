// The check of a plan, for callers that may be cancelled.
#pragma once
#include "base/bytes.hpp"
#include "base/interrupt.hpp"

namespace pgscore::plan {

/// As verify_plan of plan.hpp; asks `interrupt` every few milliseconds, and throws what that
/// throws.
void verify_plan(Bytes bytes, Interrupt interrupt);

}  // namespace pgscore::plan
