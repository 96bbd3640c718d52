// Steps that are predictors, but no trees and no layers: sums of terms, kernel machines, distances.
#include <algorithm>
#include <cmath>

#include "base/index.hpp"
#include "kernels/evaluate.hpp"
#include "kernels/steps.hpp"
#include "model/interpret.hpp"

namespace pgscore::kernels {

using model::kMissing;

namespace {

/// Adds the terms of a linear predictor. The sums stand in the output columns, as doubles that are
/// exactly the Number of the sum.
template <class Number>
void add_terms(Plan plan, const StepRecord &step, const Columns &columns) {
  const double *numbers = plan.data<double>(plan.header().numbers);
  const double *intercept = numbers + step.first_number;
  const auto *terms = plan.data<plan::TermRecord>(plan.header().terms) + step.first_item;
  const bool intercept_first = step.flag != 0;
  bool missing[kMaxRows];
  std::fill_n(missing, columns.count, false);

  for (std::uint32_t k = 0; k < step.num_outputs; ++k)
    std::fill_n(columns.output(step.first_output + k), columns.count,
                intercept_first ? intercept[k] : 0.0);
  for (std::uint32_t t = 0; t < step.num_items; ++t) {
    const plan::TermRecord &term = terms[t];
    const double *coefficients = numbers + term.first_number;
    const double *in = columns[term.column];
    columns.pace->spend(columns.count * (1 + std::size_t{step.num_outputs}));
    for (std::size_t row = 0; row < columns.count; ++row) {
      const double x = in[row];
      if (term.by_level != 0 ? !is_index(x, term.num_levels) : std::isnan(x)) {
        missing[row] = true;
        continue;
      }
      const double *level = term.by_level != 0
                                ? coefficients + static_cast<std::size_t>(x) * step.num_outputs
                                : coefficients;
      for (std::uint32_t k = 0; k < step.num_outputs; ++k) {
        double &out = columns.output(step.first_output + k)[row];
        const auto coefficient = static_cast<Number>(level[k]);
        const Number added =
            term.by_level != 0 ? coefficient : static_cast<Number>(x) * coefficient;
        out = static_cast<Number>(out) + added;
      }
    }
  }
  const bool propagate =
      step.on_missing == static_cast<std::uint8_t>(model::Linear::OnMissing::kPropagate);
  for (std::uint32_t k = 0; k < step.num_outputs; ++k) {
    double *out = columns.output(step.first_output + k);
    columns.pace->spend(columns.count);
    for (std::size_t row = 0; row < columns.count; ++row) {
      if (!intercept_first)
        out[row] = static_cast<Number>(out[row]) + static_cast<Number>(intercept[k]);
      if (propagate && missing[row]) out[row] = kMissing;
    }
  }
}

/// Sums kernel functions row by row, in the order of the interpreter. `x` has room for the values
/// of a row, as numbers of the arithmetic.
template <class Number>
void sum_kernels(Plan plan, const StepRecord &step, const Columns &columns, Number *x) {
  const std::uint32_t *inputs = column_list(plan, step);
  const double *numbers = plan.data<double>(plan.header().numbers) + step.first_number;
  const auto gamma = static_cast<Number>(numbers[0]), offset = static_cast<Number>(numbers[1]),
             degree = static_cast<Number>(numbers[2]);
  const double *intercept = numbers + 3, *vectors = intercept + step.num_outputs;
  const std::size_t width = step.num_items, num_outputs = step.num_outputs;
  const std::size_t num_vectors = (step.num_numbers - 3 - num_outputs) / (num_outputs + width);
  const auto function = static_cast<model::KernelMachine::Kernel>(step.function);
  for (std::size_t row = 0; row < columns.count; ++row) {
    bool missing = false;
    columns.pace->spend(width + num_outputs);
    for (std::size_t k = 0; k < width; ++k) {
      const double value = columns[inputs[k]][row];
      missing = missing || std::isnan(value);
      x[k] = static_cast<Number>(value);
    }
    for (std::size_t j = 0; j < num_outputs; ++j)
      columns.output(step.first_output + static_cast<std::uint32_t>(j))[row] = 0;
    for (std::size_t i = 0; i < num_vectors && !missing; ++i) {
      columns.pace->spend(16 + width + num_outputs);
      const double *coefficients = vectors + i * (num_outputs + width),
                   *vector = coefficients + num_outputs;
      Number value = 0;
      if (function == model::KernelMachine::Kernel::kRadial) {
        for (std::size_t k = 0; k < width; ++k) {
          const Number difference = x[k] - static_cast<Number>(vector[k]);
          value = value + difference * difference;
        }
      } else {
        for (std::size_t k = 0; k < width; ++k)
          value = value + x[k] * static_cast<Number>(vector[k]);
      }
      value = model::apply_kernel(function, value, gamma, offset, degree);
      for (std::size_t j = 0; j < num_outputs; ++j) {
        if (coefficients[j] == 0) continue;
        double &sum = columns.output(step.first_output + static_cast<std::uint32_t>(j))[row];
        sum = static_cast<Number>(sum) + static_cast<Number>(coefficients[j]) * value;
      }
    }
    for (std::size_t j = 0; j < num_outputs; ++j) {
      double &sum = columns.output(step.first_output + static_cast<std::uint32_t>(j))[row];
      sum = missing
                ? kMissing
                : static_cast<double>(static_cast<Number>(sum) + static_cast<Number>(intercept[j]));
    }
  }
}

/// A row and the points of a kDistances step.
struct DistanceTask {
  model::Distances::Measure measure;
  const double *numbers;
  const double *points;
  std::size_t num_fields, num_points;
};

double compare(model::Distances::Compare function, double scale, double x, double y) {
  switch (function) {
    case model::Distances::Compare::kAbsDiff:
      return std::fabs(x - y);
    case model::Distances::Compare::kGauss:
      return model::gauss_similarity(x, y, scale);
    case model::Distances::Compare::kDelta:
      return x == y ? 0 : 1;
    case model::Distances::Compare::kEqual:
      break;
  }
  return x == y ? 1 : 0;
}

double distance(const DistanceTask &task, const double *x, const double *point) {
  using Measure = model::Distances::Measure;
  double all = 0, present = 0, sum = 0, greatest = 0, counts[4] = {};
  bool any = false;
  const double *field = task.numbers + plan::DistanceNumbers::kFields;
  for (std::size_t k = 0; k < task.num_fields; ++k, field += plan::DistanceNumbers::kFieldSize) {
    const double weight = field[1];
    all = all + weight;
    if (std::isnan(x[k]) || std::isnan(point[k])) continue;
    any = true;
    present = present + weight;
    if (task.measure == Measure::kBinary) {
      counts[(x[k] != 0 ? 0 : 2) + (point[k] != 0 ? 0 : 1)] += 1;
      continue;
    }
    const double c = compare(static_cast<model::Distances::Compare>(static_cast<int>(field[0])),
                             field[2], x[k], point[k]);
    if (task.measure == Measure::kChebychev)
      greatest = std::max(greatest, weight * c);
    else if (task.measure == Measure::kCityBlock)
      sum = sum + weight * c;
    else if (task.measure == Measure::kMinkowski)
      sum = sum + weight * std::pow(c, task.numbers[plan::DistanceNumbers::kExponent]);
    else
      sum = sum + weight * (c * c);
  }
  if (!any) return kMissing;
  if (task.measure == Measure::kBinary)
    return model::binary_similarity(task.numbers + plan::DistanceNumbers::kBinary, counts);
  return model::finish_distance(task.measure, task.numbers[plan::DistanceNumbers::kExponent], sum,
                                greatest, all / present);
}

}  // namespace

void linear(Plan plan, const StepRecord &step, const Columns &columns) {
  if (in_float32(step))
    add_terms<float>(plan, step, columns);
  else
    add_terms<double>(plan, step, columns);
}

void kernel_machine(Plan plan, const StepRecord &step, const Columns &columns, std::byte *memory) {
  if (in_float32(step))
    sum_kernels(plan, step, columns, reinterpret_cast<float *>(memory));
  else
    sum_kernels(plan, step, columns, reinterpret_cast<double *>(memory));
}

void distances(Plan plan, const StepRecord &step, const Columns &columns, double *work) {
  const std::uint32_t *inputs = column_list(plan, step);
  const double *numbers = plan.data<double>(plan.header().numbers) + step.first_number;
  const std::size_t width = step.num_items, head = plan::DistanceNumbers::kFields +
                                                   plan::DistanceNumbers::kFieldSize * width;
  const DistanceTask task{static_cast<model::Distances::Measure>(step.function), numbers,
                          numbers + head, width, (step.num_numbers - head) / width};
  constexpr std::size_t kFieldSteps = 8;  // powers and exponentials take more, differences less
  const bool most = task.measure == model::Distances::Measure::kBinary;
  double *x = work, *found = x + width, *order = found + task.num_points;
  for (std::size_t row = 0; row < columns.count; ++row) {
    for (std::size_t k = 0; k < width; ++k) x[k] = columns[inputs[k]][row];
    for (std::size_t i = 0; i < task.num_points; ++i) {
      columns.pace->spend(kFieldSteps * width);
      found[i] = distance(task, x, task.points + i * width);
    }
    if (step.flag == 0) {
      for (std::uint32_t i = 0; i < step.num_outputs; ++i)
        columns.output(step.first_output + i)[row] = found[i];
      continue;
    }
    std::size_t present = 0;
    columns.pace->spend(2 * task.num_points);
    for (std::size_t i = 0; i < task.num_points; ++i)
      if (!std::isnan(found[i])) order[present++] = static_cast<double>(i);
    const std::uint32_t nearest = step.num_outputs / 2;
    const std::size_t places = std::min<std::size_t>(nearest, present);
    std::partial_sort(order, order + places, order + present, [&](double a, double b) {
      columns.pace->spend(1);
      const double p = found[static_cast<std::size_t>(a)], q = found[static_cast<std::size_t>(b)];
      return p == q ? a < b : most ? p > q : p < q;
    });
    for (std::uint32_t k = 0; k < nearest; ++k) {
      columns.output(step.first_output + k)[row] = k < places ? order[k] : kMissing;
      columns.output(step.first_output + nearest + k)[row] =
          k < places ? found[static_cast<std::size_t>(order[k])] : kMissing;
    }
  }
}

}  // namespace pgscore::kernels
