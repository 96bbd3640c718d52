// Appends sections to a plan: each aligned, padding zero.
#pragma once
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "plan/plan_layout.hpp"

namespace pgscore::plan {

class ImageWriter {
 public:
  explicit ImageWriter(std::size_t header_size) { bytes_.resize(round_up(header_size)); }

  template <class T>
  Section add(std::span<const T> elements) {
    static_assert(std::is_trivially_copyable_v<T>);
    const Section section{bytes_.size(), elements.size()};
    const auto *first = reinterpret_cast<const std::byte *>(elements.data());
    bytes_.insert(bytes_.end(), first, first + elements.size_bytes());
    bytes_.resize(round_up(bytes_.size()));
    return section;
  }
  template <class T>
  Section add(const std::vector<T> &elements) {
    return add(std::span<const T>(elements));
  }
  /// Overwrites bytes of a section that was added before what it tells of was known.
  template <class T>
  void patch(std::size_t offset, const T &value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
  }
  std::span<const std::byte> bytes() const { return bytes_; }
  std::vector<std::byte> release() { return std::move(bytes_); }

 private:
  static std::size_t round_up(std::size_t size) { return (size + kPlanAlignment - 1) / kPlanAlignment * kPlanAlignment; }
  std::vector<std::byte> bytes_;
};

}  // namespace pgscore::plan
