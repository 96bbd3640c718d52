// Finds the models that an expression scores. The expression is the tree that a view, an index or a
// constraint keeps.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "registry/model_name.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// One model that an expression names by a constant.
struct ModelUse {
  registry::ModelReference reference;
  /// Types of the arguments that hold the input. A row has its composite type, whose columns are
  /// bound by their names; a domain counts as its base type. Empty for a model_version that stands
  /// by itself.
  std::vector<Oid> input_types;

  /// Writes the name as a call does: credit, credit@3, credit@champion.
  std::string text() const;
};

/// Finds the uses in `tree`, the text of a stored expression or query (pg_node_tree). These are
/// calls of scoring functions, as people write them and as the planner makes them, and constants of
/// type model_version. A model whose name is computed is not found.
std::vector<ModelUse> uses_in_tree(const std::string &tree);

/// Finds the uses that the text of a function seems to have: `model` as a quoted word, alone or
/// with a version or alias.
std::vector<ModelUse> uses_in_text(std::string_view text, std::string_view model);

}  // namespace pgscore::pg
