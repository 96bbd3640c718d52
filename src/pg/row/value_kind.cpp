#include "pg/row/value_kind.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/row/value_reader.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

/// nothing: no feature takes values of the type.
std::optional<SqlType> sql_type(Oid base) {
  switch (base) {
    case INT2OID:
      return SqlType::kInt2;
    case INT4OID:
      return SqlType::kInt4;
    case INT8OID:
      return SqlType::kInt8;
    case FLOAT4OID:
      return SqlType::kFloat4;
    case FLOAT8OID:
      return SqlType::kFloat8;
    case NUMERICOID:
      return SqlType::kNumeric;
    case BOOLOID:
      return SqlType::kBool;
    case TEXTOID:
    case VARCHAROID:
      return SqlType::kText;
    case BPCHAROID:
      return SqlType::kBpchar;
    case NAMEOID:
      return SqlType::kName;
    case DATEOID:
      return SqlType::kDate;
    case TIMESTAMPOID:
    case TIMESTAMPTZOID:
      return SqlType::kTimestamp;
    case TIMEOID:
      return SqlType::kTime;
    default:
      if (call([base] { return type_is_enum(base); })) return SqlType::kEnum;
      return std::nullopt;
  }
}

bool is_whole_or_numeric(SqlType type) {
  return type == SqlType::kInt2 || type == SqlType::kInt4 || type == SqlType::kInt8 ||
         type == SqlType::kNumeric;
}

bool is_text(SqlType type) {
  return type == SqlType::kText || type == SqlType::kBpchar || type == SqlType::kName;
}

/// Says whether values of the type can be what the feature takes. `unit`: that of the feature.
bool fits(SqlType type, ValueUse use, model::Unit unit) {
  switch (type) {
    case SqlType::kDate:
    case SqlType::kTimestamp:
      return use == ValueUse::kNumber && unit != model::Unit::kNone;
    case SqlType::kTime:
      return use == ValueUse::kNumber && unit == model::Unit::kSecondsOfDay;
    case SqlType::kEnum:
      return use != ValueUse::kNumber;
    default:
      return use != ValueUse::kNumber || !is_text(type);
  }
}

constexpr const char *kCodesHint =
    "If the numbers are codes of categories, give their list when the model is imported (features "
    "=> '[{\"name\": ..., "
    "\"categories\": [...]}, ...]'); otherwise cast the column to a number type.";

bool takes_any_category(plan::Plan plan, std::uint32_t input) {
  return value_use(plan, input) == ValueUse::kHash || plan.num_categories(input) == 0;
}

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

const char *noun_of(ValueUse use, model::Unit unit) {
  if (use != ValueUse::kNumber) return "category";
  if (unit == model::Unit::kNone) return "number";
  return unit == model::Unit::kSecondsOfDay ? "time of day" : "date or time";
}

const char *advice_for(ValueUse use, model::Unit unit, bool given_text) {
  if (use != ValueUse::kNumber) return "Cast the column to text.";
  if (unit != model::Unit::kNone) return "Cast the column to date, timestamp or time.";
  return given_text ? kCodesHint : "Cast the column to a number type.";
}

}  // namespace

ValueUse value_use(plan::Plan plan, std::uint32_t input) {
  switch (plan.input_type(input)) {
    case model::ColumnType::kNumber:
      return ValueUse::kNumber;
    case model::ColumnType::kCategory:
      return ValueUse::kCategory;
    case model::ColumnType::kHash:
      break;
  }
  return ValueUse::kHash;
}

std::string_view feature_name(plan::Plan plan, std::uint32_t input) {
  return in_server_encoding(plan.input_name(input));
}

bool takes_numbers(plan::Plan plan, std::uint32_t input) {
  if (takes_any_category(plan, input)) return true;
  for (std::uint32_t code = 0; code < plan.num_categories(input); ++code)
    if (is_number(plan.category(input, code))) return true;
  return false;
}

bool takes_booleans(plan::Plan plan, std::uint32_t input) {
  if (takes_any_category(plan, input)) return true;
  const ValueReader reader{.input = input, .kind = {SqlType::kBool, ValueUse::kCategory}};
  return read_value(plan, reader, BoolGetDatum(true)) >= 0 ||
         read_value(plan, reader, BoolGetDatum(false)) >= 0;
}

ValueKind value_kind(plan::Plan plan, std::uint32_t input, Oid type, std::string_view column,
                     std::string_view model) {
  const ValueUse use = value_use(plan, input);
  // A literal without a type (NULL, 'text') arrives as unknown, also in ROW(..).
  if (type == UNKNOWNOID) return {SqlType::kUnknown, use};
  const std::optional<SqlType> found = sql_type(call([type] { return getBaseType(type); }));
  // A column of a float type may hold no values at all, so it is refused at its first one
  // (Binding::read_one).
  if (found && use == ValueUse::kCategory &&
      ((is_whole_or_numeric(*found) && !takes_numbers(plan, input)) ||
       (*found == SqlType::kBool && !takes_booleans(plan, input))))
    throw_no_such_category(plan, input, call([type] { return format_type_be(type); }), column,
                           model);
  const model::Unit unit = plan.input_unit(input);
  if (found && fits(*found, use, unit)) return {*found, use};
  const char *name = call([type] { return format_type_be(type); });
  throw Error(ErrorCode::kTypeMismatch,
              "column " + in_quotes(column) + " has type " + name + ", but feature " +
                  in_quotes(feature_name(plan, input)) + " of model " + in_quotes(model) +
                  " is a " + noun_of(use, unit),
              {}, advice_for(use, unit, found && is_text(*found)));
}

}  // namespace pgscore::pg
