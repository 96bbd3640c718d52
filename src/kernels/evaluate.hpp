// The steps of a plan other than trees, column by column over a block of rows. Single operations and link functions are the
// interpreter's own (model/interpret.hpp), so both agree by construction.
#pragma once
#include "kernels/tree_kernel.hpp"

namespace pgscore::kernels {

/// Rows of a block: evaluate() and the callers of SumTrees hand over no more.
inline constexpr std::size_t kMaxRows = 512;

/// Writes the output columns of `step`, which is not StepKind::kTrees. `row_values`: step.num_items doubles of work space.
void evaluate(plan::Plan plan, const plan::StepRecord &step, const Columns &columns, double *row_values);

}  // namespace pgscore::kernels
