// Finds owners of tables who may not score a model that their index needs. ANALYZE, REINDEX and
// REFRESH run as the owner, autovacuum's too, and fail then.
#pragma once
#include <cstdint>
#include <vector>

#include "pg/catalog/registry_table.hpp"
#include "pg/dependents/dependent.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Finds the dependents of `model` that PostgreSQL evaluates as their owner, and whose owner may
/// not score it as the catalog is now. Runs inside as_registry_owner.
std::vector<Dependent> find_lost_owners(const LockedModel &model);

/// Says whether `role` may score the model of this number, as the catalog is now. Runs inside
/// as_registry_owner.
bool may_score(std::int64_t model_id, Oid role);

/// Warns when the owner of `table` may not score a model that its indexes need.
void warn_of_owner(Oid table);

/// Warns of the lost owners of `model` that are not in `before`: a revoke has made them so.
void warn_of_lost_owners(const LockedModel &model, const std::vector<Dependent> &before);

}  // namespace pgscore::pg
