#include "pg/row/value_reader.hpp"

#include <charconv>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/model_name.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "catalog/pg_enum.h"
#include "utils/float.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

double number_of(Datum numeric) { return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, numeric)); }

/// The text of a text, varchar or char value. A value that is compressed or lies outside of the row is copied to the current
/// (per-row) context.
std::string_view text_of(Datum datum) {
  const text *value = DatumGetTextPP(datum);
  return {VARDATA_ANY(value), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(value))};
}

std::string_view without_trailing_blanks(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

double category_of_enum(plan::Plan plan, std::uint32_t input, Oid value) {
  HeapTuple tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(value));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "invalid internal value for enum: %u", value);
  const double code = category_of_text(plan, input, NameStr(((Form_pg_enum)GETSTRUCT(tuple))->enumlabel));
  ReleaseSysCache(tuple);
  return code;
}

/// Categories that were booleans when the model was trained are written in the manner of many languages.
double category_of_bool(plan::Plan plan, std::uint32_t input, bool value) {
  constexpr std::string_view kTrue[] = {"true", "True", "TRUE", "1", "t"}, kFalse[] = {"false", "False", "FALSE", "0", "f"};
  for (int i = 0; i < 5; ++i)
    if (const double code = category_of_text(plan, input, value ? kTrue[i] : kFalse[i]); code >= 0) return code;
  return model::kUnknownCategory;
}

}  // namespace

ValueKind value_kind(plan::Plan plan, std::uint32_t input, Oid type, std::string_view column, std::string_view model) {
  const bool category = plan.input_type(input) == model::ColumnType::kCategory;
  const Oid base = call([type] { return getBaseType(type); });
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
    if (base == TEXTOID || base == VARCHAROID) return ValueKind::kText;
    if (base == BPCHAROID) return ValueKind::kBpchar;
    if (base == NAMEOID) return ValueKind::kName;
    if (call([base] { return type_is_enum(base); })) return ValueKind::kEnum;
  }
  const char *name = call([type] { return format_type_be(type); });
  throw Error(ErrorCode::kTypeMismatch,
              "column " + in_quotes(column) + " has type " + name + ", but feature " + in_quotes(plan.input_name(input)) +
                  " of model " + in_quotes(model) + " is a " + (category ? "category" : "number"),
              {}, category ? "Cast the column to text." : "Cast the column to a number type.");
}

double category_of_text(plan::Plan plan, std::uint32_t input, std::string_view text) {
  return static_cast<double>(plan.find_category(input, text));
}

double category_of_number(plan::Plan plan, std::uint32_t input, double number) {
  if (std::isnan(number)) return model::kMissing;
  // A category that was a number when the model was trained is written "3", or "3.0" when its column held missing values too.
  char buffer[64];
  if (std::trunc(number) == number && std::fabs(number) < 9007199254740992.0) {
    char *end = std::to_chars(buffer, buffer + sizeof buffer - 2, static_cast<std::int64_t>(number)).ptr;
    if (const double code = category_of_text(plan, input, {buffer, static_cast<std::size_t>(end - buffer)}); code >= 0)
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
      return category_of_text(plan, input, text_of(datum));
    case ValueKind::kBpchar:
      return category_of_text(plan, input, without_trailing_blanks(text_of(datum)));
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
      return category_of_number(plan, input, static_cast<double>(DatumGetInt64(datum)));
    case ValueKind::kFloat4Category:
      return category_of_number(plan, input, DatumGetFloat4(datum));
    case ValueKind::kFloat8Category:
      return category_of_number(plan, input, DatumGetFloat8(datum));
    case ValueKind::kNumericCategory:
      return category_of_number(plan, input, number_of(datum));
    case ValueKind::kBoolCategory:
      return category_of_bool(plan, input, DatumGetBool(datum));
  }
  return model::kMissing;
}

}  // namespace pgscore::pg
