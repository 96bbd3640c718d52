// Layers of neural networks for processors with AVX-512.
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <cmath>

#include "kernels/codes_trees.hpp"
#include "kernels/dense.hpp"

#define PGSCORE_TARGET __attribute__((target("avx512f,fma")))

namespace pgscore::kernels {
namespace {

template <class Number>
struct Lanes;

template <>
struct Lanes<double> {
  using Vector = __m512d;
  static constexpr std::size_t kCount = 8;
  PGSCORE_INLINE static Vector load(const double *p) { return _mm512_loadu_pd(p); }
  PGSCORE_INLINE static Vector spread(double x) { return _mm512_set1_pd(x); }
  PGSCORE_INLINE static Vector fma(Vector x, Vector y, Vector z) {
    return _mm512_fmadd_pd(x, y, z);
  }
  PGSCORE_INLINE static Vector add(Vector x, Vector y) { return _mm512_add_pd(x, y); }
  PGSCORE_INLINE static Vector rectify(Vector x) {
    return _mm512_maskz_mov_pd(_mm512_cmp_pd_mask(x, _mm512_setzero_pd(), _CMP_NLT_UQ), x);
  }
  PGSCORE_INLINE static void store(double *out, Vector x, std::size_t count) {
    const auto mask = static_cast<__mmask8>(count >= kCount ? 0xff : (1u << count) - 1);
    _mm512_mask_storeu_pd(out, mask, x);
  }
};

template <>
struct Lanes<float> {
  using Vector = __m512;
  static constexpr std::size_t kCount = 16;
  PGSCORE_INLINE static Vector load(const float *p) { return _mm512_loadu_ps(p); }
  PGSCORE_INLINE static Vector spread(float x) { return _mm512_set1_ps(x); }
  PGSCORE_INLINE static Vector fma(Vector x, Vector y, Vector z) {
    return _mm512_fmadd_ps(x, y, z);
  }
  PGSCORE_INLINE static Vector add(Vector x, Vector y) { return _mm512_add_ps(x, y); }
  PGSCORE_INLINE static Vector rectify(Vector x) {
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NLT_UQ), x);
  }
  PGSCORE_INLINE static void store(double *out, Vector x, std::size_t count) {
    // In the maskz forms, since g++ 12 warns of what the plain ones leave undefined.
    const __m256 low = _mm256_castpd_ps(_mm512_maskz_extractf64x4_pd(0xf, _mm512_castps_pd(x), 0));
    const __m256 high = _mm256_castpd_ps(_mm512_maskz_extractf64x4_pd(0xf, _mm512_castps_pd(x), 1));
    Lanes<double>::store(out, _mm512_maskz_cvtps_pd(0xff, low), count);
    if (count > kCount / 2)
      Lanes<double>::store(out + kCount / 2, _mm512_maskz_cvtps_pd(0xff, high), count - kCount / 2);
  }
};

constexpr std::size_t kVectors = 2, kTile = 12;

#include "kernels/dense_layer.inc"

constexpr DenseKernel kAvx512Dense{round_numbers, dense_layer<float>, dense_layer<double>};

}  // namespace

const DenseKernel &avx512_dense_kernel() { return kAvx512Dense; }

}  // namespace pgscore::kernels
#endif
