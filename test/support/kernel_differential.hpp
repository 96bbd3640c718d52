// Compares every kernel with the interpreter, bit for bit, on the rows given, for every Want, in
// blocks and row by row.
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
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

struct Difference {
  std::string text;  // empty: none
  std::uint64_t comparisons = 0;
};

using Rows = std::vector<std::vector<double>>;

/// What the interpreter says: for each want and row the outputs.
inline std::vector<std::vector<double>> expected_outputs(const model::Model &model,
                                                         const std::vector<double> &row) {
  using kernels::Want;
  const std::vector<double> columns = model::interpret(model, row);
  std::vector<std::vector<double>> out(static_cast<std::size_t>(Want::kAll) + 1);
  auto of = [&](Want want) -> std::vector<double> & { return out[static_cast<std::size_t>(want)]; };
  for (const auto &value : model.output.values) of(Want::kValues).push_back(columns[value.column]);
  for (auto column : model.output.raw) of(Want::kRaw).push_back(columns[column]);
  for (auto column : model.output.probabilities)
    of(Want::kProbabilities).push_back(columns[column]);
  if (model.output.class_code != model::Operand::kNoColumn)
    of(Want::kClass).push_back(columns[model.output.class_code]);
  for (std::uint32_t id : model::interpret_leaves(model, row)) of(Want::kLeaves).push_back(id);
  for (Want want : {Want::kValues, Want::kRaw, Want::kProbabilities, Want::kClass})
    of(Want::kAll).insert(of(Want::kAll).end(), of(want).begin(), of(want).end());
  for (const auto &value : model.output.more) of(Want::kAll).push_back(columns[value.column]);
  return out;
}

/// Compiles with `options`, verifies, scores. `padding`: distance between the block's columns
/// beyond its rows.
inline Difference compare_with_interpreter(const model::Model &model, const Rows &rows,
                                           const plan::CompileOptions &options = {},
                                           std::size_t padding = 3) {
  using kernels::Want;
  Difference difference;
  const plan::PlanMemory memory(plan::compile(model, {}, options));
  plan::verify_plan(memory.bytes());
  const plan::Plan plan(memory.data());

  // Kernels treat few rows one by one: blocks repeat them, to one of the widths that block kernels
  // have.
  const std::size_t variant = (rows.size() + padding) % 8;
  const std::size_t wanted = rows.empty() ? 0 : variant == 0 ? 300 : variant == 1 ? 150 : 40;
  const std::size_t copies = rows.size() >= wanted ? 1 : (wanted + rows.size() - 1) / rows.size();
  const std::size_t count = rows.size() * copies, num_inputs = model.inputs.size();
  const std::size_t stride = count + padding, row_stride = num_inputs + padding;
  std::vector<double> block_values(num_inputs * stride, -77), row_values(count * row_stride, -77);
  std::vector<std::vector<std::vector<double>>> expected;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t copy = r; copy < count; copy += rows.size())
      for (std::size_t i = 0; i < num_inputs; ++i)
        block_values[i * stride + copy] = row_values[copy * row_stride + i] = rows[r][i];
    expected.push_back(expected_outputs(model, rows[r]));
  }
  for (const kernels::TreeKernel *entry : kernels::kernel_table()) {
    const kernels::TreeKernel &kernel = *entry;
    if (!kernel.runs_on_this_cpu()) continue;
    kernels::Scratch scratch(plan, kernels::kBlockRows, kernel.name);
    for (std::size_t w = 0; w <= static_cast<std::size_t>(Want::kAll); ++w) {
      const auto want = static_cast<Want>(w);
      const std::size_t width = kernels::output_width(plan, want);
      std::vector<double> block_out(count * width + 1, -99), row_major_out(count * width + 1, -99),
          row_out(width + 1, -99);
      kernels::score(plan, {block_values.data(), stride, count}, want, scratch, block_out.data());
      kernels::score(plan, {row_values.data(), 1, count, row_stride}, want, scratch,
                     row_major_out.data());
      for (std::size_t at = 0; at < count; ++at) {
        const std::size_t r = at % rows.size();
        if (at < rows.size())
          kernels::score(plan, {rows[r].data(), 1, 1}, want, scratch, row_out.data());
        auto report = [&](const char *form, std::size_t j, double got) {
          std::ostringstream text;
          text.precision(17);
          text << "kernel " << kernel.name << ", " << form << ", want " << w << ", row " << r
               << ", output " << j << " of " << width << ": expected "
               << (j < expected[r][w].size() ? expected[r][w][j] : NAN) << ", got " << got;
          difference.text = text.str();
        };
        if (expected[r][w].size() != width)
          report("width", expected[r][w].size(), static_cast<double>(width));
        for (std::size_t j = 0; j < width && difference.text.empty(); ++j) {
          if (!same_bits(expected[r][w][j], block_out[at * width + j]))
            report("block", j, block_out[at * width + j]);
          if (!same_bits(expected[r][w][j], row_major_out[at * width + j]))
            report("rows", j, row_major_out[at * width + j]);
          difference.comparisons += 2;
          if (at >= rows.size()) continue;
          if (!same_bits(expected[r][w][j], row_out[j])) report("row", j, row_out[j]);
          ++difference.comparisons;
        }
        if (row_out[width] != -99 || block_out[count * width] != -99 ||
            row_major_out[count * width] != -99)
          report("a write behind the output", width, row_out[width]);
        if (!difference.text.empty()) return difference;
      }
    }
  }
  return difference;
}

}  // namespace pgscore::test
