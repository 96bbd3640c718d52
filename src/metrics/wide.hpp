// Numbers of twice the precision of a double: an unevaluated sum of two doubles, whose arithmetic
// is that of Dekker (1971) and Hida, Li and Bailey (2001), with about 104 bits.
#pragma once
#include <cmath>

namespace pgscore::metrics {

struct Wide {
  double high = 0;
  double low = 0;  // at most half a unit in the last place of `high`

  /// The nearest double.
  double value() const { return high + low; }
};

/// Gives a + b exactly where |a| >= |b|, or a is 0.
inline Wide quick_sum(double a, double b) {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

/// Gives a + b and a * b of two doubles exactly, unless they overflow or underflow.
inline Wide exact_sum(double a, double b) {
  const double sum = a + b, taken = sum - a;
  return {sum, (a - (sum - taken)) + (b - taken)};
}
inline Wide exact_product(double a, double b) {
  const double product = a * b;
  return {product, std::fma(a, b, -product)};
}

/// Arithmetic, with a relative error of some 2^-104. What overflows is infinite or NaN.
inline Wide operator+(const Wide &a, const Wide &b) {
  const Wide high = exact_sum(a.high, b.high), low = exact_sum(a.low, b.low);
  const Wide sum = quick_sum(high.high, high.low + low.high);
  return quick_sum(sum.high, sum.low + low.low);
}
inline Wide operator-(const Wide &a) { return {-a.high, -a.low}; }
inline Wide operator*(const Wide &a, const Wide &b) {
  const Wide product = exact_product(a.high, b.high);
  return quick_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}
inline Wide operator/(const Wide &a, const Wide &b) {
  const double first = a.high / b.high;
  const Wide rest = a + -(b * Wide{first, 0});
  const double second = rest.high / b.high;
  const Wide last = rest + -(b * Wide{second, 0});
  return quick_sum(first, second) + Wide{last.high / b.high, 0};
}

}  // namespace pgscore::metrics
