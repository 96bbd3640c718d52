// States that are plain bytes, as sums are: they need no destructor, and go between parallel
// workers as they lie in memory.
#pragma once
#include <new>
#include <type_traits>

#include "pg/boundary/guard.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// The state of the calling aggregate, argument 0, which is made when there is none.
template <class State>
State *plain_state(FunctionCallInfo fcinfo) {
  static_assert(std::is_trivially_copyable_v<State>);
  if (auto *state = state_argument<State>(fcinfo)) return state;
  const MemoryContext context = aggregate_context(fcinfo);
  return new (call([context] { return MemoryContextAlloc(context, sizeof(State)); })) State();
}

/// Adds the state of argument 1 to that of argument 0, with add(const State &).
template <class State>
Datum plain_combine(FunctionCallInfo fcinfo) {
  const auto *other = state_argument<State>(fcinfo, 1);
  if (other == nullptr) return state_result(fcinfo, state_argument<State>(fcinfo));
  auto *state = plain_state<State>(fcinfo);
  state->add(*other);
  PG_RETURN_POINTER(state);
}

/// Makes bytes of the state, and a state that lives in the current context of such bytes.
template <class State>
Datum plain_serialize(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  StateBytes bytes;
  bytes.add_value(*state_argument<State>(fcinfo));
  return bytes.result();
}
template <class State>
Datum plain_deserialize(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  StateReader bytes(fcinfo, 0);
  void *memory = call([] { return palloc(sizeof(State)); });
  PG_RETURN_POINTER(new (memory) State(bytes.take_value<State>()));
}

/// Gives a metric of the state.
template <class State, std::optional<double> (*Metric)(const State &)>
Datum plain_result(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  return optional_result(fcinfo, Metric(*state_argument<State>(fcinfo)));
}

}  // namespace pgscore::pg
