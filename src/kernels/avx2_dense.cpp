// Layers of neural networks for processors with AVX2 and FMA.
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <cmath>

#include "kernels/codes_trees.hpp"
#include "kernels/dense.hpp"

#define PGSCORE_TARGET __attribute__((target("avx2,fma")))

namespace pgscore::kernels {
namespace {

template <class Number>
struct Lanes;

template <>
struct Lanes<float> {
  using Vector = __m256;
  static constexpr std::size_t kCount = 8;
  PGSCORE_INLINE static Vector load(const float *p) { return _mm256_loadu_ps(p); }
  PGSCORE_INLINE static Vector spread(float x) { return _mm256_set1_ps(x); }
  PGSCORE_INLINE static Vector fma(Vector x, Vector y, Vector z) {
    return _mm256_fmadd_ps(x, y, z);
  }
  PGSCORE_INLINE static Vector add(Vector x, Vector y) { return _mm256_add_ps(x, y); }
  PGSCORE_INLINE static Vector rectify(Vector x) {
    return _mm256_andnot_ps(_mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ), x);
  }
  PGSCORE_INLINE static void store(double *out, Vector x, std::size_t count) {
    const __m256d low = _mm256_cvtps_pd(_mm256_castps256_ps128(x)),
                  high = _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1));
    if (count >= kCount) {
      _mm256_storeu_pd(out, low);
      _mm256_storeu_pd(out + 4, high);
      return;
    }
    double values[kCount];
    _mm256_storeu_pd(values, low);
    _mm256_storeu_pd(values + 4, high);
    std::copy_n(values, count, out);
  }
};

template <>
struct Lanes<double> {
  using Vector = __m256d;
  static constexpr std::size_t kCount = 4;
  PGSCORE_INLINE static Vector load(const double *p) { return _mm256_loadu_pd(p); }
  PGSCORE_INLINE static Vector spread(double x) { return _mm256_set1_pd(x); }
  PGSCORE_INLINE static Vector fma(Vector x, Vector y, Vector z) {
    return _mm256_fmadd_pd(x, y, z);
  }
  PGSCORE_INLINE static Vector add(Vector x, Vector y) { return _mm256_add_pd(x, y); }
  PGSCORE_INLINE static Vector rectify(Vector x) {
    return _mm256_andnot_pd(_mm256_cmp_pd(x, _mm256_setzero_pd(), _CMP_LT_OQ), x);
  }
  PGSCORE_INLINE static void store(double *out, Vector x, std::size_t count) {
    if (count >= kCount) return _mm256_storeu_pd(out, x);
    double values[kCount];
    _mm256_storeu_pd(values, x);
    std::copy_n(values, count, out);
  }
};

constexpr std::size_t kVectors = 2, kTile = 6;

#include "kernels/dense_layer.inc"

constexpr DenseKernel kAvx2Dense{round_numbers, dense_layer<float>, dense_layer<double>};

}  // namespace

const DenseKernel &avx2_dense_kernel() { return kAvx2Dense; }

}  // namespace pgscore::kernels
#endif
