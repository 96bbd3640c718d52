#include "pg/planner/executor_run.hpp"

#include "pg/compat/executor_compat.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

ExecutorRun_hook_type previous_run = nullptr;

/// The innermost execution that runs. After an error in an inner one it is still the inner one's until the outer one's next run:
/// then nothing is known of the outer one, which is safe.
struct Run {
  const EState *estate;
  bool to_the_end;
};
Run current{nullptr, false};

void run(PGSCORE_RUN_PARAMETERS) {
  const Run outer = current;
  current = {query->estate, count == 0 && ScanDirectionIsForward(direction)};
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

bool runs_to_the_end(const EState *estate) { return current.estate == estate && current.to_the_end; }

}  // namespace pgscore::pg
