// Choices from a seed or from a fuzzer's bytes, and numbers that are drawn with them.
#pragma once
#include <cstdint>
#include <iterator>
#include <limits>
#include <span>

#include "model/model.hpp"

namespace pgscore::test {

/// A source of choices: splitmix64 from a seed (Steele, Lea, Flood 2014), or bytes, and zeros when
/// they are used up.
class Choices {
 public:
  explicit Choices(std::uint64_t seed) : state_(seed) {}
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes), from_bytes_(true) {}

  bool at_end() const { return from_bytes_ && position_ == bytes_.size(); }
  std::uint64_t next() {
    if (from_bytes_) {
      std::uint64_t value = 0;
      for (int i = 0; i < 2; ++i)
        value = value << 8 | (position_ < bytes_.size() ? bytes_[position_++] : 0);
      return value;
    }
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return (z ^ z >> 31) >> 8;
  }
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(next() % n); }
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + below(high - low + 1);
  }
  bool one_in(std::uint32_t n) { return below(n) == n - 1; }  // zeros say no
  bool coin() { return below(2) != 0; }

 private:
  std::uint64_t state_ = 0;
  std::span<const std::uint8_t> bytes_;
  std::size_t position_ = 0;
  bool from_bytes_ = false;
};

/// Numbers at which comparisons go wrong.
inline double special_number(Choices &choices) {
  constexpr double kSpecial[] = {0.0,
                                 -0.0,
                                 1.0,
                                 -1.0,
                                 0.5,
                                 0.1,
                                 0.1f,
                                 1e-35,
                                 1e-35f,
                                 -1e-35f,
                                 std::numeric_limits<float>::denorm_min(),
                                 -std::numeric_limits<float>::denorm_min(),
                                 std::numeric_limits<double>::denorm_min(),
                                 -std::numeric_limits<double>::denorm_min(),
                                 std::numeric_limits<float>::min(),
                                 std::numeric_limits<float>::max(),
                                 -std::numeric_limits<float>::max(),
                                 3.4028235677973366e38,  // rounds to +inf in float32
                                 -3.5e38,
                                 1e300,
                                 -1e300,
                                 std::numeric_limits<double>::max(),
                                 -std::numeric_limits<double>::max(),
                                 std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::infinity(),
                                 16777217.0,
                                 1.0 + 1e-8,
                                 31.0,
                                 32.0,
                                 2.5,
                                 -0.5,
                                 -0.9999999999999999};  // -1 in float32
  return kSpecial[choices.below(std::size(kSpecial))];
}

/// Any number, never NaN.
inline double any_number(Choices &choices) {
  switch (choices.below(5)) {
    case 0:
      return special_number(choices);
    case 1:
      return static_cast<double>(choices.below(21)) - 10;
    case 2:
      return static_cast<double>(choices.below(2001)) / 16 - 60;
    case 3:
      return static_cast<double>(
          static_cast<float>(static_cast<double>(choices.below(65536)) / 3000 - 10));
    default:
      return static_cast<double>(choices.below(65536)) / 3000 - 10;
  }
}

inline double in_precision(double x, model::Precision precision) {
  return precision == model::Precision::kFloat32 ? static_cast<double>(static_cast<float>(x)) : x;
}

inline model::Precision any_precision(Choices &choices) {
  return choices.coin() ? model::Precision::kFloat64 : model::Precision::kFloat32;
}

/// A value of a hash column: one of a few values, so that tables know some of them.
inline double hash_value(Choices &choices) {
  return choices.one_in(12) ? static_cast<std::int32_t>(choices.below(65536)) - 2147483648.0
                            : choices.below(5) - 1.0;
}

}  // namespace pgscore::test
