// How long-running core code asks whether it should go on, without knowing who runs it.
#pragma once

namespace pgscore {

/// Asks whether to go on. Everything that may take long gets one, and calls check() at least once
/// per few thousand steps or per megabyte. The server's function checks for a pending cancel and
/// throws; the default never stops.
class Interrupt {
 public:
  using Function = void (*)();
  constexpr Interrupt() = default;
  /// Asks `function`, which may throw. With null it never stops.
  constexpr explicit Interrupt(Function function) : function_(function) {}
  /// Returns when the work should go on, and throws what the function throws when it should not.
  void check() const {
    if (function_ != nullptr) function_();
  }

 private:
  Function function_ = nullptr;
};

}  // namespace pgscore
