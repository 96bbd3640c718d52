// Shows shared memory and counters in SQL.
#include <string>
#include <unordered_set>
#include <vector>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/privilege.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/registry/arguments.hpp"
#include "pg/store/statistics.hpp"
#include "pg/store/store.hpp"
#include "registry/model_name.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "catalog/pg_authid.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

void put_row(FunctionCallInfo fcinfo, Datum *values) {
  call([=] {
    auto *result = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
    bool nulls[16] = {};
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
  });
}

Datum warm_model(FunctionCallInfo fcinfo) {
  const PlanRef plan = plan_of(resolve_for_scoring(text_argument(fcinfo, 0, "name")));
  return Int64GetDatum(static_cast<std::int64_t>(plan.plan().header().total_size));
}

Datum evict_model(FunctionCallInfo fcinfo) {
  const std::string name = text_argument(fcinfo, 0, "name");
  const ResolvedVersion version = resolve_for_scoring(name);
  // A role that may only score could slow all others down with it.
  if (const auto model = find_model(version.model_id))
    require_privilege(*model, registry::parse_model_reference(name).model, Privilege::kDeploy);
  const bool had_explanation = evict_plan(version.explanation);
  return BoolGetDatum(evict_plan(version.plan) || had_explanation);
}

Datum stat_reset(FunctionCallInfo fcinfo) {
  const auto name = optional_text_argument(fcinfo, 0);
  reset_statistics(name ? get_model(*name).id : 0);
  return 0;
}

/// Gives the hashes of the plans of all versions of the models that `user` sees.
std::unordered_set<std::string> visible_plans(Oid user) {
  std::unordered_set<std::string> keys;
  const Result versions = as_registry_owner([] {
    return execute(
        "SELECT m.id, m.owner::oid, v.plan_key, v.identity FROM catalog_version v JOIN "
        "catalog_model m ON m.id "
        "= v.model_id",
        {}, true);
  });
  for (const auto &row : versions.rows)
    if (sees_model(user, {row[0].bigint(), row[1].oid(), 0}))
      keys.insert({row[2].bytes(), row[3].bytes()});
  return keys;
}

Datum loaded_plans_rows(FunctionCallInfo fcinfo) {
  call([=] { InitMaterializedSRF(fcinfo, 0); });
  const Oid user = GetUserId();
  const bool sees_all = call([user] { return has_privs_of_role(user, ROLE_PG_READ_ALL_STATS); });
  std::unordered_set<std::string> visible;
  if (!sees_all) visible = visible_plans(user);
  forget_dropped_databases();
  for (const LoadedPlan &plan : loaded_plans()) {
    const std::string hash(reinterpret_cast<const char *>(plan.key.hash.data()),
                           plan.key.hash.size());
    if (!sees_all && !visible.contains(hash)) continue;
    const Bytes key{reinterpret_cast<const std::byte *>(plan.key.hash.data()),
                    plan.key.hash.size()};
    Datum values[] = {bytea_result(key),
                      Int64GetDatum(static_cast<std::int64_t>(plan.bytes)),
                      BoolGetDatum(plan.packed),
                      TimestampTzGetDatum(plan.loaded_at),
                      Float8GetDatum(static_cast<double>(plan.load_microseconds) / 1000),
                      TimestampTzGetDatum(plan.last_used),
                      Int32GetDatum(static_cast<std::int32_t>(plan.backends)),
                      text_result(plan.key.image == Image::kPlan ? "plan" : "explanation")};
    put_row(fcinfo, values);
  }
  return 0;
}

Datum model_counters(FunctionCallInfo fcinfo) {
  call([=] { InitMaterializedSRF(fcinfo, 0); });
  auto count = [](std::uint64_t value) { return Int64GetDatum(static_cast<std::int64_t>(value)); };
  for (const StatisticsRow &row : read_statistics()) {
    const auto model = find_model(row.model_id);
    if (!model || !sees_model(GetUserId(), *model)) continue;
    const RowCounts &c = row.counts;
    Datum values[] = {Int64GetDatum(row.model_id),
                      count(c.calls),
                      count(c.rows),
                      count(c.null_rows),
                      count(c.errors),
                      count(c.missing),
                      count(c.unknown),
                      Float8GetDatum(static_cast<double>(c.nanoseconds) / 1e6),
                      TimestampTzGetDatum(row.last_used)};
    put_row(fcinfo, values);
  }
  return 0;
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(warm_model, pgscore::pg::warm_model);
PGSCORE_FUNCTION(evict_model, pgscore::pg::evict_model);
PGSCORE_FUNCTION(stat_reset, pgscore::pg::stat_reset);
PGSCORE_FUNCTION(loaded_plans, pgscore::pg::loaded_plans_rows);
PGSCORE_FUNCTION(model_counters, pgscore::pg::model_counters);
