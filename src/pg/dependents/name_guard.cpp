// pgscore.guard_names is an event trigger of ALTER TABLE, ALTER TYPE and the like, and of CREATE
// INDEX.
//
// predict('credit@1'::model_version, t.*) binds the columns of a row by their names, and texts of
// categories by the labels of an enum. PostgreSQL follows renamed objects by number: an index or a
// CHECK over such a call would silently keep scores that the call no longer gives. So the trigger
// refuses to rename, drop or retype what a stored score is bound to. Where nothing is stored
// (views, policies, triggers) a warning says what now reads other names.
//
// It is called when such a command starts, before a table is rewritten for nothing, and when it
// ends, when the table is locked. Any other command is let through after a look at its parse tree.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/dependents/dependent.hpp"
#include "pg/dependents/lost_owners.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "commands/event_trigger.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parse_type.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// What a command changes: columns of `relation` (a table, a view, a composite type), or labels of
/// the enum `enum_type`. Plain data that points into the parse tree.
struct Change {
  const char *action;  // "rename", "drop", "change the type of"
  const char *what;    // "column", "attribute", "value"
  Oid relation, enum_type;
  const char *names[2];  // of the column before and after; after only where it has another one
};

// The functions down to the end of the block run inside call(): plain data only.

void add_rename(List **changes, const RenameStmt *statement) {
  if (statement->renameType != OBJECT_COLUMN && statement->renameType != OBJECT_ATTRIBUTE) return;
  auto *change = static_cast<Change *>(palloc0(sizeof(Change)));
  *change = {"rename",
             statement->renameType == OBJECT_COLUMN ? "column" : "attribute",
             RangeVarGetRelid(statement->relation, NoLock, true),
             InvalidOid,
             {statement->subname, statement->newname}};
  if (OidIsValid(change->relation)) *changes = lappend(*changes, change);
}

void add_alter_table(List **changes, const AlterTableStmt *statement) {
  const Oid relation = RangeVarGetRelid(statement->relation, NoLock, true);
  if (!OidIsValid(relation)) return;
  ListCell *cell;
  foreach (cell, statement->cmds) {
    const auto *command = static_cast<const AlterTableCmd *>(lfirst(cell));
    if (command->subtype != AT_DropColumn && command->subtype != AT_AlterColumnType) continue;
    auto *change = static_cast<Change *>(palloc0(sizeof(Change)));
    *change = {command->subtype == AT_DropColumn ? "drop" : "change the type of",
               statement->objtype == OBJECT_TYPE ? "attribute" : "column",
               relation,
               InvalidOid,
               {command->name, nullptr}};
    *changes = lappend(*changes, change);
  }
}

void add_alter_enum(List **changes, const AlterEnumStmt *statement) {
  if (statement->oldVal == nullptr) return;  // a new label changes no old one
  auto *change = static_cast<Change *>(palloc0(sizeof(Change)));
  *change = {"rename",
             "value",
             InvalidOid,
             typenameTypeId(nullptr, makeTypeNameFromNameList(statement->typeName)),
             {statement->oldVal, statement->newVal}};
  *changes = lappend(*changes, change);
}

List *changes_of(const Node *statement) {
  List *changes = NIL;
  if (IsA(statement, RenameStmt))
    add_rename(&changes, reinterpret_cast<const RenameStmt *>(statement));
  if (IsA(statement, AlterTableStmt))
    add_alter_table(&changes, reinterpret_cast<const AlterTableStmt *>(statement));
  if (IsA(statement, AlterEnumStmt))
    add_alter_enum(&changes, reinterpret_cast<const AlterEnumStmt *>(statement));
  return changes;
}

/// Gives the table that the command has given an index with an expression, or another owner: the
/// owner may not be allowed to score.
Oid table_with_new_owner(const Node *statement) {
  ListCell *cell;
  if (IsA(statement, IndexStmt)) {
    const auto *index = reinterpret_cast<const IndexStmt *>(statement);
    bool computes = index->whereClause != nullptr;
    foreach (cell, index->indexParams)
      computes = computes || static_cast<const IndexElem *>(lfirst(cell))->expr != nullptr;
    return computes ? RangeVarGetRelid(index->relation, NoLock, true) : InvalidOid;
  }
  if (!IsA(statement, AlterTableStmt)) return InvalidOid;
  const auto *alter = reinterpret_cast<const AlterTableStmt *>(statement);
  foreach (cell, alter->cmds)
    if (static_cast<const AlterTableCmd *>(lfirst(cell))->subtype == AT_ChangeOwner)
      return RangeVarGetRelid(alter->relation, NoLock, true);
  return InvalidOid;
}

/// Lists the row types that have the column of `relation`: its own, and those that inherit it.
/// OIDs.
List *row_types_of(Oid relation) {
  List *types = NIL;
  ListCell *cell;
  foreach (cell, find_all_inheritors(relation, NoLock, nullptr))
    types = lappend_oid(types, get_rel_type_id(lfirst_oid(cell)));
  return types;
}

// ---- end of the block

bool has_type(const ModelUse &use, const std::vector<Oid> &types) {
  return std::any_of(use.input_types.begin(), use.input_types.end(), [&](Oid type) {
    return std::find(types.begin(), types.end(), type) != types.end();
  });
}

/// Says whether the model may read a feature of one of these names; true when `user` may not know.
bool reads_name(const registry::ModelReference &reference, const Change &change, Oid user) {
  const auto model =
      execute("SELECT id FROM catalog_model WHERE name = $1", {parameter(reference.model)});
  if (model.empty()) return true;
  const std::int64_t id = model.first()[0].bigint();
  if (!may_score(id, user)) return true;
  const char *other = change.names[1] != nullptr ? change.names[1] : change.names[0];
  return !execute(
              "SELECT FROM catalog_version v, jsonb_array_elements(v.features) f"
              " WHERE v.model_id = $1 AND ($2 IS NULL OR v.version = $2) AND f ->> 'name' IN ($3, "
              "$4)",
              {parameter(id), optional_parameter(reference.version, INT4OID),
               parameter(change.names[0]), parameter(other)})
              .empty();
}

struct AffectedNames {
  std::vector<Dependent> stored, computed;
};

/// Finds the dependents that read what the change is about. A row is read by the names of its
/// columns. A value of an enum is looked up by its label, as an input by itself or in a column of a
/// row.
AffectedNames find_affected_names(const Change &change, const std::vector<Oid> &types, Oid user) {
  AffectedNames affected;
  for (Dependent &each : find_dependents()) {
    std::erase_if(each.uses, [&](const ModelUse &use) {
      return !has_type(use, types) ||
             (OidIsValid(change.relation) && !reads_name(use.reference, change, user));
    });
    if (each.uses.empty() || each.derived) continue;
    (each.holds_scores ? affected.stored : affected.computed).push_back(std::move(each));
  }
  return affected;
}

/// Lists the types whose values hold a label of the enum: the enum, arrays of it, and rows with a
/// column of it.
std::vector<Oid> types_with_enum(Oid type) {
  std::vector<Oid> types{type};
  for (const auto &row :
       execute(
           "SELECT typarray FROM pg_type WHERE oid = $1 AND typarray <> 0 UNION"
           " SELECT c.reltype FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
           " JOIN pg_type t ON t.oid = a.atttypid"
           " WHERE (t.oid = $1 OR t.typbasetype = $1) AND NOT a.attisdropped AND c.reltype <> 0",
           {oid_parameter(type)})
           .rows)
    types.push_back(row[0].oid());
  return types;
}

std::vector<Oid> types_of(const Change &change) {
  if (OidIsValid(change.enum_type)) return types_with_enum(change.enum_type);
  const Oid relation = change.relation;
  const List *list = call([relation] { return row_types_of(relation); });
  std::vector<Oid> types;
  ListCell *cell;
  foreach (cell, list) types.push_back(lfirst_oid(cell));
  // Tables that were made of the type.
  for (const auto &row :
       execute("SELECT reltype FROM pg_class WHERE reloftype = $1", {oid_parameter(types.front())})
           .rows)
    types.push_back(row[0].oid());
  return types;
}

void check_change(const Change &change, Oid user, bool at_end) {
  const AffectedNames affected = find_affected_names(change, types_of(change), user);
  const std::string what = std::string(change.what) + " " + in_quotes(change.names[0]);
  if (!affected.stored.empty())
    throw Error(
        ErrorCode::kDependentObjects,
        std::string("cannot ") + change.action + " " + what +
            " because scores that are kept depend on it",
        describe_each(affected.stored),
        "Models read it by its name. Drop these objects, make the change, and create them again.");
  if (affected.computed.empty() || !at_end) return;
  const std::string message = what + " is read by models, by its name",
                    detail = describe_each(affected.computed);
  const char *text = message.c_str(), *more = detail.c_str();
  call([=] {
    ereport(WARNING, (errmsg_internal("%s", text), errdetail_internal("%s", more),
                      errhint("Look whether these objects still give what they should.")));
  });
}

Datum guard_names(FunctionCallInfo fcinfo) {
  if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
    throw Error(ErrorCode::kInternal, "function was not called by the event trigger manager");
  const auto &data = *reinterpret_cast<const EventTriggerData *>(fcinfo->context);
  if (data.parsetree == nullptr) return 0;
  const Node *statement = data.parsetree;
  const bool at_end = std::string_view(data.event) == "ddl_command_end";
  const List *changes = call([statement] { return changes_of(statement); });
  const Oid given =
      at_end ? call([statement] { return table_with_new_owner(statement); }) : InvalidOid;
  if (changes == NIL && !OidIsValid(given)) return 0;
  const Oid user = GetUserId();
  as_registry_owner([&] {
    ListCell *cell;
    foreach (cell, changes) check_change(*static_cast<const Change *>(lfirst(cell)), user, at_end);
    if (OidIsValid(given)) warn_of_owner(given);
  });
  return 0;
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(guard_names, pgscore::pg::guard_names);
