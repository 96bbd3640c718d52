#include "pg/scoring/scored_functions.hpp"

#include <algorithm>
#include <array>

#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

struct Scored {
  Oid function = InvalidOid;
  std::uint64_t when = 0;
};

// There are fewer scoring functions; if there were more, the one called longest ago would be
// replaced.
constinit std::array<Scored, 64> scored{};
std::uint64_t now = 0;

}  // namespace

void note_scored(Oid function) {
  Scored *place = std::find_if(scored.begin(), scored.end(),
                               [function](const Scored &s) { return s.function == function; });
  if (place == scored.end())
    place = std::min_element(scored.begin(), scored.end(),
                             [](const Scored &a, const Scored &b) { return a.when < b.when; });
  *place = {function, ++now};
}

std::uint64_t scored_until_now() { return now; }

void depend_on_scored(PlannedStmt *planned, std::uint64_t since) {
  if (now == since) return;
  const Oid catalog = catalog_relation("catalog_model");
  call([=] {
    planned->dependsOnRole = true;
    planned->relationOids = list_append_unique_oid(planned->relationOids, catalog);
    for (const Scored &each : scored) {
      if (each.when <= since) continue;
      auto *item = makeNode(PlanInvalItem);
      item->cacheId = PROCOID;
      item->hashValue = GetSysCacheHashValue1(PROCOID, ObjectIdGetDatum(each.function));
      planned->invalItems = lappend(planned->invalItems, item);
    }
  });
}

}  // namespace pgscore::pg
