#include "pg/row/temporal.hpp"

#include <cmath>
#include <limits>

PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

constexpr double kSecondsPerDay = 86'400, kMicroseconds = 1e6;
/// The days from 1970-01-01 to 2000-01-01, from which PostgreSQL counts.
constexpr double kEpochDays = POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double seconds_of_timestamp(Timestamp value) {
  if (TIMESTAMP_IS_NOBEGIN(value)) return -kInfinity;
  if (TIMESTAMP_IS_NOEND(value)) return kInfinity;
  // Whole seconds and the rest are added as doubles: one double cannot hold both in microseconds.
  const std::int64_t whole = value / USECS_PER_SEC, rest = value % USECS_PER_SEC;
  return static_cast<double>(whole) + kEpochDays * kSecondsPerDay +
         static_cast<double>(rest) / kMicroseconds;
}

double in_unit(model::Unit unit, double seconds) {
  if (unit == model::Unit::kSeconds || std::isinf(seconds)) return seconds;
  const double day = std::floor(seconds / kSecondsPerDay);
  return unit == model::Unit::kDays ? day : seconds - day * kSecondsPerDay;
}

/// Reads ISO 8601 from the front of a text.
struct IsoReader {
  std::string_view text;

  bool take(char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
  }
  bool number(std::size_t least_digits, std::size_t most_digits, int &value) {
    std::size_t digits = 0;
    value = 0;
    for (;
         digits < most_digits && digits < text.size() && text[digits] >= '0' && text[digits] <= '9';
         ++digits)
      value = value * 10 + (text[digits] - '0');
    text.remove_prefix(digits);
    return digits >= least_digits;
  }
  /// Reads hh:mm, hh:mm:ss, or that with a fraction, as seconds.
  std::optional<double> time() {
    int hours = 0, minutes = 0, seconds = 0, fraction = 0;
    if (!number(2, 2, hours) || !take(':') || !number(2, 2, minutes)) return std::nullopt;
    if (take(':') && !number(2, 2, seconds)) return std::nullopt;
    if (hours > 24 || minutes > 59 || seconds > 60) return std::nullopt;
    double scale = 1;
    if (take('.')) {
      const std::size_t before = text.size();
      if (!number(1, 6, fraction)) return std::nullopt;
      for (std::size_t i = text.size(); i < before; ++i) scale *= 10;
    }
    return hours * 3600.0 + minutes * 60.0 + seconds + fraction / scale;
  }
  /// Reads Z, +hh, +hh:mm or nothing as seconds east of Greenwich.
  std::optional<double> zone() {
    if (text.empty() || take('Z')) return 0;
    const bool east = text.starts_with('+');
    int hours = 0, minutes = 0;
    if ((!take('+') && !take('-')) || !number(2, 2, hours) || (take(':') && !number(2, 2, minutes)))
      return std::nullopt;
    const double seconds = hours * 3600.0 + minutes * 60.0;
    return east ? seconds : -seconds;
  }
};

}  // namespace

double temporal_number(model::Unit unit, TemporalType type, Datum value) {
  switch (type) {
    case TemporalType::kDate: {
      const DateADT date = DatumGetDateADT(value);
      const double days = DATE_IS_NOBEGIN(date) ? -kInfinity
                          : DATE_IS_NOEND(date) ? kInfinity
                                                : date + kEpochDays;
      return unit == model::Unit::kDays ? days : in_unit(unit, days * kSecondsPerDay);
    }
    case TemporalType::kTimestamp:
      return in_unit(unit, seconds_of_timestamp(DatumGetTimestamp(value)));
    case TemporalType::kTime:
      break;
  }
  return static_cast<double>(DatumGetTimeADT(value)) / kMicroseconds;
}

std::optional<double> temporal_number(model::Unit unit, std::string_view text) {
  if (text == "infinity") return kInfinity;
  if (text == "-infinity") return -kInfinity;
  IsoReader reader{text};
  double seconds = 0;
  if (text.find('-') != text.npos) {
    int year = 0, month = 0, day = 0;
    if (!reader.number(4, 6, year) || !reader.take('-') || !reader.number(2, 2, month) ||
        !reader.take('-') || !reader.number(2, 2, day))
      return std::nullopt;
    int year_back = 0, month_back = 0, day_back = 0;  // there is no February 30
    const int julian = date2j(year, month, day);
    j2date(julian, &year_back, &month_back, &day_back);
    if (year < 1 || year != year_back || month != month_back || day != day_back)
      return std::nullopt;
    seconds = static_cast<double>(julian - UNIX_EPOCH_JDATE) * kSecondsPerDay;
    if (reader.text.empty()) return in_unit(unit, seconds);
    if (!reader.take('T') && !reader.take(' ')) return std::nullopt;
  } else if (unit != model::Unit::kSecondsOfDay) {
    return std::nullopt;
  }
  const std::optional<double> time = reader.time();
  if (!time) return std::nullopt;
  // A time of day has no zone, as in SQL
  if (text.find('-') == text.npos) return reader.text.empty() ? time : std::nullopt;
  const std::optional<double> zone = reader.zone();
  if (!zone || !reader.text.empty()) return std::nullopt;
  return in_unit(unit, seconds + *time - *zone);
}

}  // namespace pgscore::pg
