// Walks over the sections of a plan that nobody trusts yet, in their one order.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/pace.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

/// Throws kCorruptedPlan. `detail` is a sentence that says what is wrong.
[[noreturn]] inline void corrupted(const std::string &detail) {
  throw Error(ErrorCode::kCorruptedPlan, "stored model plan is corrupted", detail);
}
/// `what` is a sentence that says what is wrong.
inline void expect(bool condition, const char *what) {
  if (!condition) corrupted(what);
}

class SectionCursor {
 public:
  /// Stands behind the header and its padding, which must be zero (kCorruptedPlan). `bytes`: the
  /// whole plan, aligned to kPlanAlignment; it outlives the cursor and what take() gives.
  SectionCursor(Bytes bytes, std::size_t header_size, Interrupt interrupt)
      : bytes_(bytes), position_(header_size), pace_(interrupt) {
    skip_padding();
  }

  /// Of all checks of the plan: each spends a step for each element that it looks at.
  Pace &pace() { return pace_; }

  /// The elements of the next section, which must begin exactly here.
  template <class T>
  std::span<const T> take(const Section &section, const char *name) {
    static_assert(alignof(T) <= kPlanAlignment);
    if (section.offset != position_ || section.count > (bytes_.size() - position_) / sizeof(T))
      corrupted(std::string("Section \"") + name + "\" is out of place.");
    const std::span<const T> elements(reinterpret_cast<const T *>(bytes_.data() + position_),
                                      static_cast<std::size_t>(section.count));
    position_ += elements.size_bytes();
    skip_padding();
    return elements;
  }
  std::size_t position() const { return position_; }

 private:
  void skip_padding() {
    const std::size_t end = (position_ + kPlanAlignment - 1) / kPlanAlignment * kPlanAlignment;
    expect(end <= bytes_.size(), "The plan ends in the middle of a section.");
    for (; position_ < end; ++position_)
      expect(bytes_[position_] == std::byte{0}, "Padding is not zero.");
  }
  Bytes bytes_;
  std::size_t position_;
  Pace pace_;
};

}  // namespace pgscore::plan
