// Contributions of rows by every walker, and Shapley values by their definition.
#pragma once
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "explain/compile.hpp"
#include "explain/contributions.hpp"
#include "explain/verify.hpp"
#include "kernels/tree_kernel.hpp"
#include "plan/plan_memory.hpp"

namespace pgscore::test {

/// Gives the contributions of rows, and the bias behind those of each. Computes them together, with
/// each kernel, and each row alone: the bits must be the same.
inline std::vector<double> explain_rows(const model::Model &model, std::uint32_t output,
                                        const std::vector<std::vector<double>> &rows) {
  const std::vector<std::byte> bytes = explain::compile(model);
  const plan::PlanMemory image(bytes);
  explain::verify(image.bytes());
  const explain::Explanation explanation(image.data());
  const std::size_t num_inputs = model.inputs.size(), width = num_inputs + 1;
  std::vector<double> values, first;
  for (const auto &row : rows) values.insert(values.end(), row.begin(), row.end());
  for (const kernels::TreeKernel *kernel : kernels::kernel_table()) {
    SCOPED_TRACE(kernel->name);
    explain::Workspace workspace(explanation, kernel->name);
    std::vector<double> together(rows.size() * width), alone(rows.size() * width);
    explain::contributions(explanation, output, values.data(), num_inputs, rows.size(), workspace,
                           together.data());
    for (std::size_t r = 0; r < rows.size(); ++r)
      explain::contributions(explanation, output, rows[r].data(), num_inputs, 1, workspace,
                             alone.data() + r * width);
    if (first.empty()) first = together;
    for (std::size_t i = 0; i < together.size(); ++i) {
      EXPECT_EQ(std::bit_cast<std::uint64_t>(together[i]), std::bit_cast<std::uint64_t>(alone[i]));
      EXPECT_EQ(std::bit_cast<std::uint64_t>(together[i]), std::bit_cast<std::uint64_t>(first[i]));
    }
  }
  return first;
}

/// The Shapley values of a game of few features: `value` gives what a set of known features, a bit for
/// each, is worth. Behind them the value of the empty set.
template <class Value>
std::vector<double> shapley(std::uint32_t num_features, Value value) {
  std::vector<double> values;
  for (std::uint32_t set = 0; set < 1u << num_features; ++set) values.push_back(value(set));
  std::vector<double> shapley(num_features + 1, 0);
  shapley[num_features] = values[0];
  for (std::uint32_t i = 0; i < num_features; ++i)
    for (std::uint32_t set = 0; set < values.size(); ++set) {
      if ((set >> i & 1) != 0) continue;
      const int size = std::popcount(set), others = static_cast<int>(num_features) - 1;
      const double weight = std::exp(std::lgamma(size + 1) + std::lgamma(others - size + 1) -
                                     std::lgamma(num_features + 1));
      shapley[i] += weight * (values[set | 1u << i] - values[set]);
    }
  return shapley;
}

}  // namespace pgscore::test
