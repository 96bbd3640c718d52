// Converts values of type numeric to double, those of few digits without writing them as text.
//
// As in value_reader.hpp, PostgreSQL functions that may ereport are called without a guard.
#pragma once
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Gives the double that is nearest to a numeric, as the cast to float8 does; beyond the range of
/// double an infinity.
double number_of_numeric(Datum numeric);

}  // namespace pgscore::pg
