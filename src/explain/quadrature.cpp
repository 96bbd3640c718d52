#include "explain/quadrature.hpp"

#include <cmath>
#include <numbers>

namespace pgscore::explain {

/// Roots of the Legendre polynomial P_n by Newton's method, from Tricomi's guess (Press et al.,
/// Numerical Recipes, gauleg); weights 2 / ((1 - x^2) P_n'(x)^2), halved for the interval [0, 1].
std::vector<Point> gauss_points(std::uint32_t count) {
  std::vector<Point> points(count);
  const double n = count;
  for (std::uint32_t i = 0; i < count; ++i) {
    double x = std::cos(std::numbers::pi * (n - i - 0.25) / (n + 0.5)), slope = 0;
    for (int round = 0; round < 8; ++round) {
      double p = 1, before = 0;
      for (std::uint32_t k = 0; k < count; ++k) {
        const double next = ((2.0 * k + 1) * x * p - k * before) / (k + 1.0);
        before = p;
        p = next;
      }
      slope = n * (x * p - before) / (x * x - 1);
      x -= p / slope;
    }
    points[i] = {(1 + x) / 2, 1 / ((1 - x * x) * slope * slope)};
  }
  return points;
}

}  // namespace pgscore::explain
