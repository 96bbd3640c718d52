// The scalar operations of Op, one inline function each: the interpreter's apply_op and the
// kernels' loops over columns are both made of these, so they agree by construction.
#pragma once
#include <cmath>
#include <cstddef>

#include "model/model.hpp"
#include "model/normal_quantile.hpp"

namespace pgscore::model {

inline constexpr std::size_t kNumOps = static_cast<std::size_t>(Op::kNormalQuantile) + 1;

/// Op `op` of its first arity(op) arguments, each rounded to Number first; what it means when one
/// is missing stands in model.hpp.
template <Op op, class Number>
inline double apply_scalar(double a, double b, double c) {
  const auto x = static_cast<Number>(a), y = static_cast<Number>(b);
  const bool x_missing = x != x, y_missing = y != y;
  constexpr Number kZero = 0;

  // Operations with a treatment of missing values of their own.
  if constexpr (op == Op::kAnd) {
    if ((!x_missing && x == kZero) || (!y_missing && y == kZero)) return 0;
    return x_missing || y_missing ? kMissing : 1;
  } else if constexpr (op == Op::kOr) {
    if ((!x_missing && x != kZero) || (!y_missing && y != kZero)) return 1;
    return x_missing || y_missing ? kMissing : 0;
  } else if constexpr (op == Op::kIsMissing) {
    return x_missing ? 1 : 0;
  } else if constexpr (op == Op::kIfMissing) {
    return x_missing ? y : x;
  } else if constexpr (op == Op::kIf) {
    const double chosen = static_cast<Number>(x != kZero ? b : c);
    return x_missing ? kMissing : chosen;
  } else if constexpr (op == Op::kIndicator) {
    return x == y ? 1 : 0;  // not so when one is missing
  }
  // Of two arguments.
#define PGSCORE_BINARY(name, result)                                          \
  else if constexpr (op == Op::name) return x_missing || y_missing ? kMissing \
                                                                   : static_cast<double>(result);
  PGSCORE_BINARY(kAdd, x + y)
  PGSCORE_BINARY(kSubtract, x - y)
  PGSCORE_BINARY(kMultiply, x * y)
  PGSCORE_BINARY(kDivide, x / y)
  PGSCORE_BINARY(kMin, y < x ? y : x)
  PGSCORE_BINARY(kMax, x < y ? y : x)
  PGSCORE_BINARY(kPower, std::pow(x, y))
  PGSCORE_BINARY(kModulo, x - y * std::floor(x / y))
  PGSCORE_BINARY(kLess, x < y ? 1 : 0)
  PGSCORE_BINARY(kLessEqual, x <= y ? 1 : 0)
  PGSCORE_BINARY(kGreater, x > y ? 1 : 0)
  PGSCORE_BINARY(kGreaterEqual, x >= y ? 1 : 0)
  PGSCORE_BINARY(kEqual, x == y ? 1 : 0)
  PGSCORE_BINARY(kNotEqual, x != y ? 1 : 0)
#undef PGSCORE_BINARY
  // Of one.
#define PGSCORE_UNARY(name, result) \
  else if constexpr (op == Op::name) return x_missing ? kMissing : static_cast<double>(result);
  PGSCORE_UNARY(kNegate, -x)
  PGSCORE_UNARY(kAbs, std::fabs(x))
  PGSCORE_UNARY(kSqrt, std::sqrt(x))
  PGSCORE_UNARY(kExp, std::exp(x))
  PGSCORE_UNARY(kExpm1, std::expm1(x))
  PGSCORE_UNARY(kLog, std::log(x))
  PGSCORE_UNARY(kLog1p, std::log1p(x))
  PGSCORE_UNARY(kFloor, std::floor(x))
  PGSCORE_UNARY(kCeil, std::ceil(x))
  PGSCORE_UNARY(kRound, std::round(x))
  PGSCORE_UNARY(kNot, x == kZero ? 1 : 0)
  PGSCORE_UNARY(kToFloat32, static_cast<float>(x))
  PGSCORE_UNARY(kRint, std::nearbyint(x))
  PGSCORE_UNARY(kTruncate, std::trunc(x))
  PGSCORE_UNARY(kSign, static_cast<double>(x > kZero) - static_cast<double>(x < kZero))
  PGSCORE_UNARY(kLog10, std::log10(x))
  PGSCORE_UNARY(kSin, std::sin(x))
  PGSCORE_UNARY(kCos, std::cos(x))
  PGSCORE_UNARY(kTan, std::tan(x))
  PGSCORE_UNARY(kAsin, std::asin(x))
  PGSCORE_UNARY(kAcos, std::acos(x))
  PGSCORE_UNARY(kAtan, std::atan(x))
  PGSCORE_UNARY(kSinh, std::sinh(x))
  PGSCORE_UNARY(kCosh, std::cosh(x))
  PGSCORE_UNARY(kTanh, std::tanh(x))
  PGSCORE_UNARY(kErf, std::erf(x))
  PGSCORE_UNARY(kNormalQuantile, static_cast<Number>(normal_quantile(x)))
#undef PGSCORE_UNARY
}

}  // namespace pgscore::model
