#include "pg/dependents/drop_dependents.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/role_type.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "catalog/dependency.h"
#include "catalog/objectaddress.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// The dependents that a removal affects: objects whose expressions are stored as trees, and
/// functions that were found by their text.
struct Affected {
  std::vector<Dependent> objects, texts;
};

Affected find_affected(const Removal &removal) {
  Affected affected;
  for (Dependent &each : find_dependents(removal.model)) {
    std::erase_if(each.uses,
                  [&](const ModelUse &use) { return !removal.takes_away(use.reference); });
    if (each.uses.empty()) continue;
    (each.by_text ? affected.texts : affected.objects).push_back(std::move(each));
  }
  return affected;
}

std::vector<Dependent> without_derived(std::vector<Dependent> objects) {
  std::erase_if(objects, [](const Dependent &each) { return each.derived; });
  return objects;
}

void report(int level, const std::string &message, const std::string &detail) {
  const char *text = message.c_str(), *more = detail.c_str();
  call([=] {
    ereport(level,
            (errmsg_internal("%s", text), more[0] != '\0' ? errdetail_internal("%s", more) : 0));
  });
}

void tell_of_texts(const Removal &removal, const std::vector<Dependent> &texts) {
  if (!texts.empty())
    report(NOTICE, "functions seem to use model " + in_quotes(removal.model) + " by their text",
           describe_each(texts));
}

[[noreturn]] void refuse_removal(const Removal &removal, const std::vector<Dependent> &objects,
                                 const char *hint) {
  throw Error(ErrorCode::kDependentObjects,
              "cannot " + removal.action + " because other objects depend on it",
              describe_each(without_derived(objects)), hint);
}

/// Says whether dropping the object would drop a whole table or type, with its columns. That is
/// never done because a model goes.
bool takes_more_along(const Dependent &each) {
  return each.kind == "partition key" || each.kind == "domain default";
}

void require_droppable(const Removal &removal, const std::vector<Dependent> &objects, Oid user) {
  for (const Dependent &each : objects) {
    if (takes_more_along(each))
      throw Error(ErrorCode::kDependentObjects,
                  "cannot " + removal.action + " because a " + each.kind + " depends on it",
                  describe_each({each}), "Change or drop it yourself first.");
    const Oid owner = each.owner;
    if (!call([=] { return has_privs_of_role(user, owner); }))
      throw Error(ErrorCode::kPermissionDenied, "must be owner of " + describe(each),
                  describe_each({each}) + ".", "Its owner is role " + role_in_quotes(owner) + ".");
  }
}

void tell_of_cascade(const std::vector<Dependent> &objects) {
  if (objects.size() == 1)
    return report(NOTICE, "drop cascades to " + describe(objects.front()), {});
  std::string lines;
  for (const Dependent &each : objects)
    lines += (lines.empty() ? "" : "\n") + ("drop cascades to " + describe(each));
  report(NOTICE, "drop cascades to " + std::to_string(objects.size()) + " other objects", lines);
}

void drop(const std::vector<Dependent> &objects) {
  ObjectAddresses *addresses = call([] { return new_object_addresses(); });
  for (const Dependent &each : objects) {
    // Indexes and triggers of partitions go with the partitioned ones. Inherited columns and
    // constraints are named one by one: nothing connects them.
    if (each.derived && (each.kind == "index" || each.kind == "trigger")) continue;
    const ObjectAddress address{each.class_id, each.object_id, each.sub_id};
    call([=] { add_exact_object_address(&address, addresses); });
  }
  call([=] {
    performMultipleDeletions(addresses, DROP_CASCADE, 0);
    free_object_addresses(addresses);
  });
}

}  // namespace

void remove_dependents(const Removal &removal, bool cascade, Oid user) {
  const Affected affected = find_affected(removal);
  if (!affected.objects.empty()) {
    if (!cascade)
      refuse_removal(removal, affected.objects,
                     "Use cascade => true to drop the dependent objects too.");
    require_droppable(removal, affected.objects, user);
    tell_of_cascade(without_derived(affected.objects));
    drop(affected.objects);
  }
  tell_of_texts(removal, affected.texts);
}

void leave_dependents(const Removal &removal, bool force) {
  const Affected affected = find_affected(removal);
  if (!affected.objects.empty()) {
    if (!force)
      refuse_removal(
          removal, affected.objects,
          "They hold the name. Drop them first, or use force => true to leave them as they are: "
          "they "
          "fail from then on.");
    report(WARNING,
           "objects that depend on model " + in_quotes(removal.model) + " fail from now on",
           describe_each(without_derived(affected.objects)));
  }
  tell_of_texts(removal, affected.texts);
}

std::vector<Dependent> find_version_dependents(const std::string &model) {
  const Removal removal{model, {}, [](const registry::ModelReference &reference) {
                          return reference.version.has_value();
                        }};
  return without_derived(find_affected(removal).objects);
}

}  // namespace pgscore::pg
