#include "pg/row/value_reader.hpp"

#include <charconv>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/hashed_category.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/row/numeric.hpp"
#include "pg/row/padded_categories.hpp"
#include "pg/row/temporal.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "catalog/pg_enum.h"
#include "mb/pg_wchar.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// Below this magnitude doubles tell all whole numbers apart.
constexpr double kGreatestWhole = 9007199254740992.0;  // 2^53

bool is_whole(double number) {
  return std::trunc(number) == number && std::fabs(number) < kGreatestWhole;
}

struct NumericDatum {
  Datum datum;
};

// ---- hash_of(): the hash of what a value is written as, which libraries take of the UTF-8 text

double hash_of(std::string_view text) { return model::hashed_category(row_text_in_utf8(text)); }

double hash_of(std::int64_t number) {
  char buffer[24];
  return model::hashed_category(
      {buffer, static_cast<std::size_t>(std::to_chars(buffer, buffer + sizeof buffer, number).ptr -
                                        buffer)});
}

/// A whole number has the text of an integer: 3, 3.0 and 3.00 are the category "3".
double hash_of(NumericDatum numeric) {
  if (numeric_is_nan(DatumGetNumeric(numeric.datum))) return model::kMissing;
  std::string_view text = DatumGetCString(DirectFunctionCall1(numeric_out, numeric.datum));
  if (text.find('.') != text.npos) {
    text = text.substr(0, text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.remove_suffix(1);
  }
  return model::hashed_category(text);
}

double hash_of(double number) {
  if (std::isnan(number)) return model::kMissing;
  if (is_whole(number)) return hash_of(static_cast<std::int64_t>(number));
  char buffer[64];
  const char *end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  return hash_of(std::string_view(buffer, static_cast<std::size_t>(end - buffer)));
}

/// As CatBoost's Python package takes them.
double hash_of(bool value) { return hash_of(std::int64_t{value}); }

// ---- code_of(): the code of the category that a value is written as

double code_of(plan::Plan plan, std::uint32_t input, std::string_view text) {
  return static_cast<double>(plan.find_category(input, row_text_in_utf8(text)));
}

/// A category that was a number when the model was trained is written "3", or "3.0" when its column
/// held missing values too.
double code_of(plan::Plan plan, std::uint32_t input, double number) {
  if (std::isnan(number)) return model::kMissing;
  char buffer[64];
  auto text_to = [&buffer](const char *end) {
    return std::string_view(buffer, static_cast<std::size_t>(end - buffer));
  };
  if (!is_whole(number))
    return code_of(plan, input, text_to(std::to_chars(buffer, buffer + sizeof buffer, number).ptr));
  char *end =
      std::to_chars(buffer, buffer + sizeof buffer - 2, static_cast<std::int64_t>(number)).ptr;
  if (const double code = code_of(plan, input, text_to(end)); code >= 0) return code;
  *end++ = '.';
  *end++ = '0';
  return code_of(plan, input, text_to(end));
}

double code_of(plan::Plan plan, std::uint32_t input, std::int64_t number) {
  return code_of(plan, input, static_cast<double>(number));
}

double code_of(plan::Plan plan, std::uint32_t input, NumericDatum numeric) {
  return code_of(plan, input, number_of_numeric(numeric.datum));
}

/// Categories that were booleans when the model was trained are written as many languages do.
constexpr std::string_view kTrue[] = {"true", "True", "TRUE", "1", "t"},
                           kFalse[] = {"false", "False", "FALSE", "0", "f"};

double code_of(plan::Plan plan, std::uint32_t input, bool value) {
  for (std::string_view text : value ? kTrue : kFalse)
    if (const double code = code_of(plan, input, text); code >= 0) return code;
  return model::kUnknownCategory;
}

/// Gives the label in memory of the current context.
std::string_view label_of_enum(Oid value) {
  HeapTuple tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(value));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "invalid internal value for enum: %u", value);
  const char *label = pstrdup(NameStr(((Form_pg_enum)GETSTRUCT(tuple))->enumlabel));
  ReleaseSysCache(tuple);
  return label;
}

[[noreturn]] void throw_untyped(plan::Plan plan, std::uint32_t input) {
  throw Error(ErrorCode::kTypeMismatch,
              "could not determine the type of the value for feature " +
                  in_quotes(feature_name(plan, input)),
              {},
              plan.input_unit(input) == model::Unit::kNone
                  ? "Add a cast to a number type."
                  : "Add a cast to date, timestamp or time.");
}

double read_number(plan::Plan plan, std::uint32_t input, SqlType type, Datum datum) {
  switch (type) {
    case SqlType::kFloat8:
      return DatumGetFloat8(datum);
    case SqlType::kFloat4:
      return DatumGetFloat4(datum);
    case SqlType::kInt4:
      return DatumGetInt32(datum);
    case SqlType::kInt8:
      return static_cast<double>(DatumGetInt64(datum));
    case SqlType::kInt2:
      return DatumGetInt16(datum);
    case SqlType::kBool:
      return DatumGetBool(datum) ? 1 : 0;
    case SqlType::kNumeric:
      return number_of_numeric(datum);
    case SqlType::kDate:
      return temporal_number(plan.input_unit(input), TemporalType::kDate, datum);
    case SqlType::kTimestamp:
      return temporal_number(plan.input_unit(input), TemporalType::kTimestamp, datum);
    case SqlType::kTime:
      return temporal_number(plan.input_unit(input), TemporalType::kTime, datum);
    case SqlType::kUnknown:
      throw_untyped(plan, input);
    case SqlType::kText:
    case SqlType::kBpchar:
    case SqlType::kName:
    case SqlType::kEnum:
      break;  // value_kind refuses them
  }
  return model::kMissing;
}

/// Gives take(value) with the value as a text, a whole number, a double, a numeric or a boolean.
template <class Take>
double with_value(SqlType type, Datum datum, Take take) {
  switch (type) {
    case SqlType::kText:
    case SqlType::kBpchar:
      return take(text_of_value(type, datum));
    case SqlType::kName:
      return take(std::string_view(NameStr(*DatumGetName(datum))));
    case SqlType::kUnknown:
      return take(std::string_view(DatumGetCString(datum)));
    case SqlType::kEnum:
      return take(label_of_enum(DatumGetObjectId(datum)));
    case SqlType::kInt2:
      return take(std::int64_t{DatumGetInt16(datum)});
    case SqlType::kInt4:
      return take(std::int64_t{DatumGetInt32(datum)});
    case SqlType::kInt8:
      return take(std::int64_t{DatumGetInt64(datum)});
    case SqlType::kFloat4:
      return take(double{DatumGetFloat4(datum)});
    case SqlType::kFloat8:
      return take(DatumGetFloat8(datum));
    case SqlType::kNumeric:
      return take(NumericDatum{datum});
    case SqlType::kBool:
      return take(DatumGetBool(datum));
    case SqlType::kDate:
    case SqlType::kTimestamp:
    case SqlType::kTime:
      break;  // value_kind refuses them
  }
  return model::kMissing;
}

}  // namespace

std::string_view text_of_value(SqlType type, Datum datum) {
  const text *value = DatumGetTextPP(datum);
  const std::string_view whole(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
  return type == SqlType::kBpchar ? without_trailing_blanks(whole) : whole;
}

std::string the_value_is(std::string_view text) {
  constexpr int kMost = 100;  // bytes shown
  const auto size =
      static_cast<std::size_t>(pg_mbcliplen(text.data(), static_cast<int>(text.size()), kMost));
  return "The value is " +
         in_quotes(std::string(text.substr(0, size)) + (size < text.size() ? "..." : "")) + ".";
}

double category_of_text(plan::Plan plan, std::uint32_t input, std::string_view text) {
  return value_use(plan, input) == ValueUse::kHash ? hash_of(text) : code_of(plan, input, text);
}

double read_value(plan::Plan plan, const ValueReader &reader, Datum datum) {
  const auto [type, use] = reader.kind;
  const std::uint32_t input = reader.input;
  switch (use) {
    case ValueUse::kNumber:
      return read_number(plan, input, type, datum);
    case ValueUse::kCategory:
      return with_value(type, datum, [=](auto value) { return code_of(plan, input, value); });
    case ValueUse::kHash:
      return with_value(type, datum, [](auto value) { return hash_of(value); });
  }
  return model::kMissing;
}

}  // namespace pgscore::pg
