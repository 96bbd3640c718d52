// Fully connected layers (model::Dense): y_j = bias_j + sum of x_k * w_kj. The multiplications are
// fused with the additions, in the order of k for each output, so that every form gives the
// interpreter's bits. Vectors run over rows in a block, and over outputs for a single row.
#pragma once
#include <cstddef>
#include <string_view>

#include "base/pace.hpp"

namespace pgscore::kernels {

/// A layer, and the rows that it is computed for.
template <class Number>
struct DenseTask {
  const Number *x;  // input k of row r: x[k * x_stride + r]
  std::size_t x_stride;
  std::size_t num_inputs;
  const Number *weights;  // weights[k * num_outputs + j]
  const Number *bias;     // num_outputs
  std::size_t num_outputs;
  std::size_t num_rows;
  double *out;  // output j of row r: out[j * out_stride + r]
  std::size_t out_stride;
  bool rectify;  // what is below 0 becomes 0
  Pace *pace;
};

/// The values of an input are read, and computed with, up to a multiple of this many bytes.
inline constexpr std::size_t kDensePadding = 64;

struct DenseKernel {
  /// Rounds `count` numbers to float32, for DenseTask::x. The others compute the layer.
  void (*round)(const double *from, std::size_t count, float *to);
  void (*float32)(const DenseTask<float> &task);
  void (*float64)(const DenseTask<double> &task);
};

/// Chooses the fastest one that this CPU runs and that is no faster than the kernel called `name`
/// (tree_kernel.hpp, or "auto").
const DenseKernel &choose_dense_kernel(std::string_view name);

/// Give the kernels, which all compute the same bits and live as long as the process. The first
/// runs on any CPU, the others need AVX2 with FMA, and AVX-512F: the caller knows that the CPU has
/// them (choose_dense_kernel).
const DenseKernel &portable_dense_kernel();
#if defined(__x86_64__)
const DenseKernel &avx2_dense_kernel();
const DenseKernel &avx512_dense_kernel();
#endif

}  // namespace pgscore::kernels
