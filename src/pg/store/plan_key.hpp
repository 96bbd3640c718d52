// The key of an image in memory: of a plan, or of an explanation. It is made of the content, never
// of a model's name.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>

namespace pgscore::pg {

/// What the bytes are (plan/plan_layout.hpp, explain/explanation_layout.hpp).
enum class Image : std::uint32_t { kPlan, kExplanation };

/// Of a plan, the version's plan_key (SHA-256 of its plan as first compiled); of an explanation, the
/// version's identity (SHA-256 of the file and what the import was told), as models with the same
/// plan may have different covers. And the kind of image and the format of the loaded bytes: after
/// an upgrade that changes the format, old and new bytes of one version have different keys.
struct PlanKey {
  std::array<std::uint8_t, 32> hash{};
  Image image = Image::kPlan;
  std::uint32_t format = 0;

  friend bool operator==(const PlanKey &, const PlanKey &) = default;
};
static_assert(sizeof(PlanKey) == 40);

struct PlanKeyHash {
  /// Takes the first bytes of the SHA-256, which need no more mixing.
  std::size_t operator()(const PlanKey &key) const {
    std::size_t first;
    std::memcpy(&first, key.hash.data(), sizeof first);
    return first ^ key.format ^ static_cast<std::size_t>(key.image) << 32;
  }
};

}  // namespace pgscore::pg
