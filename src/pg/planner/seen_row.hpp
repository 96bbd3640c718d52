// Sees through a row expression to its columns, so that a function of the row can be given some of
// them instead.
//
// Plain data in the current memory context; the functions may ereport, so they run inside call().
#pragma once
#include <cstdint>

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/pathnodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

struct SeenColumn {
  const char *name;
  Oid type;
  std::int32_t typmod;
  Oid collation;
  AttrNumber attribute;  // of SeenRow::variable
  Node *expression;      // of a row constructor
};

struct SeenRow {
  bool seen;            // false: the row is opaque
  bool unnamed;         // its type is record
  bool nullable;        // it is NULL where the row of `variable` is missing
  const Var *variable;  // its columns are those of this whole-row Var; null: a row constructor
  int num_columns;      // without dropped columns
  SeenColumn *columns;
};

/// Gives the columns of `row`, an expression. `root`: null outside of a query, as in an index
/// expression; there a Var is a row of the relation itself.
SeenRow see_row(PlannerInfo *root, Node *row);

/// Gives the expression of a column of `row`: the one that stands in the row constructor, not
/// copied, or a new Var that passes the same outer joins as the row.
Node *column_expression(const SeenRow &row, const SeenColumn &column);

/// Makes CASE WHEN the row is there THEN `result` END, for a row that is nullable.
Node *unless_missing(const SeenRow &row, Node *result);

}  // namespace pgscore::pg
