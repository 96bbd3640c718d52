// What pgscore knows of each kind of node in PostgreSQL's expressions, in one table.
//
// A kind that is not in the table may raise an error, and may leave its arguments unevaluated. To
// support a new kind, add its row to expression_nodes.cpp.
//
// Plain data. Nothing here raises an error.
#pragma once
#include <cstdint>

#include "pg/nodes/member.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/primnodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Whether the evaluation of a node may raise an error, its arguments left aside.
enum class Errors : std::uint8_t {
  kPossible,
  kOfFunctions,  // those of the functions that it calls
  kNone,
};

/// An argument of a node that is evaluated whenever the node is.
struct EvaluatedArgument {
  Member member = 0;        // an expression, or a List of them
  bool only_first = false;  // of the List
};

/// One kind of node: a row of the table. What a row does not say is not so.
struct ExpressionNode {
  NodeTag tag = T_Invalid;
  Errors errors = Errors::kPossible;
  /// It has no value, or another one, outside of the expression that it stands in.
  bool bound_to_place = false;
  EvaluatedArgument evaluates{}, and_evaluates{};
};

/// Gives the row of the table for `node`.
const ExpressionNode &expression_node(const Node *node);

}  // namespace pgscore::pg
