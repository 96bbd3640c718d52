// The part of verify() for reductions, predicate trees, layers, kernel machines and distances.
#pragma once
#include <cstdint>

#include "base/limits.hpp"
#include "model/model.hpp"

namespace pgscore::model {

/// What a node may refer to: the columns before it, within the limits.
struct NodeScope {
  ColumnId num_columns;
  const Limits &limits;
};

/// Throw when the node breaks a rule of its header; return how many columns it writes.
std::uint64_t check_node(const Reduce &node, const NodeScope &scope);
std::uint64_t check_node(const Rank &node, const NodeScope &scope);
std::uint64_t check_node(const PredicateTree &node, const NodeScope &scope);
std::uint64_t check_node(const Dense &node, const NodeScope &scope);
std::uint64_t check_node(const KernelMachine &node, const NodeScope &scope);
std::uint64_t check_node(const PairwiseCoupling &node, const NodeScope &scope);
std::uint64_t check_node(const Distances &node, const NodeScope &scope);

}  // namespace pgscore::model
