// Which models an expression scores, read from its tree: what a view, an index or a constraint
// keeps.
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
  /// Types of the arguments that hold the input: of a row its composite type, whose columns are
  /// bound by their names. Domains count as their base types. Empty for a model_version that stands
  /// by itself.
  std::vector<Oid> input_types;

  /// As a call writes it: credit, credit@3, credit@champion.
  std::string text() const;
};

/// The uses in `tree`, the text of a stored expression or query (pg_node_tree): calls of scoring
/// functions, as people write them and as the planner makes them, and constants of type
/// model_version. A model whose name is computed is not found.
std::vector<ModelUse> uses_in_tree(const std::string &tree);

/// The uses that the text of a function seems to have: `model`, alone or with a version or alias,
/// as a quoted word.
std::vector<ModelUse> uses_in_text(std::string_view text, std::string_view model);

}  // namespace pgscore::pg
