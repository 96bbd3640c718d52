// Scores a test row, and compares what the model gives with what the row expects.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/interrupt.hpp"
#include "plan/plan.hpp"
#include "registry/test_rows.hpp"

namespace pgscore::registry {

struct TestResult {
  std::vector<double> got;
  std::int64_t ulp = 0;  // largest distance of an element, see ulp_distance
  bool ok = false;
};

/// Scores a test row, and compares. `inputs` are the values of the model's inputs, as kernels take
/// them (kernels::Block); nullopt when a policy of the model makes the row's result NULL, which
/// counts as NaN. `kernel` is Scratch's. Throws kInvalidArgument when the row does not expect as
/// many numbers as the model gives, and what the interrupt throws.
TestResult run_test(const TestRow &row, plan::Plan plan,
                    std::optional<std::span<const double>> inputs, std::string_view kernel = "auto",
                    Interrupt interrupt = {});

/// Throws kInvalidModel for a result that is not as expected, with both in the detail.
void require_expected(const TestRow &row, const TestResult &result, plan::Plan plan);

/// Counts the representable numbers from a to b: float32 numbers when both are float32 numbers,
/// doubles otherwise. Two NaNs are equal, a NaN and a number are as far apart as it gets.
std::int64_t ulp_distance(double a, double b);

}  // namespace pgscore::registry
