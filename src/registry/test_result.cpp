#include "registry/test_result.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "kernels/interruptible.hpp"
#include "kernels/kernel.hpp"
#include "registry/test_output.hpp"

namespace pgscore::registry {
namespace {

bool matches(double expected, double got, const TestRow &row) {
  if (std::isnan(expected) || std::isnan(got)) return std::isnan(expected) && std::isnan(got);
  if (std::fabs(expected) <= row.zero_threshold && std::fabs(got) <= row.zero_threshold)
    return true;
  return expected == got || std::fabs(expected - got) <= row.tolerance * std::fabs(expected);
}

/// Gives the place of x in the order of all numbers. Adjacent numbers differ by 1.
template <class Integer, class Float>
std::int64_t position(Float x) {
  const auto bits = std::bit_cast<Integer>(x);
  return bits < 0 ? std::int64_t{std::numeric_limits<Integer>::min()} - bits : std::int64_t{bits};
}

bool is_float32(double x) { return static_cast<double>(static_cast<float>(x)) == x; }

}  // namespace

std::int64_t ulp_distance(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<std::int64_t>::max();
  std::int64_t distance;
  if (is_float32(a) && is_float32(b))
    return std::abs(position<std::int32_t>(static_cast<float>(a)) -
                    position<std::int32_t>(static_cast<float>(b)));
  if (__builtin_sub_overflow(position<std::int64_t>(a), position<std::int64_t>(b), &distance) ||
      distance == std::numeric_limits<std::int64_t>::min())
    return std::numeric_limits<std::int64_t>::max();
  return std::abs(distance);
}

TestResult run_test(const TestRow &row, plan::Plan plan,
                    std::optional<std::span<const double>> inputs, std::string_view kernel,
                    Interrupt interrupt) {
  const kernels::Want want = want_of(row.output);
  const auto name = name_in(row.output);
  TestResult result;
  result.got.assign(kernels::output_width(plan, want), model::kMissing);
  if (const std::size_t width = name ? 1 : result.got.size(); width != row.expected.size())
    throw Error(ErrorCode::kInvalidArgument, std::to_string(row.expected.size()) + " values of \"" +
                                                 row.output + "\" are expected, the model gives " +
                                                 std::to_string(width));
  if (inputs) {
    kernels::Scratch scratch(plan, 1, kernel);
    kernels::score(plan, {inputs->data(), 1, 1}, want, scratch, result.got.data(), interrupt);
  }
  if (name) result.got = {pick_output(plan, *name, result.got)};
  result.ok = true;
  for (std::size_t i = 0; i < result.got.size(); ++i) {
    result.ok = result.ok && matches(row.expected[i], result.got[i], row);
    result.ulp = std::max(result.ulp, ulp_distance(row.expected[i], result.got[i]));
  }
  return result;
}

void require_expected(const TestRow &row, const TestResult &result, plan::Plan plan) {
  if (result.ok) return;
  throw Error(ErrorCode::kInvalidModel, "score is not as expected",
              "Expected " + shown_output(row) + " " + shown_values(plan, row, row.expected) +
                  ", got " + shown_values(plan, row, result.got) + " (" +
                  std::to_string(result.ulp) + " ulp apart).",
              row.place.empty() ? "Give the row a \"tolerance\" if such a difference is acceptable."
                                : kWithoutFilesRows);
}

}  // namespace pgscore::registry
