#include "kernels/dense.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/evaluate.hpp"
#include "kernels/steps.hpp"

namespace pgscore::kernels {
namespace {

template <class Number>
void portable_layer(const DenseTask<Number> &task) {
  for (std::size_t j = 0; j < task.num_outputs; ++j) {
    task.pace->spend(task.num_inputs * task.num_rows);
    Number sums[kMaxRows];
    std::fill_n(sums, task.num_rows, Number{0});
    for (std::size_t k = 0; k < task.num_inputs; ++k) {
      const Number *x = task.x + k * task.x_stride, weight = task.weights[k * task.num_outputs + j];
      for (std::size_t row = 0; row < task.num_rows; ++row)
        sums[row] = std::fma(x[row], weight, sums[row]);
    }
    for (std::size_t row = 0; row < task.num_rows; ++row) {
      const Number y = sums[row] + task.bias[j];
      task.out[j * task.out_stride + row] = task.rectify && y < 0 ? Number{0} : y;
    }
  }
}
void round_numbers(const double *from, std::size_t count, float *to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<float>(from[i]);
}
constexpr DenseKernel kPortable{round_numbers, portable_layer<float>, portable_layer<double>};

template <class Number>
void run(const StepRecord &step, const std::uint32_t *inputs, const Number *weights,
         const Columns &columns, Number *x, const DenseKernel &kernel,
         void (*layer)(const DenseTask<Number> &)) {
  constexpr std::size_t kLanes = kDensePadding / sizeof(Number);
  const std::size_t stride =
      columns.count == 1 ? 1 : (columns.count + 2 * kLanes - 1) / (2 * kLanes) * (2 * kLanes);
  for (std::size_t k = 0; k < step.num_items; ++k) {
    columns.pace->spend(columns.count);
    const double *in = columns[inputs[k]];
    Number *to = x + k * stride;
    if constexpr (sizeof(Number) == sizeof(float))
      kernel.round(in, columns.count, to);
    else
      std::copy_n(in, columns.count, to);
    std::fill(to + columns.count, to + stride, Number{0});
  }
  layer({x, stride, step.num_items, weights,
         weights + std::size_t{step.num_items} * step.num_outputs, step.num_outputs, columns.count,
         columns.output(step.first_output), columns.derived_stride, step.flag != 0, columns.pace});
}

}  // namespace

void dense(Plan plan, const StepRecord &step, const Columns &columns, const DenseKernel &kernel,
           std::byte *memory) {
  const std::uint32_t *inputs = column_list(plan, step);
  if (in_float32(step))
    run(step, inputs, plan.data<float>(plan.header().weights) + step.first_number, columns,
        reinterpret_cast<float *>(memory), kernel, kernel.float32);
  else
    run(step, inputs, plan.data<double>(plan.header().numbers) + step.first_number, columns,
        reinterpret_cast<double *>(memory), kernel, kernel.float64);
}

const DenseKernel &portable_dense_kernel() { return kPortable; }

const DenseKernel &choose_dense_kernel(std::string_view name) {
#if defined(__x86_64__)
  const bool any = name != "scalar" && name != "avx2";
  if (any && __builtin_cpu_supports("avx512f")) return avx512_dense_kernel();
  if (name != "scalar" && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return avx2_dense_kernel();
#else
  static_cast<void>(name);
#endif
  return portable_dense_kernel();
}

}  // namespace pgscore::kernels
