// A walk over the sections of a plan that is not verified yet, in their one order.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "base/pace.hpp"
#include "plan/expect.hpp"
#include "plan/section_layout.hpp"

namespace pgscore::plan {

class SectionCursor {
 public:
  /// Stands behind the header and its padding, which must be zero (kCorruptedPlan). `bytes` is the
  /// whole plan, aligned to kPlanAlignment; it outlives the cursor and what take() gives.
  SectionCursor(Bytes bytes, std::size_t header_size, Interrupt interrupt)
      : bytes_(bytes), position_(header_size), pace_(interrupt) {
    skip_padding();
  }

  /// Gives the pace of all checks of the plan: each spends a step for each element that it looks
  /// at.
  Pace &pace() { return pace_; }

  /// Gives the elements of the next section, which must begin exactly here (kCorruptedPlan).
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
  /// Gives the offset of the section that take() has to give next.
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
