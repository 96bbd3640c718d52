// Calls PostgreSQL's functions in clean-up code: in destructors, and in callbacks at the end of
// transactions and of the backend.
#pragma once
#include "pg/boundary/guard.hpp"

namespace pgscore::pg {

/// Runs `f` as call() does, but writes an error that it raises to the server's log and goes on:
/// another error may be on its way, and the caller could not handle this one. -> did it work?
template <class F>
bool clean_up(F f) noexcept {
  ErrorData *error = catch_error([](void *pointer) { (*static_cast<F *>(pointer))(); }, &f);
  if (likely(error == nullptr)) return true;
  catch_error(
      [](void *pointer) {
        auto *data = static_cast<ErrorData *>(pointer);
        ereport(LOG, (errmsg_internal("pgscore could not clean up: %s", data->message)));
        FreeErrorData(data);
      },
      error);
  return false;
}

}  // namespace pgscore::pg
