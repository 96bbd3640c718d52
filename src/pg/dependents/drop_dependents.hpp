// What happens to the objects that score a model when the model, one of its versions or one of its
// names goes: refused with the list of them, or dropped too, as DROP ... CASCADE does.
#pragma once
#include <functional>
#include <string>

#include "pg/dependents/dependent.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

struct Removal {
  std::string model;   // name of the model
  std::string action;  // for messages: drop version 1 of model "m"
  std::function<bool(const registry::ModelReference &)>
      takes_away;  // what means nothing afterwards
};

/// Throws kDependentObjects with the list when an object depends on what `removal` takes away; with
/// `cascade` drops these objects instead. `user` must own them: whoever owns a model has no rights
/// on the tables of others. Functions whose text seems to depend on it are only told of, by a
/// NOTICE. Runs inside as_registry_owner.
void remove_dependents(const Removal &removal, bool cascade, Oid user);

/// As remove_dependents without cascade, but with `force` lets the objects be and warns of them.
void leave_dependents(const Removal &removal, bool force);

/// The list of what hangs on `model` by version numbers; empty: nothing. For release_model_name.
std::vector<Dependent> find_version_dependents(const std::string &model);

}  // namespace pgscore::pg
