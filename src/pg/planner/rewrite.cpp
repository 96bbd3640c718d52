// predict('credit', t) -> predict_columns('credit version 3 (age, income)', t.age, t.income)
//
// A row as an argument is formed anew for every call, with all of its columns, and large ones are
// fetched from TOAST. Its columns as arguments cost nothing. The rewrite looks the model up for the
// names of the columns that its plan reads.
//
// Execution decides which version is scored (planned_model.hpp), so a plan that is older than a
// deploy is never wrong. It is still made again: catalog_model is among the relations of the plan,
// and a trigger invalidates them at every change of the registry. If the snapshot is older than a
// deploy whose invalidation has arrived already, the version in the plan would not be the latest,
// and would stay. Such a plan is made without the rewrite, and only for this transaction.
//
// An index expression must come out the same for every role at every time, or a query's expression
// would not match the index's. So outside of queries (index expressions, constraints, generated
// columns) a call with a model_version is rewritten by what the catalog says now, without regard to
// the snapshot, and raises no errors.
//
// A rewritten call shows what the model reads, and making it loads the model. So the rewrite needs
// the privilege to score: in queries that of the role that plans; outside of queries that of the
// owner of the table, as whom indexes are built. The plan belongs to that role alone
// (dependsOnRole): for another role, in a session that has it prepared, it is made again.
#include "pg/planner/rewrite.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/compat/planner_compat.hpp"
#include "pg/planner/seen_row.hpp"
#include "pg/row/column_match.hpp"
#include "pg/scoring/call_site.hpp"
#include "pg/scoring/scoring_function.hpp"
#include "pg/scoring/scoring_result.hpp"
#include "pg/scoring/task_check.hpp"
#include "pg/settings.hpp"
#include "plan/used_inputs.hpp"
#include "registry/planned_model.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/planmain.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// Keeps the latest snapshot active as long as it lives. The snapshot is one for catalogs, which
/// may be taken at any time, by parallel workers too.
class LatestSnapshot {
 public:
  LatestSnapshot() {
    call([] { PushActiveSnapshot(GetCatalogSnapshot(InvalidOid)); });
  }
  ~LatestSnapshot() { PopActiveSnapshot(); }
  LatestSnapshot(const LatestSnapshot &) = delete;
  LatestSnapshot &operator=(const LatestSnapshot &) = delete;
};

struct PlannedVersion {
  ResolvedVersion version;
  PlanRef plan;
};

/// Gives the version to plan for; nothing when the call must stay as it is: among others when
/// `role` may not score the model. `in_query`: faults are thrown.
std::optional<PlannedVersion> version_to_plan(const std::string &reference, bool fixed,
                                              PlannerInfo *root, bool in_query, Oid role) {
  PlannedVersion planned;
  std::optional<SnapshotIdentity> snapshot;  // that the call will be executed with
  if (in_query || !fixed) {
    if (!ActiveSnapshotSet()) return std::nullopt;
    snapshot = SnapshotIdentity::current();
    try {
      const std::optional<ResolvedVersion> version = resolve_for_planning(reference, fixed, role);
      if (!version) return std::nullopt;
      planned.version = *version;
    } catch (const Error &) {
      if (in_query) throw;
      return std::nullopt;
    }
  }
  try {
    LatestSnapshot latest;
    const std::int64_t seen = planned.version.version_id;
    // In the usual case nothing has happened since the snapshot was taken.
    std::optional<ResolvedVersion> now = planned.version;
    if (snapshot != SnapshotIdentity::current()) now = resolve_for_planning(reference, fixed, role);
    if (now && (!snapshot || seen == now->version_id)) {
      planned.version = *now;
      planned.plan = plan_of(planned.version);
      return planned;
    }
  } catch (const Error &) {
    // If the fault is still there at execution, that will raise it.
  }
  if (root != nullptr && root->glob != nullptr) root->glob->transientPlan = true;
  return std::nullopt;
}

/// The arguments of the columns form of a call.
struct NewArguments {
  registry::PlannedModel planned;
  std::vector<Node *> inputs;
  SeenRow row{};
};

/// Gives the role that must have the privilege to score a call in an index, a constraint or the
/// like: the owner of the table whose row the call takes, or the current user if it takes no row.
Oid role_outside_of_queries(const FuncExpr &call_of_model) {
  const List *arguments = call_of_model.args;
  return call([arguments] {
    Oid owner = GetUserId();
    ListCell *cell;
    foreach (cell, arguments) {
      const Oid table = get_typ_typrelid(getBaseType(exprType(static_cast<Node *>(lfirst(cell)))));
      if (!OidIsValid(table)) continue;
      HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
      if (!HeapTupleIsValid(tuple)) continue;
      owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relowner;
      ReleaseSysCache(tuple);
      break;
    }
    return owner;
  });
}

/// Checks the columns of a row that cannot be seen through, if its type has a name.
void check_opaque_row(plan::Plan plan, const std::string &model, Oid type) {
  if (type == RECORDOID) return;
  TupleDesc columns = call([type] { return lookup_rowtype_tupdesc_domain(type, -1, true); });
  if (columns == nullptr) return;
  std::vector<RowColumn> named;
  for (int i = 0; i < columns->natts; ++i) {
    const FormData_pg_attribute *column = TupleDescAttr(columns, i);
    if (!column->attisdropped) named.push_back({NameStr(column->attname), column->atttypid, 0});
  }
  match_columns(plan, model, named, false);
  call([columns] { ReleaseTupleDesc(columns); });
}

bool is_volatile(Node *expression) {
  return call([expression] { return contain_volatile_functions(expression); });
}

/// nothing: the row is opaque, or its columns cannot stand for it.
std::optional<NewArguments> arguments_of_row(plan::Plan plan, const std::string &model,
                                             PlannerInfo *root, Node *input) {
  NewArguments out;
  out.row = call([=] { return see_row(root, input); });
  if (!out.row.seen) {
    check_opaque_row(plan, model, call([input] { return exprType(input); }));
    return std::nullopt;
  }
  std::vector<RowColumn> columns;
  for (int i = 0; i < out.row.num_columns; ++i)
    columns.push_back(
        {out.row.columns[i].name, out.row.columns[i].type, static_cast<std::uint32_t>(i)});
  const std::vector<bool> used = plan::used_inputs(plan);
  std::vector<bool> passed(columns.size(), false);
  for (const ValueReader &reader : match_columns(plan, model, columns, out.row.unnamed)) {
    const RowColumn &column = columns[reader.position];
    // ROW(a, b), by position
    if (column.name != feature_name(plan, reader.input)) return std::nullopt;
    if (!used[reader.input]) continue;
    passed[reader.position] = true;
    out.planned.columns.emplace_back(column.name);
    const SeenColumn *seen = &out.row.columns[reader.position];
    const SeenRow *row = &out.row;
    out.inputs.push_back(call([=] { return column_expression(*row, *seen); }));
  }
  // An expression that is not passed on is not evaluated, so it must not be volatile.
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (!passed[i] && out.row.variable == nullptr && is_volatile(out.row.columns[i].expression))
      return std::nullopt;
  if (out.inputs.empty()) return std::nullopt;
  return out;
}

/// Makes a call of a fixed version by position into the call by name that means the same, so that
/// an index on one form serves the other. nothing: no call by name is the same, or no input is
/// used.
std::optional<NewArguments> named_by_position(plan::Plan plan, const std::vector<Node *> &inputs) {
  NewArguments out;
  const std::vector<bool> used = plan::used_inputs(plan);
  for (std::uint32_t i = 0; i < inputs.size(); ++i) {
    // It would not be evaluated.
    if (!used[i] && is_volatile(inputs[i])) return std::nullopt;
    if (!used[i]) continue;
    if (plan.find_input(plan.input_name(i)) != i) return std::nullopt;
    out.planned.columns.emplace_back(feature_name(plan, i));
    out.inputs.push_back(inputs[i]);
  }
  if (out.inputs.empty()) return std::nullopt;
  return out;
}

std::optional<NewArguments> arguments_by_position(plan::Plan plan, const std::string &model,
                                                  bool fixed, const std::vector<Node *> &inputs) {
  if (inputs.size() != plan.num_inputs())
    throw_wrong_count(plan, model, static_cast<std::int64_t>(inputs.size()));
  for (std::uint32_t i = 0; i < inputs.size(); ++i) {
    Node *input = inputs[i];
    const Oid type = call([input] { return exprType(input); });
    value_kind(plan, i, type, feature_name(plan, i), model);  // refuses what cannot be read
  }
  if (fixed)
    if (std::optional<NewArguments> named = named_by_position(plan, inputs)) return named;
  NewArguments out;
  out.planned.input = registry::PlannedInput::kByPosition;
  out.inputs = inputs;
  return out;
}

/// Keeps an array or a jsonb value as it is: only the model gets its planned form.
NewArguments arguments_as_written(const std::vector<Node *> &inputs) {
  NewArguments out;
  out.planned.input = registry::PlannedInput::kAsWritten;
  out.inputs = inputs;
  return out;
}

/// nothing: the call stays as it is.
std::optional<NewArguments> arguments_of(plan::Plan plan, const std::string &model, bool fixed,
                                         PlannerInfo *root, const std::vector<Node *> &inputs) {
  if (inputs.size() != 1) return arguments_by_position(plan, model, fixed, inputs);
  Node *input = inputs[0];
  const Oid type = call([input] { return getBaseType(exprType(input)); });
  if (type == UNKNOWNOID) return std::nullopt;  // NULL, a text, or a JSON object
  if (is_row_type(type)) return arguments_of_row(plan, model, root, input);
  if (type == JSONBOID || call([type] { return OidIsValid(get_element_type(type)); }))
    return arguments_as_written(inputs);
  if (type == JSONOID) return std::nullopt;
  return arguments_by_position(plan, model, fixed, inputs);
}

/// The arguments of the call as it was written.
struct OldArguments {
  std::string reference;
  Node *more = nullptr;
  std::vector<Node *> inputs;
};

/// nothing: the model is no constant, or NULL.
std::optional<OldArguments> old_arguments(const FuncExpr &expression,
                                          const ScoringFunction &function) {
  const auto *model = static_cast<const Node *>(linitial(expression.args));
  if (!IsA(model, Const) || reinterpret_cast<const Const *>(model)->constisnull)
    return std::nullopt;
  const Datum name = reinterpret_cast<const Const *>(model)->constvalue;
  OldArguments out;
  out.reference = call([name] { return static_cast<const char *>(TextDatumGetCString(name)); });
  for (int i = 1; i < list_length(expression.args); ++i) {
    auto *argument = static_cast<Node *>(list_nth(expression.args, i));
    if (function.kind->more && i == function.more_argument())
      out.more = argument;
    else
      out.inputs.push_back(argument);
  }
  return out;
}

/// Makes ROW(columns), a record whose columns have their names.
List *in_one_row(List *inputs, const std::vector<std::string> &names) {
  auto *row = makeNode(RowExpr);
  row->args = inputs;
  row->row_typeid = RECORDOID;
  row->row_format = COERCE_EXPLICIT_CALL;
  for (const std::string &name : names)
    row->colnames = lappend(row->colnames, makeString(pnstrdup(name.data(), name.size())));
  row->location = -1;
  return list_make1(row);
}

Node *make_call(const FuncExpr &old, Oid function, const std::string &planned_model, Node *more,
                const NewArguments &arguments) {
  return call([&] {
    Oid *argument_types;
    int num_arguments;
    get_func_signature(function, &argument_types, &num_arguments);
    text *model =
        cstring_to_text_with_len(planned_model.data(), static_cast<int>(planned_model.size()));
    List *list = list_make1(
        makeConst(argument_types[0], -1, InvalidOid, -1, PointerGetDatum(model), false, false));
    if (more != nullptr) list = lappend(list, more);
    List *inputs = NIL;
    for (Node *input : arguments.inputs) inputs = lappend(inputs, input);
    if (list_length(list) + list_length(inputs) > FUNC_MAX_ARGS)
      inputs = in_one_row(inputs, arguments.planned.columns);
    list = list_concat(list, inputs);
    FuncExpr *made = makeFuncExpr(function, old.funcresulttype, list, old.funccollid, InvalidOid,
                                  COERCE_EXPLICIT_CALL);
    made->location = old.location;
    auto *result = reinterpret_cast<Node *>(made);
    return arguments.row.nullable ? unless_missing(arguments.row, result) : result;
  });
}

void check_constant_threshold(const ScoringFunction &function, const Node *more,
                              const std::string &model) {
  if (more == nullptr || !function.kind->more_is_last || !IsA(more, Const)) return;
  const auto *threshold = reinterpret_cast<const Const *>(more);
  if (!threshold->constisnull) check_threshold(DatumGetFloat8(threshold->constvalue), model);
}

}  // namespace

Node *rewrite_call(const SupportRequestSimplify &request) {
  const FuncExpr &old = *request.fcall;
  const ScoringFunction function = find_scoring_function(old.funcid);
  if (!function || function.columns || old.funcvariadic || !setting::enable_rewrite) return nullptr;
  const std::optional<OldArguments> given = old_arguments(old, function);
  if (!given) return nullptr;

  // A plan for one expression, as plpgsql makes them, has a root without a query.
  PlannerInfo *root = request.root;
  const bool in_query = root != nullptr && root->glob != nullptr && root->parse != nullptr;
  ScoringFunction rewritten = function;
  rewritten.columns = true;
  const Oid form = columns_form(rewritten), original = written_form(rewritten);
  if (!OidIsValid(form)) return nullptr;
  if (root != nullptr && root->glob != nullptr) {
    const Oid catalog = catalog_relation("catalog_model");
    call([&] {
      root->glob->dependsOnRole = true;
      root->glob->relationOids = list_append_unique_oid(root->glob->relationOids, catalog);
      for (const Oid used : {old.funcid, form, original})
        if (OidIsValid(used)) record_plan_function_dependency(root, used);
    });
  }
  // If the role may not call one of the functions, execution raises the error, and names the
  // function that was written.
  if (in_query && !call([&] {
        return compat::may_execute(old.funcid, GetUserId()) &&
               compat::may_execute(form, GetUserId()) && OidIsValid(original) &&
               compat::may_execute(original, GetUserId());
      }))
    return nullptr;
  const Oid role = in_query ? GetUserId() : role_outside_of_queries(old);
  std::optional<PlannedVersion> version =
      version_to_plan(given->reference, function.fixed_version, root, in_query, role);
  if (!version) return nullptr;

  const plan::Plan plan = version->plan.plan();
  std::optional<NewArguments> arguments;
  try {
    check_task(plan, function.kind->want, given->reference);
    check_constant_threshold(function, given->more, given->reference);
    arguments = arguments_of(plan, given->reference, function.fixed_version, root, given->inputs);
  } catch (const Error &) {
    if (in_query) throw;
    return nullptr;
  }
  if (!arguments || arguments->inputs.size() > MaxTupleAttributeNumber) return nullptr;
  arguments->planned.reference = given->reference;
  arguments->planned.version = version->version.version;
  arguments->planned.identity = version->version.identity;
  return make_call(old, form, to_text(arguments->planned), given->more, *arguments);
}

}  // namespace pgscore::pg
