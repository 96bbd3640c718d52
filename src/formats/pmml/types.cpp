// PMML's data types (PMML 4.4, DataDictionary) and the text of their values.
#include <array>
#include <chrono>
#include <cmath>

#include "base/float_text.hpp"
#include "base/text.hpp"
#include "formats/pmml/column.hpp"

namespace pgscore::formats::pmml {
namespace {

using Kind = Type::Kind;

struct TypeName {
  std::string_view name;
  Kind kind;
};
constexpr std::array kTypes = {
    TypeName{"string", Kind::kString},
    TypeName{"integer", Kind::kInteger},
    TypeName{"float", Kind::kFloat},
    TypeName{"double", Kind::kDouble},
    TypeName{"boolean", Kind::kBoolean},
    TypeName{"date", Kind::kDate},
    TypeName{"dateTime", Kind::kDateTime},
    TypeName{"time", Kind::kTime},
    TypeName{"timeSeconds", Kind::kSecondsOfTheDay},
};
struct EpochType {
  std::string_view prefix;
  Kind kind;
};
constexpr std::array kEpochTypes = {EpochType{"dateDaysSince[", Kind::kDaysSince},
                                    EpochType{"dateTimeSecondsSince[", Kind::kSecondsSince}};

double days_since_1970(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

/// Exactly `digits` digits at `at`, which moves behind them.
std::optional<int> take_digits(std::string_view text, std::size_t &at, std::size_t digits) {
  if (text.size() - at < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i, ++at) {
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    value = value * 10 + (text[at] - '0');
  }
  return value;
}

bool take(std::string_view text, std::size_t &at, char c) {
  if (at >= text.size() || text[at] != c) return false;
  ++at;
  return true;
}

/// "2004-02-28"
std::optional<double> parse_date(std::string_view text, std::size_t &at) {
  const auto year = take_digits(text, at, 4);
  if (!year || !take(text, at, '-')) return std::nullopt;
  const auto month = take_digits(text, at, 2);
  if (!month || !take(text, at, '-')) return std::nullopt;
  const auto day = take_digits(text, at, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

/// "16:30:12", "16:30:12.25"
std::optional<double> parse_time(std::string_view text, std::size_t &at) {
  const auto hours = take_digits(text, at, 2);
  if (!hours || !take(text, at, ':')) return std::nullopt;
  const auto minutes = take_digits(text, at, 2);
  if (!minutes || !take(text, at, ':')) return std::nullopt;
  const auto seconds = take_digits(text, at, 2);
  if (!seconds || *hours > 24 || *minutes > 59 || *seconds > 60) return std::nullopt;
  double time = *hours * 3600.0 + *minutes * 60.0 + *seconds;
  if (take(text, at, '.')) {
    const std::size_t first = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    time += parse_float64("0." + std::string(text.substr(first, at - first))).value_or(0);
  }
  return time;
}

std::optional<double> parse_date_time(std::string_view text, std::size_t &at) {
  const auto date = parse_date(text, at);
  if (!date || (!take(text, at, 'T') && !take(text, at, ' '))) return std::nullopt;
  const auto time = parse_time(text, at);
  if (!time) return std::nullopt;
  return *date * 86400 + *time;
}

std::optional<double> parse_boolean(std::string_view text) {
  std::string lower;
  for (char c : text.substr(0, 8))
    lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower == "true") return 1;
  if (lower == "false") return 0;
  // Thresholds between them are compared with booleans as well (rpart).
  const std::optional<double> number = parse_float64(text);
  return number && !std::isnan(*number) ? number : std::nullopt;
}

}  // namespace

model::Unit Type::unit() const {
  switch (kind) {
    case Kind::kDate:
    case Kind::kDaysSince:
      return model::Unit::kDays;
    case Kind::kDateTime:
    case Kind::kSecondsSince:
      return model::Unit::kSeconds;
    case Kind::kTime:
    case Kind::kSecondsOfTheDay:
      return model::Unit::kSecondsOfDay;
    default:
      return model::Unit::kNone;
  }
}

double days_before_year(int year) { return days_since_1970(year, 1, 1); }

std::optional<Type> find_type(std::string_view name) {
  for (const TypeName &type : kTypes)
    if (type.name == name) return Type{type.kind, 1970};
  for (const EpochType &type : kEpochTypes) {
    if (!name.starts_with(type.prefix) || !name.ends_with(']')) continue;
    const std::string_view year =
        name.substr(type.prefix.size(), name.size() - type.prefix.size() - 1);
    if (year == "0") return Type{type.kind, 0};
    std::size_t at = 0;
    if (const auto number = take_digits(year, at, 4); number && at == year.size())
      return Type{type.kind, *number};
  }
  return std::nullopt;
}

Type type_of(const XmlElement &element, Type otherwise) {
  const std::optional<std::string_view> name = element.attribute("dataType");
  if (!name) return otherwise;
  const std::optional<Type> type = find_type(*name);
  if (!type) element.refuse("unknown data type \"" + std::string(name->substr(0, 40)) + "\"");
  return *type;
}

std::optional<double> parse_value(std::string_view text, Type type) {
  text = trimmed(text);
  std::size_t at = 0;
  std::optional<double> value;
  switch (type.kind) {
    case Kind::kString:
      return std::nullopt;
    case Kind::kFloat: {
      const std::optional<float> number = parse_float32(text);
      return number && !std::isnan(*number) ? std::optional<double>(*number) : std::nullopt;
    }
    case Kind::kInteger:
    case Kind::kDouble:
      value = parse_float64(text);
      if (!value && (text == "true" || text == "false")) value = text == "true" ? 1 : 0;
      return value && !std::isnan(*value) ? value : std::nullopt;
    case Kind::kBoolean:
      return parse_boolean(text);
    case Kind::kDate:
      value = parse_date(text, at);
      break;
    case Kind::kDateTime:
      value = parse_date_time(text, at);
      break;
    case Kind::kTime:
    case Kind::kSecondsOfTheDay:
    case Kind::kDaysSince:
    case Kind::kSecondsSince:
      value = parse_float64(text);
      if (value && !std::isnan(*value)) return value;
      if (type.kind == Kind::kDaysSince) {
        value = parse_date(text, at);
        if (value) *value -= days_before_year(type.year);
      } else if (type.kind == Kind::kSecondsSince) {
        value = parse_date_time(text, at);
        if (value) *value -= days_before_year(type.year) * 86400;
      } else {
        value = parse_time(text, at);
      }
      break;
  }
  return at == text.size() ? value : std::nullopt;
}

std::string text_of_value(double number, Type type) {
  if (type.kind == Kind::kBoolean) return number != 0 ? "true" : "false";
  if (type.kind == Kind::kFloat) return float32_text(static_cast<float>(number));
  return float64_text(number);
}

}  // namespace pgscore::formats::pmml
