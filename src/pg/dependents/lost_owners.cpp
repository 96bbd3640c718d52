#include "pg/dependents/lost_owners.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/role_type.hpp"
#include "pg/catalog/spi.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

bool is_evaluated_as_owner(const Dependent &each) {
  constexpr std::string_view kKinds[] = {"index", "exclusion constraint", "statistics",
                                         "materialized view"};
  return std::find(std::begin(kKinds), std::end(kKinds), each.kind) != std::end(kKinds);
}

constexpr char kHint[] =
    "ANALYZE, REINDEX and REFRESH MATERIALIZED VIEW run as the owner and fail, also those of "
    "autovacuum. Grant the owner "
    "\"execute\", or drop the objects.";

void warn(const std::string &message, const std::vector<Dependent> &lost) {
  std::string lines;
  for (const Dependent &each : lost)
    if (!each.derived && lines.size() < 1500)
      lines += (lines.empty() ? "" : "\n") + describe(each) + " belongs to role " +
               role_in_quotes(each.owner);
  const char *text = message.c_str(), *detail = lines.c_str();
  call([=] {
    ereport(WARNING,
            (errmsg_internal("%s", text), errdetail_internal("%s", detail), errhint("%s", kHint)));
  });
}

}  // namespace

bool may_score(std::int64_t model_id, Oid role) {
  return !execute(
              "SELECT FROM catalog_model m WHERE m.id = $1 AND (pg_has_role($2, m.owner::oid, "
              "'USAGE')"
              " OR EXISTS (SELECT FROM catalog_acl a WHERE a.model_id = m.id AND a.privilege = "
              "'execute'"
              " AND (a.grantee = 0::oid OR pg_has_role($2, a.grantee::oid, 'USAGE'))))",
              {parameter(model_id), oid_parameter(role)})
              .empty();
}

void warn_of_owner(Oid table) {
  std::vector<Dependent> lost;
  std::string model;
  for (Dependent &each : find_dependents()) {
    if (each.relation != table || !is_evaluated_as_owner(each) || !role_exists(each.owner))
      continue;
    for (const ModelUse &use : each.uses) {
      const auto found =
          execute("SELECT id FROM catalog_model WHERE name = $1", {parameter(use.reference.model)});
      if (found.empty() || may_score(found.first()[0].bigint(), each.owner)) continue;
      model = use.reference.model;
      lost.push_back(std::move(each));
      break;
    }
  }
  if (!lost.empty())
    warn("owner of objects that depend on model " + in_quotes(model) + " may not score it", lost);
}

std::vector<Dependent> find_lost_owners(const LockedModel &model) {
  std::map<Oid, bool> known;
  std::vector<Dependent> lost;
  for (Dependent &each : find_dependents(model.name)) {
    if (!is_evaluated_as_owner(each) || !role_exists(each.owner)) continue;
    const auto [place, is_new] = known.try_emplace(each.owner, false);
    if (is_new) place->second = may_score(model.id, each.owner);
    if (!place->second) lost.push_back(std::move(each));
  }
  return lost;
}

void warn_of_lost_owners(const LockedModel &model, const std::vector<Dependent> &before) {
  std::vector<Dependent> lost = find_lost_owners(model);
  std::erase_if(lost, [&](const Dependent &each) {
    return std::any_of(before.begin(), before.end(), [&](const Dependent &other) {
      return other.class_id == each.class_id && other.object_id == each.object_id;
    });
  });
  if (lost.empty()) return;
  warn(
      "owners of objects that depend on model " + in_quotes(model.name) + " may no longer score it",
      lost);
}

}  // namespace pgscore::pg
