// The comparison of what a model gives with what a test row expects.
#include "registry/test_result.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/registry_model.hpp"

namespace pgscore::registry {
namespace {

const PreparedVersion &version() {
  static const PreparedVersion version = test::registry_model();
  return version;
}

TestRow row_of(const std::string &output, std::vector<double> expected, double tolerance = 0) {
  TestRow row;
  row.output = output;
  row.expected = std::move(expected);
  row.tolerance = tolerance;
  return row;
}

/// x is 2 and the job "clerk".
TestResult result_of(const TestRow &row) {
  const double inputs[] = {2, 0};
  return run_test(row, version().plan(), inputs);
}

TEST(TestResult, each_output_is_compared_with_what_the_model_gives) {
  for (const TestRow &row :
       {row_of("value", {0.75}), row_of("raw", {0.25}), row_of("probabilities", {0.25, 0.75}),
        row_of("class", {1}), row_of("outputs.p", {0.75}), row_of("outputs.raw", {0.25}),
        row_of("outputs.level", {1})}) {
    const TestResult result = result_of(row);
    EXPECT_EQ(result.got, row.expected) << row.output;
    EXPECT_TRUE(result.ok) << row.output;
    EXPECT_EQ(result.ulp, 0) << row.output;
    TestRow other = row;
    other.expected[0] = std::nextafter(other.expected[0], 2.0);
    EXPECT_FALSE(result_of(other).ok) << row.output;
    EXPECT_EQ(result_of(other).ulp, 1) << row.output;
  }
}

TEST(TestResult, a_row_without_a_result_gives_nothing) {
  const double missing = model::kMissing;
  for (const char *output : {"value", "class", "outputs.p", "outputs.level"}) {
    EXPECT_TRUE(run_test(row_of(output, {missing}), version().plan(), std::nullopt).ok) << output;
    EXPECT_FALSE(run_test(row_of(output, {0}), version().plan(), std::nullopt).ok) << output;
  }
}

TEST(TestResult, the_tolerance_is_relative_and_the_threshold_absolute) {
  EXPECT_TRUE(result_of(row_of("value", {0.8}, 0.0626)).ok);
  EXPECT_FALSE(result_of(row_of("value", {0.8}, 0.0624)).ok);
  TestRow row = row_of("outputs.raw", {-0.25});
  EXPECT_FALSE(result_of(row).ok);
  row.zero_threshold = 0.25;
  EXPECT_TRUE(result_of(row).ok);
}

TEST(TestResult, another_number_of_values_is_refused) {
  EXPECT_THROW(result_of(row_of("probabilities", {1})), Error);
  EXPECT_THROW(result_of(row_of("outputs.p", {})), Error);
}

std::string complaint(const TestRow &row) {
  try {
    require_expected(row, result_of(row), version().plan());
  } catch (const Error &e) {
    EXPECT_EQ(e.code(), ErrorCode::kInvalidModel);
    EXPECT_EQ(e.message(), "score is not as expected");
    return e.detail();
  }
  return "no error";
}

TEST(TestResult, a_complaint_has_both_as_people_know_them) {
  EXPECT_EQ(complaint(row_of("value", {0.75})), "no error");
  EXPECT_EQ(complaint(row_of("class", {0})),
            "Expected class \"no\", got \"yes\" (1065353216 ulp apart).");
  EXPECT_EQ(complaint(row_of("outputs.level", {0})),
            "Expected \"level\" \"low\", got \"high\" (1065353216 ulp apart).");
  EXPECT_EQ(complaint(row_of("probabilities", {0.25, 0.5})),
            "Expected probabilities 0.25, 0.5, got 0.25, 0.75 (4194304 ulp apart).");
  EXPECT_EQ(complaint(row_of("value", {model::kMissing})),
            "Expected value null, got 0.75 (9223372036854775807 ulp apart).");
}

TEST(UlpDistance, counts_representable_numbers) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(ulp_distance(1, 1), 0);
  EXPECT_EQ(ulp_distance(0.0, -0.0), 0);
  EXPECT_EQ(ulp_distance(NAN, NAN), 0);
  EXPECT_EQ(ulp_distance(NAN, 1), kFar);
  EXPECT_EQ(ulp_distance(1, std::nextafter(1.0, 2.0)), 1);
  EXPECT_EQ(ulp_distance(1.0f, std::nextafter(1.0f, 2.0f)), 1);
  EXPECT_EQ(ulp_distance(0.1, std::nextafter(std::nextafter(0.1, 0), 0)), 2);
  EXPECT_EQ(ulp_distance(std::numeric_limits<float>::denorm_min(),
                         -std::numeric_limits<float>::denorm_min()),
            2);
  EXPECT_EQ(ulp_distance(0.1, -0.1), ulp_distance(-0.1, 0.1));
  EXPECT_EQ(ulp_distance(1.7e308, -1.7e308), kFar);
  EXPECT_EQ(ulp_distance(kInfinity, -kInfinity), 2 * ulp_distance(kInfinity, 0));
}

}  // namespace
}  // namespace pgscore::registry
