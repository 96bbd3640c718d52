// One function for each kind of step, which writes the step's output columns. evaluate.cpp calls
// them.
#pragma once
#include "kernels/dense.hpp"
#include "kernels/tree_kernel.hpp"
#include "model/model.hpp"

namespace pgscore::kernels {

using plan::Plan;
using plan::StepRecord;

/// Says whether the step computes in float32 rather than in double; false for kinds without a
/// precision.
inline bool in_float32(const StepRecord &step) {
  return step.precision == static_cast<std::uint8_t>(model::Precision::kFloat32);
}
/// Gives the numbers of the step's num_items input columns, in the plan's memory, for kinds whose
/// first_item counts in the section `columns`.
inline const std::uint32_t *column_list(Plan plan, const StepRecord &step) {
  return plan.data<std::uint32_t>(plan.header().columns) + step.first_item;
}

// transforms.cpp: one value from one or a few. `work` holds 3 * columns.count numbers.
void apply(Plan plan, const StepRecord &step, const Columns &columns, double *work);
void look_up(Plan plan, const StepRecord &step, const Columns &columns);
void discretize(Plan plan, const StepRecord &step, const Columns &columns);
void hash_look_up(Plan plan, const StepRecord &step, const Columns &columns);

// selection.cpp: from many values of a row. `work` holds num_items numbers; for rank and reduce
// twice as many; for the coupling num_items and 2 * num_outputs.
void link(Plan plan, const StepRecord &step, const Columns &columns, double *work);
void arg_max(Plan plan, const StepRecord &step, const Columns &columns);
void reduce(Plan plan, const StepRecord &step, const Columns &columns, double *work);
void rank(Plan plan, const StepRecord &step, const Columns &columns, double *work);
void predicate_tree(Plan plan, const StepRecord &step, const Columns &columns);
void pairwise_coupling(Plan plan, const StepRecord &step, const Columns &columns, double *work);

// machines.cpp and dense.cpp: predictors. `memory` and `work` hold num_items numbers for the kernel
// machine, num_items and twice the number of points for distances; for a layer evaluate_memory().
void linear(Plan plan, const StepRecord &step, const Columns &columns);
void dense(Plan plan, const StepRecord &step, const Columns &columns, const DenseKernel &kernel,
           std::byte *memory);
void kernel_machine(Plan plan, const StepRecord &step, const Columns &columns, std::byte *memory);
void distances(Plan plan, const StepRecord &step, const Columns &columns, double *work);

}  // namespace pgscore::kernels
