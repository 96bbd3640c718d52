// Rows for arm64, where every processor has NEON. The codes of a row lie in eight registers, and a
// byte look-up finds the codes of 16 nodes among 64 at once.
#if defined(__aarch64__)
#include <arm_neon.h>

#include <cstring>

#include "kernels/codes_trees.hpp"
#include "kernels/count_cuts.hpp"
#include "kernels/encode_row.hpp"
#include "kernels/path_tables.hpp"
#include "kernels/tree_kernel.hpp"

#define PGSCORE_TARGET

namespace pgscore::kernels {
namespace {

#define PGSCORE_COUNT_CUTS count_cuts
#include "kernels/encode_codes.inc"

/// Holds up to 128 codes in 1 or 2 tables of 64.
template <int Tables>
class LookUpComparer {
 public:
  using Slot = std::uint8_t;
  static constexpr std::uint32_t kDecisions = 512;
  static constexpr bool kByHalves = false;

  explicit LookUpComparer(const std::uint8_t *codes) {
    for (int i = 0; i < Tables; ++i) codes_[i] = vld1q_u8_x4(codes + 64 * i);
  }
  PGSCORE_ALWAYS_INLINE void compare(const std::uint8_t *slots, const std::uint8_t *thresholds,
                                     std::uint64_t *masks) const {
    for (int v = 0; v < 8; ++v)
      masks[v] = compare_64([&](int i) { return vld1q_u8(slots + 64 * v + 16 * i); },
                            [&](int i) { return vld1q_u8(thresholds + 64 * v + 16 * i); });
  }
  PGSCORE_ALWAYS_INLINE std::uint64_t compare_low(const std::uint64_t *blocks) const {
    return compare_64(
        [&](int i) { return vreinterpretq_u8_u64(vld1q_u64(blocks + 2 * i)); },
        [&](int i) { return vreinterpretq_u8_u64(vshrq_n_u64(vld1q_u64(blocks + 2 * i), 24)); });
  }
  PGSCORE_ALWAYS_INLINE void enter(const std::uint8_t *slots, const std::uint8_t *thresholds,
                                   const plan::Subtree *subtrees, const std::byte **entered) const {
    const std::uint64_t places =
        places_below_7(compare_64([&](int i) { return vld1q_u8(slots + 16 * i); },
                                  [&](int i) { return vld1q_u8(thresholds + 16 * i); }));
    for (int k = 0; k < 8; ++k)
      entered[k] = reinterpret_cast<const std::byte *>(subtrees + 8 * k + (places >> 8 * k & 7));
  }
  PGSCORE_ALWAYS_INLINE void leave(const std::byte *const *entered,
                                   const std::byte **leaves) const {
    auto pair = [&](int i, std::size_t offset) {
      const auto *first = reinterpret_cast<const std::uint8_t *>(entered[2 * i] + offset);
      const auto *second = reinterpret_cast<const std::uint8_t *>(entered[2 * i + 1] + offset);
      return vcombine_u8(vld1_u8(first), vld1_u8(second));
    };
    const std::uint64_t places = places_below_7(
        compare_64([&](int i) { return pair(i, offsetof(plan::Subtree, slot)); },
                   [&](int i) { return pair(i, offsetof(plan::Subtree, threshold)); }));
    for (int k = 0; k < 8; ++k) leaves[k] = entered[k] + 4 * (places >> 8 * k & 7);
  }
  template <int T>
  PGSCORE_ALWAYS_INLINE void descend(const std::uint64_t *masks, std::uint8_t *positions) const {
    descend_scalar<T>(masks, positions);
  }

 private:
  /// Compares 64 nodes; slots(i) and thresholds(i) give 16 of them.
  template <class Slots, class Thresholds>
  PGSCORE_ALWAYS_INLINE std::uint64_t compare_64(Slots slots, Thresholds thresholds) const {
    const uint8x16_t bits = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201));
    auto left = [&](int i) {
      const uint8x16_t slot = slots(i);
      uint8x16_t code = vqtbl4q_u8(codes_[0], slot);  // 0 for slots beyond
      if constexpr (Tables > 1)
        code = vorrq_u8(code, vqtbl4q_u8(codes_[1], vsubq_u8(slot, vdupq_n_u8(64))));
      return vandq_u8(vcltq_u8(code, thresholds(i)), bits);
    };
    // Neighbours are added three times over, so that each byte leaves a bit of its own.
    const uint8x16_t quarters = vpaddq_u8(vpaddq_u8(left(0), left(1)), vpaddq_u8(left(2), left(3)));
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(quarters, quarters)), 0);
  }
  uint8x16x4_t codes_[Tables];
};

#include "kernels/row_sum.inc"

TreeFunction rows(const plan::EnsembleRecord &ensemble, std::size_t) {
  if (ensemble.num_slots > 128) return {};
  return ensemble.num_slots <= 64 ? rows_of<LookUpComparer<1>>(ensemble)
                                  : rows_of<LookUpComparer<2>>(ensemble);
}

constexpr TreeKernel kNeon{"neon", [] { return true; }, rows, portable_block};

}  // namespace

const TreeKernel &neon_kernel() { return kNeon; }

}  // namespace pgscore::kernels
#endif
