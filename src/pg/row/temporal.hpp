// Converts dates and times to the numbers that a feature with a unit counts (model::Unit).
//
// As in value_reader.hpp, frames hold nothing with a destructor, so PostgreSQL functions that may
// ereport are called without a guard.
#pragma once
#include <optional>
#include <string_view>

#include "model/model.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

enum class TemporalType : std::uint8_t { kDate, kTimestamp, kTime };

/// Gives a date, a timestamp (with time zone: its UTC time) or a time of day in `unit`. In kDays a
/// timestamp is its day; in kSecondsOfDay a date is 0. A time of day has no day; such columns are
/// refused when the row is bound. -infinity and infinity stay what they are.
double temporal_number(model::Unit unit, TemporalType type, Datum value);

/// Gives the same of a text in ISO 8601, as to_jsonb writes dates and times; nullopt when it is
/// none. The session's time zone and DateStyle and today's date do not matter, so that a score
/// stays immutable.
std::optional<double> temporal_number(model::Unit unit, std::string_view text);

}  // namespace pgscore::pg
