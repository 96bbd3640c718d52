#include "pg/boundary/guard.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

// Should `function` throw a C++ exception after all, the handler of this frame must not stay
// installed.
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
    // CopyErrorData may run out of memory itself: that error goes to the next handler outside and
    // leaks the C++ objects between, nothing worse.
    MemoryContextSwitchTo(context);
    error = CopyErrorData();
    FlushErrorState();
  }
  PG_END_TRY();
  return error;
}

}  // namespace pgscore::pg
