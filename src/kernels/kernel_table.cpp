#include <array>

#include "kernels/tree_kernel.hpp"

namespace pgscore::kernels {

// Functions rather than one table of objects: the descriptions live in the kernels' own files, and a constant that refers to them
// would need a static initialiser.
std::span<const TreeKernel> kernel_table() { return {&scalar_kernel(), 1}; }

const TreeKernel &choose_kernel(const plan::EnsembleRecord &ensemble, std::string_view name) {
  // Linear leaves cost more than the walk that finds them: no other kernel evaluates them, so none needs to know of them.
  if (ensemble.linear_leaves != 0) return scalar_kernel();
  for (const TreeKernel &kernel : kernel_table())
    if ((name == "auto" || name == kernel.name) && kernel.runs_on_this_cpu() && kernel.supports(ensemble)) return kernel;
  return scalar_kernel();
}

}  // namespace pgscore::kernels
