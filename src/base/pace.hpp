// How long computations ask whether they should go on, without becoming slower for it.
#pragma once
#include <cstddef>

#include "base/interrupt.hpp"

namespace pgscore {

/// Counts the steps of a computation and asks an Interrupt after many, which are some milliseconds
/// of work on any processor.
class Pace {
 public:
  constexpr Pace() = default;
  /// Asks `interrupt` once for each 2^20 steps or so. Without one it only counts.
  constexpr explicit Pace(Interrupt interrupt) : interrupt_(interrupt) {}

  /// Counts `steps`, which have been or will be done: additions, comparisons or loads, some
  /// nanoseconds each. May throw what the Interrupt throws.
  void spend(std::size_t steps) {
    spent_ += steps;
    if (spent_ >= kSteps) [[unlikely]]
      pause();
  }

 private:
  static constexpr std::size_t kSteps = std::size_t{1} << 20;

  [[gnu::noinline, gnu::cold]] void pause() {
    spent_ = 0;
    interrupt_.check();
  }

  Interrupt interrupt_;
  std::size_t spent_ = 0;
};

}  // namespace pgscore
