// What a kernel for trees is, and the table of those that there are. Kernels differ in speed only: each gives the interpreter's
// bits. A new one is a file, a line in kernel_table.cpp, and is at once under the differential tests.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "plan/plan.hpp"

namespace pgscore::kernels {

/// The columns of a block of rows: inputs where the caller has them, derived ones in Scratch.
struct Columns {
  const double *inputs;
  std::size_t input_stride;
  double *derived;
  std::size_t derived_stride;
  std::uint32_t num_inputs;
  std::size_t count;  // rows

  const double *operator[](std::uint32_t column) const {
    return column < num_inputs ? inputs + column * input_stride : derived + (column - num_inputs) * derived_stride;
  }
  double *output(std::uint32_t column) const { return derived + (column - num_inputs) * derived_stride; }
};

struct TreeTask {
  plan::Plan plan;
  const plan::EnsembleRecord &ensemble;
  const Columns &columns;
  std::byte *memory;  // tree_memory() bytes, aligned to 64
};

struct TreeKernel {
  std::string_view name;
  bool (*runs_on_this_cpu)();
  bool (*supports)(const plan::EnsembleRecord &ensemble);
  /// Writes the column of group g to out + g * stride.
  void (*sum)(const TreeTask &task, double *out, std::size_t stride);
  /// Bytes of TreeTask::memory for blocks of up to `rows` rows.
  std::size_t (*memory)(const plan::EnsembleRecord &ensemble, std::size_t rows);
};

/// Best first; the last one supports everything everywhere.
std::span<const TreeKernel> kernel_table();

/// The first kernel of the table that can do it. `name`: only that one, if it can; "auto": any.
const TreeKernel &choose_kernel(const plan::EnsembleRecord &ensemble, std::string_view name = "auto");

/// Writes the id of the leaf that each tree reaches to out[row * stride + number of the tree]. Scalar in every build: it is not
/// on the path of a score. Needs the memory of scalar_kernel().
void write_leaves(const TreeTask &task, double *out, std::size_t stride);

const TreeKernel &scalar_kernel();

}  // namespace pgscore::kernels
