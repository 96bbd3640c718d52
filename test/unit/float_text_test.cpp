// Text <-> float32: nearest, never through double, and the ends of the range.
#include "base/float_text.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

namespace pgscore {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(FloatText, rounds_once) {
  // Halfway between two floats but for the last digit: through double this would round to even, downwards.
  EXPECT_EQ(parse_float32("1.000000059604644775390626"), std::nextafter(1.0f, 2.0f));
  EXPECT_EQ(parse_float32("5E-1"), 0.5f);
  EXPECT_EQ(parse_float32("+9.9333334E-1"), 0.99333334f);
  EXPECT_EQ(parse_float32("16777217"), 16777216.0f);
}

TEST(FloatText, ends_of_the_range) {
  EXPECT_EQ(parse_float32("1e39"), kInfinity);
  EXPECT_EQ(parse_float32("-1e39"), -kInfinity);
  EXPECT_EQ(parse_float32("1e400"), kInfinity);
  EXPECT_EQ(parse_float32("-1e400"), -kInfinity);
  EXPECT_EQ(parse_float32("1e-400"), 0.0f);
  EXPECT_TRUE(std::signbit(*parse_float32("-1e-60")));
  EXPECT_EQ(parse_float32("1e-45"), std::numeric_limits<float>::denorm_min());
  EXPECT_EQ(parse_float32("3.4028235e38"), std::numeric_limits<float>::max());
  EXPECT_EQ(parse_float32("Infinity"), kInfinity);
  EXPECT_EQ(parse_float32("-inf"), -kInfinity);
  EXPECT_TRUE(std::isnan(*parse_float32("NaN")));
  EXPECT_TRUE(std::signbit(*parse_float32("-0.0")));
}

TEST(FloatText, refuses_what_is_no_number) {
  for (const char *text : {"", "+", "-", "+-1", "++1", "1x", " 1", "1 ", "0x10", "1e", "--1", "half"})
    EXPECT_FALSE(parse_float32(text).has_value()) << text;
  for (const char *text : {"", "1.5", "1e3", " 1", "99999999999999999999", "x"})
    EXPECT_FALSE(parse_integer(text).has_value()) << text;
  EXPECT_EQ(parse_integer("-9223372036854775808"), INT64_MIN);
}

TEST(FloatText, round_trip_and_agreement_with_strtof) {
  std::mt19937 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
    if (std::isnan(value)) continue;
    const std::string text = float32_text(value);
    ASSERT_EQ(parse_float32(text), value) << text;
    ASSERT_EQ(std::strtof(text.c_str(), nullptr), value) << text;
  }
}

}  // namespace
}  // namespace pgscore
