// Converts texts to float32 and back: always to the nearest number, never through double, up to the
// ends of the range.
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
  // Halfway between two floats but for the last digit: through double this would round to even,
  // downwards.
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
  for (const char *text :
       {"", "+", "-", "+-1", "++1", "1x", " 1", "1 ", "0x10", "1e", "--1", "half"})
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

TEST(FloatText, double_at_the_ends_of_the_range) {
  constexpr double kWide = std::numeric_limits<double>::infinity();
  const std::string zeros(400, '0');
  for (const std::string &text : {std::string("1e309"), "1" + zeros, "0." + zeros + "1e900",
                                  std::string("1e99999999999999999999")})
    EXPECT_EQ(parse_float64(text), kWide) << text;
  for (const std::string &text : {std::string("1e-400"), "0." + zeros + "1", "1" + zeros + "e-900",
                                  std::string("1e-99999999999999999999")})
    EXPECT_EQ(parse_float64(text), 0.0) << text;
  EXPECT_EQ(parse_float64("-1e309"), -kWide);
  EXPECT_TRUE(std::signbit(*parse_float64("-1e-400")));
  EXPECT_EQ(parse_float64("4.9e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(parse_float64("+1.7976931348623157e+308"), std::numeric_limits<double>::max());
  EXPECT_EQ(parse_float64("1.0000000180025095e-35"), static_cast<double>(1e-35f));
  EXPECT_TRUE(std::isnan(*parse_float64("-nan")));
  EXPECT_EQ(parse_float64("-inf"), -kWide);
  for (const char *text : {"", "+", "-", "+-1", "1x", " 1", "0x10", "1e", "na"})
    EXPECT_FALSE(parse_float64(text).has_value()) << text;
}

TEST(FloatText, double_agrees_with_strtod) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (std::isnan(value)) continue;
    const std::string text = float64_text(value);
    ASSERT_EQ(parse_float64(text), value) << text;
    ASSERT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
  }
}

}  // namespace
}  // namespace pgscore
