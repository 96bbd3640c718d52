// Dates and times as the numbers that a feature with a unit counts (model::Unit).
//
// Like value_reader.hpp: no C++ memory, so PostgreSQL functions that may ereport are called without
// a guard.
#pragma once
#include <optional>
#include <string_view>

#include "model/model.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

enum class TemporalType : std::uint8_t { kDate, kTimestamp, kTime };

/// A date, a timestamp (with time zone: its UTC time) or a time of day in `unit`. kDays of a
/// timestamp is its day; kSecondsOfDay of a date is 0; a time of day has no day (such columns are
/// refused when the row is bound). -infinity and infinity stay what they are.
double temporal_number(model::Unit unit, TemporalType type, Datum value);

/// The same of a text in ISO 8601, as to_jsonb writes dates and times; nullopt when it is none.
/// Nothing of the session (its time zone, its DateStyle, today's date) matters, so that a score
/// stays immutable.
std::optional<double> temporal_number(model::Unit unit, std::string_view text);

}  // namespace pgscore::pg
