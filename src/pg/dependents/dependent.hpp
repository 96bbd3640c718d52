// Finds the database objects whose stored expression scores a model: views, generated columns,
// indexes, constraints and so on. PostgreSQL knows that they depend on the scoring functions, but
// not on which model: their expressions tell that (model_use.hpp).
#pragma once
#include <string>
#include <vector>

#include "pg/dependents/model_use.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

struct Dependent {
  // How PostgreSQL addresses the object, for a deletion.
  Oid class_id = InvalidOid, object_id = InvalidOid;
  int sub_id = 0;
  std::string kind;           // "view", "index", "generated column", ...
  std::string object;         // with its schema, as pg_identify_object writes it
  Oid relation = InvalidOid;  // the table or view that it belongs to; invalid: none
  Oid owner = InvalidOid;     // of the table, the view, the function or the type
  bool derived = false;       // goes with a dependent of a parent table or a partitioned index
  bool holds_scores = false;  // keeps what the model gave, or was checked with it: index, CHECK
  bool by_text = false;       // a function whose text seems to name the model
  std::vector<ModelUse> uses;
};

/// Finds all objects of the database that score some model by a constant name, in the order of kind
/// and name. Runs inside as_registry_owner.
std::vector<Dependent> find_dependents();

/// Finds those of one model, with the uses of that model only, and functions whose text seems to
/// use it. Runs inside as_registry_owner.
std::vector<Dependent> find_dependents(const std::string &model);

/// Writes an object for messages: "index public.i".
std::string describe(const Dependent &dependent);

/// Writes one line for each of `dependents`, as in PostgreSQL's DETAIL ("view v depends on model
/// m"). When they are more than a message holds, the last line says how many more there are.
std::string describe_each(const std::vector<Dependent> &dependents);

}  // namespace pgscore::pg
