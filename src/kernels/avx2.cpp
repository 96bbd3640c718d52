// Rows and blocks for CPUs with AVX2, BMI and BMI2 (Intel Haswell, AMD Excavator and newer).
#if defined(__x86_64__)
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

#define PGSCORE_TARGET __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))

namespace pgscore::kernels {
namespace {

PGSCORE_TARGET PGSCORE_ALWAYS_INLINE unsigned count_16_avx2(const float *p, float x) {
  const __m256 v = _mm256_set1_ps(x);
  const int low = _mm256_movemask_ps(_mm256_cmp_ps(_mm256_load_ps(p), v, _CMP_LE_OQ));
  const int high = _mm256_movemask_ps(_mm256_cmp_ps(_mm256_load_ps(p + 8), v, _CMP_LE_OQ));
  return static_cast<unsigned>(_mm_popcnt_u32(static_cast<unsigned>(low | high << 8)));
}
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE unsigned count_16_avx2(const double *p, double x) {
  const __m256d v = _mm256_set1_pd(x);
  int mask = 0;
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i)
    mask |= _mm256_movemask_pd(_mm256_cmp_pd(_mm256_load_pd(p + 4 * i), v, _CMP_LE_OQ)) << 4 * i;
  return static_cast<unsigned>(_mm_popcnt_u32(static_cast<unsigned>(mask)));
}
template <class Number>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE unsigned count_cuts_avx2(const Number *segment,
                                                              unsigned num_cuts, Number x) {
  unsigned code = num_cuts > 16 ? 16 * count_16_avx2(segment, x) : 0;
  code += count_16_avx2(segment + 16 + code, x);
  return code;
}
#define PGSCORE_COUNT_CUTS count_cuts_avx2
#include "kernels/encode_codes.inc"
#include "kernels/load_pair.inc"

/// Codes in `Tables` registers of 16, each in both lanes: pshufb looks a slot's low four bits up in
/// all of them, and its higher bits choose, as in a tournament.
template <int Tables>
class ShuffleComparer {
 public:
  using Slot = std::uint8_t;
  static constexpr std::uint32_t kDecisions = 512;
  static constexpr bool kByHalves = true;

  PGSCORE_TARGET explicit ShuffleComparer(const std::uint8_t *codes) {
    for (int i = 0; i < Tables; ++i)
      codes_[i] = _mm256_broadcastsi128_si256(
          _mm_load_si128(reinterpret_cast<const __m128i *>(codes + 16 * i)));
  }
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void compare(const std::uint8_t *slots,
                                                    const std::uint8_t *thresholds,
                                                    std::uint64_t *masks) const {
#pragma GCC unroll 8
    for (int v = 0; v < 8; ++v)
      masks[v] = compare_32(slots + 64 * v, thresholds + 64 * v) |
                 std::uint64_t{compare_32(slots + 64 * v + 32, thresholds + 64 * v + 32)} << 32;
  }
  template <int T>
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void descend(const std::uint64_t *masks,
                                                    std::uint8_t *positions) const {
    if constexpr (T == 6) {
      descend_scalar<T>(masks, positions);
    } else {  // 8 trees at a time, in lanes of 32 bits
      constexpr int kTrees = 512 >> T;
#pragma GCC unroll 4
      for (int t = 0; t < kTrees; t += 8) {
        const auto *from = reinterpret_cast<const std::uint8_t *>(masks) + (t << T) / 8;
        const __m256i mask =
            T == 4 ? _mm256_cvtepu16_epi32(_mm_load_si128(reinterpret_cast<const __m128i *>(from)))
                   : _mm256_load_si256(reinterpret_cast<const __m256i *>(from));
        const __m256i at = positions_of<T>(mask);
        // 4 bytes in each half
        const __m256i packed = _mm256_packus_epi16(_mm256_packus_epi32(at, at), at);
        const auto low = static_cast<std::uint32_t>(_mm256_extract_epi32(packed, 0));
        const auto high = static_cast<std::uint32_t>(_mm256_extract_epi32(packed, 4));
        const std::uint64_t both = low | std::uint64_t{high} << 32;
        std::memcpy(positions + t, &both, 8);
      }
    }
  }

  template <class Offset>
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE std::uint64_t compare_7(const std::uint8_t *slots,
                                                               const std::uint8_t *thresholds,
                                                               Offset offset) const {
    auto compare_4 = [&](int tree) PGSCORE_TARGET {
      return std::uint64_t{
          compare_32(load_4(slots, offset, tree), load_4(thresholds, offset, tree))};
    };
    return compare_4(0) | compare_4(4) << 32;
  }
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void enter(const std::uint8_t *slots,
                                                  const std::uint8_t *thresholds,
                                                  const plan::Subtree *subtrees,
                                                  const std::byte **entered) const {
    auto compare = [&](int tree) PGSCORE_TARGET {
      return compare_32(
          _mm256_loadu_si256(reinterpret_cast<const __m256i *>(slots + 8 * tree)),
          _mm256_loadu_si256(reinterpret_cast<const __m256i *>(thresholds + 8 * tree)));
    };
    const std::uint64_t places = places_below_7(compare(0) | std::uint64_t{compare(4)} << 32);
    constexpr long long kTree = 8 * sizeof(plan::Subtree);
    const __m256i first =
        _mm256_add_epi64(_mm256_set1_epi64x(reinterpret_cast<long long>(subtrees)),
                         _mm256_set_epi64x(3 * kTree, 2 * kTree, kTree, 0));
    store_sums<6>(first, places, entered);
    store_sums<6>(_mm256_add_epi64(first, _mm256_set1_epi64x(4 * kTree)), places >> 32,
                  entered + 4);
  }
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void leave(const std::byte *const *entered,
                                                  const std::byte **leaves) const {
    auto compare_4 = [&](int tree) PGSCORE_TARGET {
      return std::uint64_t{compare_32(load_4(entered + tree, 0),
                                      load_4(entered + tree, offsetof(plan::Subtree, threshold)))};
    };
    const std::uint64_t places = places_below_7(compare_4(0) | compare_4(4) << 32);
    store_sums<2>(_mm256_load_si256(reinterpret_cast<const __m256i *>(entered)), places, leaves);
    store_sums<2>(_mm256_load_si256(reinterpret_cast<const __m256i *>(entered + 4)), places >> 32,
                  leaves + 4);
  }
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE std::uint64_t compare_low(
      const std::uint64_t *blocks) const {
    auto compare_4 = [&](const std::uint64_t *four) PGSCORE_TARGET {
      const __m256i slots = _mm256_load_si256(reinterpret_cast<const __m256i *>(four));
      return std::uint64_t{compare_32(slots, _mm256_srli_epi64(slots, 24))};
    };
    return compare_4(blocks) | compare_4(blocks + 4) << 32;
  }

 private:
  /// Four addresses, and 2^Shift times the lowest bytes of `places`.
  template <int Shift>
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE static void store_sums(__m256i addresses,
                                                              std::uint64_t places,
                                                              const std::byte **out) {
    const __m256i bytes = _mm256_slli_epi64(
        _mm256_cvtepu8_epi64(_mm_cvtsi64_si128(static_cast<long long>(places))), Shift);
    _mm256_store_si256(reinterpret_cast<__m256i *>(out), _mm256_add_epi64(addresses, bytes));
  }
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE static __m256i load_4(const std::byte *const *addresses,
                                                             std::size_t offset) {
    return _mm256_set_m128i(load_pair(addresses[2] + offset, addresses[3] + offset),
                            load_pair(addresses[0] + offset, addresses[1] + offset));
  }
  /// 8 bytes of each of 4 trees.
  template <class Offset>
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE static __m256i load_4(const std::uint8_t *bytes,
                                                             Offset offset, int tree) {
    return _mm256_set_m128i(load_pair(bytes + offset(tree + 2), bytes + offset(tree + 3)),
                            load_pair(bytes + offset(tree), bytes + offset(tree + 1)));
  }
  /// Of 8 trees with 2^T decisions each: down from the top, one bit at a time (path_tables.hpp says
  /// which bit is which).
  template <int T>
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE static __m256i positions_of(__m256i mask) {
    const __m256i one = _mm256_set1_epi32(1);
    auto step = [&](__m256i bits, __m256i node) PGSCORE_TARGET {  // nodes from 0
      const __m256i bit = _mm256_and_si256(_mm256_srlv_epi32(bits, node), one);
      return _mm256_add_epi32(_mm256_add_epi32(node, node), _mm256_add_epi32(bit, one));
    };
    __m256i node = step(mask, step(mask, step(mask, _mm256_setzero_si256())));  // 7 to 14
    if constexpr (T == 4) return _mm256_sub_epi32(step(mask, node), _mm256_set1_epi32(15));
    const __m256i subtree = _mm256_sub_epi32(node, _mm256_set1_epi32(7));
    // 3 nodes each, from bit 7 on
    const __m256i shift = _mm256_add_epi32(
        _mm256_set1_epi32(7), _mm256_add_epi32(subtree, _mm256_add_epi32(subtree, subtree)));
    const __m256i bits = _mm256_srlv_epi32(mask, shift);
    node = step(bits, step(bits, _mm256_setzero_si256()));  // 3 to 6
    return _mm256_add_epi32(_mm256_slli_epi32(subtree, 2),
                            _mm256_sub_epi32(node, _mm256_set1_epi32(3)));
  }
  template <int First, int Count>
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE __m256i look_up(__m256i slot) const {
    if constexpr (Count == 1) {
      return _mm256_shuffle_epi8(codes_[First], slot);
    } else {
      constexpr int kHalf = static_cast<int>(std::bit_ceil(unsigned{Count}) / 2);
      constexpr int kBit = std::bit_width(16u * kHalf) - 1;
      return _mm256_blendv_epi8(look_up<First, kHalf>(slot),
                                look_up<First + kHalf, Count - kHalf>(slot),
                                _mm256_slli_epi16(slot, 7 - kBit));
    }
  }
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE std::uint32_t compare_32(
      const std::uint8_t *slots, const std::uint8_t *thresholds) const {
    return compare_32(_mm256_load_si256(reinterpret_cast<const __m256i *>(slots)),
                      _mm256_load_si256(reinterpret_cast<const __m256i *>(thresholds)));
  }
  PGSCORE_TARGET PGSCORE_ALWAYS_INLINE std::uint32_t compare_32(__m256i slots,
                                                                __m256i threshold) const {
    const __m256i code = look_up<0, Tables>(slots);
    const __m256i not_below = _mm256_cmpeq_epi8(_mm256_max_epu8(code, threshold), code);
    return ~static_cast<std::uint32_t>(_mm256_movemask_epi8(not_below));
  }
  __m256i codes_[Tables];
};

#include "kernels/row_sum.inc"

bool runs() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2");
}

TreeFunction rows(const plan::EnsembleRecord &ensemble, std::size_t) {
  return rows_by_tables<ShuffleComparer>(ensemble);
}

// ---- blocks -------------------------------------------------------------------------------------

constexpr int kMaxPlaneBytes = 32;

/// The numbers at `index` of a table of Registers registers, which lies at `table`, one register
/// every Stride numbers. Bits of the index above it do not matter.
template <int Registers, int Stride = 8>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE __m256 pick(const float *table, __m256i index) {
  if constexpr (Registers == 1) {
    return _mm256_permutevar8x32_ps(_mm256_loadu_ps(table), index);
  } else {
    constexpr int kHalf = Registers / 2, kBit = std::bit_width(4u * Registers) - 1;
    const __m256 upper = _mm256_castsi256_ps(_mm256_slli_epi32(index, 31 - kBit));
    return _mm256_blendv_ps(pick<kHalf, Stride>(table, index),
                            pick<kHalf, Stride>(table + kHalf * Stride, index), upper);
  }
}

/// One level of a search tree (plan::cut_level_index) for 8 rows. Level l has 2^l numbers from
/// number 2^l on; up to level 2 they share a register with the levels above. From level 6 on a
/// gather is cheaper than look-ups in 8 and 16 registers.
template <int Level>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE __m256i step(const float *levels, __m256 x, __m256i h) {
  __m256 cut;
  if constexpr (Level < 3)
    cut = pick<1>(levels, h);
  else if constexpr (Level < 6)
    cut = pick<1 << (Level - 3)>(levels + (1 << Level), h);
  else
    cut = _mm256_i32gather_ps(levels, h, 4);
  const __m256i reached = _mm256_castps_si256(_mm256_cmp_ps(cut, x, _CMP_LE_OQ));  // -1 where it is
  return _mm256_sub_epi32(_mm256_add_epi32(h, h), reached);
}
template <int Levels>
PGSCORE_TARGET void search_levels(const float *levels, const float *x, std::uint8_t *codes,
                                  std::size_t rows) {
  auto search_8 = [&](std::size_t r) PGSCORE_TARGET {
    const __m256 v = _mm256_load_ps(x + r);
    __m256i h = _mm256_set1_epi32(1);
    h = step<0>(levels, v, h);
    if constexpr (Levels > 1) h = step<1>(levels, v, h);
    if constexpr (Levels > 2) h = step<2>(levels, v, h);
    if constexpr (Levels > 3) h = step<3>(levels, v, h);
    if constexpr (Levels > 4) h = step<4>(levels, v, h);
    if constexpr (Levels > 5) h = step<5>(levels, v, h);
    if constexpr (Levels > 6) h = step<6>(levels, v, h);
    if constexpr (Levels > 7) h = step<7>(levels, v, h);
    return _mm256_sub_epi32(h, _mm256_set1_epi32(1 << Levels));
  };
  for (std::size_t r = 0; r < rows; r += 16) {
    // 0-3, 8-11; 4-7, 12-15
    const __m256i words = _mm256_packus_epi32(search_8(r), search_8(r + 8));
    const __m256i in_order = _mm256_permute4x64_epi64(words, 0xD8);
    _mm_store_si128(
        reinterpret_cast<__m128i *>(codes + r),
        _mm_packus_epi16(_mm256_castsi256_si128(in_order), _mm256_extracti128_si256(in_order, 1)));
  }
}
PGSCORE_TARGET void search_codes(const float *levels, unsigned num_cuts, const float *x,
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
/// AVX2 has no permutation of doubles by a vector: four walks by gathers.
PGSCORE_TARGET void search_codes(const double *levels, unsigned num_cuts, const double *x,
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

PGSCORE_TARGET PGSCORE_ALWAYS_INLINE std::uint64_t below_64(const std::uint8_t *codes,
                                                            std::uint8_t threshold) {
  const __m256i limit = _mm256_set1_epi8(static_cast<char>(threshold));
  auto half = [&](const std::uint8_t *p) PGSCORE_TARGET {
    const __m256i code = _mm256_load_si256(reinterpret_cast<const __m256i *>(p));
    return ~static_cast<std::uint32_t>(
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(code, limit), code)));
  };
  return half(codes) | std::uint64_t{half(codes + 32)} << 32;
}
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE std::uint64_t missing_64(const float *x) {
  std::uint64_t mask = 0;
  for (int i = 0; i < 8; ++i) {
    const __m256 v = _mm256_load_ps(x + 8 * i);
    mask |= static_cast<std::uint64_t>(_mm256_movemask_ps(_mm256_cmp_ps(v, v, _CMP_UNORD_Q)))
            << 8 * i;
  }
  return mask;
}
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE std::uint64_t missing_64(const double *x) {
  std::uint64_t mask = 0;
  for (int i = 0; i < 16; ++i) {
    const __m256d v = _mm256_load_pd(x + 4 * i);
    mask |= static_cast<std::uint64_t>(_mm256_movemask_pd(_mm256_cmp_pd(v, v, _CMP_UNORD_Q)))
            << 4 * i;
  }
  return mask;
}

template <int T>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void bytes_of_planes(const std::uint64_t *planes,
                                                          std::size_t words,
                                                          std::uint8_t *positions) {
  // Byte r of 32 gets the byte of the plane that holds its bit, then keeps that bit.
  const __m256i spread = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2,
                                          2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
  const __m256i bit = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201));
  for (int half = 0; half < 2; ++half) {
    __m256i at = _mm256_setzero_si256();
#pragma GCC unroll 8
    for (int i = 0; i < T; ++i) {
      const auto plane = static_cast<int>(planes[words * static_cast<std::size_t>(i)] >> 32 * half);
      const __m256i bytes =
          _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32(plane), spread), bit);
      const __m256i set = _mm256_cmpeq_epi8(bytes, bit);  // -1
      at = _mm256_sub_epi8(_mm256_add_epi8(at, at), set);
    }
    _mm256_store_si256(reinterpret_cast<__m256i *>(positions + 32 * half), at);
  }
}

template <int T, int Stride = 8>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void add_leaves(const float *leaves,
                                                     const std::uint8_t *positions, float *sums,
                                                     std::size_t rows) {
  if constexpr (T > 6) {  // as with double: too many registers
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
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void add_leaves(const plan::Subtree *subtrees,
                                                     const std::uint8_t *positions, float *sums,
                                                     std::size_t rows) {
  add_leaves<6, 16>(subtrees->leaf, positions, sums, rows);
}
template <int T>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void add_leaves(const double *leaves,
                                                     const std::uint8_t *positions, double *sums,
                                                     std::size_t rows) {
#pragma GCC unroll 8
  for (std::size_t r = 0; r < rows; ++r) sums[r] = sums[r] + leaves[positions[r]];
}

template <int Levels>
PGSCORE_TARGET PGSCORE_ALWAYS_INLINE void places_64(const std::uint8_t *const *codes,
                                                    const std::uint8_t *thresholds, std::size_t row,
                                                    std::uint8_t *places) {
#pragma GCC unroll 2
  for (std::size_t r = 0; r < 64; r += 32) {
    __m256i at = _mm256_setzero_si256();
#pragma GCC unroll 8
    for (int i = 0; i < Levels; ++i) {
      const __m256i code = _mm256_load_si256(reinterpret_cast<const __m256i *>(codes[i] + row + r));
      const __m256i not_left = _mm256_cmpeq_epi8(
          _mm256_max_epu8(code, _mm256_set1_epi8(static_cast<char>(thresholds[i]))), code);
      at = _mm256_or_si256(
          at, _mm256_andnot_si256(not_left, _mm256_set1_epi8(static_cast<char>(1 << i))));
    }
    _mm256_store_si256(reinterpret_cast<__m256i *>(places + r), at);
  }
}

#include "kernels/block_sum.inc"
#include "kernels/oblivious_block.inc"

TreeFunction block(const plan::EnsembleRecord &ensemble, std::size_t rows) {
  return plan::is_oblivious(ensemble.layout) ? oblivious_block(ensemble)
                                             : codes_block(ensemble, rows);
}

constexpr TreeKernel kAvx2{"avx2", runs, rows, block};

}  // namespace

const TreeKernel &avx2_kernel() { return kAvx2; }

}  // namespace pgscore::kernels
#endif
