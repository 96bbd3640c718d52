// Rows and blocks for CPUs with AVX-512 F, BW, DQ and VL (Intel Skylake-X, AMD Zen 4 and newer).
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
#include "kernels/path_tables.hpp"
#include "kernels/tree_kernel.hpp"

#define PGSCORE_TARGET \
  __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,bmi,bmi2,popcnt,lzcnt")))

namespace pgscore::kernels {
namespace {

#include "kernels/count_cuts_avx512.inc"
#define PGSCORE_COUNT_CUTS count_cuts_avx512
#include "kernels/encode_codes.inc"
#include "kernels/load_pair.inc"

/// Codes in `Tables` registers of 16, each in all four lanes: pshufb looks a slot's low four bits
/// up in all of them, and its higher bits choose, as in a tournament.
template <int Tables>
class ShuffleComparer {
 public:
  using Slot = std::uint8_t;
  static constexpr std::uint32_t kDecisions = 512;
  // With fewer, a comparison of 64 lanes costs less than its loads would
  static constexpr bool kByHalves = Tables > 4;

  PGSCORE_TARGET explicit ShuffleComparer(const std::uint8_t *codes) {
    for (int i = 0; i < Tables; ++i)
      codes_[i] =
          _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i *>(codes + 16 * i)));
  }
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void compare(const std::uint8_t *slots,
                                                    const std::uint8_t *thresholds,
                                                    std::uint64_t *masks) const {
#pragma GCC unroll 8
    for (int v = 0; v < 8; ++v) {
      const __m512i code = look_up<0, Tables>(_mm512_load_si512(slots + 64 * v));
      masks[v] = _mm512_cmplt_epu8_mask(code, _mm512_load_si512(thresholds + 64 * v));
    }
  }
  /// Down from the top, one bit at a time, all trees of the 512 decisions at once (path_tables.hpp
  /// says which bit is which).
  template <int T>
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void descend(const std::uint64_t *masks,
                                                    std::uint8_t *positions) const {
    using L = Lanes<T>;
    constexpr int kLevels = T - 3, kNodes = (1 << kLevels) - 1;
    const __m512i mask = _mm512_load_si512(masks), one = L::set1(1);
    auto step = [&](__m512i bits, __m512i node) PGSCORE_TARGET {  // nodes from 0
      const __m512i bit = _mm512_and_si512(L::shift_right(bits, node), one);
      return L::add(L::add(node, node), L::add(bit, one));
    };
    __m512i node = step(mask, step(mask, _mm512_setzero_si512()));
    node = step(mask, node);  // 7 to 14
    const __m512i subtree = L::add(node, L::set1(-7));
    // kNodes = 2^kLevels - 1 nodes each, from bit 7 on
    const __m512i first = L::template shift_left<kLevels>(subtree);
    const __m512i bits = L::shift_right(mask, L::add(L::sub(first, subtree), L::set1(7)));
    node = _mm512_setzero_si512();
#pragma GCC unroll 3
    for (int level = 0; level < kLevels; ++level) node = step(bits, node);  // kNodes to 2 kNodes
    L::store(positions, L::add(first, L::add(node, L::set1(-kNodes))));
  }

  template <class Offset>
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE std::uint64_t compare_7(const std::uint8_t *slots,
                                                               const std::uint8_t *thresholds,
                                                               Offset offset) const {
    const __m512i code = look_up<0, Tables>(load_8(slots, offset));  // clang's intrinsic is a macro
    return _mm512_cmplt_epu8_mask(code, load_8(thresholds, offset));
  }
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void enter(const std::uint8_t *slots,
                                                  const std::uint8_t *thresholds,
                                                  const plan::Subtree *subtrees,
                                                  const std::byte **entered) const {
    const __m512i code = look_up<0, Tables>(_mm512_loadu_si512(slots));
    const std::uint64_t mask = _mm512_cmplt_epu8_mask(code, _mm512_loadu_si512(thresholds));
    constexpr long long kTree = 8 * sizeof(plan::Subtree);
    const __m512i trees = _mm512_set_epi64(7 * kTree, 6 * kTree, 5 * kTree, 4 * kTree, 3 * kTree,
                                           2 * kTree, kTree, 0);
    const __m512i first =
        _mm512_add_epi64(_mm512_set1_epi64(reinterpret_cast<long long>(subtrees)), trees);
    store_sums<6>(first, places_below_7(mask), entered);
  }
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void leave(const std::byte *const *entered,
                                                  const std::byte **leaves) const {
    auto load_8 = [&](std::size_t offset) PGSCORE_TARGET {
      auto load_4 = [&](int tree) PGSCORE_TARGET {
        return _mm256_set_m128i(load_pair(entered[tree + 2] + offset, entered[tree + 3] + offset),
                                load_pair(entered[tree] + offset, entered[tree + 1] + offset));
      };
      return _mm512_inserti64x4(_mm512_castsi256_si512(load_4(0)), load_4(4), 1);
    };
    const __m512i code = look_up<0, Tables>(load_8(0));
    const std::uint64_t mask =
        _mm512_cmplt_epu8_mask(code, load_8(offsetof(plan::Subtree, threshold)));
    store_sums<2>(_mm512_load_si512(entered), places_below_7(mask), leaves);
  }
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE std::uint64_t compare_low(const std::uint64_t *eight) const {
    const __m512i blocks = _mm512_load_si512(eight);
    const __m512i code = look_up<0, Tables>(blocks);
    return _mm512_cmplt_epu8_mask(code, _mm512_srli_epi64(blocks, 24));
  }

 private:
  /// Eight addresses, and 2^Shift times the bytes of `places`.
  template <int Shift>
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE static void store_sums(__m512i addresses,
                                                              std::uint64_t places,
                                                              const std::byte **out) {
    const __m512i bytes = _mm512_cvtepu8_epi64(_mm_cvtsi64_si128(static_cast<long long>(places)));
    _mm512_store_si512(out, _mm512_add_epi64(addresses, _mm512_slli_epi64(bytes, Shift)));
  }
  /// 8 bytes of each of 8 trees.
  template <class Offset>
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE static __m512i load_8(const std::uint8_t *bytes,
                                                             Offset offset) {
    auto load_4 = [&](int tree) PGSCORE_TARGET {
      return _mm256_set_m128i(load_pair(bytes + offset(tree + 2), bytes + offset(tree + 3)),
                              load_pair(bytes + offset(tree), bytes + offset(tree + 1)));
    };
    return _mm512_inserti64x4(_mm512_castsi256_si512(load_4(0)), load_4(4), 1);
  }
  /// Lanes of 2^T bits.
  template <int T>
  struct Lanes {
    PGSCORE_TARGET PGSCORE_ALWAYS_INLINE static __m512i set1(int x) {
      return T == 6   ? _mm512_set1_epi64(x)
             : T == 5 ? _mm512_set1_epi32(x)
                      : _mm512_set1_epi16(static_cast<short>(x));
    }
    PGSCORE_TARGET PGSCORE_ALWAYS_INLINE static __m512i add(__m512i a, __m512i b) {
      return T == 6   ? _mm512_add_epi64(a, b)
             : T == 5 ? _mm512_add_epi32(a, b)
                      : _mm512_add_epi16(a, b);
    }
    PGSCORE_TARGET PGSCORE_ALWAYS_INLINE static __m512i sub(__m512i a, __m512i b) {
      return T == 6   ? _mm512_sub_epi64(a, b)
             : T == 5 ? _mm512_sub_epi32(a, b)
                      : _mm512_sub_epi16(a, b);
    }
    PGSCORE_TARGET PGSCORE_ALWAYS_INLINE static __m512i shift_right(__m512i a, __m512i b) {
      return T == 6   ? _mm512_srlv_epi64(a, b)
             : T == 5 ? _mm512_srlv_epi32(a, b)
                      : _mm512_srlv_epi16(a, b);
    }
    template <int Bits>
    PGSCORE_TARGET PGSCORE_ALWAYS_INLINE static __m512i shift_left(__m512i a) {
      return T == 6   ? _mm512_slli_epi64(a, Bits)
             : T == 5 ? _mm512_slli_epi32(a, Bits)
                      : _mm512_slli_epi16(a, Bits);
    }
    PGSCORE_TARGET PGSCORE_ALWAYS_INLINE static void store(std::uint8_t *positions, __m512i at) {
      if constexpr (T == 6)
        _mm_storel_epi64(reinterpret_cast<__m128i *>(positions), _mm512_cvtepi64_epi8(at));
      else if constexpr (T == 5)
        _mm_store_si128(reinterpret_cast<__m128i *>(positions), _mm512_cvtepi32_epi8(at));
      else
        _mm256_store_si256(reinterpret_cast<__m256i *>(positions), _mm512_cvtepi16_epi8(at));
    }
  };
  template <int First, int Count>
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE __m512i look_up(__m512i slot) const {
    if constexpr (Count == 1) {
      return _mm512_shuffle_epi8(codes_[First], slot);
    } else {
      constexpr int kHalf = static_cast<int>(std::bit_ceil(unsigned{Count}) / 2);
      return _mm512_mask_mov_epi8(look_up<First, kHalf>(slot),
                                  _mm512_test_epi8_mask(slot, _mm512_set1_epi8(16 * kHalf)),
                                  look_up<First + kHalf, Count - kHalf>(slot));
    }
  }
  __m512i codes_[Tables];
};

#include "kernels/row_sum.inc"

bool runs() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}

TreeFunction rows(const plan::EnsembleRecord &ensemble, std::size_t) {
  return rows_by_tables<ShuffleComparer>(ensemble);
}

// ---- blocks -------------------------------------------------------------------------------------

constexpr int kMaxPlaneBytes = 64;

/// The numbers at `index` of a table of Registers registers. Bits of the index above it do not
/// matter.
template <int Registers>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE __m512 pick(const __m512 *table, __m512i index) {
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
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE __m512d pick(const __m512d *table, __m512i index) {
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
/// The same of a table in memory, aligned to 64 bytes.
template <int Registers>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE __m512 pick(const float *table, __m512i index) {
  return pick<Registers>(reinterpret_cast<const __m512 *>(table), index);
}
template <int Registers>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE __m512d pick(const double *table, __m512i index) {
  return pick<Registers>(reinterpret_cast<const __m512d *>(table), index);
}

/// One level of a search tree (plan::cut_level_index) for 16 or 8 rows. Level l has 2^l numbers
/// from number 2^l on; up to level 3 (2) they share a register with the levels above.
template <int Level>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE __m512i step(const float *levels, __m512 x, __m512i h) {
  constexpr int kRegisters = Level < 4 ? 1 : 1 << (Level < 4 ? 0 : Level - 4);
  const __m512 cut = pick<kRegisters>(levels + (Level < 4 ? 0 : 1 << Level), h);
  const __m512i twice = _mm512_add_epi32(h, h);
  return _mm512_mask_add_epi32(twice, _mm512_cmp_ps_mask(cut, x, _CMP_LE_OQ), twice,
                               _mm512_set1_epi32(1));
}
template <int Level>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE __m512i step(const double *levels, __m512d x, __m512i h) {
  constexpr int kRegisters = Level < 3 ? 1 : 1 << (Level < 3 ? 0 : Level - 3);
  const __m512d cut = pick<kRegisters>(levels + (Level < 3 ? 0 : 1 << Level), h);
  const __m512i twice = _mm512_add_epi64(h, h);
  return _mm512_mask_add_epi64(twice, _mm512_cmp_pd_mask(cut, x, _CMP_LE_OQ), twice,
                               _mm512_set1_epi64(1));
}

template <int Levels>
PGSCORE_TARGET void search_levels(const float *levels, const float *x, std::uint8_t *codes,
                                  std::size_t rows) {
  for (std::size_t r = 0; r < rows; r += 16) {
    const __m512 v = _mm512_load_ps(x + r);
    __m512i h = _mm512_set1_epi32(1);
    h = step<0>(levels, v, h);
    if constexpr (Levels > 1) h = step<1>(levels, v, h);
    if constexpr (Levels > 2) h = step<2>(levels, v, h);
    if constexpr (Levels > 3) h = step<3>(levels, v, h);
    if constexpr (Levels > 4) h = step<4>(levels, v, h);
    if constexpr (Levels > 5) h = step<5>(levels, v, h);
    if constexpr (Levels > 6) h = step<6>(levels, v, h);
    if constexpr (Levels > 7) h = step<7>(levels, v, h);
    h = _mm512_sub_epi32(h, _mm512_set1_epi32(1 << Levels));
    _mm_store_si128(reinterpret_cast<__m128i *>(codes + r), _mm512_cvtepi32_epi8(h));
  }
}
template <int Levels>
PGSCORE_TARGET void search_levels(const double *levels, const double *x, std::uint8_t *codes,
                                  std::size_t rows) {
  for (std::size_t r = 0; r < rows; r += 8) {
    const __m512d v = _mm512_load_pd(x + r);
    __m512i h = _mm512_set1_epi64(1);
    h = step<0>(levels, v, h);
    if constexpr (Levels > 1) h = step<1>(levels, v, h);
    if constexpr (Levels > 2) h = step<2>(levels, v, h);
    if constexpr (Levels > 3) h = step<3>(levels, v, h);
    if constexpr (Levels > 4) h = step<4>(levels, v, h);
    if constexpr (Levels > 5) h = step<5>(levels, v, h);
    if constexpr (Levels > 6) h = step<6>(levels, v, h);
    if constexpr (Levels > 7) h = step<7>(levels, v, h);
    h = _mm512_sub_epi64(h, _mm512_set1_epi64(1 << Levels));
    _mm_storel_epi64(reinterpret_cast<__m128i *>(codes + r), _mm512_cvtepi64_epi8(h));
  }
}
template <class Number>
PGSCORE_TARGET void search_codes(const Number *levels, unsigned num_cuts, const Number *x,
                                 std::uint8_t *codes, std::size_t rows) {
  switch (std::bit_width(num_cuts)) {
    case 1:
      return search_levels<1>(levels, x, codes, rows);
    case 2:
      return search_levels<2>(levels, x, codes, rows);
    case 3:
      return search_levels<3>(levels, x, codes, rows);
    case 4:
      return search_levels<4>(levels, x, codes, rows);
    case 5:
      return search_levels<5>(levels, x, codes, rows);
    case 6:
      return search_levels<6>(levels, x, codes, rows);
    case 7:
      return search_levels<7>(levels, x, codes, rows);
    default:
      return search_levels<8>(levels, x, codes, rows);
  }
}

PGSCORE_TARGET PGSCORE_ALWAYS_INLINE std::uint64_t below_64(const std::uint8_t *codes,
                                                            std::uint8_t threshold) {
  return _mm512_cmplt_epu8_mask(_mm512_load_si512(codes),
                                _mm512_set1_epi8(static_cast<char>(threshold)));
}
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE std::uint64_t missing_64(const float *x) {
  std::uint64_t mask = 0;
  for (int i = 0; i < 4; ++i) {
    const __m512 v = _mm512_load_ps(x + 16 * i);
    mask |= std::uint64_t{_mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q)} << 16 * i;
  }
  return mask;
}
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE std::uint64_t missing_64(const double *x) {
  std::uint64_t mask = 0;
  for (int i = 0; i < 8; ++i) {
    const __m512d v = _mm512_load_pd(x + 8 * i);
    mask |= std::uint64_t{_mm512_cmp_pd_mask(v, v, _CMP_UNORD_Q)} << 8 * i;
  }
  return mask;
}

template <int T>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void bytes_of_planes(const std::uint64_t *planes,
                                                          std::size_t words,
                                                          std::uint8_t *positions) {
  __m512i at = _mm512_maskz_set1_epi8(planes[0], 1 << (T - 1));
#pragma GCC unroll 8
  for (int i = 1; i < T; ++i)
    at = _mm512_mask_add_epi8(at, planes[words * static_cast<std::size_t>(i)], at,
                              _mm512_set1_epi8(static_cast<char>(1 << (T - 1 - i))));
  _mm512_store_si512(positions, at);
}

/// The leaves of a tree stay in registers as long as there are enough of them.
template <int Registers>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void add_leaves_of(const __m512 *table,
                                                        const std::uint8_t *positions, float *sums,
                                                        std::size_t rows) {
#pragma GCC unroll 4
  for (std::size_t r = 0; r < rows; r += 16) {
    const __m512i at =
        _mm512_cvtepu8_epi32(_mm_load_si128(reinterpret_cast<const __m128i *>(positions + r)));
    _mm512_store_ps(sums + r, _mm512_add_ps(_mm512_load_ps(sums + r), pick<Registers>(table, at)));
  }
}
template <int T>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void add_leaves(const float *leaves,
                                                     const std::uint8_t *positions, float *sums,
                                                     std::size_t rows) {
  if constexpr (T > 7) {
#pragma GCC unroll 8
    for (std::size_t r = 0; r < rows; ++r) sums[r] = sums[r] + leaves[positions[r]];
  } else {
    __m512 table[1 << (T - 4)];
    for (int i = 0; i < 1 << (T - 4); ++i) table[i] = _mm512_load_ps(leaves + 16 * i);
    add_leaves_of<1 << (T - 4)>(table, positions, sums, rows);
  }
}
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void add_leaves(const plan::Subtree *subtrees,
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
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void add_leaves(const double *leaves,
                                                     const std::uint8_t *positions, double *sums,
                                                     std::size_t rows) {
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
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void places_64(const std::uint8_t *const *codes,
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

#include "kernels/block_sum.inc"
#include "kernels/oblivious_block.inc"

TreeFunction block(const plan::EnsembleRecord &ensemble, std::size_t rows) {
  return plan::is_oblivious(ensemble.layout) ? oblivious_block(ensemble)
                                             : codes_block(ensemble, rows);
}

constexpr TreeKernel kAvx512{"avx512", runs, rows, block};

}  // namespace

const TreeKernel &avx512_kernel() { return kAvx512; }

}  // namespace pgscore::kernels
#endif
