// Reads one value (a row, a jsonb object, an array) that is not the argument of a call in a query.
// verify_model uses it, with the same code as predict.
#pragma once
#include <string>
#include <vector>

#include "pg/row/binding.hpp"
#include "plan/plan.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

class SingleInput {
 public:
  /// Keeps what it needs in `memory`, which must outlive it. `type` of the values: RECORDOID, a row
  /// type, JSONBOID or an array type. Throws PgError.
  SingleInput(plan::Plan plan, std::string model, Oid type, MemoryContext memory);

  /// Reads a value that is not NULL, as Binding::read does, with its results and errors. `inputs`:
  /// num_inputs() of the plan.
  RowStatus read(Datum value, double *inputs);

 private:
  // Has a call expression with one argument of the type, where Binding looks for the type
  FmgrInfo *function_;
  Binding binding_;
};

}  // namespace pgscore::pg
