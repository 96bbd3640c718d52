#include "kernels/evaluate.hpp"

#include "kernels/steps.hpp"

namespace pgscore::kernels {

using plan::StepKind;

std::size_t evaluate_memory(Plan, const StepRecord &step, std::size_t rows) {
  const std::size_t items = step.num_items, outputs = step.num_outputs;
  switch (step.kind) {
    case StepKind::kApply:
      return 3 * rows * sizeof(double);
    case StepKind::kLink:
    case StepKind::kKernelMachine:
      return items * sizeof(double);
    case StepKind::kReduce:
    case StepKind::kRank:
      return 2 * items * sizeof(double);
    case StepKind::kPairwiseCoupling:
      return (items + 2 * outputs) * sizeof(double);
    case StepKind::kDistances: {
      const std::size_t head =
          plan::DistanceNumbers::kFields + plan::DistanceNumbers::kFieldSize * items;
      return (items + 2 * ((step.num_numbers - head) / items)) * sizeof(double);
    }
    case StepKind::kDense:  // the rows, as numbers of the layer, padded
      return items * ((rows + 31) / 32 * 32) * (in_float32(step) ? sizeof(float) : sizeof(double));
    case StepKind::kLookUp:
    case StepKind::kDiscretize:
    case StepKind::kTrees:
    case StepKind::kLinear:
    case StepKind::kArgMax:
    case StepKind::kHashLookUp:
    case StepKind::kPredicateTree:
      break;
  }
  return 0;
}

void evaluate(Plan plan, const StepRecord &step, const Columns &columns,
              const DenseKernel &dense_kernel, std::byte *memory) {
  auto *work = reinterpret_cast<double *>(memory);
  switch (step.kind) {
    case StepKind::kApply:
      return apply(plan, step, columns, work);
    case StepKind::kLookUp:
      return look_up(plan, step, columns);
    case StepKind::kDiscretize:
      return discretize(plan, step, columns);
    case StepKind::kLinear:
      return linear(plan, step, columns);
    case StepKind::kLink:
      return link(plan, step, columns, work);
    case StepKind::kArgMax:
      return arg_max(plan, step, columns);
    case StepKind::kHashLookUp:
      return hash_look_up(plan, step, columns);
    case StepKind::kReduce:
      return reduce(plan, step, columns, work);
    case StepKind::kRank:
      return rank(plan, step, columns, work);
    case StepKind::kPredicateTree:
      return predicate_tree(plan, step, columns);
    case StepKind::kDense:
      return dense(plan, step, columns, dense_kernel, memory);
    case StepKind::kKernelMachine:
      return kernel_machine(plan, step, columns, memory);
    case StepKind::kPairwiseCoupling:
      return pairwise_coupling(plan, step, columns, work);
    case StepKind::kDistances:
      return distances(plan, step, columns, work);
    case StepKind::kTrees:
      break;
  }
}

}  // namespace pgscore::kernels
