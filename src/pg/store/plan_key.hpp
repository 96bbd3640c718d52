// The key of a plan in memory. It is made of the plan's content, never of a model's name.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>

namespace pgscore::pg {

/// The version's plan_key (SHA-256 of its plan as first compiled) and the plan format that the
/// loaded bytes have: after an upgrade that changes the format, old and new bytes of one version
/// have different keys.
struct PlanKey {
  std::array<std::uint8_t, 32> hash{};
  std::uint32_t plan_format = 0;

  friend bool operator==(const PlanKey &a, const PlanKey &b) {
    return a.hash == b.hash && a.plan_format == b.plan_format;
  }
};
static_assert(sizeof(PlanKey) == 36);

struct PlanKeyHash {
  /// Takes the first bytes of the SHA-256, which need no more mixing.
  std::size_t operator()(const PlanKey &key) const {
    std::size_t first;
    std::memcpy(&first, key.hash.data(), sizeof first);
    return first ^ key.plan_format;
  }
};

}  // namespace pgscore::pg
