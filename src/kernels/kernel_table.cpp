#include <array>

#include "kernels/tree_kernel.hpp"

namespace pgscore::kernels {

// Functions rather than one table of objects: the descriptions live in the kernels' own files, and a constant that refers to them
// would need a static initialiser.
std::span<const TreeKernel> kernel_table() { return {&scalar_kernel(), 1}; }

const TreeKernel &choose_kernel(const plan::EnsembleRecord &ensemble, std::string_view name) {
  for (const TreeKernel &kernel : kernel_table())
    if ((name == "auto" || name == kernel.name) && kernel.runs_on_this_cpu() && kernel.supports(ensemble)) return kernel;
  return scalar_kernel();
}

}  // namespace pgscore::kernels
