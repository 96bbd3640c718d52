// Reads one value (a row, a jsonb object, an array) that does not come from a call in a query, with
// the same code as if it did: what verify_model checks is what predict does.
#pragma once
#include <string>
#include <vector>

#include "pg/row/binding.hpp"
#include "plan/plan.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

class SingleInput {
 public:
  /// `type` of the values: RECORDOID, a row type, JSONBOID, an array type. What it keeps lies in
  /// `memory`, which must outlive it.
  SingleInput(plan::Plan plan, std::string model, Oid type, MemoryContext memory);

  /// Reads a value that is not NULL, as Binding::read does, with its results and errors. `inputs`:
  /// num_inputs() of the plan.
  RowStatus read(Datum value, double *inputs);

 private:
  // A call expression with one argument of the type: where Binding looks for it
  FmgrInfo *function_;
  Binding binding_;
};

}  // namespace pgscore::pg
