#include "pg/boundary/guard.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

/// Restores the error handlers when catch_error is left by a C++ exception, which `function` should
/// not throw: the handler of that frame must not stay installed.
class HandlerRestorer {
 public:
  HandlerRestorer() : exception_stack_(PG_exception_stack), context_stack_(error_context_stack) {}
  ~HandlerRestorer() {
    PG_exception_stack = exception_stack_;
    error_context_stack = context_stack_;
  }
  HandlerRestorer(const HandlerRestorer &) = delete;
  HandlerRestorer &operator=(const HandlerRestorer &) = delete;

 private:
  sigjmp_buf *exception_stack_;
  ErrorContextCallback *context_stack_;
};

}  // namespace

ErrorData *catch_error(void (*function)(void *), void *argument) {
  HandlerRestorer restorer;  // lives in the frame that longjmp returns to, so it is never skipped
  MemoryContext const context = CurrentMemoryContext;
  ErrorData *volatile error = nullptr;
  PG_TRY();
  {
    function(argument);
  }
  PG_CATCH();
  {
    // CopyErrorData may run out of memory itself. That error goes to the next outer handler, and
    // the C++ objects between are leaked.
    MemoryContextSwitchTo(context);
    error = CopyErrorData();
    FlushErrorState();
  }
  PG_END_TRY();
  return error;
}

}  // namespace pgscore::pg
