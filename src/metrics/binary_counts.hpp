// Metrics of a label and a prediction that are both yes or no.
#pragma once
#include <optional>

#include "metrics/confusion.hpp"
#include "metrics/sum.hpp"

namespace pgscore::metrics {

/// Weights of the rows that are positive, of those that were predicted to be, and of those that
/// both is true of.
class BinaryCounts {
 public:
  /// Adds a row. `weight` is finite and not negative.
  void add(bool label, bool predicted, double weight) {
    all_.add(weight);
    if (label) actual_.add(weight);
    if (predicted) predicted_.add(weight);
    if (label && predicted) correct_.add(weight);
  }
  /// Adds all rows of another one.
  void add(const BinaryCounts &other) {
    all_.add(other.all_);
    actual_.add(other.actual_);
    predicted_.add(other.predicted_);
    correct_.add(other.correct_);
  }
  /// Gives precision, recall or f1 of the positive class; nullopt without rows.
  std::optional<double> value(double (*metric)(const Hits &)) const {
    if (all_.value() == 0) return std::nullopt;
    return metric({correct_.value(), predicted_.value(), actual_.value()});
  }

 private:
  Sum all_, actual_, predicted_, correct_;
};

}  // namespace pgscore::metrics
