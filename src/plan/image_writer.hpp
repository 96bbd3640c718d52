// Appends sections to a plan, each aligned, with zeros between them.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "base/grow.hpp"
#include "base/in_pieces.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

class ImageWriter {
 public:
  /// Begins the image with `header_size` zeros, which patch() overwrites when the header is known.
  /// Every function that adds bytes may throw what the Interrupt throws.
  explicit ImageWriter(std::size_t header_size, Interrupt interrupt = {}) : interrupt_(interrupt) {
    bytes_.resize(round_up(header_size));
  }

  /// Appends the elements. Returns where they are, for the header.
  template <class T>
  Section add(std::span<const T> elements) {
    static_assert(std::is_trivially_copyable_v<T>);
    const Section section{bytes_.size(), elements.size()};
    reserve_more(elements.size_bytes() + kPlanAlignment);
    in_pieces(std::as_bytes(elements), interrupt_,
              [&](Bytes piece) { bytes_.insert(bytes_.end(), piece.begin(), piece.end()); });
    bytes_.resize(round_up(bytes_.size()));
    return section;
  }
  template <class T>
  Section add(const std::vector<T> &elements) {
    return add(std::span<const T>(elements));
  }
  /// Appends value(0), value(1), ..., without a vector of them.
  template <class T, class Value>
  Section add_each(std::size_t count, Value value) {
    const Section section{bytes_.size(), count};
    reserve_more(count * sizeof(T) + kPlanAlignment);
    // Elements between two interrupts; each may be looked up anywhere in memory.
    constexpr std::size_t kPiece = std::size_t{1} << 17;
    for (std::size_t i = 0; i < count;) {
      interrupt_.check();
      const std::size_t end = std::min(count, i + kPiece);
      bytes_.resize(section.offset + end * sizeof(T));
      for (auto *elements = reinterpret_cast<T *>(bytes_.data() + section.offset); i < end; ++i)
        elements[i] = value(i);
    }
    bytes_.resize(round_up(bytes_.size()));
    return section;
  }
  /// Reserves memory for so many bytes more, so that the image is not moved again and again, and
  /// held twice, while they come.
  void reserve_more(std::size_t bytes) {
    reserve_in_pieces(bytes_, bytes_.size() + bytes, interrupt_);
  }
  /// Overwrites bytes of a section that was added before its content was known.
  template <class T>
  void patch(std::size_t offset, const T &value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
  }
  std::span<const std::byte> bytes() const { return bytes_; }
  std::vector<std::byte> release() { return std::move(bytes_); }

 private:
  static std::size_t round_up(std::size_t size) {
    return (size + kPlanAlignment - 1) / kPlanAlignment * kPlanAlignment;
  }
  Interrupt interrupt_;
  std::vector<std::byte> bytes_;
};

}  // namespace pgscore::plan
