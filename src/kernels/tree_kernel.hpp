// What a kernel for trees is, and the table of those that there are. Kernels differ in speed only:
// each gives the interpreter's bits. A new one is a file, a line in kernel_table.cpp, and is at
// once under the differential tests.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/pace.hpp"
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
  Pace *pace;         // what every loop over rows of a long step spends

  /// Gives the values of a column of the plan, one for each row. output() gives them to be written,
  /// and takes the columns that steps write only: inputs belong to the caller.
  const double *operator[](std::uint32_t column) const {
    return column < num_inputs ? inputs + column * input_stride
                               : derived + (column - num_inputs) * derived_stride;
  }
  double *output(std::uint32_t column) const {
    return derived + (column - num_inputs) * derived_stride;
  }
};

struct TreeTask {
  plan::Plan plan;
  const plan::EnsembleRecord &ensemble;
  const Columns &columns;
  std::byte *memory;  // as much as the kernel asked for, aligned to 64
};

/// Sums the trees of all rows of the task. Writes the column of group g to out + g * stride.
using SumTrees = void (*)(const TreeTask &task, double *out, std::size_t stride);

/// A function of a kernel for one ensemble, and the bytes of TreeTask::memory that it needs for up
/// to `rows` rows.
struct TreeFunction {
  SumTrees sum = nullptr;  // null: this kernel has none for the ensemble
  std::size_t memory = 0;
};

struct TreeKernel {
  std::string_view name;
  /// Says whether this CPU has the instructions. What `rows` and `block` give may be called only
  /// where it does.
  bool (*runs_on_this_cpu)();
  /// Row by row: for few rows.
  TreeFunction (*rows)(const plan::EnsembleRecord &ensemble, std::size_t rows);
  /// Many rows at once, as fast for one as for `block_unit`.
  TreeFunction (*block)(const plan::EnsembleRecord &ensemble, std::size_t rows);
};

/// Best first; each can do what those behind it can need of the CPU. The last one supports
/// everything everywhere.
std::span<const TreeKernel *const> kernel_table();

/// The kernel called `name`, or null.
const TreeKernel *find_kernel(std::string_view name);

/// How an ensemble is scored.
struct ChosenKernel {
  SumTrees rows = nullptr;
  SumTrees block = nullptr;  // null: never
  std::size_t memory = 0;
};

/// For each form the first kernel of the table that has a function for `ensemble`, from the kernel
/// called `name` on ("auto", or a kernel that this CPU does not run: the best one), for at most
/// `rows` rows a call.
ChosenKernel choose_kernel(const plan::EnsembleRecord &ensemble, std::string_view name,
                           std::size_t rows);

/// From this many rows on ChosenKernel::block is faster than ChosenKernel::rows.
inline constexpr std::size_t kMinBlockRows = 32;

/// Writes the id of the leaf that each tree reaches to out[row * stride + number of the tree].
/// Scalar in every build: it is not on the path of a score. Needs leaves_memory() bytes.
void write_leaves(const TreeTask &task, double *out, std::size_t stride);
std::size_t leaves_memory(const plan::EnsembleRecord &ensemble, std::size_t rows);

/// Runs on any CPU, and is the only kernel that knows linear leaves (choose_kernel).
const TreeKernel &scalar_kernel();
/// TreeKernel::block for any CPU.
TreeFunction portable_block(const plan::EnsembleRecord &ensemble, std::size_t rows);
#if defined(__x86_64__)
const TreeKernel &avx2_kernel();
const TreeKernel &avx512_kernel();
const TreeKernel &vbmi_kernel();
#elif defined(__aarch64__)
const TreeKernel &neon_kernel();
#endif

}  // namespace pgscore::kernels
