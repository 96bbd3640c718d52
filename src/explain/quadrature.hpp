// Gauss-Legendre quadrature on [0, 1].
#pragma once
#include <cstdint>
#include <vector>

#include "explain/explanation_layout.hpp"

namespace pgscore::explain {

/// The points of Gauss's rule with `count` points, ascending; it integrates polynomials of degree
/// 2 * count - 1 exactly. `count` is at least 1.
std::vector<Point> gauss_points(std::uint32_t count);

/// Where the rule with `count` points begins in Header::points.
inline std::uint64_t first_point(std::uint32_t count) {
  return std::uint64_t{count} * (count - 1) / 2;
}

}  // namespace pgscore::explain
