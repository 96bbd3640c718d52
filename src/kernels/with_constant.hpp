// From a number that is known when the program runs to a template parameter.
#pragma once
#include <type_traits>

namespace pgscore::kernels {

/// Returns f(std::integral_constant<int, n>{}), for n from First to Last. What is above Last counts
/// as Last.
template <int First, int Last, class F>
inline __attribute__((always_inline)) auto with_constant(int n, F f) {
  if constexpr (First < Last)
    if (n != First) return with_constant<First + 1, Last>(n, f);
  return f(std::integral_constant<int, First>{});
}

}  // namespace pgscore::kernels
