// How the verifiers of a plan refuse it.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/enumerators.hpp"
#include "base/error.hpp"

namespace pgscore::plan {

/// Throws kCorruptedPlan. `detail` is a sentence that says what is wrong.
[[noreturn]] inline void corrupted(const std::string &detail) {
  throw Error(ErrorCode::kCorruptedPlan, "stored model plan is corrupted", detail);
}
/// Throws kCorruptedPlan unless the condition holds. `what` is a sentence that says what is wrong.
inline void expect(bool condition, const char *what) {
  if (!condition) corrupted(what);
}

/// Says whether a byte is 0 or 1, which is all that a flag may be.
constexpr bool is_flag(std::uint8_t byte) { return byte <= 1; }
/// Says whether reserved bytes are what they have to be.
template <std::size_t Size>
constexpr bool all_zero(const std::uint8_t (&reserved)[Size]) {
  return std::ranges::all_of(reserved, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace pgscore::plan
