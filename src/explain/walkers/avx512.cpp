// Walks for processors with AVX-512.
#if defined(__x86_64__)
#include "kernels/targets.hpp"
#include "explain/walkers/includes.inc"

#define PGSCORE_TARGET PGSCORE_TARGET_AVX512
#define PGSCORE_LANES 8

namespace pgscore::explain {
namespace {
#include "explain/walkers/walk.inc"
}  // namespace

constinit const Walker kAvx512Walker{"avx512", walk_rows, walk_row};

}  // namespace pgscore::explain
#endif
