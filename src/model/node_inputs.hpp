// The columns that a node of any kind reads.
#pragma once
#include <type_traits>
#include <variant>

#include "model/model.hpp"

namespace pgscore::model {

/// Calls visit(column) for each column that `node` reads, in the order in which the node names
/// them, as often as it names them. If the node is not const, visit may change the columns.
template <class NodeType, class Visit>
void for_each_input(NodeType &node, Visit visit) {
  auto operand = [&](auto &value) {
    if (!value.is_constant()) visit(value.column);
  };
  std::visit(
      [&](auto &body) {
        using Body = std::remove_cvref_t<decltype(body)>;
        if constexpr (std::is_same_v<Body, Apply>) {
          for (auto &arg : body.args) operand(arg);
        } else if constexpr (std::is_same_v<Body, LookUp> || std::is_same_v<Body, Discretize>) {
          visit(body.input);
        } else if constexpr (std::is_same_v<Body, TreeEnsemble>) {
          for (auto &feature : body.features) visit(feature);
        } else if constexpr (std::is_same_v<Body, Linear>) {
          for (auto &term : body.terms) visit(term.column);
        } else if constexpr (std::is_same_v<Body, PredicateTree>) {
          for (auto &part : body.nodes) operand(part.predicate);
        } else if constexpr (std::is_same_v<Body, Distances>) {
          for (auto &field : body.fields) visit(field.column);
        } else {
          for (auto &input : body.inputs) visit(input);
        }
      },
      node.body);
}

}  // namespace pgscore::model
