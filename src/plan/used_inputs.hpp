// Which inputs a plan reads at all: features that no tree tests and no term uses need not be
// fetched from the row.
#pragma once
#include <vector>

#include "plan/plan.hpp"

namespace pgscore::plan {

/// For each input: does any output of the plan depend on it, or do its policies (an error or NULL
/// for missing values or unknown categories, an error for numbers out of range)?
std::vector<bool> used_inputs(Plan plan);

}  // namespace pgscore::plan
