// PostgreSQL's functions in clean-up code: destructors, callbacks at the end of transactions and of
// the backend.
#pragma once
#include "pg/boundary/guard.hpp"

namespace pgscore::pg {

/// Runs `f` as call() does, but an error that it raises is said in the server's log and goes no
/// further: another error may be on its way, and nobody could do anything about this one. -> did it
/// work?
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
