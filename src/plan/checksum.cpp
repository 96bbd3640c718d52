#include "plan/checksum.hpp"

#include <cstddef>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "plan/plan_layout.hpp"

namespace pgscore::plan {

std::uint64_t plan_checksum(Bytes plan) {
  constexpr std::size_t kFirst = offsetof(Header, task);
  return XXH3_64bits(plan.data() + kFirst, plan.size() - kFirst);
}

}  // namespace pgscore::plan
