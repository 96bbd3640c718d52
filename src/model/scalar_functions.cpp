// apply_op and apply_link: the arithmetic of single values. The interpreter and the kernels share it, because here there is
// nothing to gain by a second implementation and bits to lose.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "model/interpret.hpp"

namespace pgscore::model {
namespace {

template <class Number>
double truth(Number condition) {
  return condition ? 1.0 : 0.0;
}

template <class Number>
double apply(Op op, std::span<const double> args) {
  const auto x = static_cast<Number>(args[0]);
  const auto y = args.size() > 1 ? static_cast<Number>(args[1]) : Number{};
  const bool x_missing = std::isnan(x), y_missing = std::isnan(y);

  switch (op) {  // operations with a treatment of missing values of their own
    case Op::kAnd:
      if ((!x_missing && x == 0) || (!y_missing && y == 0)) return 0;
      return x_missing || y_missing ? kMissing : 1;
    case Op::kOr:
      if ((!x_missing && x != 0) || (!y_missing && y != 0)) return 1;
      return x_missing || y_missing ? kMissing : 0;
    case Op::kIsMissing:
      return truth(x_missing);
    case Op::kIfMissing:
      return x_missing ? y : x;
    case Op::kIf:
      return x_missing ? kMissing : static_cast<double>(static_cast<Number>(x != 0 ? args[1] : args[2]));
    case Op::kIndicator:
      return truth(!x_missing && !y_missing && x == y);
    default:
      break;
  }
  if (x_missing || y_missing) return kMissing;

  switch (op) {
    case Op::kAdd:
      return x + y;
    case Op::kSubtract:
      return x - y;
    case Op::kMultiply:
      return x * y;
    case Op::kDivide:
      return x / y;
    case Op::kMin:
      return y < x ? y : x;
    case Op::kMax:
      return x < y ? y : x;
    case Op::kPower:
      return std::pow(x, y);
    case Op::kNegate:
      return -x;
    case Op::kAbs:
      return std::fabs(x);
    case Op::kSqrt:
      return std::sqrt(x);
    case Op::kExp:
      return std::exp(x);
    case Op::kExpm1:
      return std::expm1(x);
    case Op::kLog:
      return std::log(x);
    case Op::kLog1p:
      return std::log1p(x);
    case Op::kFloor:
      return std::floor(x);
    case Op::kCeil:
      return std::ceil(x);
    case Op::kRound:
      return std::round(x);
    case Op::kLess:
      return truth(x < y);
    case Op::kLessEqual:
      return truth(x <= y);
    case Op::kGreater:
      return truth(x > y);
    case Op::kGreaterEqual:
      return truth(x >= y);
    case Op::kEqual:
      return truth(x == y);
    case Op::kNotEqual:
      return truth(x != y);
    case Op::kNot:
      return truth(x == 0);
    case Op::kToFloat32:
      return static_cast<float>(x);
    default:
      return kMissing;  // handled above
  }
}

/// Functions that work on each value by itself; x is not missing.
template <class Number>
Number link_one(LinkFunction function, Number x) {
  constexpr Number kOne = 1;
  switch (function) {
    case LinkFunction::kLogistic:
      if constexpr (std::is_same_v<Number, float>)  // XGBoost, src/common/math.h Sigmoid: the order of the sum is part of it
        return 1.0f / (std::exp(std::min(-x, 88.7f)) + 1.0f + 1e-16f);
      else
        return kOne / (kOne + std::exp(-x));
    case LinkFunction::kLogisticGlm: {
      // R, src/library/stats/src/family.c: |x| > 30 gives DBL_EPSILON or its reciprocal in place of exp(x).
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
    value = sum == 0 ? Number{1} / static_cast<Number>(values.size()) : static_cast<Number>(value) / sum;
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
    value = std::isnan(value) ? kMissing : static_cast<double>(link_one(function, static_cast<Number>(value)));
}

}  // namespace

double apply_op(Op op, Precision precision, std::span<const double> args) {
  return precision == Precision::kFloat32 ? apply<float>(op, args) : apply<double>(op, args);
}

void apply_link(LinkFunction function, Precision precision, std::span<double> values) {
  if (precision == Precision::kFloat32)
    link<float>(function, values);
  else
    link<double>(function, values);
}

}  // namespace pgscore::model
