// Rows for processors with AVX-512 F, BW, DQ and VL (Intel Skylake-X, AMD Zen 4 and newer).
#if defined(__x86_64__)
#if !defined(__clang__)
#pragma GCC diagnostic ignored \
    "-Wmaybe-uninitialized"  // inside GCC 12's own avx512fintrin.h (GCC bug 105593)
#endif
#include <immintrin.h>

#include <bit>
#include <cstring>

#include "kernels/codes_trees.hpp"
#include "kernels/encode_row.hpp"
#include "kernels/path_tables.hpp"
#include "kernels/targets.hpp"
#include "kernels/tree_kernel.hpp"

#define PGSCORE_TARGET PGSCORE_TARGET_AVX512

namespace pgscore::kernels {
namespace {

#include "kernels/count_cuts_avx512.inc"
#define PGSCORE_COUNT_CUTS count_cuts_avx512
#include "kernels/encode_codes.inc"
#include "kernels/load_pair.inc"

/// Holds the codes in `Tables` registers of 16, each in all four lanes: pshufb looks a slot's low
/// four bits up in all of them, and its higher bits choose, as in a tournament.
template <int Tables>
class ShuffleComparer {
 public:
  using Slot = std::uint8_t;
  static constexpr std::uint32_t kDecisions = 512;
  // With fewer tables a comparison of 64 lanes costs less than the loads of two steps would.
  static constexpr bool kByHalves = Tables > 4;

  PGSCORE_TARGET explicit ShuffleComparer(const std::uint8_t *codes) {
    for (int i = 0; i < Tables; ++i)
      codes_[i] =
          _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i *>(codes + 16 * i)));
  }
  PGSCORE_INLINE void compare(const std::uint8_t *slots, const std::uint8_t *thresholds,
                              std::uint64_t *masks) const {
#pragma GCC unroll 8
    for (int v = 0; v < 8; ++v) {
      const __m512i code = look_up<0, Tables>(_mm512_load_si512(slots + 64 * v));
      masks[v] = _mm512_cmplt_epu8_mask(code, _mm512_load_si512(thresholds + 64 * v));
    }
  }
  /// Goes down from the top, one bit at a time, in all trees of the 512 decisions at once
  /// (path_tables.hpp says which bit is which).
  template <int T>
  PGSCORE_INLINE void descend(const std::uint64_t *masks, std::uint8_t *positions) const {
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
  PGSCORE_INLINE std::uint64_t compare_7(const std::uint8_t *slots, const std::uint8_t *thresholds,
                                         Offset offset) const {
    const __m512i code = look_up<0, Tables>(load_8(slots, offset));  // clang's intrinsic is a macro
    return _mm512_cmplt_epu8_mask(code, load_8(thresholds, offset));
  }
  PGSCORE_INLINE void enter(const std::uint8_t *slots, const std::uint8_t *thresholds,
                            const plan::Subtree *subtrees, const std::byte **entered) const {
    const __m512i code = look_up<0, Tables>(_mm512_loadu_si512(slots));
    const std::uint64_t mask = _mm512_cmplt_epu8_mask(code, _mm512_loadu_si512(thresholds));
    constexpr long long kTree = 8 * sizeof(plan::Subtree);
    const __m512i trees = _mm512_set_epi64(7 * kTree, 6 * kTree, 5 * kTree, 4 * kTree, 3 * kTree,
                                           2 * kTree, kTree, 0);
    const __m512i first =
        _mm512_add_epi64(_mm512_set1_epi64(reinterpret_cast<long long>(subtrees)), trees);
    store_sums<6>(first, places_below_7(mask), entered);
  }
  PGSCORE_INLINE void leave(const std::byte *const *entered, const std::byte **leaves) const {
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
  PGSCORE_INLINE std::uint64_t compare_low(const std::uint64_t *eight) const {
    const __m512i blocks = _mm512_load_si512(eight);
    const __m512i code = look_up<0, Tables>(blocks);
    return _mm512_cmplt_epu8_mask(code, _mm512_srli_epi64(blocks, 24));
  }

 private:
  /// Stores eight addresses, plus 2^Shift times the bytes of `places`.
  template <int Shift>
  PGSCORE_INLINE static void store_sums(__m512i addresses, std::uint64_t places,
                                        const std::byte **out) {
    const __m512i bytes = _mm512_cvtepu8_epi64(_mm_cvtsi64_si128(static_cast<long long>(places)));
    _mm512_store_si512(out, _mm512_add_epi64(addresses, _mm512_slli_epi64(bytes, Shift)));
  }
  /// Loads 8 bytes of each of 8 trees.
  template <class Offset>
  PGSCORE_INLINE static __m512i load_8(const std::uint8_t *bytes, Offset offset) {
    auto load_4 = [&](int tree) PGSCORE_TARGET {
      return _mm256_set_m128i(load_pair(bytes + offset(tree + 2), bytes + offset(tree + 3)),
                              load_pair(bytes + offset(tree), bytes + offset(tree + 1)));
    };
    return _mm512_inserti64x4(_mm512_castsi256_si512(load_4(0)), load_4(4), 1);
  }
  /// The operations on lanes of 2^T bits.
  template <int T>
  struct Lanes {
    PGSCORE_INLINE static __m512i set1(int x) {
      return T == 6   ? _mm512_set1_epi64(x)
             : T == 5 ? _mm512_set1_epi32(x)
                      : _mm512_set1_epi16(static_cast<short>(x));
    }
    PGSCORE_INLINE static __m512i add(__m512i a, __m512i b) {
      return T == 6   ? _mm512_add_epi64(a, b)
             : T == 5 ? _mm512_add_epi32(a, b)
                      : _mm512_add_epi16(a, b);
    }
    PGSCORE_INLINE static __m512i sub(__m512i a, __m512i b) {
      return T == 6   ? _mm512_sub_epi64(a, b)
             : T == 5 ? _mm512_sub_epi32(a, b)
                      : _mm512_sub_epi16(a, b);
    }
    PGSCORE_INLINE static __m512i shift_right(__m512i a, __m512i b) {
      return T == 6   ? _mm512_srlv_epi64(a, b)
             : T == 5 ? _mm512_srlv_epi32(a, b)
                      : _mm512_srlv_epi16(a, b);
    }
    template <int Bits>
    PGSCORE_INLINE static __m512i shift_left(__m512i a) {
      return T == 6   ? _mm512_slli_epi64(a, Bits)
             : T == 5 ? _mm512_slli_epi32(a, Bits)
                      : _mm512_slli_epi16(a, Bits);
    }
    PGSCORE_INLINE static void store(std::uint8_t *positions, __m512i at) {
      if constexpr (T == 6)
        _mm_storel_epi64(reinterpret_cast<__m128i *>(positions), _mm512_cvtepi64_epi8(at));
      else if constexpr (T == 5)
        _mm_store_si128(reinterpret_cast<__m128i *>(positions), _mm512_cvtepi32_epi8(at));
      else
        _mm256_store_si256(reinterpret_cast<__m256i *>(positions), _mm512_cvtepi16_epi8(at));
    }
  };
  template <int First, int Count>
  PGSCORE_INLINE __m512i look_up(__m512i slot) const {
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

constexpr TreeKernel kAvx512{"avx512", runs, rows, avx512_block};

}  // namespace

const TreeKernel &avx512_kernel() { return kAvx512; }

}  // namespace pgscore::kernels
#endif
