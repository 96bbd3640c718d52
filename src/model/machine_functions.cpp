// The arithmetic of kernel machines, pairs of classes and distances that the interpreter and the
// kernels share.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "model/interpret.hpp"

namespace pgscore::model {
namespace {

template <class Number>
Number kernel(KernelMachine::Kernel kernel, Number value, Number gamma, Number offset,
              Number degree) {
  switch (kernel) {
    case KernelMachine::Kernel::kLinear:
      return value;
    case KernelMachine::Kernel::kPolynomial:
      return std::pow(gamma * value + offset, degree);
    case KernelMachine::Kernel::kRadial:
      return std::exp(-gamma * value);
    case KernelMachine::Kernel::kSigmoid:
      break;
  }
  return std::tanh(gamma * value + offset);
}

/// Does what libsvm's multiclass_probability (svm.cpp) does, without its matrix Q: Q_tj = -r_jt *
/// r_tj, Q_tt = sum of r_jt^2 over j != t.
template <class Number>
void couple(std::uint32_t n, const double *pairs, double *work, double *out, Pace &pace) {
  auto r = [&](std::uint32_t i, std::uint32_t j) {  // probability of i in the pair of i and j
    const std::size_t low = std::min(i, j), high = std::max(i, j);
    const auto first = static_cast<Number>(pairs[low * (2 * n - low - 1) / 2 + high - low - 1]);
    return i < j ? first : 1 - first;
  };
  auto q_diagonal = [&](std::uint32_t t) {
    Number sum = 0;
    for (std::uint32_t j = 0; j < n; ++j)
      if (j != t) sum = sum + r(j, t) * r(j, t);
    return sum;
  };
  auto q = [&](std::uint32_t t, std::uint32_t j) {
    return t == j ? q_diagonal(t) : -r(j, t) * r(t, j);
  };

  const Number epsilon = Number(0.005) / static_cast<Number>(n);
  for (std::uint32_t t = 0; t < n; ++t) out[t] = Number{1} / static_cast<Number>(n);
  for (std::uint32_t round = 0; round < std::max(n, 100u); ++round) {
    Number p_q_p = 0, error = 0;
    for (std::uint32_t t = 0; t < n; ++t) {
      pace.spend(std::size_t{4} * n);
      Number sum = 0;
      for (std::uint32_t j = 0; j < n; ++j) sum = sum + q(t, j) * static_cast<Number>(out[j]);
      work[t] = sum;
      p_q_p = p_q_p + static_cast<Number>(out[t]) * sum;
    }
    for (std::uint32_t t = 0; t < n; ++t)
      error = std::max(error, std::fabs(static_cast<Number>(work[t]) - p_q_p));
    if (error < epsilon) break;
    for (std::uint32_t t = 0; t < n; ++t) {
      pace.spend(std::size_t{8} * n);
      const Number diagonal = q_diagonal(t);
      const Number difference = (-static_cast<Number>(work[t]) + p_q_p) / diagonal;
      out[t] = static_cast<Number>(out[t]) + difference;
      p_q_p = (p_q_p + difference * (difference * diagonal + 2 * static_cast<Number>(work[t]))) /
              (1 + difference) / (1 + difference);
      for (std::uint32_t j = 0; j < n; ++j) {
        work[j] = (static_cast<Number>(work[j]) + difference * q(t, j)) / (1 + difference);
        out[j] = static_cast<Number>(out[j]) / (1 + difference);
      }
    }
  }
}

}  // namespace

float apply_kernel(KernelMachine::Kernel function, float value, float gamma, float offset,
                   float degree) {
  return kernel(function, value, gamma, offset, degree);
}
double apply_kernel(KernelMachine::Kernel function, double value, double gamma, double offset,
                    double degree) {
  return kernel(function, value, gamma, offset, degree);
}

void couple_pairs(Precision precision, std::uint32_t num_classes, const double *pairs, double *work,
                  double *out, Pace &pace) {
  const std::size_t num_pairs = std::size_t{num_classes} * (num_classes - 1) / 2;
  if (std::any_of(pairs, pairs + num_pairs, [](double x) { return std::isnan(x); }))
    std::fill_n(out, num_classes, kMissing);
  else if (precision == Precision::kFloat32)
    couple<float>(num_classes, pairs, work, out, pace);
  else
    couple<double>(num_classes, pairs, work, out, pace);
}

double gauss_similarity(double x, double y, double scale) {
  const double difference = x - y;
  return std::exp(-std::numbers::ln2 * (difference * difference) / (scale * scale));
}

double finish_distance(Distances::Measure measure, double exponent, double sum, double greatest,
                       double adjustment) {
  switch (measure) {
    case Distances::Measure::kChebychev:
      return greatest;
    case Distances::Measure::kEuclidean:
      return std::sqrt(adjustment * sum);
    case Distances::Measure::kMinkowski:
      return std::pow(adjustment * sum, 1 / exponent);
    default:
      return adjustment * sum;
  }
}

double binary_similarity(const double *parameters, const double *counts) {
  double numerator = 0, denominator = 0;
  for (int i = 0; i < 4; ++i) {
    numerator = numerator + parameters[i] * counts[i];
    denominator = denominator + parameters[4 + i] * counts[i];
  }
  return numerator / denominator;
}

}  // namespace pgscore::model
