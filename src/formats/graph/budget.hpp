// What reading one graph may take, in memory and in steps. A few bytes of a file can describe a
// constant of any size, a table for each of many columns, or a product of two lengths. So a reader
// counts everything that it makes before it makes it, against limits that grow with the file.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "base/interrupt.hpp"

namespace pgscore::formats {

class Budget {
 public:
  /// Readers of formats that can do neither of these harms count nothing: interrupts are checked.
  explicit Budget(Interrupt interrupt)
      : max_bytes_(UINT64_MAX), max_steps_(UINT64_MAX), interrupt_(interrupt) {}

  /// docs/formats/onnx.md states these numbers.
  static constexpr std::uint64_t kBaseBytes = std::uint64_t{128} << 20;
  static constexpr std::uint64_t kBytesPerByte = 32;  // of the file
  static constexpr std::uint64_t kBaseSteps = std::uint64_t{1} << 27;
  static constexpr std::uint64_t kStepsPerByte = 256;

  /// Sets both limits from the size of the whole file. Nothing is used yet.
  Budget(std::size_t file_bytes, Interrupt interrupt)
      : max_bytes_(kBaseBytes + kBytesPerByte * file_bytes),
        max_steps_(kBaseSteps + kStepsPerByte * file_bytes),
        interrupt_(interrupt) {}

  /// `steps` of work that is about to be done: an element that is moved or computed is one. Checks
  /// for interrupts as it goes.
  void spend(std::uint64_t steps = 1) {
    steps_ = steps > max_steps_ - std::min(steps_, max_steps_) ? max_steps_ + 1 : steps_ + steps;
    if (steps_ > max_steps_)
      refuse("the graph takes too much work", "Its constants, tables and shapes take more than " +
                                                  std::to_string(max_steps_) + " steps.");
    if (steps_ < next_check_) return;
    constexpr std::uint64_t kBetweenChecks = 1 << 14;
    next_check_ = steps_ + kBetweenChecks;
    interrupt_.check();
  }

  /// Refuses `count` things of `size` bytes each that would be too many beside those that are held.
  void check_room(std::uint64_t count, std::uint64_t size) const {
    const std::uint64_t room = max_bytes_ - held_;
    if (count > room / size)
      refuse("the graph takes too much memory",
             "Its constants, tables and tensors take more than " + std::to_string(max_bytes_) +
                 " bytes.");
  }
  void hold(std::uint64_t count, std::uint64_t size) {
    check_room(count, size);
    held_ += count * size;
  }
  void release(std::uint64_t bytes) { held_ -= std::min(bytes, held_); }

  /// Gives what spend() asks, for work that is not counted in steps.
  Interrupt interrupt() const { return interrupt_; }

 private:
  [[noreturn]] static void refuse(const char *what, const std::string &detail) {
    throw Error(
        ErrorCode::kLimitExceeded, what, detail,
        "The limit goes with the size of the file: a model holds its large constants itself.");
  }

  std::uint64_t max_bytes_, max_steps_;
  std::uint64_t held_ = 0, steps_ = 0, next_check_ = 0;
  Interrupt interrupt_;
};

}  // namespace pgscore::formats
