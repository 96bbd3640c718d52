// What benchmarks measure with.
#pragma once
#include <time.h>

#include <algorithm>
#include <vector>

namespace pgscore::bench {

/// CPU time of this thread, in seconds.
inline double now() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// The median of one number or more: of an even number of them, the greater one in the middle.
inline double median(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers[numbers.size() / 2];
}

}  // namespace pgscore::bench
