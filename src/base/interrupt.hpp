// How long-running core code asks whether it should go on, without knowing who runs it.
#pragma once

namespace pgscore {

/// Passed to everything that may take long. The server's function checks for a pending cancel and
/// throws; the default never stops. Call check() at least once per few thousand steps or per
/// megabyte.
class Interrupt {
 public:
  using Function = void (*)();
  constexpr Interrupt() = default;
  /// Asks `function`, which may throw; null: never stops.
  constexpr explicit Interrupt(Function function) : function_(function) {}
  /// Returns when the work should go on, and throws what the function throws when it should not.
  void check() const {
    if (function_ != nullptr) function_();
  }

 private:
  Function function_ = nullptr;
};

}  // namespace pgscore
