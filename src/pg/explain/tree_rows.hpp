// The trees of a model as rows for people.
#pragma once
#include "model/model.hpp"
#include "pg/registry/result_rows.hpp"

namespace pgscore::pg {

/// Adds a row for each node, in the order of the file: class, tree, node, parent, branch, feature,
/// condition, threshold, categories, missing_goes, value, cover, gain. Trees are numbered from 0
/// through all ensembles, nodes as the training library does. Throws PgError.
void add_tree_rows(const model::Model &model, ResultRows &rows);

}  // namespace pgscore::pg
