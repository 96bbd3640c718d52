// Blocks for processors with AVX-512 F, BW, DQ and VL (avx512.cpp).
#if defined(__x86_64__)
#if !defined(__clang__)
#pragma GCC diagnostic ignored \
    "-Wmaybe-uninitialized"  // inside GCC 12's own avx512fintrin.h (GCC bug 105593)
#endif
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

#define PGSCORE_TARGET PGSCORE_TARGET_AVX512

namespace pgscore::kernels {
namespace {

/// Gives the numbers at `index` of a table of Registers registers. Higher bits of the index do not
/// matter.
template <int Registers>
PGSCORE_INLINE __m512 pick(const __m512 *table, __m512i index) {
  if constexpr (Registers == 1) {
    return _mm512_permutexvar_ps(index, table[0]);
  } else if constexpr (Registers == 2) {
    return _mm512_permutex2var_ps(table[0], index, table[1]);
  } else {
    const __mmask16 upper = _mm512_test_epi32_mask(index, _mm512_set1_epi32(8 * Registers));
    return _mm512_mask_mov_ps(pick<Registers / 2>(table, index), upper,
                              pick<Registers / 2>(table + Registers / 2, index));
  }
}
template <int Registers>
PGSCORE_INLINE __m512d pick(const __m512d *table, __m512i index) {
  if constexpr (Registers == 1) {
    return _mm512_permutexvar_pd(index, table[0]);
  } else if constexpr (Registers == 2) {
    return _mm512_permutex2var_pd(table[0], index, table[1]);
  } else {
    const __mmask8 upper = _mm512_test_epi64_mask(index, _mm512_set1_epi64(4 * Registers));
    return _mm512_mask_mov_pd(pick<Registers / 2>(table, index), upper,
                              pick<Registers / 2>(table + Registers / 2, index));
  }
}
/// The same for a table in memory, aligned to 64 bytes.
template <int Registers>
PGSCORE_INLINE __m512 pick(const float *table, __m512i index) {
  return pick<Registers>(reinterpret_cast<const __m512 *>(table), index);
}
template <int Registers>
PGSCORE_INLINE __m512d pick(const double *table, __m512i index) {
  return pick<Registers>(reinterpret_cast<const __m512d *>(table), index);
}

// Level l of a search tree has 2^l numbers from number 2^l on; the uppermost levels share a
// register.
template <class Number>
struct Search;
template <>
struct Search<float> {
  static constexpr std::size_t kRows = 16;

  PGSCORE_INLINE static __m512 load(const float *x) { return _mm512_load_ps(x); }
  PGSCORE_INLINE static __m512i root() { return _mm512_set1_epi32(1); }
  template <int Level>
  PGSCORE_INLINE static __m512i step(const float *levels, __m512 x, __m512i h) {
    constexpr int kRegisters = Level < 4 ? 1 : 1 << (Level < 4 ? 0 : Level - 4);
    const __m512 cut = pick<kRegisters>(levels + (Level < 4 ? 0 : 1 << Level), h);
    const __m512i twice = _mm512_add_epi32(h, h);
    return _mm512_mask_add_epi32(twice, _mm512_cmp_ps_mask(cut, x, _CMP_LE_OQ), twice,
                                 _mm512_set1_epi32(1));
  }
  template <int Levels>
  PGSCORE_INLINE static void store(__m512i h, std::uint8_t *codes) {
    _mm_store_si128(reinterpret_cast<__m128i *>(codes),
                    _mm512_cvtepi32_epi8(_mm512_sub_epi32(h, _mm512_set1_epi32(1 << Levels))));
  }
};
template <>
struct Search<double> {
  static constexpr std::size_t kRows = 8;

  PGSCORE_INLINE static __m512d load(const double *x) { return _mm512_load_pd(x); }
  PGSCORE_INLINE static __m512i root() { return _mm512_set1_epi64(1); }
  template <int Level>
  PGSCORE_INLINE static __m512i step(const double *levels, __m512d x, __m512i h) {
    constexpr int kRegisters = Level < 3 ? 1 : 1 << (Level < 3 ? 0 : Level - 3);
    const __m512d cut = pick<kRegisters>(levels + (Level < 3 ? 0 : 1 << Level), h);
    const __m512i twice = _mm512_add_epi64(h, h);
    return _mm512_mask_add_epi64(twice, _mm512_cmp_pd_mask(cut, x, _CMP_LE_OQ), twice,
                                 _mm512_set1_epi64(1));
  }
  template <int Levels>
  PGSCORE_INLINE static void store(__m512i h, std::uint8_t *codes) {
    _mm_storel_epi64(reinterpret_cast<__m128i *>(codes),
                     _mm512_cvtepi64_epi8(_mm512_sub_epi64(h, _mm512_set1_epi64(1 << Levels))));
  }
};

#include "kernels/search_levels.inc"

/// Adds leaves that lie in registers.
template <int Registers>
PGSCORE_INLINE void add_leaves_of(const __m512 *table, const std::uint8_t *positions, float *sums,
                                  std::size_t rows) {
#pragma GCC unroll 4
  for (std::size_t r = 0; r < rows; r += 16) {
    const __m512i at =
        _mm512_cvtepu8_epi32(_mm_load_si128(reinterpret_cast<const __m128i *>(positions + r)));
    _mm512_store_ps(sums + r, _mm512_add_ps(_mm512_load_ps(sums + r), pick<Registers>(table, at)));
  }
}

/// What block_sum.inc and block_oblivious.inc need of the processor.
struct Cpu {
  static constexpr int kMaxPlaneBytes = 64;

  template <class Number>
  PGSCORE_TARGET static void search_codes(const Number *levels, unsigned num_cuts, const Number *x,
                                          std::uint8_t *codes, std::size_t rows) {
    search_by_levels(levels, num_cuts, x, codes, rows);
  }

  PGSCORE_INLINE static std::uint64_t below_64(const std::uint8_t *codes, std::uint8_t threshold) {
    return _mm512_cmplt_epu8_mask(_mm512_load_si512(codes),
                                  _mm512_set1_epi8(static_cast<char>(threshold)));
  }
  PGSCORE_INLINE static std::uint64_t missing_64(const float *x) {
    std::uint64_t mask = 0;
    for (int i = 0; i < 4; ++i) {
      const __m512 v = _mm512_load_ps(x + 16 * i);
      mask |= std::uint64_t{_mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q)} << 16 * i;
    }
    return mask;
  }
  PGSCORE_INLINE static std::uint64_t missing_64(const double *x) {
    std::uint64_t mask = 0;
    for (int i = 0; i < 8; ++i) {
      const __m512d v = _mm512_load_pd(x + 8 * i);
      mask |= std::uint64_t{_mm512_cmp_pd_mask(v, v, _CMP_UNORD_Q)} << 8 * i;
    }
    return mask;
  }

  template <int T>
  PGSCORE_INLINE static void bytes_of_planes(const std::uint64_t *planes, std::size_t words,
                                             std::uint8_t *positions) {
    __m512i at = _mm512_maskz_set1_epi8(planes[0], 1 << (T - 1));
#pragma GCC unroll 8
    for (int i = 1; i < T; ++i)
      at = _mm512_mask_add_epi8(at, planes[words * static_cast<std::size_t>(i)], at,
                                _mm512_set1_epi8(static_cast<char>(1 << (T - 1 - i))));
    _mm512_store_si512(positions, at);
  }

  template <int T>
  PGSCORE_INLINE static void add_leaves(const float *leaves, const std::uint8_t *positions,
                                        float *sums, std::size_t rows) {
    if constexpr (T > 7) {
#pragma GCC unroll 8
      for (std::size_t r = 0; r < rows; ++r) sums[r] = sums[r] + leaves[positions[r]];
    } else {
      __m512 table[1 << (T - 4)];
      for (int i = 0; i < 1 << (T - 4); ++i) table[i] = _mm512_load_ps(leaves + 16 * i);
      add_leaves_of<1 << (T - 4)>(table, positions, sums, rows);
    }
  }
  PGSCORE_INLINE static void add_subtree_leaves(const plan::Subtree *subtrees,
                                                const std::uint8_t *positions, float *sums,
                                                std::size_t rows) {
    __m512 table[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i)
      table[i] = _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(subtrees[2 * i].leaf)),
                                    _mm256_loadu_ps(subtrees[2 * i + 1].leaf), 1);
    add_leaves_of<4>(table, positions, sums, rows);
  }
  template <int T>
  PGSCORE_INLINE static void add_leaves(const double *leaves, const std::uint8_t *positions,
                                        double *sums, std::size_t rows) {
    if constexpr (T > 7) {
#pragma GCC unroll 8
      for (std::size_t r = 0; r < rows; ++r) sums[r] = sums[r] + leaves[positions[r]];
    } else {
      __m512d table[1 << (T - 3)];
      for (int i = 0; i < 1 << (T - 3); ++i) table[i] = _mm512_load_pd(leaves + 8 * i);
#pragma GCC unroll 4
      for (std::size_t r = 0; r < rows; r += 8) {
        const __m512i at =
            _mm512_cvtepu8_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(positions + r)));
        _mm512_store_pd(sums + r,
                        _mm512_add_pd(_mm512_load_pd(sums + r), pick<1 << (T - 3)>(table, at)));
      }
    }
  }

  template <int Levels>
  PGSCORE_INLINE static void places_64(const std::uint8_t *const *codes,
                                       const std::uint8_t *thresholds, std::size_t row,
                                       std::uint8_t *places) {
    __m512i at = _mm512_setzero_si512();
#pragma GCC unroll 8
    for (int i = 0; i < Levels; ++i) {
      const __mmask64 left = _mm512_cmplt_epu8_mask(
          _mm512_load_si512(codes[i] + row), _mm512_set1_epi8(static_cast<char>(thresholds[i])));
      at = _mm512_mask_add_epi8(at, left, at, _mm512_set1_epi8(static_cast<char>(1 << i)));
    }
    _mm512_store_si512(places, at);
  }
};

#include "kernels/block_sum.inc"
#include "kernels/block_oblivious.inc"

}  // namespace

TreeFunction avx512_block(const plan::EnsembleRecord &ensemble, std::size_t rows) {
  return plan::is_oblivious(ensemble.layout) ? oblivious_block(ensemble)
                                             : codes_block(ensemble, rows);
}

}  // namespace pgscore::kernels
#endif
