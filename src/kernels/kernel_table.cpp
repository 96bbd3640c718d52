#include <algorithm>
#include <array>

#include "kernels/tree_kernel.hpp"

namespace pgscore::kernels {

// The kernels are constants of their own files. The table of references to them is made on the
// first call: as a constant it would need a static initialiser.
std::span<const TreeKernel *const> kernel_table() {
  static const std::array kTable{
#if defined(__x86_64__)
      &vbmi_kernel(),
      &avx512_kernel(),
      &avx2_kernel(),
#elif defined(__aarch64__)
      &neon_kernel(),
#endif
      &scalar_kernel(),
  };
  return kTable;
}

const TreeKernel *find_kernel(std::string_view name) {
  const auto table = kernel_table();
  const auto found =
      std::ranges::find_if(table, [&](const TreeKernel *kernel) { return kernel->name == name; });
  return found == table.end() ? nullptr : *found;
}

ChosenKernel choose_kernel(const plan::EnsembleRecord &ensemble, std::string_view name,
                           std::size_t rows) {
  const TreeKernel *first = find_kernel(name);
  if (first != nullptr && !first->runs_on_this_cpu()) first = nullptr;
  ChosenKernel chosen;
  // Linear leaves cost more than the walk that finds them, so no other kernel knows them.
  if (ensemble.linear_leaves != 0) first = &scalar_kernel();
  for (const TreeKernel *kernel : kernel_table()) {
    if (first != nullptr && kernel != first) continue;
    if (!kernel->runs_on_this_cpu()) continue;
    first = nullptr;
    auto take = [&](SumTrees &function, TreeFunction offered) {
      if (function != nullptr || offered.sum == nullptr) return;
      function = offered.sum;
      chosen.memory = std::max(chosen.memory, offered.memory);
    };
    take(chosen.rows, kernel->rows(ensemble, rows));
    if (rows >= kMinBlockRows && ensemble.linear_leaves == 0)
      take(chosen.block, kernel->block(ensemble, rows));
  }
  return chosen;
}

}  // namespace pgscore::kernels
