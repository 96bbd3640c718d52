// Compares the one form of numeric splits with the comparisons that it replaces.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "plan/split_cut.hpp"
#include "support/choices.hpp"

namespace pgscore::plan {
namespace {

template <class Number>
std::vector<double> numbers_with_neighbours() {
  std::vector<double> numbers;
  test::Choices choices(std::uint64_t{11});
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 400; ++i) {
    const double x = i < 200 ? test::special_number(choices) : test::any_number(choices);
    const auto narrow = static_cast<Number>(x);
    for (double y :
         {x, std::nextafter(x, kInfinity), std::nextafter(x, -kInfinity),
          static_cast<double>(narrow),
          static_cast<double>(std::nextafter(narrow, std::numeric_limits<Number>::infinity())),
          static_cast<double>(std::nextafter(narrow, -std::numeric_limits<Number>::infinity()))})
      numbers.push_back(y);
  }
  return numbers;
}

template <class Number>
void compare_all() {
  const std::vector<double> numbers = numbers_with_neighbours<Number>();
  for (double threshold : numbers) {
    const Number less = split_cut<Number>(model::Split::kLess, threshold);
    const Number less_equal = split_cut<Number>(model::Split::kLessEqual, threshold);
    EXPECT_FALSE(less == 0 && std::signbit(less));
    EXPECT_FALSE(less_equal == 0 && std::signbit(less_equal));
    for (double value : numbers) {
      const auto x = static_cast<Number>(value);
      ASSERT_EQ(static_cast<double>(x) < threshold, !(less <= x))
          << x << " < " << threshold << ", cut " << less;
      ASSERT_EQ(static_cast<double>(x) <= threshold, !(less_equal <= x))
          << x << " <= " << threshold << ", cut " << less_equal;
    }
  }
}

TEST(SplitCut, float32_features) { compare_all<float>(); }
TEST(SplitCut, float64_features) { compare_all<double>(); }

TEST(SplitCut, nothing_is_above_infinity) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(std::isnan(split_cut<float>(model::Split::kLessEqual, kInfinity)));
  EXPECT_TRUE(std::isnan(split_cut<double>(model::Split::kLessEqual, kInfinity)));
  EXPECT_EQ(split_cut<float>(model::Split::kLess, kInfinity),
            std::numeric_limits<float>::infinity());
  EXPECT_EQ(split_cut<float>(model::Split::kLessEqual, 1e300),
            std::numeric_limits<float>::infinity());
  EXPECT_EQ(split_cut<float>(model::Split::kLessEqual, -kInfinity),
            -std::numeric_limits<float>::max());
}

}  // namespace
}  // namespace pgscore::plan
