#include "pg/catalog/recompile.hpp"

#include <csignal>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/catalog/sha256.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/catalog/version_source.hpp"
#include "plan/plan_layout.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "postmaster/bgworker.h"
#include "storage/lmgr.h"
#include "tcop/tcopprot.h"
#include "utils/snapmgr.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

constexpr auto kFormat = static_cast<std::int32_t>(plan::kPlanVersion);

struct StaleVersion {
  std::int64_t id;
  std::string name;  // "credit@3"
};

/// Finds the first stale version behind `last` that the active snapshot sees, as source_of does.
std::optional<StaleVersion> next_stale_version(std::int64_t last) {
  return as_registry_owner([&]() -> std::optional<StaleVersion> {
    const Result found = execute(
        "SELECT v.id, m.name, v.version FROM catalog_version v JOIN catalog_model m ON m.id = "
        "v.model_id"
        " WHERE v.plan_format <> $1 AND v.id > $2 ORDER BY v.id LIMIT 1",
        {parameter(kFormat), parameter(last)}, true);
    if (found.empty()) return std::nullopt;
    const auto &row = found.first();
    return StaleVersion{row[0].bigint(), row[1].text() + "@" + std::to_string(row[2].integer())};
  });
}

/// Compiles a version and stores the plan. Returns false when another transaction has stored it or
/// dropped the version meanwhile.
bool recompile(const StaleVersion &version) {
  const plan::PlanMemory plan = plan_made_from(source_of(version.id));
  const std::string key = sha256(plan.bytes());
  return as_registry_owner([&] {
    return execute(
               "UPDATE catalog_version SET plan = $2, plan_key = $3, plan_format = $4 WHERE id = "
               "$1 AND plan_format <> $4",
               {parameter(version.id), parameter(plan.bytes()), parameter(as_bytes(key)),
                parameter(kFormat)})
               .processed == 1;
  });
}

void warn(const StaleVersion &version, const Error &error) {
  const char *name = version.name.c_str(), *message = error.message().c_str();
  call([=] {
    ereport(WARNING, (errmsg("could not compile model version \"%s\" again: %s", name, message),
                      errdetail("Its stored plan has another plan format than this library.")));
  });
}

bool recompile_or_warn(const StaleVersion &version) {
  check_interrupts();
  MemoryContext outer = CurrentMemoryContext;
  MemoryContext memory = call([] {
    return AllocSetContextCreate(CurrentMemoryContext, "pgscore recompilation",
                                 ALLOCSET_DEFAULT_SIZES);
  });
  bool stored = false;
  MemoryContextSwitchTo(memory);
  try {
    stored = recompile(version);
  } catch (const Error &error) {
    warn(version, error);
  }
  MemoryContextSwitchTo(outer);
  MemoryContextDelete(memory);
  return stored;
}

bool may_write() { return !RecoveryInProgress() && !XactReadOnly && !IsInParallelMode(); }

}  // namespace

int recompile_stale_versions() {
  int count = 0;
  std::optional<StaleVersion> version;
  while ((version = next_stale_version(version ? version->id : 0)))
    count += recompile_or_warn(*version) ? 1 : 0;
  return count;
}

void ask_for_recompilation() {
  static bool asked = false;
  if (asked || !may_write()) return;
  asked = true;
  BackgroundWorker worker{};
  strlcpy(worker.bgw_name, "pgscore recompilation", BGW_MAXLEN);
  strlcpy(worker.bgw_type, "pgscore recompilation", BGW_MAXLEN);
  worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
  worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
  worker.bgw_restart_time = BGW_NEVER_RESTART;
  strlcpy(worker.bgw_library_name, "pgscore", sizeof worker.bgw_library_name);
  strlcpy(worker.bgw_function_name, "pgscore_recompile_worker", sizeof worker.bgw_function_name);
  worker.bgw_main_arg = ObjectIdGetDatum(MyDatabaseId);
  // When there is no room for a worker, a later backend asks again.
  call([&worker] { RegisterDynamicBackgroundWorker(&worker, nullptr); });
}

namespace {

/// Recompiles one version in a transaction of its own, so that its locks are short. Returns whether
/// there may be more.
bool recompile_next(std::int64_t &last) {
  const bool may_go_on = call([] {
    StartTransactionCommand();
    PushActiveSnapshot(GetTransactionSnapshot());
    // Stop when another worker holds the lock, or the extension is gone.
    const Oid table = get_relname_relid("catalog_version", get_namespace_oid("!pgscore", true));
    return OidIsValid(table) && ConditionalLockRelationOid(table, ShareUpdateExclusiveLock);
  });
  const std::optional<StaleVersion> version = may_go_on ? next_stale_version(last) : std::nullopt;
  if (version) {
    recompile_or_warn(*version);
    last = version->id;
  }
  call([] {
    PopActiveSnapshot();
    CommitTransactionCommand();
  });
  return version.has_value();
}

}  // namespace
}  // namespace pgscore::pg

extern "C" {

PGDLLEXPORT void pgscore_recompile_worker(Datum database);
void pgscore_recompile_worker(Datum database) {
  pqsignal(SIGTERM, die);
  BackgroundWorkerUnblockSignals();
  BackgroundWorkerInitializeConnectionByOid(DatumGetObjectId(database), InvalidOid, 0);
  pgscore::pg::guarded([] {
    std::int64_t last = 0;
    while (pgscore::pg::recompile_next(last)) pgscore::pg::check_interrupts();
  });
}
}
