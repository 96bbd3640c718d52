// Walks for processors with AVX2 (Intel Haswell, AMD Excavator and newer).
#if defined(__x86_64__)
#include "kernels/targets.hpp"
#include "explain/walkers/includes.inc"

#define PGSCORE_TARGET PGSCORE_TARGET_AVX2
#define PGSCORE_LANES 4

namespace pgscore::explain {
namespace {
#include "explain/walkers/walk.inc"
}  // namespace

constinit const Walker kAvx2Walker{"avx2", walk_rows, walk_row};

}  // namespace pgscore::explain
#endif
