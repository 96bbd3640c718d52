#include "pg/row/temporal.hpp"

#include <cmath>
#include <cstring>
#include <limits>

PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

constexpr double kSecondsPerDay = 86'400, kMicroseconds = 1e6;
/// PostgreSQL counts from 2000-01-01.
constexpr double kEpochDays = POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double seconds_of_timestamp(Timestamp value) {
  if (TIMESTAMP_IS_NOBEGIN(value)) return -kInfinity;
  if (TIMESTAMP_IS_NOEND(value)) return kInfinity;
  // Whole seconds and the rest by themselves: a double has no room for both in microseconds.
  const std::int64_t whole = value / USECS_PER_SEC, rest = value % USECS_PER_SEC;
  return static_cast<double>(whole) + kEpochDays * kSecondsPerDay + static_cast<double>(rest) / kMicroseconds;
}

double in_unit(model::Unit unit, double seconds) {
  if (unit == model::Unit::kSeconds || std::isinf(seconds)) return seconds;
  const double day = std::floor(seconds / kSecondsPerDay);
  return unit == model::Unit::kDays ? day : seconds - day * kSecondsPerDay;
}

}  // namespace

double temporal_number(model::Unit unit, TemporalType type, Datum value) {
  switch (type) {
    case TemporalType::kDate: {
      const DateADT date = DatumGetDateADT(value);
      const double days = DATE_IS_NOBEGIN(date) ? -kInfinity : DATE_IS_NOEND(date) ? kInfinity : date + kEpochDays;
      return unit == model::Unit::kDays ? days : in_unit(unit, days * kSecondsPerDay);
    }
    case TemporalType::kTimestamp:
      return in_unit(unit, seconds_of_timestamp(DatumGetTimestamp(value)));
    case TemporalType::kTime:
      break;
  }
  return static_cast<double>(DatumGetTimeADT(value)) / kMicroseconds;
}

double temporal_number(model::Unit unit, std::string_view text) {
  auto *string = static_cast<char *>(palloc(text.size() + 1));
  std::memcpy(string, text.data(), text.size());
  string[text.size()] = '\0';
  const bool time = unit == model::Unit::kSecondsOfDay;
  const Datum value = DirectFunctionCall3(time ? time_in : timestamp_in, CStringGetDatum(string), ObjectIdGetDatum(InvalidOid),
                                          Int32GetDatum(-1));
  pfree(string);
  return temporal_number(unit, time ? TemporalType::kTime : TemporalType::kTimestamp, value);
}

}  // namespace pgscore::pg
