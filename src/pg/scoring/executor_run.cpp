#include "pg/scoring/executor_run.hpp"

#include "pg/compat/executor_compat.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

ExecutorRun_hook_type previous_run = nullptr;

/// An execution that runs. Only the innermost one is known. After an error in it the outer one is
/// not known until its next run, which is safe.
struct Run {
  MemoryContext memory;
  PlanState *plan;
  bool to_the_end;
};
constexpr Run kNothing{nullptr, nullptr, false};
Run current = kNothing;

/// Forgets the execution whose memory goes: after an error `run` does not come back to reset
/// `current`, and another execution may get the same memory.
void forget(void *memory) {
  if (current.memory == memory) current = kNothing;
}

/// Has `forget` called when `memory` is reset or deleted.
void forget_with(MemoryContext memory) {
  for (const MemoryContextCallback *callback = memory->reset_cbs; callback != nullptr;
       callback = callback->next)
    if (callback->func == forget) return;  // the next rows of a cursor
  auto *callback = static_cast<MemoryContextCallback *>(
      MemoryContextAlloc(memory, sizeof(MemoryContextCallback)));
  callback->func = forget;
  callback->arg = memory;
  MemoryContextRegisterResetCallback(memory, callback);
}

void run(PGSCORE_RUN_PARAMETERS) {
  const Run outer = current;
  const MemoryContext memory = query->estate->es_query_cxt;
  forget_with(memory);
  current = {memory, query->planstate, count == 0 && ScanDirectionIsForward(direction)};
  if (previous_run != nullptr)
    previous_run(PGSCORE_RUN_ARGUMENTS);
  else
    standard_ExecutorRun(PGSCORE_RUN_ARGUMENTS);
  current = outer;
}

}  // namespace

void install_run_hook() {
  previous_run = ExecutorRun_hook;
  ExecutorRun_hook = run;
}

bool runs_to_the_end(const EState *estate) {
  return current.memory == estate->es_query_cxt && current.to_the_end;
}

PlanState *running_plan(MemoryContext memory) {
  return current.memory == memory ? current.plan : nullptr;
}

}  // namespace pgscore::pg
