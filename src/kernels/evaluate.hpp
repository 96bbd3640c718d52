// Evaluates the steps of a plan that are no trees, column by column over a block of rows. Single
// operations and functions are the interpreter's own (model/scalar_operation.hpp,
// model/interpret.hpp), so both agree by construction.
#pragma once
#include <cstddef>

#include "kernels/dense.hpp"
#include "kernels/tree_kernel.hpp"

namespace pgscore::kernels {

/// The most rows of a block that evaluate() and a SumTrees are called with.
inline constexpr std::size_t kMaxRows = 512;

/// Gives the bytes of work space that `step` needs for blocks of up to `rows` rows.
std::size_t evaluate_memory(plan::Plan plan, const plan::StepRecord &step, std::size_t rows);

/// Writes the output columns of `step`, which is not StepKind::kTrees. `memory` has
/// evaluate_memory() bytes, aligned to 64.
void evaluate(plan::Plan plan, const plan::StepRecord &step, const Columns &columns,
              const DenseKernel &dense_kernel, std::byte *memory);

}  // namespace pgscore::kernels
