// The spread of a value around its mean, in one pass.
#pragma once
#include "metrics/wide.hpp"

namespace pgscore::metrics {

/// Sums of the distances of weighted rows to the first of them, and of their squares. They are
/// wide numbers, so that the mean may be taken off afterwards without a loss: the first row is one
/// of those whose spread is asked for, so the sums are at most (all weights / its weight) times as
/// large as the result.
class Spread {
 public:
  /// Adds a row. Both are finite, `weight` is positive.
  void add(double value, double weight) {
    if (weight_.high == 0) origin_ = value;
    const Wide distance = exact_sum(value, -origin_);
    const Wide weighted = distance * Wide{weight, 0};
    weight_ = weight_ + Wide{weight, 0};
    first_ = first_ + weighted;
    second_ = second_ + weighted * distance;
  }

  /// Adds all rows of another one.
  void add(const Spread &other) {
    if (other.weight_.high == 0) return;
    if (weight_.high == 0) {
      *this = other;
      return;
    }
    // The other's distances become distances to this one's first row.
    const Wide shift = exact_sum(other.origin_, -origin_);
    const Wide moved = other.weight_ * shift;
    second_ = second_ + other.second_ + (other.first_ + other.first_ + moved) * shift;
    first_ = first_ + other.first_ + moved;
    weight_ = weight_ + other.weight_;
  }

  /// The sum of the squared distances to the mean: 0 where all values are equal and without rows.
  double value() const {
    if (weight_.high == 0) return 0;
    return (second_ + -(first_ * first_ / weight_)).value();
  }

 private:
  double origin_ = 0;  // the value of the first row
  Wide weight_, first_, second_;
};

}  // namespace pgscore::metrics
