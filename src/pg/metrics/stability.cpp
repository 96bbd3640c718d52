// psi: the population stability index of two histograms.
#include "metrics/stability.hpp"

#include <cmath>
#include <span>
#include <string>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

// A float8[] of counts, argument `number`, in the current context.
std::span<const double> histogram_argument(FunctionCallInfo fcinfo, int number, const char *name) {
  const Datum value = PG_GETARG_DATUM(number);
  ArrayType *array = call([value] { return DatumGetArrayTypeP(value); });
  const int count = call([array] { return ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)); });
  if (call([array] { return array_contains_nulls(array); }))
    throw Error(ErrorCode::kInvalidArgument,
                "argument \"" + std::string(name) + "\" must not contain nulls", {},
                "A bin without rows has the count 0.");
  const std::span counts(reinterpret_cast<const double *>(ARR_DATA_PTR(array)),
                         static_cast<std::size_t>(count));
  for (const double rows : counts)
    if (!(rows >= 0 && std::isfinite(rows)))
      throw Error(ErrorCode::kOutOfRange, "count of a bin is not a number from 0 on",
                  "Argument \"" + std::string(name) + "\" has " + number_text(rows) + ".");
  return counts;
}

Datum psi(FunctionCallInfo fcinfo) {
  const auto expected = histogram_argument(fcinfo, 0, "expected");
  const auto actual = histogram_argument(fcinfo, 1, "actual");
  if (expected.size() != actual.size())
    throw Error(ErrorCode::kInvalidArgument, "histograms have different numbers of bins",
                "They have " + std::to_string(expected.size()) + " and " +
                    std::to_string(actual.size()) + ".",
                "Count both over the same bins.");
  return optional_result(fcinfo, metrics::population_stability(expected, actual));
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(psi, pgscore::pg::psi);
