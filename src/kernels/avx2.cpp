// Rows for processors with AVX2, BMI and BMI2 (Intel Haswell, AMD Excavator and newer).
#if defined(__x86_64__)
#include <immintrin.h>

#include <bit>
#include <cstring>

#include "kernels/codes_trees.hpp"
#include "kernels/encode_row.hpp"
#include "kernels/path_tables.hpp"
#include "kernels/targets.hpp"
#include "kernels/tree_kernel.hpp"

#define PGSCORE_TARGET PGSCORE_TARGET_AVX2

namespace pgscore::kernels {
namespace {

PGSCORE_INLINE unsigned count_16_avx2(const float *p, float x) {
  const __m256 v = _mm256_set1_ps(x);
  const int low = _mm256_movemask_ps(_mm256_cmp_ps(_mm256_load_ps(p), v, _CMP_LE_OQ));
  const int high = _mm256_movemask_ps(_mm256_cmp_ps(_mm256_load_ps(p + 8), v, _CMP_LE_OQ));
  return static_cast<unsigned>(_mm_popcnt_u32(static_cast<unsigned>(low | high << 8)));
}
PGSCORE_INLINE unsigned count_16_avx2(const double *p, double x) {
  const __m256d v = _mm256_set1_pd(x);
  int mask = 0;
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i)
    mask |= _mm256_movemask_pd(_mm256_cmp_pd(_mm256_load_pd(p + 4 * i), v, _CMP_LE_OQ)) << 4 * i;
  return static_cast<unsigned>(_mm_popcnt_u32(static_cast<unsigned>(mask)));
}
template <class Number>
PGSCORE_INLINE unsigned count_cuts_avx2(const Number *segment, unsigned num_cuts, Number x) {
  unsigned code = num_cuts > 16 ? 16 * count_16_avx2(segment, x) : 0;
  code += count_16_avx2(segment + 16 + code, x);
  return code;
}
#define PGSCORE_COUNT_CUTS count_cuts_avx2
#include "kernels/encode_codes.inc"
#include "kernels/load_pair.inc"

/// Holds the codes in `Tables` registers of 16, each in both lanes: pshufb looks a slot's low four
/// bits up in all of them, and its higher bits choose, as in a tournament.
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
  PGSCORE_INLINE void compare(const std::uint8_t *slots, const std::uint8_t *thresholds,
                              std::uint64_t *masks) const {
#pragma GCC unroll 8
    for (int v = 0; v < 8; ++v)
      masks[v] = compare_32(slots + 64 * v, thresholds + 64 * v) |
                 std::uint64_t{compare_32(slots + 64 * v + 32, thresholds + 64 * v + 32)} << 32;
  }
  template <int T>
  PGSCORE_INLINE void descend(const std::uint64_t *masks, std::uint8_t *positions) const {
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
  PGSCORE_INLINE std::uint64_t compare_7(const std::uint8_t *slots, const std::uint8_t *thresholds,
                                         Offset offset) const {
    auto compare_4 = [&](int tree) PGSCORE_TARGET {
      return std::uint64_t{
          compare_32(load_4(slots, offset, tree), load_4(thresholds, offset, tree))};
    };
    return compare_4(0) | compare_4(4) << 32;
  }
  PGSCORE_INLINE void enter(const std::uint8_t *slots, const std::uint8_t *thresholds,
                            const plan::Subtree *subtrees, const std::byte **entered) const {
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
  PGSCORE_INLINE void leave(const std::byte *const *entered, const std::byte **leaves) const {
    auto compare_4 = [&](int tree) PGSCORE_TARGET {
      return std::uint64_t{compare_32(load_4(entered + tree, 0),
                                      load_4(entered + tree, offsetof(plan::Subtree, threshold)))};
    };
    const std::uint64_t places = places_below_7(compare_4(0) | compare_4(4) << 32);
    store_sums<2>(_mm256_load_si256(reinterpret_cast<const __m256i *>(entered)), places, leaves);
    store_sums<2>(_mm256_load_si256(reinterpret_cast<const __m256i *>(entered + 4)), places >> 32,
                  leaves + 4);
  }
  PGSCORE_INLINE std::uint64_t compare_low(const std::uint64_t *blocks) const {
    auto compare_4 = [&](const std::uint64_t *four) PGSCORE_TARGET {
      const __m256i slots = _mm256_load_si256(reinterpret_cast<const __m256i *>(four));
      return std::uint64_t{compare_32(slots, _mm256_srli_epi64(slots, 24))};
    };
    return compare_4(blocks) | compare_4(blocks + 4) << 32;
  }

 private:
  /// Stores four addresses, plus 2^Shift times the lowest four bytes of `places`.
  template <int Shift>
  PGSCORE_INLINE static void store_sums(__m256i addresses, std::uint64_t places,
                                        const std::byte **out) {
    const __m256i bytes = _mm256_slli_epi64(
        _mm256_cvtepu8_epi64(_mm_cvtsi64_si128(static_cast<long long>(places))), Shift);
    _mm256_store_si256(reinterpret_cast<__m256i *>(out), _mm256_add_epi64(addresses, bytes));
  }
  PGSCORE_INLINE static __m256i load_4(const std::byte *const *addresses, std::size_t offset) {
    return _mm256_set_m128i(load_pair(addresses[2] + offset, addresses[3] + offset),
                            load_pair(addresses[0] + offset, addresses[1] + offset));
  }
  /// Loads 8 bytes of each of 4 trees.
  template <class Offset>
  PGSCORE_INLINE static __m256i load_4(const std::uint8_t *bytes, Offset offset, int tree) {
    return _mm256_set_m128i(load_pair(bytes + offset(tree + 2), bytes + offset(tree + 3)),
                            load_pair(bytes + offset(tree), bytes + offset(tree + 1)));
  }
  /// Gives the positions in 8 trees with 2^T decisions each. Goes down from the top, one bit at a
  /// time (path_tables.hpp says which bit is which).
  template <int T>
  PGSCORE_INLINE static __m256i positions_of(__m256i mask) {
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
  PGSCORE_INLINE __m256i look_up(__m256i slot) const {
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
  PGSCORE_INLINE std::uint32_t compare_32(const std::uint8_t *slots,
                                          const std::uint8_t *thresholds) const {
    return compare_32(_mm256_load_si256(reinterpret_cast<const __m256i *>(slots)),
                      _mm256_load_si256(reinterpret_cast<const __m256i *>(thresholds)));
  }
  PGSCORE_INLINE std::uint32_t compare_32(__m256i slots, __m256i threshold) const {
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

constexpr TreeKernel kAvx2{"avx2", runs, rows, avx2_block};

}  // namespace

const TreeKernel &avx2_kernel() { return kAvx2; }

}  // namespace pgscore::kernels
#endif
