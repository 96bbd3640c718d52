// Decides what happens to the objects that score a model when the model, one of its versions or one
// of its names goes. The removal is refused with a list of them, or drops them too, as DROP ...
// CASCADE does.
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
      takes_away;  // whether a reference means nothing afterwards
};

/// Throws kDependentObjects with a list when objects depend on what `removal` takes away; with
/// `cascade` drops them instead. `user` must own these objects, because the owner of a model has no
/// rights on the tables of others. A NOTICE names functions whose text seems to depend on it. Runs
/// inside as_registry_owner.
void remove_dependents(const Removal &removal, bool cascade, Oid user);

/// Throws as remove_dependents does without cascade; with `force` it warns of the objects and
/// leaves them.
void leave_dependents(const Removal &removal, bool force);

/// Lists the objects that name versions of `model` by their numbers. For release_model_name.
std::vector<Dependent> find_version_dependents(const std::string &model);

}  // namespace pgscore::pg
