// Weighted means.
#pragma once
#include <optional>

#include "metrics/sum.hpp"

namespace pgscore::metrics {

/// The mean of a value of each row.
class Mean {
 public:
  /// Adds a row. `weight` is finite and not negative; a row of weight 0 does not count.
  void add(double value, double weight) {
    if (weight == 0) return;
    total_.add_weighted(value, weight);
    weight_.add(weight);
  }
  /// Adds all rows of another mean.
  void add(const Mean &other) {
    total_.add(other.total_);
    weight_.add(other.weight_);
  }
  /// The sum of the values, each as often as its weight says.
  double total() const { return total_.value(); }
  /// Gives the mean; nullopt without rows.
  std::optional<double> value() const {
    if (weight_.value() == 0) return std::nullopt;
    return total_.value() / weight_.value();
  }

 private:
  Sum total_, weight_;
};

}  // namespace pgscore::metrics
