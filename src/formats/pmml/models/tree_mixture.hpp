// Trees that mix the predictions of several nodes where a predicate is unknown.
#pragma once
#include <string>
#include <vector>

#include "formats/pmml/models/tree.hpp"

namespace pgscore::formats::pmml {

/// missingValueStrategy weightedConfidence and aggregateNodes.
Result mix_tree(const Tree &tree, const std::vector<std::string> &labels, Scope &scope);

/// The id of node number `node`.
Column tree_entity(const Tree &tree, model::Operand node);

}  // namespace pgscore::formats::pmml
