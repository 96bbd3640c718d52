// Where C++ and PostgreSQL meet. C++ exceptions must not leave an extern "C" function
// (std::terminate takes the whole cluster through crash recovery), and PostgreSQL's longjmp must
// not cross a frame with live C++ objects (their destructors never run).
//
//   inward:  call([&] { ... }) runs PostgreSQL code that may ereport; an error becomes the
//            exception PgError.
//   outward: entry(fcinfo, body) and guarded(body) run C++ code; an exception becomes ereport after
//            every C++ object is gone.
//
// Rules. The lambda of call() owns nothing that needs a destructor, neither by capture nor as a
// local. A caught PgError is always re-raised: the transaction has failed, and only its abort
// cleans up locks, pins and SPI connections. So destructors that run while a PgError is on its way
// release C++ things only. Only guard.cpp has a PG_TRY.
#pragma once
#include <cstddef>
#include <type_traits>
#include <utility>

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// An error raised by PostgreSQL, on its way through C++ frames. It is trivial on purpose; the data
/// belong to a memory context.
struct PgError {
  ErrorData *data;
};

/// Runs function(argument) and returns the error that it raised, or null. The error is copied to
/// the current memory context.
ErrorData *catch_error(void (*function)(void *), void *argument);

/// Runs `f`, which may ereport, and returns its result. Throws PgError with all fields of the
/// error.
template <class F>
auto call(F f) -> std::invoke_result_t<F &> {
  using R = std::invoke_result_t<F &>;
  static_assert(std::is_trivially_destructible_v<F>,
                "an error would skip the destructor of a capture");
  if constexpr (std::is_void_v<R>) {
    ErrorData *error = catch_error([](void *pointer) { (*static_cast<F *>(pointer))(); }, &f);
    if (unlikely(error != nullptr)) throw PgError{error};
  } else {
    static_assert(std::is_trivially_copyable_v<R>,
                  "an error would skip the destructor of the result");
    struct Frame {
      F *function;
      R result;
    } frame{&f, {}};
    ErrorData *error = catch_error(
        [](void *pointer) {
          auto *inner = static_cast<Frame *>(pointer);
          inner->result = (*inner->function)();
        },
        &frame);
    if (unlikely(error != nullptr)) throw PgError{error};
    return frame.result;
  }
}

/// What is left of an exception: plain buffers, so that ereport may longjmp away from it.
struct Failure {
  ErrorData *rethrow;
  int sqlstate;
  char message[1024];
  char detail[2048];
  char hint[1024];
  char context[256];
};

/// Fills `failure` from the exception that is being handled; only call it inside a catch block.
[[gnu::cold]] void capture_exception(Failure &failure) noexcept;
/// Raises what capture_exception kept.
[[noreturn, gnu::cold]] void raise_failure(const Failure &failure);

/// Runs `body` on the way from PostgreSQL into C++: hooks, callbacks, workers.
template <class Body>
auto guarded(Body &&body) -> std::invoke_result_t<Body &> {
  Failure failure;
  try {
    return body();
  } catch (...) {
    capture_exception(failure);
  }
  raise_failure(failure);
}

/// The body of every SQL-callable function: `return entry(fcinfo, predict_body);`.
template <class Body>
Datum entry(FunctionCallInfo fcinfo, Body &&body) {
  return guarded([&]() -> Datum { return body(fcinfo); });
}

}  // namespace pgscore::pg

/// Defines the SQL-callable C function pgscore_<name> with `body`, a function Datum
/// (FunctionCallInfo).
#define PGSCORE_FUNCTION(name, body)                                                  \
  extern "C" {                                                                        \
  PG_FUNCTION_INFO_V1(pgscore_##name);                                                \
  Datum pgscore_##name(PG_FUNCTION_ARGS) { return pgscore::pg::entry(fcinfo, body); } \
  }                                                                                   \
  static_assert(true, "")
