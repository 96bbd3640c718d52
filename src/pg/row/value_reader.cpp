#include "pg/row/value_reader.hpp"

#include <charconv>
#include <cmath>
#include <cstring>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/hashed_category.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/row/padded_categories.hpp"
#include "pg/row/temporal.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "catalog/pg_enum.h"
#include "mb/pg_wchar.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// What lies on disk of a numeric of few digits (src/backend/utils/adt/numeric.c, struct
/// NumericShort, the same since 9.1): a header, then digits of base 10000, the first of weight
/// `weight`.
struct ShortNumeric {
  static constexpr unsigned kMaxDigits = 4;
  std::uint64_t digits = 0;  // as one whole number
  int exponent = 0;          // of 10
  bool negative = false;
};

bool read_short(const char *data, std::size_t size, ShortNumeric &out) {
  constexpr unsigned kFormMask = 0xC000, kShortForm = 0x8000, kSign = 0x2000, kWeightSign = 0x0040,
                     kWeight = 0x003F;
  std::uint16_t header;
  if (size < sizeof header) return false;
  std::memcpy(&header, data, sizeof header);
  const auto num_digits = static_cast<unsigned>((size - sizeof header) / sizeof(std::int16_t));
  if ((header & kFormMask) != kShortForm || num_digits > ShortNumeric::kMaxDigits) return false;
  for (unsigned i = 0; i < num_digits; ++i) {
    std::int16_t digit;
    std::memcpy(&digit, data + sizeof header + i * sizeof digit, sizeof digit);
    out.digits = out.digits * 10000 + static_cast<std::uint64_t>(digit);
  }
  const int weight = static_cast<int>(header & kWeight) - ((header & kWeightSign) != 0 ? 64 : 0);
  out.exponent = num_digits == 0 ? 0 : 4 * (weight - static_cast<int>(num_digits) + 1);
  out.negative = (header & kSign) != 0;
  return true;
}

/// The nearest double, as numeric::float8 gives it by way of the text. A whole number up to 2^53
/// and a power of ten up to 10^22 are exact doubles, so their product or quotient is rounded once
/// (W. Clinger, How to read floating point numbers accurately, 1990).
double number_of(Datum numeric) {
  constexpr double kPowers[] = {1, 1e4, 1e8, 1e12, 1e16, 1e20};
  const auto *value = reinterpret_cast<const struct varlena *>(PG_DETOAST_DATUM_PACKED(numeric));
  ShortNumeric parts;
  if (read_short(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), parts) &&
      parts.digits <= std::uint64_t{1} << 53 && parts.exponent >= -20 && parts.exponent <= 20) {
    const auto digits =
        static_cast<double>(parts.negative ? -static_cast<std::int64_t>(parts.digits)
                                           : static_cast<std::int64_t>(parts.digits));
    return parts.exponent < 0 ? digits / kPowers[-parts.exponent / 4]
                              : digits * kPowers[parts.exponent / 4];
  }
  return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, numeric));
}

bool is_hash(plan::Plan plan, std::uint32_t input) {
  return plan.input_type(input) == model::ColumnType::kHash;
}

/// Libraries hash the UTF-8 text.
double hash_of(std::string_view text) { return model::hashed_category(row_text_in_utf8(text)); }

double hash_of(std::int64_t number) {
  char buffer[24];
  return model::hashed_category(
      {buffer, static_cast<std::size_t>(std::to_chars(buffer, buffer + sizeof buffer, number).ptr -
                                        buffer)});
}

/// An integer has the text of an integer, whatever its type: 3, 3.0 and 3.00 are the category "3".
double hash_of_numeric(Datum numeric) {
  if (numeric_is_nan(DatumGetNumeric(numeric))) return model::kMissing;
  std::string_view text = DatumGetCString(DirectFunctionCall1(numeric_out, numeric));
  if (text.find('.') != text.npos) {
    text = text.substr(0, text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.remove_suffix(1);
  }
  return model::hashed_category(text);
}

double category_of_enum(plan::Plan plan, std::uint32_t input, Oid value) {
  HeapTuple tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(value));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "invalid internal value for enum: %u", value);
  const double code =
      category_of_text(plan, input, NameStr(((Form_pg_enum)GETSTRUCT(tuple))->enumlabel));
  ReleaseSysCache(tuple);
  return code;
}

/// Categories that were booleans when the model was trained are written in the manner of many
/// languages.
constexpr std::string_view kTrue[] = {"true", "True", "TRUE", "1", "t"},
                           kFalse[] = {"false", "False", "FALSE", "0", "f"};

double category_of_bool(plan::Plan plan, std::uint32_t input, bool value) {
  // As CatBoost's Python package takes them
  if (is_hash(plan, input)) return hash_of(std::int64_t{value});
  for (std::string_view text : value ? kTrue : kFalse)
    if (const double code = category_of_text(plan, input, text); code >= 0) return code;
  return model::kUnknownCategory;
}

bool is_text(Oid base) {
  return base == TEXTOID || base == VARCHAROID || base == BPCHAROID || base == NAMEOID;
}

constexpr const char *kCodesHint =
    "If the numbers are codes of categories, give their list when the model is imported (features "
    "=> '[{\"name\": ..., "
    "\"categories\": [...]}, ...]'); otherwise cast the column to a number type.";

bool is_number(std::string_view text) {
  double number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(number);
}

[[noreturn]] void throw_no_such_category(plan::Plan plan, std::uint32_t input, const char *type,
                                         std::string_view column, std::string_view model) {
  throw Error(ErrorCode::kTypeMismatch,
              "column " + in_quotes(column) + " has type " + type +
                  ", but the categories of feature " + in_quotes(feature_name(plan, input)) +
                  " of model " + in_quotes(model) + " are texts",
              "One of them is " + in_quotes(in_server_encoding(plan.category(input, 0))) + ".",
              "Pass the texts that the model was trained with. pgscore.model_features lists them.");
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

}  // namespace

std::string_view feature_name(plan::Plan plan, std::uint32_t input) {
  return in_server_encoding(plan.input_name(input));
}

bool takes_numbers(plan::Plan plan, std::uint32_t input) {
  if (is_hash(plan, input) || plan.num_categories(input) == 0) return true;
  for (std::uint32_t code = 0; code < plan.num_categories(input); ++code)
    if (is_number(plan.category(input, code))) return true;
  return false;
}

bool takes_booleans(plan::Plan plan, std::uint32_t input) {
  if (is_hash(plan, input) || plan.num_categories(input) == 0) return true;
  return category_of_bool(plan, input, true) >= 0 || category_of_bool(plan, input, false) >= 0;
}

ValueKind value_kind(plan::Plan plan, std::uint32_t input, Oid type, std::string_view column,
                     std::string_view model) {
  const bool category = plan.input_type(input) != model::ColumnType::kNumber;
  // A literal without a type (NULL, 'text') arrives as unknown, a C string, also in ROW(..).
  if (type == UNKNOWNOID) return category ? ValueKind::kCString : ValueKind::kUntyped;
  const Oid base = call([type] { return getBaseType(type); });
  // A column of a float type may hold no values at all, so it is refused at its first one
  // (Binding::read_one).
  const bool number = base == INT2OID || base == INT4OID || base == INT8OID || base == NUMERICOID;
  if (category && ((number && !takes_numbers(plan, input)) ||
                   (base == BOOLOID && !takes_booleans(plan, input))))
    throw_no_such_category(plan, input, call([type] { return format_type_be(type); }), column,
                           model);
  switch (base) {
    case INT2OID:
      return category ? ValueKind::kInt2Category : ValueKind::kInt2;
    case INT4OID:
      return category ? ValueKind::kInt4Category : ValueKind::kInt4;
    case INT8OID:
      return category ? ValueKind::kInt8Category : ValueKind::kInt8;
    case FLOAT4OID:
      return category ? ValueKind::kFloat4Category : ValueKind::kFloat4;
    case FLOAT8OID:
      return category ? ValueKind::kFloat8Category : ValueKind::kFloat8;
    case NUMERICOID:
      return category ? ValueKind::kNumericCategory : ValueKind::kNumeric;
    case BOOLOID:
      return category ? ValueKind::kBoolCategory : ValueKind::kBool;
    default:
      break;
  }
  if (category) {
    const bool hash = is_hash(plan, input);
    const bool convert = !hash && GetDatabaseEncoding() != PG_UTF8;
    if (base == TEXTOID || base == VARCHAROID)
      return hash ? ValueKind::kTextHash : convert ? ValueKind::kTextInUtf8 : ValueKind::kText;
    if (base == BPCHAROID)
      return hash      ? ValueKind::kBpcharHash
             : convert ? ValueKind::kBpcharInUtf8
                       : ValueKind::kBpchar;
    if (base == NAMEOID) return ValueKind::kName;
    if (call([base] { return type_is_enum(base); })) return ValueKind::kEnum;
  }
  const model::Unit unit = plan.input_unit(input);
  if (unit != model::Unit::kNone) {
    if (base == DATEOID) return ValueKind::kDate;
    if (base == TIMESTAMPOID || base == TIMESTAMPTZOID) return ValueKind::kTimestamp;
    if (base == TIMEOID && unit == model::Unit::kSecondsOfDay) return ValueKind::kTime;
  }
  const char *name = call([type] { return format_type_be(type); });
  throw Error(ErrorCode::kTypeMismatch,
              "column " + in_quotes(column) + " has type " + name + ", but feature " +
                  in_quotes(feature_name(plan, input)) + " of model " + in_quotes(model) +
                  " is a " +
                  (category                             ? "category"
                   : unit == model::Unit::kNone         ? "number"
                   : unit == model::Unit::kSecondsOfDay ? "time of day"
                                                        : "date or time"),
              {},
              category ? "Cast the column to text."
              : unit == model::Unit::kNone
                  ? (is_text(base) ? kCodesHint : "Cast the column to a number type.")
                  : "Cast the column to date, timestamp or time.");
}

std::string_view text_of_value(ValueKind kind, Datum datum) {
  const text *value = DatumGetTextPP(datum);
  const std::string_view whole(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
  const bool padded = kind == ValueKind::kBpchar || kind == ValueKind::kBpcharHash ||
                      kind == ValueKind::kBpcharInUtf8;
  return padded ? without_trailing_blanks(whole) : whole;
}

std::string the_value_is(std::string_view text) {
  constexpr int kMost = 100;  // bytes shown
  const auto size =
      static_cast<std::size_t>(pg_mbcliplen(text.data(), static_cast<int>(text.size()), kMost));
  return "The value is " +
         in_quotes(std::string(text.substr(0, size)) + (size < text.size() ? "..." : "")) + ".";
}

double category_of_text(plan::Plan plan, std::uint32_t input, std::string_view text) {
  if (is_hash(plan, input)) return hash_of(text);
  return static_cast<double>(plan.find_category(input, row_text_in_utf8(text)));
}

double category_of_number(plan::Plan plan, std::uint32_t input, double number) {
  if (std::isnan(number)) return model::kMissing;
  if (is_hash(plan, input) && std::trunc(number) == number &&
      std::fabs(number) < 9007199254740992.0)
    return hash_of(static_cast<std::int64_t>(number));
  // A category that was a number when the model was trained is written "3", or "3.0" when its
  // column held missing values too.
  char buffer[64];
  if (std::trunc(number) == number && std::fabs(number) < 9007199254740992.0) {
    char *end =
        std::to_chars(buffer, buffer + sizeof buffer - 2, static_cast<std::int64_t>(number)).ptr;
    if (const double code =
            category_of_text(plan, input, {buffer, static_cast<std::size_t>(end - buffer)});
        code >= 0)
      return code;
    *end++ = '.';
    *end++ = '0';
    return category_of_text(plan, input, {buffer, static_cast<std::size_t>(end - buffer)});
  }
  const char *end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  return category_of_text(plan, input, {buffer, static_cast<std::size_t>(end - buffer)});
}

double read_value(plan::Plan plan, const ValueReader &reader, Datum datum) {
  const std::uint32_t input = reader.input;
  switch (reader.kind) {
    case ValueKind::kFloat8:
      return DatumGetFloat8(datum);
    case ValueKind::kFloat4:
      return DatumGetFloat4(datum);
    case ValueKind::kInt4:
      return DatumGetInt32(datum);
    case ValueKind::kInt8:
      return static_cast<double>(DatumGetInt64(datum));
    case ValueKind::kInt2:
      return DatumGetInt16(datum);
    case ValueKind::kBool:
      return DatumGetBool(datum) ? 1 : 0;
    case ValueKind::kNumeric:
      return number_of(datum);
    case ValueKind::kText:
    case ValueKind::kBpchar:
    case ValueKind::kTextInUtf8:
    case ValueKind::kBpcharInUtf8:
      return category_of_text(plan, input, text_of_value(reader.kind, datum));
    case ValueKind::kTextHash:
    case ValueKind::kBpcharHash:
      return hash_of(text_of_value(reader.kind, datum));
    case ValueKind::kName:
      return category_of_text(plan, input, NameStr(*DatumGetName(datum)));
    case ValueKind::kCString:
      return category_of_text(plan, input, DatumGetCString(datum));
    case ValueKind::kEnum:
      return category_of_enum(plan, input, DatumGetObjectId(datum));
    case ValueKind::kInt2Category:
      return category_of_number(plan, input, DatumGetInt16(datum));
    case ValueKind::kInt4Category:
      return category_of_number(plan, input, DatumGetInt32(datum));
    case ValueKind::kInt8Category:
      if (is_hash(plan, input)) return hash_of(std::int64_t{DatumGetInt64(datum)});
      return category_of_number(plan, input, static_cast<double>(DatumGetInt64(datum)));
    case ValueKind::kFloat4Category:
      return category_of_number(plan, input, DatumGetFloat4(datum));
    case ValueKind::kFloat8Category:
      return category_of_number(plan, input, DatumGetFloat8(datum));
    case ValueKind::kNumericCategory:
      if (is_hash(plan, input)) return hash_of_numeric(datum);
      return category_of_number(plan, input, number_of(datum));
    case ValueKind::kBoolCategory:
      return category_of_bool(plan, input, DatumGetBool(datum));
    case ValueKind::kDate:
      return temporal_number(plan.input_unit(input), TemporalType::kDate, datum);
    case ValueKind::kTimestamp:
      return temporal_number(plan.input_unit(input), TemporalType::kTimestamp, datum);
    case ValueKind::kTime:
      return temporal_number(plan.input_unit(input), TemporalType::kTime, datum);
    case ValueKind::kUntyped:
      throw_untyped(plan, input);
  }
  return model::kMissing;
}

}  // namespace pgscore::pg
