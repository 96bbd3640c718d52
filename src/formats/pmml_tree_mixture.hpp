// Trees that mix the predictions of several nodes where a predicate is unknown.
#pragma once
#include <string>
#include <vector>

#include "formats/pmml_tree.hpp"

namespace pgscore::formats {

/// missingValueStrategy weightedConfidence and aggregateNodes.
PmmlResult mix_pmml_tree(const PmmlTree &tree, const std::vector<std::string> &labels,
                         PmmlScope &scope);

/// The id of node number `node`.
PmmlColumn pmml_tree_entity(const PmmlTree &tree, model::Operand node);

}  // namespace pgscore::formats
