#include "explain/walkers/walker.hpp"

#include <algorithm>

#include "kernels/tree_kernel.hpp"

namespace pgscore::explain {

std::size_t walk_lines(const Header &header, std::uint32_t max_splits) {
  const std::size_t together =
      (std::size_t{header.max_levels} + 2) * (4 * std::size_t{header.max_points} + 2);
  return walks_alone(header, max_splits) ? std::max(together, kRowStepLines * (max_splits + 1))
                                         : together;
}

bool walks_alone(const Header &header, std::uint32_t max_splits) {
  return header.max_points <= kMaxRowPoints && max_splits <= kMaxRowSplits;
}

const Walker &choose_walker(std::string_view kernel) {
  // The kernels from the one that is asked for on; without it, all.
  auto kernels = kernels::kernel_table();
  const auto first =
      std::ranges::find_if(kernels, [&](const auto *each) { return each->name == kernel; });
  if (first != kernels.end() && (*first)->runs_on_this_cpu())
    kernels = kernels.subspan(static_cast<std::size_t>(first - kernels.begin()));
#if defined(__x86_64__)
  for (const Walker *walker : {&kAvx512Walker, &kAvx2Walker})
    for (const kernels::TreeKernel *each : kernels)
      if (each->name == walker->kernel && each->runs_on_this_cpu()) return *walker;
#endif
  return kPortableWalker;
}

}  // namespace pgscore::explain
