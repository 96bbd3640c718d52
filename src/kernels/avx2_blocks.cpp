// Blocks for processors with AVX2, BMI and BMI2 (avx2.cpp).
#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/codes_trees.hpp"
#include "kernels/encode_row.hpp"
#include "kernels/targets.hpp"
#include "kernels/tree_kernel.hpp"
#include "kernels/with_constant.hpp"

#define PGSCORE_TARGET PGSCORE_TARGET_AVX2

namespace pgscore::kernels {
namespace {

/// Gives the numbers at `index` of a table of Registers registers, which lies at `table`, one
/// register every Stride numbers. Higher bits of the index do not matter.
template <int Registers, int Stride = 8>
PGSCORE_INLINE __m256 pick(const float *table, __m256i index) {
  if constexpr (Registers == 1) {
    return _mm256_permutevar8x32_ps(_mm256_loadu_ps(table), index);
  } else {
    constexpr int kHalf = Registers / 2, kBit = std::bit_width(4u * Registers) - 1;
    const __m256 upper = _mm256_castsi256_ps(_mm256_slli_epi32(index, 31 - kBit));
    return _mm256_blendv_ps(pick<kHalf, Stride>(table, index),
                            pick<kHalf, Stride>(table + kHalf * Stride, index), upper);
  }
}

template <class Number>
struct Search;
/// Searches two registers of 8 rows.
template <>
struct Search<float> {
  static constexpr std::size_t kRows = 16;
  struct Numbers {
    __m256 low, high;
  };
  struct Nodes {
    __m256i low, high;
  };

  PGSCORE_INLINE static Numbers load(const float *x) {
    return {_mm256_load_ps(x), _mm256_load_ps(x + 8)};
  }
  PGSCORE_INLINE static Nodes root() { return {_mm256_set1_epi32(1), _mm256_set1_epi32(1)}; }
  template <int Level>
  PGSCORE_INLINE static Nodes step(const float *levels, const Numbers &x, const Nodes &h) {
    return {step_8<Level>(levels, x.low, h.low), step_8<Level>(levels, x.high, h.high)};
  }
  template <int Levels>
  PGSCORE_INLINE static void store(const Nodes &h, std::uint8_t *codes) {
    const __m256i first = _mm256_set1_epi32(1 << Levels);
    // Rows 0-3, 8-11, 4-7, 12-15
    const __m256i words =
        _mm256_packus_epi32(_mm256_sub_epi32(h.low, first), _mm256_sub_epi32(h.high, first));
    const __m256i in_order = _mm256_permute4x64_epi64(words, 0xD8);
    _mm_store_si128(
        reinterpret_cast<__m128i *>(codes),
        _mm_packus_epi16(_mm256_castsi256_si128(in_order), _mm256_extracti128_si256(in_order, 1)));
  }

 private:
  /// Level l has 2^l numbers from number 2^l on; up to level 2 they share a register with the
  /// levels above. From level 6 on a gather is cheaper than look-ups in 8 and 16 registers.
  template <int Level>
  PGSCORE_INLINE static __m256i step_8(const float *levels, __m256 x, __m256i h) {
    __m256 cut;
    if constexpr (Level < 3)
      cut = pick<1>(levels, h);
    else if constexpr (Level < 6)
      cut = pick<1 << (Level - 3)>(levels + (1 << Level), h);
    else
      cut = _mm256_i32gather_ps(levels, h, 4);
    const __m256i reached =
        _mm256_castps_si256(_mm256_cmp_ps(cut, x, _CMP_LE_OQ));  // -1 where it is
    return _mm256_sub_epi32(_mm256_add_epi32(h, h), reached);
  }
};

#include "kernels/search_levels.inc"

/// What block_sum.inc and block_oblivious.inc need of the processor.
struct Cpu {
  static constexpr int kMaxPlaneBytes = 32;

  PGSCORE_TARGET static void search_codes(const float *levels, unsigned num_cuts, const float *x,
                                          std::uint8_t *codes, std::size_t rows) {
    search_by_levels(levels, num_cuts, x, codes, rows);
  }
  /// AVX2 has no permutation of doubles by a vector, so these are four walks by gathers.
  PGSCORE_TARGET static void search_codes(const double *levels, unsigned num_cuts, const double *x,
                                          std::uint8_t *codes, std::size_t rows) {
    const int depth = std::bit_width(num_cuts);
    for (std::size_t r = 0; r < rows; r += 4) {
      const __m256d v = _mm256_load_pd(x + r);
      __m256i h = _mm256_set1_epi64x(1);
      for (int level = 0; level < depth; ++level) {
        const __m256i reached =
            _mm256_castpd_si256(_mm256_cmp_pd(_mm256_i64gather_pd(levels, h, 8), v, _CMP_LE_OQ));
        h = _mm256_sub_epi64(_mm256_add_epi64(h, h), reached);
      }
      alignas(32) std::uint64_t ends[4];
      _mm256_store_si256(reinterpret_cast<__m256i *>(ends), h);
      for (std::size_t k = 0; k < 4; ++k)
        codes[r + k] = static_cast<std::uint8_t>(ends[k] - (std::uint64_t{1} << depth));
    }
  }

  PGSCORE_INLINE static std::uint64_t below_64(const std::uint8_t *codes, std::uint8_t threshold) {
    const __m256i limit = _mm256_set1_epi8(static_cast<char>(threshold));
    auto half = [&](const std::uint8_t *p) PGSCORE_TARGET {
      const __m256i code = _mm256_load_si256(reinterpret_cast<const __m256i *>(p));
      return ~static_cast<std::uint32_t>(
          _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(code, limit), code)));
    };
    return half(codes) | std::uint64_t{half(codes + 32)} << 32;
  }
  PGSCORE_INLINE static std::uint64_t missing_64(const float *x) {
    std::uint64_t mask = 0;
    for (int i = 0; i < 8; ++i) {
      const __m256 v = _mm256_load_ps(x + 8 * i);
      mask |= static_cast<std::uint64_t>(_mm256_movemask_ps(_mm256_cmp_ps(v, v, _CMP_UNORD_Q)))
              << 8 * i;
    }
    return mask;
  }
  PGSCORE_INLINE static std::uint64_t missing_64(const double *x) {
    std::uint64_t mask = 0;
    for (int i = 0; i < 16; ++i) {
      const __m256d v = _mm256_load_pd(x + 4 * i);
      mask |= static_cast<std::uint64_t>(_mm256_movemask_pd(_mm256_cmp_pd(v, v, _CMP_UNORD_Q)))
              << 4 * i;
    }
    return mask;
  }

  template <int T>
  PGSCORE_INLINE static void bytes_of_planes(const std::uint64_t *planes, std::size_t words,
                                             std::uint8_t *positions) {
    // Byte r of 32 gets the byte of the plane that holds its bit, then keeps that bit.
    const __m256i spread = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2,
                                            2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
    const __m256i bit = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201));
    for (int half = 0; half < 2; ++half) {
      __m256i at = _mm256_setzero_si256();
#pragma GCC unroll 8
      for (int i = 0; i < T; ++i) {
        const auto plane =
            static_cast<int>(planes[words * static_cast<std::size_t>(i)] >> 32 * half);
        const __m256i bytes =
            _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32(plane), spread), bit);
        const __m256i set = _mm256_cmpeq_epi8(bytes, bit);  // -1
        at = _mm256_sub_epi8(_mm256_add_epi8(at, at), set);
      }
      _mm256_store_si256(reinterpret_cast<__m256i *>(positions + 32 * half), at);
    }
  }

  template <int T, int Stride = 8>
  PGSCORE_INLINE static void add_leaves(const float *leaves, const std::uint8_t *positions,
                                        float *sums, std::size_t rows) {
    if constexpr (T > 6) {  // too many registers, as with double
#pragma GCC unroll 8
      for (std::size_t r = 0; r < rows; ++r) sums[r] = sums[r] + leaves[positions[r]];
    } else {
#pragma GCC unroll 8
      for (std::size_t r = 0; r < rows; r += 8) {
        const __m256i at =
            _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(positions + r)));
        _mm256_store_ps(sums + r, _mm256_add_ps(_mm256_load_ps(sums + r),
                                                pick<1 << (T - 3), Stride>(leaves, at)));
      }
    }
  }
  PGSCORE_INLINE static void add_subtree_leaves(const plan::Subtree *subtrees,
                                                const std::uint8_t *positions, float *sums,
                                                std::size_t rows) {
    add_leaves<6, 16>(subtrees->leaf, positions, sums, rows);
  }
  template <int T>
  PGSCORE_INLINE static void add_leaves(const double *leaves, const std::uint8_t *positions,
                                        double *sums, std::size_t rows) {
#pragma GCC unroll 8
    for (std::size_t r = 0; r < rows; ++r) sums[r] = sums[r] + leaves[positions[r]];
  }

  template <int Levels>
  PGSCORE_INLINE static void places_64(const std::uint8_t *const *codes,
                                       const std::uint8_t *thresholds, std::size_t row,
                                       std::uint8_t *places) {
#pragma GCC unroll 2
    for (std::size_t r = 0; r < 64; r += 32) {
      __m256i at = _mm256_setzero_si256();
#pragma GCC unroll 8
      for (int i = 0; i < Levels; ++i) {
        const __m256i code =
            _mm256_load_si256(reinterpret_cast<const __m256i *>(codes[i] + row + r));
        const __m256i not_left = _mm256_cmpeq_epi8(
            _mm256_max_epu8(code, _mm256_set1_epi8(static_cast<char>(thresholds[i]))), code);
        at = _mm256_or_si256(
            at, _mm256_andnot_si256(not_left, _mm256_set1_epi8(static_cast<char>(1 << i))));
      }
      _mm256_store_si256(reinterpret_cast<__m256i *>(places + r), at);
    }
  }
};

#include "kernels/block_sum.inc"
#include "kernels/block_oblivious.inc"

}  // namespace

TreeFunction avx2_block(const plan::EnsembleRecord &ensemble, std::size_t rows) {
  return plan::is_oblivious(ensemble.layout) ? oblivious_block(ensemble)
                                             : codes_block(ensemble, rows);
}

}  // namespace pgscore::kernels
#endif
