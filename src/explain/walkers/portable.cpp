// Walks for every processor: the compiler makes of the vectors what there is.
#include "explain/walkers/includes.inc"

#define PGSCORE_TARGET
#define PGSCORE_LANES 2

namespace pgscore::explain {
namespace {
#include "explain/walkers/walk.inc"
}  // namespace

constinit const Walker kPortableWalker{"scalar", walk_rows, walk_row};

}  // namespace pgscore::explain
