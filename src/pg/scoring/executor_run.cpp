#include "pg/scoring/executor_run.hpp"

#include "pg/compat/executor_compat.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

ExecutorRun_hook_type previous_run = nullptr;

/// The innermost execution that runs. After an error in an inner one nothing is known of the outer
/// one until its next run, which is safe.
struct Run {
  MemoryContext memory;
  PlanState *plan;
  bool to_the_end;
};
constexpr Run kNothing{nullptr, nullptr, false};
Run current = kNothing;

/// After an error nobody comes back to put `current` right, and another execution may get the same
/// memory.
void forget(void *memory) {
  if (current.memory == memory) current = kNothing;
}

void forget_with(MemoryContext memory) {
  for (const MemoryContextCallback *callback = memory->reset_cbs; callback != nullptr;
       callback = callback->next)
    if (callback->func == forget) return;  // a cursor's next rows
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
