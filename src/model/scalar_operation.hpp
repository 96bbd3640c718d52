// The scalar operations of Op, inline: the interpreter's apply_op and the kernels' loops over
// columns are both made of these, so they agree by construction.
//
// The operation is a template parameter, so that a loop over a column has no choice to make. An
// operation that is not in one of the lists below does not compile: its function returns nothing.
#pragma once
#include <cmath>

#include "model/model.hpp"
#include "model/normal_quantile.hpp"

namespace pgscore::model {

/// Says whether an operation has a treatment of missing arguments of its own.
constexpr bool takes_missing(Op op) {
  return op == Op::kAnd || op == Op::kOr || op == Op::kIsMissing || op == Op::kIfMissing ||
         op == Op::kIf || op == Op::kIndicator;
}

/// Gives the result of an operation for which takes_missing is true.
template <Op op, class Number>
inline double apply_to_missing(Number x, Number y, Number z) {
  const bool x_missing = x != x, y_missing = y != y;
  if constexpr (op == Op::kAnd) {
    if ((!x_missing && x == 0) || (!y_missing && y == 0)) return 0;
    return x_missing || y_missing ? kMissing : 1;
  } else if constexpr (op == Op::kOr) {
    if ((!x_missing && x != 0) || (!y_missing && y != 0)) return 1;
    return x_missing || y_missing ? kMissing : 0;
  } else if constexpr (op == Op::kIsMissing) {
    return x_missing ? 1 : 0;
  } else if constexpr (op == Op::kIfMissing) {
    return x_missing ? y : x;
  } else if constexpr (op == Op::kIf) {
    const double chosen = x != 0 ? y : z;
    return x_missing ? kMissing : chosen;
  } else if constexpr (op == Op::kIndicator) {
    return x == y ? 1 : 0;  // not so when one is missing
  }
}

/// Gives the result of an operation of two arguments, neither of which is missing.
template <Op op, class Number>
inline double apply_to_two(Number x, Number y) {
  // clang-format off
  if constexpr (op == Op::kAdd) return x + y;
  else if constexpr (op == Op::kSubtract) return x - y;
  else if constexpr (op == Op::kMultiply) return x * y;
  else if constexpr (op == Op::kDivide) return x / y;
  else if constexpr (op == Op::kMin) return y < x ? y : x;
  else if constexpr (op == Op::kMax) return x < y ? y : x;
  else if constexpr (op == Op::kPower) return std::pow(x, y);
  else if constexpr (op == Op::kModulo) return x - y * std::floor(x / y);
  else if constexpr (op == Op::kLess) return x < y ? 1 : 0;
  else if constexpr (op == Op::kLessEqual) return x <= y ? 1 : 0;
  else if constexpr (op == Op::kGreater) return x > y ? 1 : 0;
  else if constexpr (op == Op::kGreaterEqual) return x >= y ? 1 : 0;
  else if constexpr (op == Op::kEqual) return x == y ? 1 : 0;
  else if constexpr (op == Op::kNotEqual) return x != y ? 1 : 0;
  // clang-format on
}

/// Gives the result of an operation of one argument, which is not missing.
template <Op op, class Number>
inline double apply_to_one(Number x) {
  // clang-format off
  if constexpr (op == Op::kNegate) return -x;
  else if constexpr (op == Op::kAbs) return std::fabs(x);
  else if constexpr (op == Op::kSqrt) return std::sqrt(x);
  else if constexpr (op == Op::kExp) return std::exp(x);
  else if constexpr (op == Op::kExpm1) return std::expm1(x);
  else if constexpr (op == Op::kLog) return std::log(x);
  else if constexpr (op == Op::kLog1p) return std::log1p(x);
  else if constexpr (op == Op::kFloor) return std::floor(x);
  else if constexpr (op == Op::kCeil) return std::ceil(x);
  else if constexpr (op == Op::kRound) return std::round(x);
  else if constexpr (op == Op::kNot) return x == 0 ? 1 : 0;
  else if constexpr (op == Op::kToFloat32) return static_cast<float>(x);
  else if constexpr (op == Op::kRint) return std::nearbyint(x);
  else if constexpr (op == Op::kTruncate) return std::trunc(x);
  else if constexpr (op == Op::kSign)
    return static_cast<double>(x > 0) - static_cast<double>(x < 0);
  else if constexpr (op == Op::kLog10) return std::log10(x);
  else if constexpr (op == Op::kSin) return std::sin(x);
  else if constexpr (op == Op::kCos) return std::cos(x);
  else if constexpr (op == Op::kTan) return std::tan(x);
  else if constexpr (op == Op::kAsin) return std::asin(x);
  else if constexpr (op == Op::kAcos) return std::acos(x);
  else if constexpr (op == Op::kAtan) return std::atan(x);
  else if constexpr (op == Op::kSinh) return std::sinh(x);
  else if constexpr (op == Op::kCosh) return std::cosh(x);
  else if constexpr (op == Op::kTanh) return std::tanh(x);
  else if constexpr (op == Op::kErf) return std::erf(x);
  else if constexpr (op == Op::kNormalQuantile) return static_cast<Number>(normal_quantile(x));
  // clang-format on
}

/// Gives the result of an operation of its first arity(op) arguments, each rounded to Number first;
/// transform_nodes.hpp says what it means when one is missing. The other arguments do not matter.
template <Op op, class Number>
inline double apply_scalar(double a, double b, double c) {
  const auto x = static_cast<Number>(a), y = static_cast<Number>(b);
  if constexpr (takes_missing(op))
    return apply_to_missing<op>(x, y, static_cast<Number>(c));
  else if constexpr (arity(op) == 2)
    return x != x || y != y ? kMissing : apply_to_two<op>(x, y);
  else
    return x != x ? kMissing : apply_to_one<op>(x);
}

}  // namespace pgscore::model
