// The arithmetic of single values, apply_op and apply_link. The interpreter and the kernels share
// it: a second implementation would gain nothing, and could lose bits.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/enumerators.hpp"
#include "model/interpret.hpp"
#include "model/scalar_operation.hpp"

namespace pgscore::model {
namespace {

/// Gives a function that works on each value by itself; x is not missing.
template <class Number>
Number link_one(LinkFunction function, Number x) {
  constexpr Number kOne = 1;
  switch (function) {
    case LinkFunction::kLogistic:
      // XGBoost, src/common/math.h Sigmoid: the order of the sum is part of the result.
      if constexpr (std::is_same_v<Number, float>)
        return 1.0f / (std::exp(std::min(-x, 88.7f)) + 1.0f + 1e-16f);
      else
        return kOne / (kOne + std::exp(-x));
    case LinkFunction::kLogisticGlm: {
      // R, src/library/stats/src/family.c: |x| > 30 gives DBL_EPSILON or its reciprocal in place of
      // exp(x).
      constexpr Number kEpsilon = std::numeric_limits<Number>::epsilon();
      const Number t = x < -30 ? kEpsilon : x > 30 ? kOne / kEpsilon : std::exp(x);
      return t / (kOne + t);
    }
    case LinkFunction::kExp:
      return std::exp(x);
    case LinkFunction::kNormalCdf:
      return std::erfc(-x / std::numbers::sqrt2_v<Number>) / 2;
    case LinkFunction::kCloglog:
      return -std::expm1(-std::exp(x));
    case LinkFunction::kLoglog:
      return std::exp(-std::exp(-x));
    case LinkFunction::kCauchit:
      return std::atan(x) / std::numbers::pi_v<Number> + Number(0.5);
    case LinkFunction::kReciprocal:
      return kOne / x;
    case LinkFunction::kInverseSquare:
      return kOne / std::sqrt(x);
    case LinkFunction::kSquare:
      return x * x;
    case LinkFunction::kRectify:
      return x < 0 ? 0 : x;
    case LinkFunction::kTanh:
      return std::tanh(x);
    case LinkFunction::kSoftmax:
    case LinkFunction::kNormalize:
      break;
  }
  return x;
}

template <class Number>
void softmax(std::span<double> values) {
  Number greatest = static_cast<Number>(values[0]);
  for (double value : values) greatest = std::max(greatest, static_cast<Number>(value));
  double sum = 0;
  for (double &value : values) {
    value = std::exp(static_cast<Number>(value) - greatest);
    sum += value;
  }
  for (double &value : values) value = static_cast<Number>(value) / static_cast<Number>(sum);
}

template <class Number>
void normalize(std::span<double> values) {
  Number sum = 0;
  for (double value : values) sum = sum + static_cast<Number>(value);
  for (double &value : values)
    value = sum == 0 ? Number{1} / static_cast<Number>(values.size())
                     : static_cast<Number>(value) / sum;
}

template <class Number>
void link(LinkFunction function, std::span<double> values) {
  if (function == LinkFunction::kSoftmax || function == LinkFunction::kNormalize) {
    if (std::any_of(values.begin(), values.end(), [](double x) { return std::isnan(x); })) {
      std::fill(values.begin(), values.end(), kMissing);
    } else if (function == LinkFunction::kSoftmax) {
      softmax<Number>(values);
    } else {
      normalize<Number>(values);
    }
    return;
  }
  for (double &value : values)
    value = std::isnan(value) ? kMissing
                              : static_cast<double>(link_one(function, static_cast<Number>(value)));
}

using ScalarOperation = double (*)(double, double, double);
template <class Number, std::size_t... I>
constexpr std::array<ScalarOperation, kNumEnumerators<Op>> scalar_operations(
    std::index_sequence<I...>) {
  return {apply_scalar<static_cast<Op>(I), Number>...};
}
constexpr auto kOperations32 =
    scalar_operations<float>(std::make_index_sequence<kNumEnumerators<Op>>());
constexpr auto kOperations64 =
    scalar_operations<double>(std::make_index_sequence<kNumEnumerators<Op>>());

}  // namespace

double apply_op(Op op, Precision precision, std::span<const double> args) {
  const auto &operations = precision == Precision::kFloat32 ? kOperations32 : kOperations64;
  return operations[static_cast<std::size_t>(op)](args[0], args.size() > 1 ? args[1] : 0,
                                                  args.size() > 2 ? args[2] : 0);
}

void apply_link(LinkFunction function, Precision precision, std::span<double> values) {
  if (precision == Precision::kFloat32)
    link<float>(function, values);
  else
    link<double>(function, values);
}

}  // namespace pgscore::model
