#include "pg/dependents/model_use.hpp"

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/compat/planner_compat.hpp"
#include "pg/scoring/scoring_function.hpp"
#include "registry/planned_model.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// A name in a tree, with the input of the call that it stands in.
struct FoundName {
  char *text;
  bool planned;       // a planned_model
  List *input_types;  // OIDs
};

struct Search {
  Oid model_version, planned_model;
  List *found;  // of FoundName
};

// The functions down to the end of the block run inside call(): plain data only.

/// Finds the constant below casts that only change the type.
const Const *constant_under(const Node *node) {
  while (node != nullptr) {
    switch (nodeTag(node)) {
      case T_Const: {
        const auto *constant = reinterpret_cast<const Const *>(node);
        return constant->constisnull ? nullptr : constant;
      }
      case T_RelabelType:
        node = reinterpret_cast<const Node *>(reinterpret_cast<const RelabelType *>(node)->arg);
        break;
      case T_CoerceViaIO:
        node = reinterpret_cast<const Node *>(reinterpret_cast<const CoerceViaIO *>(node)->arg);
        break;
      case T_CoerceToDomain:
        node = reinterpret_cast<const Node *>(reinterpret_cast<const CoerceToDomain *>(node)->arg);
        break;
      case T_CollateExpr:
        node = reinterpret_cast<const Node *>(reinterpret_cast<const CollateExpr *>(node)->arg);
        break;
      default:
        return nullptr;
    }
  }
  return nullptr;
}

bool is_text(Oid type) { return type == TEXTOID || type == VARCHAROID || type == BPCHAROID; }

void add(Search *search, const Const *constant, List *input_types) {
  const Oid type = constant->consttype;
  if (!is_text(type) && type != search->model_version && type != search->planned_model) return;
  auto *name = static_cast<FoundName *>(palloc(sizeof(FoundName)));
  *name = {TextDatumGetCString(constant->constvalue), type == search->planned_model, input_types};
  search->found = lappend(search->found, name);
}

void look_at_call(Search *search, const FuncExpr *call, const ScoringFunction &function) {
  const Const *name = constant_under(static_cast<const Node *>(linitial(call->args)));
  if (name == nullptr) return;
  List *types = NIL;
  for (int i = 1; i < list_length(call->args); ++i)
    if (!function.kind->more || i != function.more_argument())
      types =
          lappend_oid(types, getBaseType(exprType(static_cast<Node *>(list_nth(call->args, i)))));
  add(search, name, types);
}

bool look(Node *node, void *context) {
  if (node == nullptr) return false;
  check_stack_depth();
  auto *search = static_cast<Search *>(context);
  switch (nodeTag(node)) {
    case T_Query:
      return compat::walk_query(reinterpret_cast<Query *>(node), look, context);
    case T_FuncExpr: {
      const auto *call = reinterpret_cast<const FuncExpr *>(node);
      const ScoringFunction function = read_scoring_function(call->funcid);
      if (function && call->args != NIL) look_at_call(search, call, function);
      break;
    }
    case T_CoerceViaIO: {
      const Const *constant = constant_under(node);
      if (reinterpret_cast<const CoerceViaIO *>(node)->resulttype == search->model_version &&
          constant != nullptr)
        add(search, constant, NIL);
      break;
    }
    case T_Const: {
      const auto *constant = reinterpret_cast<const Const *>(node);
      if (!constant->constisnull && constant->consttype == search->model_version)
        add(search, constant, NIL);
      break;
    }
    default:
      break;
  }
  return compat::walk_expression(node, look, context);
}

Oid type_in_schema_of(Oid function, const char *name) {
  return OidIsValid(function)
             ? GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
                               ObjectIdGetDatum(get_func_namespace(function)))
             : InvalidOid;
}

// ---- end of the block

/// Reads `name` as a reference; nullopt when it can name no model: then the call fails anyway.
std::optional<registry::ModelReference> reference_of(const FoundName &name) {
  try {
    return registry::parse_model_reference(
        name.planned ? registry::parse_planned_model(name.text).reference : name.text);
  } catch (const Error &) {
    return std::nullopt;
  }
}

}  // namespace

std::string ModelUse::text() const {
  if (reference.version) return reference.model + "@" + std::to_string(*reference.version);
  return reference.alias.empty() ? reference.model : reference.model + "@" + reference.alias;
}

std::vector<ModelUse> uses_in_tree(const std::string &tree) {
  constexpr ScoringFunction kPredict = scoring_function_of_symbol("predict"),
                            kColumns = scoring_function_of_symbol("predict_columns");
  Search search{};
  const Oid written = written_form(kPredict), columns = columns_form(kColumns);
  const char *text = tree.c_str();
  const List *found = call([&, text]() -> const List * {
    search.model_version = type_in_schema_of(written, "model_version");
    search.planned_model = type_in_schema_of(columns, "planned_model");
    look(static_cast<Node *>(stringToNode(text)), &search);
    return search.found;
  });
  std::vector<ModelUse> uses;
  ListCell *cell;
  foreach (cell, found) {
    const auto &name = *static_cast<const FoundName *>(lfirst(cell));
    std::optional<registry::ModelReference> reference = reference_of(name);
    if (!reference) continue;
    ModelUse use{std::move(*reference), {}};
    ListCell *type;
    foreach (type, name.input_types) use.input_types.push_back(lfirst_oid(type));
    uses.push_back(std::move(use));
  }
  return uses;
}

std::vector<ModelUse> uses_in_text(std::string_view text, std::string_view model) {
  constexpr std::string_view kQuotes = "'\"$";
  // Within a literal a quote is doubled.
  std::string written;
  for (const char c : model) written.append(c == '\'' ? 2 : 1, c);
  std::vector<ModelUse> uses;
  for (std::size_t at = text.find(written); at != text.npos; at = text.find(written, at + 1)) {
    if (at == 0 || kQuotes.find(text[at - 1]) == kQuotes.npos) continue;
    const char quote = text[at - 1];
    const std::size_t end = text.find(quote, at);
    if (end == text.npos) break;
    std::string named(text.substr(at, end - at));
    if (written != model && named == written) named = model;
    // The name ends here, or a version follows.
    if (named.size() > model.size() && named[model.size()] != '@') continue;
    try {
      registry::ModelReference reference = registry::parse_model_reference(named);
      if (reference.model == model) uses.push_back({std::move(reference), {}});
    } catch (const Error &) {
      // Not the name of a model.
    }
  }
  return uses;
}

}  // namespace pgscore::pg
