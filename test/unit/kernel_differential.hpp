// Compares every kernel with the interpreter, bit for bit, on the rows given, for every Want, in blocks and row by row.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include "kernels/kernel.hpp"
#include "kernels/tree_kernel.hpp"
#include "model/interpret.hpp"
#include "plan/compile.hpp"
#include "plan/plan.hpp"
#include "plan/plan_memory.hpp"

namespace pgscore::test {

inline bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
}

struct Difference {
  std::string text;  // empty: none
  std::uint64_t comparisons = 0;
};

using Rows = std::vector<std::vector<double>>;

/// What the interpreter says: for each want and row the outputs.
inline std::vector<std::vector<double>> expected_outputs(const model::Model &model, const std::vector<double> &row) {
  using kernels::Want;
  const std::vector<double> columns = model::interpret(model, row);
  std::vector<std::vector<double>> out(static_cast<std::size_t>(Want::kAll) + 1);
  auto of = [&](Want want) -> std::vector<double> & { return out[static_cast<std::size_t>(want)]; };
  for (const auto &value : model.output.values) of(Want::kValues).push_back(columns[value.column]);
  for (auto column : model.output.raw) of(Want::kRaw).push_back(columns[column]);
  for (auto column : model.output.probabilities) of(Want::kProbabilities).push_back(columns[column]);
  if (model.output.class_code != model::Operand::kNoColumn) of(Want::kClass).push_back(columns[model.output.class_code]);
  for (std::uint32_t id : model::interpret_leaves(model, row)) of(Want::kLeaves).push_back(id);
  for (Want want : {Want::kValues, Want::kRaw, Want::kProbabilities, Want::kClass})
    of(Want::kAll).insert(of(Want::kAll).end(), of(want).begin(), of(want).end());
  return out;
}

/// Compiles with `options`, verifies, scores. `padding`: distance between the block's columns beyond its rows.
inline Difference compare_with_interpreter(const model::Model &model, const Rows &rows, const plan::CompileOptions &options = {},
                                           std::size_t padding = 3) {
  using kernels::Want;
  Difference difference;
  const plan::PlanMemory memory(plan::compile(model, {}, options));
  plan::verify_plan(memory.bytes());
  const plan::Plan plan(memory.data());

  const std::size_t stride = rows.size() + padding;
  std::vector<double> block_values(model.inputs.size() * stride, -77);
  std::vector<std::vector<std::vector<double>>> expected;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t i = 0; i < rows[r].size(); ++i) block_values[i * stride + r] = rows[r][i];
    expected.push_back(expected_outputs(model, rows[r]));
  }
  for (const kernels::TreeKernel *entry : kernels::kernel_table()) {
    const kernels::TreeKernel &kernel = *entry;
    if (!kernel.runs_on_this_cpu()) continue;
    kernels::Scratch scratch(plan, kernels::kBlockRows, kernel.name);
    for (std::size_t w = 0; w <= static_cast<std::size_t>(Want::kAll); ++w) {
      const auto want = static_cast<Want>(w);
      const std::size_t width = kernels::output_width(plan, want);
      std::vector<double> block_out(rows.size() * width + 1, -99), row_out(width + 1, -99);
      kernels::score(plan, {block_values.data(), stride, rows.size()}, want, scratch, block_out.data());
      for (std::size_t r = 0; r < rows.size(); ++r) {
        kernels::score(plan, {rows[r].data(), 1, 1}, want, scratch, row_out.data());
        auto report = [&](const char *form, std::size_t j, double got) {
          std::ostringstream text;
          text.precision(17);
          text << "kernel " << kernel.name << ", " << form << ", want " << w << ", row " << r << ", output " << j << " of "
               << width << ": expected " << (j < expected[r][w].size() ? expected[r][w][j] : NAN) << ", got " << got;
          difference.text = text.str();
        };
        if (expected[r][w].size() != width) report("width", expected[r][w].size(), static_cast<double>(width));
        for (std::size_t j = 0; j < width && difference.text.empty(); ++j) {
          if (!same_bits(expected[r][w][j], block_out[r * width + j])) report("block", j, block_out[r * width + j]);
          if (!same_bits(expected[r][w][j], row_out[j])) report("row", j, row_out[j]);
          difference.comparisons += 2;
        }
        if (row_out[width] != -99 || block_out[rows.size() * width] != -99)
          report("a write behind the output", width, row_out[width]);
        if (!difference.text.empty()) return difference;
      }
    }
  }
  return difference;
}

}  // namespace pgscore::test
