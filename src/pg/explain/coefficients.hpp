// The coefficients of a model as rows for people.
#pragma once
#include "model/model.hpp"
#include "pg/registry/result_rows.hpp"

namespace pgscore::pg {

/// Adds the rows: class, term, level, coefficient; for each margin the intercept first. Throws what
/// explain::coefficients_of throws, and PgError.
void add_coefficient_rows(const model::Model &model, ResultRows &rows);

}  // namespace pgscore::pg
