// Which inputs a plan reads. Features that no tree tests and no term uses need not be fetched from
// the row.
#pragma once
#include <vector>

#include "plan/plan.hpp"

namespace pgscore::plan {

/// Says for each input whether an output of the plan depends on it, or a policy needs it (an error
/// or NULL for missing values or unknown categories, an error for numbers out of range).
std::vector<bool> used_inputs(Plan plan);

}  // namespace pgscore::plan
