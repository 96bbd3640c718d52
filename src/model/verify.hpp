// The check of a model, for callers that may be cancelled.
#pragma once
#include "base/interrupt.hpp"
#include "base/limits.hpp"
#include "model/model.hpp"

namespace pgscore::model {

/// As verify of builder.hpp; asks `interrupt` every few milliseconds, and throws what that throws.
void verify(const Model &model, const Limits &limits, Interrupt interrupt);

}  // namespace pgscore::model
