// Rows for processors with AVX-512 VBMI (Intel Ice Lake, AMD Zen 4 and newer): the codes of a row
// lie in one to four registers, and one byte permutation looks up the codes of 64 nodes. Wide rows
// take up to sixteen registers.
#if defined(__x86_64__)
#if !defined(__clang__)
#pragma GCC diagnostic ignored \
    "-Wmaybe-uninitialized"  // inside GCC 12's own avx512fintrin.h (GCC bug 105593)
#endif
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/codes_trees.hpp"
#include "kernels/encode_row.hpp"
#include "kernels/path_tables.hpp"
#include "kernels/targets.hpp"
#include "kernels/tree_kernel.hpp"

#define PGSCORE_TARGET PGSCORE_TARGET_VBMI

namespace pgscore::kernels {
namespace {

#include "kernels/count_cuts_avx512.inc"
#define PGSCORE_COUNT_CUTS count_cuts_avx512
#include "kernels/encode_codes.inc"
#include "kernels/vbmi_quantiser.inc"

/// The part of the comparers that does not depend on how they look codes up.
class Descent {
 public:
  static constexpr std::uint32_t kDecisions = 512;
  static constexpr bool kByHalves = false;

  template <int T>
  PGSCORE_INLINE void descend(const std::uint64_t *masks, std::uint8_t *positions) const {
    const auto &tables = kPathTables<T>;
    const __m512i mask = _mm512_load_si512(masks);
    // Only the lowest byte of each tree's bits is an index; its top bit, which is not one of the 7,
    // chooses no table register.
    constexpr __mmask64 kLowest = T == 6   ? 0x0101010101010101
                                  : T == 5 ? 0x1111111111111111
                                           : 0x5555555555555555;
    auto pick = [&](const std::array<std::uint8_t, 128> &table, __m512i index) PGSCORE_TARGET {
      return _mm512_maskz_permutex2var_epi8(kLowest, _mm512_load_si512(table.data()), index,
                                            _mm512_load_si512(table.data() + 64));
    };
    const __m512i shift = pick(tables.shift, mask), first = pick(tables.first, mask);
    if constexpr (T == 6) {
      const __m512i at =
          _mm512_or_si512(first, pick(tables.position, _mm512_srlv_epi64(mask, shift)));
      _mm_storel_epi64(reinterpret_cast<__m128i *>(positions), _mm512_cvtepi64_epi8(at));
    } else if constexpr (T == 5) {
      const __m512i at =
          _mm512_or_si512(first, pick(tables.position, _mm512_srlv_epi32(mask, shift)));
      _mm_store_si128(reinterpret_cast<__m128i *>(positions), _mm512_cvtepi32_epi8(at));
    } else {
      const __m512i at =
          _mm512_or_si512(first, pick(tables.position, _mm512_srlv_epi16(mask, shift)));
      _mm256_store_si256(reinterpret_cast<__m256i *>(positions), _mm512_cvtepi16_epi8(at));
    }
  }
};

/// Holds up to 256 codes in 1, 2 or 4 registers of 64.
template <int Registers>
class ByteComparer : public Descent {
 public:
  using Slot = std::uint8_t;

  PGSCORE_TARGET explicit ByteComparer(const std::uint8_t *codes) {
    for (int i = 0; i < Registers; ++i) codes_[i] = _mm512_load_si512(codes + 64 * i);
  }
  PGSCORE_INLINE static ByteComparer of_row(const TreeTask &task, std::size_t row,
                                            std::uint8_t *codes) {
    if constexpr (Registers <= 2) {
      static_assert(plan::kNumSlotSources == 128);
      if (fits_registers(task)) {
        RowCodes row_codes;
        encode_in_registers(task, row, row_codes);
        return ByteComparer(row_codes, task.plan.data<std::uint8_t>(task.ensemble.slot_sources));
      }
    }
    encode_row(task, row, codes);
    return ByteComparer(codes);
  }
  PGSCORE_INLINE void compare(const std::uint8_t *slots, const std::uint8_t *thresholds,
                              std::uint64_t *masks) const {
#pragma GCC unroll 8
    for (int v = 0; v < 8; ++v)
      masks[v] = _mm512_cmplt_epu8_mask(look_up(_mm512_load_si512(slots + 64 * v)),
                                        _mm512_load_si512(thresholds + 64 * v));
  }
  PGSCORE_INLINE void enter(const std::uint8_t *slots, const std::uint8_t *thresholds,
                            const plan::Subtree *subtrees, const std::byte **entered) const {
    const std::uint64_t mask =
        _mm512_cmplt_epu8_mask(look_up(_mm512_loadu_si512(slots)), _mm512_loadu_si512(thresholds));
    constexpr long long kTree = 8 * sizeof(plan::Subtree);
    const __m512i trees = _mm512_set_epi64(7 * kTree, 6 * kTree, 5 * kTree, 4 * kTree, 3 * kTree,
                                           2 * kTree, kTree, 0);
    const __m512i first =
        _mm512_add_epi64(_mm512_set1_epi64(reinterpret_cast<long long>(subtrees)), trees);
    _mm512_store_si512(entered, _mm512_add_epi64(first, _mm512_slli_epi64(places(mask), 6)));
  }
  PGSCORE_INLINE void leave(const std::byte *const *entered, const std::byte **leaves) const {
    auto load = [&](int k) PGSCORE_TARGET {
      return _mm_load_si128(reinterpret_cast<const __m128i *>(entered[k]));
    };
    // Compares trees k, k + 2, k + 4, k + 6: slots in the even words of 64 bits, thresholds behind
    // them.
    auto compare_4 = [&](int k) PGSCORE_TARGET {
      const __m512i nodes =
          _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_set_m128i(load(k + 2), load(k))),
                             _mm256_set_m128i(load(k + 6), load(k + 4)), 1);
      const std::uint64_t mask =
          _mm512_cmplt_epu8_mask(look_up(nodes), _mm512_shuffle_epi32(nodes, _MM_PERM_BADC));
      return mask & 0x00FF00FF00FF00FF;
    };
    const std::uint64_t mask = compare_4(0) | compare_4(1) << 8;
    _mm512_store_si512(
        leaves, _mm512_add_epi64(_mm512_load_si512(entered), _mm512_slli_epi64(places(mask), 2)));
  }
  PGSCORE_INLINE std::uint64_t compare_low(const std::uint64_t *eight) const {
    const __m512i blocks = _mm512_load_si512(eight);
    return _mm512_cmplt_epu8_mask(look_up(blocks), _mm512_srli_epi64(blocks, 24));
  }

 private:
  PGSCORE_INLINE ByteComparer(const RowCodes &row, const std::uint8_t *sources) {
    for (int i = 0; i < Registers; ++i)
      codes_[i] = _mm512_permutex2var_epi8(row.codes, _mm512_load_si512(sources + 64 * i),
                                           row.codes_or_missing);
  }
  /// Gives the places below 8 times 7 decisions, a byte each, as 64 bits each.
  PGSCORE_INLINE static __m512i places(std::uint64_t decisions) {
    const auto &table = kPlaceBelow7;
    const __m512i index =
        _mm512_cvtepu8_epi64(_mm_cvtsi64_si128(static_cast<long long>(decisions)));
    return _mm512_maskz_permutex2var_epi8(0x0101010101010101, _mm512_load_si512(table.data()),
                                          index, _mm512_load_si512(table.data() + 64));
  }
  PGSCORE_INLINE __m512i look_up(__m512i slots) const {
    if constexpr (Registers == 1) return _mm512_permutexvar_epi8(slots, codes_[0]);
    const __m512i low = _mm512_permutex2var_epi8(codes_[0], slots, codes_[Registers > 1 ? 1 : 0]);
    if constexpr (Registers <= 2) return low;
    return _mm512_mask_mov_epi8(low, _mm512_movepi8_mask(slots),
                                _mm512_permutex2var_epi8(codes_[Registers > 2 ? 2 : 0], slots,
                                                         codes_[Registers > 3 ? 3 : 0]));
  }
  __m512i codes_[Registers];
};

/// Holds up to 1,024 codes in 8 or 16 registers, for slots of 16 bits: the low byte looks up, as in
/// ByteComparer, and the bits above choose.
template <int Registers>
class WideComparer : public Descent {
 public:
  using Slot = std::uint16_t;

  PGSCORE_TARGET explicit WideComparer(const std::uint8_t *codes) {
    for (int i = 0; i < Registers; ++i) codes_[i] = _mm512_load_si512(codes + 64 * i);
  }
  PGSCORE_INLINE void compare(const std::uint16_t *slots, const std::uint8_t *thresholds,
                              std::uint64_t *masks) const {
    const __m512i even = _mm512_load_si512(kEven.data()),
                  odd = _mm512_load_si512(kEven.data() + 64);
    for (int v = 0; v < 8; ++v) {
      const __m512i first = _mm512_load_si512(slots + 64 * v),
                    second = _mm512_load_si512(slots + 64 * v + 32);
      const __m512i low = _mm512_permutex2var_epi8(first, even, second),
                    high = _mm512_permutex2var_epi8(first, odd, second);
      masks[v] = _mm512_cmplt_epu8_mask((look_up<0, Registers>(low, high)),
                                        _mm512_load_si512(thresholds + 64 * v));
    }
  }

 private:
  template <int First, int Count>
  PGSCORE_INLINE __m512i look_up(__m512i low, __m512i high) const {
    if constexpr (Count == 2) {
      return _mm512_permutex2var_epi8(codes_[First], low, codes_[First + 1]);
    } else {
      // The highest bit of the low byte counts 128 codes, bit 0 of the other one 256.
      const __mmask64 upper =
          Count == 4 ? _mm512_movepi8_mask(low)
                     : _mm512_test_epi8_mask(high, _mm512_set1_epi8(Count == 8 ? 1 : 2));
      return _mm512_mask_mov_epi8(look_up<First, Count / 2>(low, high), upper,
                                  look_up<First + Count / 2, Count / 2>(low, high));
    }
  }
  /// The even bytes of two registers, then the odd ones.
  alignas(64) static constexpr std::array<std::uint8_t, 128> kEven = [] {
    std::array<std::uint8_t, 128> places{};
    for (std::uint8_t i = 0; i < 64; ++i) {
      places[i] = static_cast<std::uint8_t>(2 * i);
      places[64 + i] = static_cast<std::uint8_t>(2 * i + 1);
    }
    return places;
  }();
  __m512i codes_[Registers];
};

#include "kernels/row_sum.inc"

bool runs() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bitalg") &&
         __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
}

TreeFunction rows(const plan::EnsembleRecord &ensemble, std::size_t) {
  const std::uint32_t slots = ensemble.num_slots;
  if (ensemble.layout == plan::TreeLayout::kCodes16 ||
      ensemble.layout == plan::TreeLayout::kOblivious16)
    return slots <= 512    ? rows_of<WideComparer<8>>(ensemble)
           : slots <= 1024 ? rows_of<WideComparer<16>>(ensemble)
                           : TreeFunction{};
  return slots <= 64    ? rows_of<ByteComparer<1>>(ensemble)
         : slots <= 128 ? rows_of<ByteComparer<2>>(ensemble)
         : slots <= 256 ? rows_of<ByteComparer<4>>(ensemble)
                        : TreeFunction{};
}
/// The blocks of the kernel avx512 would be no faster with VBMI.
TreeFunction block(const plan::EnsembleRecord &, std::size_t) { return {}; }

constexpr TreeKernel kVbmi{"vbmi", runs, rows, block};

}  // namespace

const TreeKernel &vbmi_kernel() { return kVbmi; }

}  // namespace pgscore::kernels
#endif
