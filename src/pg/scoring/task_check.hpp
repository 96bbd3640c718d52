// Which models have the output that a scoring function returns.
#pragma once
#include <string_view>

#include "kernels/kernel.hpp"
#include "plan/plan.hpp"

namespace pgscore::pg {

/// Throws kWrongTask, with the function to use instead, when a model of this plan has no such
/// output. `model`: its name, for the message.
void check_task(plan::Plan plan, kernels::Want want, std::string_view model);

}  // namespace pgscore::pg
