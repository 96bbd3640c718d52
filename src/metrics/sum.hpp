// Sums that do not lose small terms: the rounding error of each addition is added up beside the sum
// (Neumaier's variant of Kahan's summation), so that a result depends neither on the order of the
// rows nor on how parallel workers share them, within the last bits.
#pragma once
#include <cmath>

#include "metrics/wide.hpp"

namespace pgscore::metrics {

class Sum {
 public:
  /// Adds one term. A sum that has become infinite stays so.
  void add(double term) {
    const double next = value_ + term;
    const double taken = next - value_;
    error_ += (value_ - (next - taken)) + (term - taken);
    value_ = next;
  }
  /// Adds a * b, with the rounding error of the product.
  void add_product(double a, double b) {
    const double product = a * b;
    add(product);
    if (std::isfinite(product)) error_ += std::fma(a, b, -product);
  }
  /// Adds the term of a row, as often as its weight says.
  void add_weighted(double term, double weight) {
    if (weight == 1)
      add(term);
    else
      add_product(term, weight);
  }
  /// Adds all terms of another sum.
  void add(const Sum &other) {
    add(other.value_);
    error_ += other.error_;
  }
  /// The sum with what a double loses of it.
  Wide wide() const { return exact_sum(value_, error_); }
  /// The sum, rounded once.
  double value() const { return std::isfinite(value_) ? value_ + error_ : value_; }

 private:
  double value_ = 0, error_ = 0;
};

}  // namespace pgscore::metrics
