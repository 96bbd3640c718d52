// What the transition, combine and final functions of the metrics share: states as C++ objects that
// live as long as their group, arguments, and states as bytes for parallel workers.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

#include "pg/boundary/context_memory.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// The context that states of the calling aggregate live in. Throws kInternal when the function was
/// not called by an aggregate.
MemoryContext aggregate_context(FunctionCallInfo fcinfo);

/// The state, argument `number`; null before the first row of a group.
template <class State>
State *state_argument(FunctionCallInfo fcinfo, int number = 0) {
  return PG_ARGISNULL(number) ? nullptr : reinterpret_cast<State *>(PG_GETARG_POINTER(number));
}

/// What a transition function returns.
template <class State>
Datum state_result(FunctionCallInfo fcinfo, State *state) {
  if (state == nullptr) PG_RETURN_NULL();
  PG_RETURN_POINTER(state);
}

/// A float8, or NULL.
inline Datum optional_result(FunctionCallInfo fcinfo, const std::optional<double> &value) {
  if (!value) PG_RETURN_NULL();
  PG_RETURN_FLOAT8(*value);
}

/// Says whether an argument from `first` on is NULL: such a row does not count.
inline bool has_null(FunctionCallInfo fcinfo, int first) {
  for (int i = first; i < PG_NARGS(); ++i)
    if (PG_ARGISNULL(i)) return true;
  return false;
}

/// A number as PostgreSQL writes it, for messages.
std::string number_text(double number);

/// A score, argument `number`. Throws kOutOfRange for NaN.
double score_argument(FunctionCallInfo fcinfo, int number);

/// The weight of a row, argument `number`; 1 for a function without it. Throws kOutOfRange for a
/// negative or infinite one, and for NaN.
double weight_argument(FunctionCallInfo fcinfo, int number);

/// Throws kInvalidArgument: "<what> differs between rows".
[[noreturn, gnu::cold]] void throw_difference(const char *what, const std::string &detail);

/// Throws kOutOfRange: "A row has the <what> <value>."
[[noreturn, gnu::cold]] void throw_refused_number(const char *message, const char *what,
                                                  double value, const char *hint);

/// A number, argument `number`. Throws kOutOfRange for an infinite one and NaN; `what` is its name
/// in the message.
double finite_argument(FunctionCallInfo fcinfo, int number, const char *what);

/// Throws kOutOfRange where `refused` is true, with the value of the row, which is a `what`.
inline void refuse_number(bool refused, const char *message, const char *what, double value,
                          const char *hint) {
  if (refused) [[unlikely]]
    throw_refused_number(message, what, value, hint);
}

/// A number of parts, argument `number`, which is `parts` for all rows of the state, or 0 before
/// the first one. Throws kInvalidArgument for another number, and for one that is not from 1 to
/// 10,000; `what` is its name.
std::int32_t parts_argument(FunctionCallInfo fcinfo, int number, std::int32_t parts,
                            const char *what);

/// Throws kInvalidArgument where an argument that is one for all rows of a state, a `what`, is
/// another one for some of them.
inline void refuse_difference(bool differs, const char *what, const std::string &detail = {}) {
  if (differs) [[unlikely]]
    throw_difference(what, detail);
}

/// A score that is a probability, argument `number`. Throws kOutOfRange when it is not from 0 to 1.
double probability_argument(FunctionCallInfo fcinfo, int number);

/// Bytes of a state, for bytea.
class StateBytes {
 public:
  /// Starts without bytes. They live in the context that is current now.
  StateBytes();
  /// Adds bytes. Throws kLimitExceeded beyond what a value can have, 1 GB.
  void add(std::span<const std::byte> bytes);
  template <class T>
  void add_value(const T &value) {
    static_assert(std::is_trivially_copyable_v<T>);
    add(std::as_bytes(std::span<const T>(&value, 1)));
  }
  /// The number of bytes, and another value in the place of one that was added at `place` bytes.
  std::size_t size() const { return static_cast<std::size_t>(bytes_.len); }
  template <class T>
  void set_value(std::size_t place, const T &value) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::memcpy(bytes_.data + place, &value, sizeof(T));
  }
  /// The bytes as a bytea. Nothing may be added afterwards.
  Datum result();

 private:
  StringInfoData bytes_;
};

/// Reads the bytes of a state again.
class StateReader {
 public:
  /// A bytea, argument `number`. The bytes live in the current context.
  StateReader(FunctionCallInfo fcinfo, int number);
  /// Gives the next `count` bytes, and all that are left. Throw kInternal when there are fewer.
  std::span<const std::byte> take(std::size_t count);
  std::span<const std::byte> take_rest() { return take(bytes_.size()); }
  template <class T>
  T take_value() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace pgscore::pg
