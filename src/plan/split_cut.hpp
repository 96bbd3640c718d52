// One form of all numeric splits: left <=> not (cut <= x).
#pragma once
#include <cmath>
#include <limits>

#include "model/model.hpp"

namespace pgscore::plan {

/// Gives the cut of a numeric split; NaN for the cut that no x reaches (x <= +inf). Zero is always
/// +0. Number is float or double, the precision in which x is compared.
///
/// With float, x is a float32 and the threshold t a double. Let c be the smallest float32 that is
/// >= t. Then x < t implies x < c, and x < c implies x < t, since no float32 lies in [t, c). For
/// x <= t it is the same with >. Infinities are numbers of the order like others.
template <class Number>
Number split_cut(model::Split split, double threshold) {
  constexpr Number kInfinity = std::numeric_limits<Number>::infinity();
  // float is rounded to nearest: it is at most one step from the threshold, or infinite.
  auto cut = static_cast<Number>(threshold);
  const bool reached = split == model::Split::kLess ? static_cast<double>(cut) >= threshold
                                                    : static_cast<double>(cut) > threshold;
  if (!reached) {
    if (cut == kInfinity) return std::numeric_limits<Number>::quiet_NaN();
    cut = std::nextafter(cut, kInfinity);
  }
  return cut + Number{0};  // -0 + 0 is +0
}

}  // namespace pgscore::plan
