// What all parts of a plan are made of: sections, and texts. plan_layout.hpp says what a plan is.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace pgscore::plan {

static_assert(std::endian::native == std::endian::little, "plans are little-endian");

/// Every section of a plan begins at a multiple of this, counted from the start of the plan.
inline constexpr std::size_t kPlanAlignment = 64;

/// `count` elements at `offset` bytes from the start of the plan.
struct Section {
  std::uint64_t offset;
  std::uint64_t count;
};

/// `length` bytes at `offset` in the section `text`.
struct Text {
  std::uint32_t offset;
  std::uint32_t length;
};

/// Says that a record can lie in a plan, and that it has this size. A change of a size or an offset
/// is a change of the format: it needs a new kPlanVersion.
template <class T, std::size_t Size>
inline constexpr bool kIsPlain =
    std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T> && sizeof(T) == Size;
static_assert(kIsPlain<Section, 16> && kIsPlain<Text, 8>);

}  // namespace pgscore::plan
