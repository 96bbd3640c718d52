#include "pg/planner/seen_row.hpp"

#include "pg/compat/planner_compat.hpp"
#include "pg/planner/query_level.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "access/sysattr.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

SeenRow with_room(int num_columns) {
  SeenRow row{};
  row.seen = true;
  row.columns = static_cast<SeenColumn *>(palloc0(sizeof(SeenColumn) * (num_columns + 1)));
  return row;
}

void add(SeenRow &row, const SeenColumn &column) { row.columns[row.num_columns++] = column; }

/// Sees a row of a named type. Names and types are the type's; aliases in the query do not count.
SeenRow row_of_type(const Var *var) {
  TupleDesc type = lookup_rowtype_tupdesc_copy(var->vartype, -1);
  SeenRow row = with_room(type->natts);
  row.variable = var;
  for (int i = 0; i < type->natts; ++i) {
    const FormData_pg_attribute *column = TupleDescAttr(type, i);
    if (!column->attisdropped)
      add(row, {NameStr(column->attname), column->atttypid, column->atttypmod, column->attcollation,
                column->attnum, nullptr});
  }
  return row;
}

/// Sees a row of a query in FROM. Types are the query's, names those of the row's type (a view's)
/// or of the alias.
SeenRow row_of_subquery(const Var *var, const RangeTblEntry *rte) {
  const List *targets = rte->subquery->targetList;
  TupleDesc type =
      var->vartype == RECORDOID ? nullptr : lookup_rowtype_tupdesc_copy(var->vartype, -1);
  SeenRow row = with_room(list_length(targets));
  row.variable = var;
  row.unnamed = type == nullptr;
  ListCell *cell;
  foreach (cell, targets) {
    const auto *target = static_cast<const TargetEntry *>(lfirst(cell));
    if (target->resjunk) continue;
    const int number = target->resno - 1;
    const Node *expression = reinterpret_cast<const Node *>(target->expr);
    const char *name;
    if (type != nullptr) {
      // A view may have got columns since the type was read.
      if (number >= type->natts || TupleDescAttr(type, number)->atttypid != exprType(expression))
        return {};
      name = NameStr(TupleDescAttr(type, number)->attname);
    } else {
      if (number >= list_length(rte->eref->colnames)) return {};
      name = strVal(list_nth(rte->eref->colnames, number));
    }
    add(row, {name, exprType(expression), exprTypmod(expression), exprCollation(expression),
              target->resno, nullptr});
  }
  return row;
}

/// Sees a row of WITH or VALUES, whose types are in the range table.
SeenRow row_of_listed_types(const Var *var, const RangeTblEntry *rte) {
  const int count = list_length(rte->coltypes);
  if (list_length(rte->eref->colnames) < count) return {};
  SeenRow row = with_room(count);
  row.variable = var;
  row.unnamed = true;
  for (int i = 0; i < count; ++i)
    add(row, {strVal(list_nth(rte->eref->colnames, i)), list_nth_oid(rte->coltypes, i),
              list_nth_int(rte->coltypmods, i), list_nth_oid(rte->colcollations, i),
              static_cast<AttrNumber>(i + 1), nullptr});
  return row;
}

/// Says whether every row of the relation has a tableoid.
bool is_stored(const RangeTblEntry *rte) {
  return rte->relkind == RELKIND_RELATION || rte->relkind == RELKIND_PARTITIONED_TABLE ||
         rte->relkind == RELKIND_MATVIEW;
}

SeenRow see_row_of_query(const Query *query, const Var *var) {
  const int varno = static_cast<int>(var->varno);
  if (varno < 1 || varno > list_length(query->rtable)) return {};
  const RangeTblEntry *rte = rt_fetch(varno, query->rtable);
  const bool nullable = compat::is_nullable(query, var);
  switch (rte->rtekind) {
    case RTE_RELATION: {
      if (get_rel_type_id(rte->relid) != var->vartype || (nullable && !is_stored(rte))) return {};
      SeenRow row = row_of_type(var);
      row.nullable = nullable;
      return row;
    }
    case RTE_SUBQUERY:
      return nullable || rte->subquery == nullptr ? SeenRow{} : row_of_subquery(var, rte);
    case RTE_CTE:
    case RTE_VALUES:
      return nullable || var->vartype != RECORDOID ? SeenRow{} : row_of_listed_types(var, rte);
    default:
      return {};
  }
}

SeenRow see_variable(PlannerInfo *root, const Var *var) {
  // A column of an outer query's row cannot be asked for any more: the planner collects what a
  // LATERAL item or a sub-select takes from outside before it simplifies expressions.
  if (var->varattno != InvalidAttrNumber || var->varlevelsup != 0 || compat::is_old_or_new(var))
    return {};
  const Query *query = root != nullptr ? root->parse : nullptr;
  if (query == nullptr) {
    // For an index expression, a constraint or an estimate, the type alone says which columns there
    // are.
    const bool named = var->vartype != RECORDOID && get_typtype(var->vartype) == TYPTYPE_COMPOSITE;
    return named && !compat::is_nullable(nullptr, var) ? row_of_type(var) : SeenRow{};
  }
  // A row that is grouped by becomes NULL in other grouping sets; its columns would not.
  if (query->groupingSets != NIL || !is_row_of_query(root, var)) return {};
  return see_row_of_query(query, var);
}

/// Says whether the query of `root`, or one around it, has grouping sets.
bool within_grouping_sets(const PlannerInfo *root) {
  for (; root != nullptr; root = root->parent_root)
    if (root->parse != nullptr && root->parse->groupingSets != NIL) return true;
  return false;
}

SeenRow see_constructor(PlannerInfo *root, const RowExpr *constructor) {
  // A constructor that is grouped by is only recognised as a whole, also in a sub-select that holds
  // a copy of it.
  if (within_grouping_sets(root)) return {};
  const bool named = constructor->row_typeid != RECORDOID;
  if (!named && list_length(constructor->colnames) < list_length(constructor->args)) return {};
  TupleDesc type = named ? lookup_rowtype_tupdesc_copy(constructor->row_typeid, -1) : nullptr;
  SeenRow row = with_room(list_length(constructor->args));
  row.unnamed = !named;
  ListCell *cell;
  foreach (cell, constructor->args) {
    const int number = foreach_current_index(cell);
    if (named && (number >= type->natts || TupleDescAttr(type, number)->attisdropped)) continue;
    const char *name = named ? NameStr(TupleDescAttr(type, number)->attname)
                             : strVal(list_nth(constructor->colnames, number));
    auto *expression = static_cast<Node *>(lfirst(cell));
    add(row, {name, exprType(expression), exprTypmod(expression), exprCollation(expression), 0,
              expression});
  }
  return row;
}

}  // namespace

SeenRow see_row(PlannerInfo *root, Node *row) {
  if (IsA(row, Var)) return see_variable(root, reinterpret_cast<const Var *>(row));
  if (IsA(row, RowExpr)) return see_constructor(root, reinterpret_cast<const RowExpr *>(row));
  return {};
}

Node *column_expression(const SeenRow &row, const SeenColumn &column) {
  if (row.variable == nullptr) return column.expression;
  Var *var = makeVar(static_cast<int>(row.variable->varno), column.attribute, column.type,
                     column.typmod, column.collation, 0);
  compat::copy_nullability(var, row.variable);
  return reinterpret_cast<Node *>(var);
}

Node *unless_missing(const SeenRow &row, Node *result) {
  // Every stored row has a tableoid, so it is NULL only where there is no row.
  Var *table = makeVar(static_cast<int>(row.variable->varno), TableOidAttributeNumber, OIDOID, -1,
                       InvalidOid, 0);
  compat::copy_nullability(table, row.variable);
  auto *test = makeNode(NullTest);
  test->arg = reinterpret_cast<Expr *>(table);
  test->nulltesttype = IS_NOT_NULL;
  test->location = -1;
  auto *when = makeNode(CaseWhen);
  when->expr = reinterpret_cast<Expr *>(test);
  when->result = reinterpret_cast<Expr *>(result);
  when->location = -1;
  auto *choice = makeNode(CaseExpr);
  choice->casetype = exprType(result);
  choice->casecollid = exprCollation(result);
  choice->args = list_make1(when);
  choice->defresult = reinterpret_cast<Expr *>(
      makeNullConst(choice->casetype, exprTypmod(result), choice->casecollid));
  choice->location = -1;
  return reinterpret_cast<Node *>(choice);
}

}  // namespace pgscore::pg
