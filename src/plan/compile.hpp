// Model -> plan bytes.
#pragma once
#include <cstddef>
#include <vector>

#include "base/interrupt.hpp"
#include "base/limits.hpp"
#include "model/model.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

/// The plan of `model`: immutable, position-independent bytes as plan_layout.hpp says, starting with a Header that holds a
/// version and a checksum. The same on every CPU. The bytes must be kept at an address aligned to kPlanAlignment.
std::vector<std::byte> compile(const model::Model &model, Interrupt interrupt = {});

}  // namespace pgscore::plan
