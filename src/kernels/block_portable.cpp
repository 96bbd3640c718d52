// Blocks for any CPU: vectors of 16 bytes, which every x86-64 and every arm64 has (block_sum.inc).
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "kernels/codes_trees.hpp"
#include "kernels/encode_row.hpp"
#include "kernels/tree_kernel.hpp"
#include "kernels/with_constant.hpp"

#define PGSCORE_TARGET

namespace pgscore::kernels {
namespace {

/// The bits of each byte, each in a byte of its own.
constexpr std::array<std::uint64_t, 256> kSpread = [] {
  std::array<std::uint64_t, 256> spread{};
  for (std::uint64_t byte = 0; byte < 256; ++byte)
    for (unsigned bit = 0; bit < 8; ++bit) spread[byte] |= (byte >> bit & 1) << 8 * bit;
  return spread;
}();

/// What block_sum.inc and block_oblivious.inc need of the processor.
struct Cpu {
  static constexpr int kMaxPlaneBytes = 16;

  /// Eight rows go down the search tree in lockstep, since one alone waits for its loads.
  template <class Number>
  static void search_codes(const Number *levels, unsigned num_cuts, const Number *x,
                           std::uint8_t *codes, std::size_t rows) {
    const int depth = std::bit_width(num_cuts);
    constexpr std::size_t kLanes = 8;
    for (std::size_t r = 0; r < rows; r += kLanes) {
      std::uint32_t h[kLanes];
#pragma GCC unroll 8
      for (std::size_t k = 0; k < kLanes; ++k) h[k] = 1;
      for (int level = 0; level < depth; ++level) {
#pragma GCC unroll 8
        for (std::size_t k = 0; k < kLanes; ++k)
          h[k] = 2 * h[k] + (levels[h[k]] <= x[r + k] ? 1 : 0);
      }
#pragma GCC unroll 8
      for (std::size_t k = 0; k < kLanes; ++k)
        codes[r + k] = static_cast<std::uint8_t>(h[k] - (1u << depth));
    }
  }

  PGSCORE_ALWAYS_INLINE static std::uint64_t below_64(const std::uint8_t *codes,
                                                      std::uint8_t threshold) {
#if defined(__SSE2__)
    const __m128i limit = _mm_set1_epi8(static_cast<char>(threshold));
    std::uint64_t not_below = 0;
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
      const __m128i code = _mm_load_si128(reinterpret_cast<const __m128i *>(codes + 16 * i));
      const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(code, limit), code));
      not_below |= static_cast<std::uint64_t>(static_cast<unsigned>(mask)) << 16 * i;
    }
    return ~not_below;
#elif defined(__aarch64__)
    const uint8x16_t limit = vdupq_n_u8(threshold),
                     bits = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201));
    auto below = [&](int i) { return vandq_u8(vcltq_u8(vld1q_u8(codes + 16 * i), limit), bits); };
    // Neighbours are added three times over, so that each byte leaves a bit of its own.
    const uint8x16_t quarters =
        vpaddq_u8(vpaddq_u8(below(0), below(1)), vpaddq_u8(below(2), below(3)));
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(quarters, quarters)), 0);
#else
    std::uint64_t below = 0;
    for (int i = 0; i < 64; ++i) below |= std::uint64_t{codes[i] < threshold} << i;
    return below;
#endif
  }

  template <class Number>
  PGSCORE_ALWAYS_INLINE static std::uint64_t missing_64(const Number *x) {
    std::uint64_t mask = 0;
    for (int i = 0; i < 64; ++i) mask |= std::uint64_t{x[i] != x[i]} << i;
    return mask;
  }

  template <int T>
  PGSCORE_ALWAYS_INLINE static void bytes_of_planes(const std::uint64_t *planes, std::size_t words,
                                                    std::uint8_t *positions) {
    for (unsigned eight = 0; eight < 8; ++eight) {
      std::uint64_t at = 0;
#pragma GCC unroll 8
      for (int i = 0; i < T; ++i)
        at = 2 * at + kSpread[planes[words * static_cast<std::size_t>(i)] >> 8 * eight & 255];
      std::memcpy(positions + 8 * eight, &at, 8);
    }
  }

  template <int T, class Number>
  PGSCORE_ALWAYS_INLINE static void add_leaves(const Number *leaves, const std::uint8_t *positions,
                                               Number *sums, std::size_t rows) {
#pragma GCC unroll 8
    for (std::size_t r = 0; r < rows; ++r) sums[r] = sums[r] + leaves[positions[r]];
  }

  PGSCORE_ALWAYS_INLINE static void add_subtree_leaves(const plan::Subtree *subtrees,
                                                       const std::uint8_t *positions, float *sums,
                                                       std::size_t rows) {
    float leaves[64];
    for (std::size_t k = 0; k < 8; ++k)
      std::memcpy(leaves + 8 * k, subtrees[k].leaf, sizeof subtrees[k].leaf);
    add_leaves<6>(leaves, positions, sums, rows);
  }

  template <int Levels>
  PGSCORE_ALWAYS_INLINE static void places_64(const std::uint8_t *const *codes,
                                              const std::uint8_t *thresholds, std::size_t row,
                                              std::uint8_t *places) {
    typedef std::uint8_t Vector __attribute__((vector_size(16)));
#pragma GCC unroll 4
    for (std::size_t r = 0; r < 64; r += 16) {
      Vector at{};
#pragma GCC unroll 8
      for (int i = 0; i < Levels; ++i) {
        const Vector left = reinterpret_cast<Vector>(
            *reinterpret_cast<const Vector *>(codes[i] + row + r) < thresholds[i]);
        // A variable of its own, since g++ takes a sanitized shift for an int.
        const auto bit = static_cast<std::uint8_t>(1u << i);
        at |= left & bit;
      }
      *reinterpret_cast<Vector *>(places + r) = at;
    }
  }
};

#include "kernels/block_sum.inc"
#include "kernels/block_oblivious.inc"

}  // namespace

TreeFunction portable_block(const plan::EnsembleRecord &ensemble, std::size_t rows) {
  return plan::is_oblivious(ensemble.layout) ? oblivious_block(ensemble)
                                             : codes_block(ensemble, rows);
}

}  // namespace pgscore::kernels
