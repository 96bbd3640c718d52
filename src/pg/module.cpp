// The module's entry: settings and hooks. Nothing else.
#include "pg/boundary/guard.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/planner/batch_planner.hpp"
#include "pg/settings.hpp"
#include "pg/store/directory.hpp"
#include "pg/store/store.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "storage/shmem.h"
PGSCORE_SERVER_HEADERS_END

namespace {

shmem_request_hook_type previous_shmem_request = nullptr;

void request_shared_memory() {
  if (previous_shmem_request != nullptr) previous_shmem_request();
  RequestAddinShmemSpace(pgscore::pg::directory_size());
}

void at_transaction_end(XactEvent event, void *) {
  switch (event) {
    case XACT_EVENT_COMMIT:
    case XACT_EVENT_ABORT:
    case XACT_EVENT_PARALLEL_COMMIT:
    case XACT_EVENT_PARALLEL_ABORT:
    case XACT_EVENT_PREPARE:
      pgscore::pg::unmap_evicted_plans();
      break;
    default:
      break;
  }
}

void at_subtransaction_end(SubXactEvent event, SubTransactionId, SubTransactionId, void *) {
  if (event == SUBXACT_EVENT_ABORT_SUB) pgscore::pg::SnapshotIdentity::forget_all();
}

}  // namespace

extern "C" {
PG_MODULE_MAGIC;

void _PG_init(void);
void _PG_init(void) {
  pgscore::pg::define_settings();
  pgscore::pg::install_batch_planner();
  if (process_shared_preload_libraries_in_progress) {
    previous_shmem_request = shmem_request_hook;
    shmem_request_hook = request_shared_memory;
  }
  RegisterXactCallback(at_transaction_end, nullptr);
  RegisterSubXactCallback(at_subtransaction_end, nullptr);
}
}
