// What a kernel for trees is, and the table of all of them. Kernels differ in speed only: each
// gives the interpreter's bits. A new one is a file and a line in kernel_table.cpp; the
// differential tests find it there.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/pace.hpp"
#include "plan/plan.hpp"

namespace pgscore::kernels {

/// The columns of a block of rows. Inputs lie where the caller has them, derived ones in Scratch.
struct Columns {
  const double *inputs;
  std::size_t input_stride;
  double *derived;
  std::size_t derived_stride;
  std::uint32_t num_inputs;
  std::size_t count;  // rows
  Pace *pace;         // every loop over the rows of a long step spends it

  /// Gives the values of a column of the plan, one for each row. output() gives those of a column
  /// that a step writes; an input must not be written, it belongs to the caller.
  const double *operator[](std::uint32_t column) const {
    return column < num_inputs ? inputs + column * input_stride
                               : derived + (column - num_inputs) * derived_stride;
  }
  double *output(std::uint32_t column) const {
    return derived + (column - num_inputs) * derived_stride;
  }
};

/// The rows of `columns`, to be scored by an ensemble of the plan.
struct TreeTask {
  plan::Plan plan;
  const plan::EnsembleRecord &ensemble;
  const Columns &columns;
  std::byte *memory;  // as much as the kernel asked for, aligned to 64
};

/// Sums the trees of all rows of the task. Writes the column of group g to out + g * stride.
using SumTrees = void (*)(const TreeTask &task, double *out, std::size_t stride);

/// A function of a kernel for one ensemble.
struct TreeFunction {
  SumTrees sum = nullptr;  // null: the kernel has none for the ensemble
  std::size_t memory = 0;  // bytes of TreeTask::memory that it needs
};

struct TreeKernel {
  std::string_view name;
  /// Says whether this CPU has the instructions. What `rows` and `block` give may be called only
  /// where it does.
  bool (*runs_on_this_cpu)();
  /// Gives the function that scores row by row, for calls of up to `rows` rows.
  TreeFunction (*rows)(const plan::EnsembleRecord &ensemble, std::size_t rows);
  /// Gives the function that scores many rows at once. It takes as long for one row as for 128.
  TreeFunction (*block)(const plan::EnsembleRecord &ensemble, std::size_t rows);
};

/// Lists the kernels, the fastest first. A CPU that runs one of them runs all that follow, and the
/// last one runs everywhere and supports every ensemble.
std::span<const TreeKernel *const> kernel_table();

/// Finds the kernel called `name`; null when there is none.
const TreeKernel *find_kernel(std::string_view name);

/// The functions that score an ensemble.
struct ChosenKernel {
  SumTrees rows = nullptr;
  SumTrees block = nullptr;  // null: never
  std::size_t memory = 0;
};

/// Chooses, row by row and for blocks, the first kernel of the table that has a function for
/// `ensemble`, and at most `rows` rows a call. The search begins at the kernel called `name`, or at
/// the fastest one when this CPU does not run that kernel, or there is none ("auto").
ChosenKernel choose_kernel(const plan::EnsembleRecord &ensemble, std::string_view name,
                           std::size_t rows);

/// ChosenKernel::block is faster than ChosenKernel::rows from this many rows on.
inline constexpr std::size_t kMinBlockRows = 32;

/// Writes the id of the leaf that each tree reaches to out[row * stride + number of the tree]. The
/// task needs leaves_memory() bytes. There is one function for all CPUs: it is not on the path of a
/// score.
void write_leaves(const TreeTask &task, double *out, std::size_t stride);
/// Gives the bytes that write_leaves needs for up to `rows` rows.
std::size_t leaves_memory(const plan::EnsembleRecord &ensemble, std::size_t rows);

/// The kernel that runs on any CPU, and the only one that knows linear leaves (choose_kernel).
const TreeKernel &scalar_kernel();
/// TreeKernel::block for any CPU, and those of the kernels below.
TreeFunction portable_block(const plan::EnsembleRecord &ensemble, std::size_t rows);
#if defined(__x86_64__)
TreeFunction avx2_block(const plan::EnsembleRecord &ensemble, std::size_t rows);
TreeFunction avx512_block(const plan::EnsembleRecord &ensemble, std::size_t rows);
/// The kernels of this kind of processor.
const TreeKernel &avx2_kernel();
const TreeKernel &avx512_kernel();
const TreeKernel &vbmi_kernel();
#elif defined(__aarch64__)
/// The kernel of this kind of processor.
const TreeKernel &neon_kernel();
#endif

}  // namespace pgscore::kernels
