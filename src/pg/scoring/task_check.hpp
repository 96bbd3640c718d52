// Checks that a model has the output that a scoring function returns.
#pragma once
#include <string_view>

#include "kernels/kernel.hpp"
#include "plan/plan.hpp"

namespace pgscore::pg {

/// Throws kWrongTask when a model of this plan has no such output; the hint names the function to
/// use instead. `model`: its name, for the message.
void check_task(plan::Plan plan, kernels::Want want, std::string_view model);

}  // namespace pgscore::pg
