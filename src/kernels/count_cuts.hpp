// The search of the quantiser: how many cuts of a segment are <= x. Two comparisons of 16
// neighbours, in the pivots and in one bucket, take the place of a binary search: only one load
// depends on another.
#pragma once
#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace pgscore::kernels {

#if defined(__SSE2__)  // part of every x86-64
/// Counts those of 16 ascending numbers that are <= x (NaN, which only stands at the end, is not).
/// The mask of comparisons is a run of ones, so its length is the count; to count bits would take a
/// newer CPU.
inline unsigned count_16(const float *p, float x) {
  const __m128 v = _mm_set1_ps(x);
  auto four = [&](int i) { return _mm_castps_si128(_mm_cmple_ps(_mm_load_ps(p + 4 * i), v)); };
  const __m128i mask =
      _mm_packs_epi16(_mm_packs_epi32(four(0), four(1)), _mm_packs_epi32(four(2), four(3)));
  return static_cast<unsigned>(
      std::countr_one(static_cast<std::uint32_t>(_mm_movemask_epi8(mask))));
}
inline unsigned count_16(const double *p, double x) {
  const __m128d v = _mm_set1_pd(x);
  auto four = [&](int i) {
    const __m128 low = _mm_castpd_ps(_mm_cmple_pd(_mm_load_pd(p + 4 * i), v));
    const __m128 high = _mm_castpd_ps(_mm_cmple_pd(_mm_load_pd(p + 4 * i + 2), v));
    return _mm_castps_si128(_mm_shuffle_ps(low, high, _MM_SHUFFLE(2, 0, 2, 0)));
  };
  const __m128i mask =
      _mm_packs_epi16(_mm_packs_epi32(four(0), four(1)), _mm_packs_epi32(four(2), four(3)));
  return static_cast<unsigned>(
      std::countr_one(static_cast<std::uint32_t>(_mm_movemask_epi8(mask))));
}
#else
template <class Number>
inline unsigned count_16(const Number *p, Number x) {
  unsigned count = 0;
  for (unsigned i = 0; i < 16; ++i) count += p[i] <= x ? 1u : 0u;
  return count;
}
#endif

/// Gives the code of x in a segment: 16 pivots, the padded cuts, 16 NaN (tree_layout.hpp). Pivot k
/// is the last cut of bucket k, so the pivots that x has passed are the buckets that it has passed.
/// If it has passed all, the bucket that is looked at is the 16 NaN.
template <class Number>
inline unsigned count_cuts(const Number *segment, unsigned num_cuts, Number x) {
  unsigned code = num_cuts > 16 ? 16 * count_16(segment, x) : 0;
  code += count_16(segment + 16 + code, x);
  return code;
}

}  // namespace pgscore::kernels
