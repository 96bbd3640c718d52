// Reads a jsonb object as a row, whose keys are features. A key that is absent is a missing column,
// a null is a missing value.
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/boundary/encoding.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/row/binding.hpp"
#include "pg/row/column_match.hpp"
#include "pg/row/temporal.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/fmgrprotos.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// Lists the keys for a message, in memory of the current context.
const char *keys_of(Jsonb *json) {
  return call([json] {
    StringInfoData keys;
    initStringInfo(&keys);
    JsonbIterator *iterator = JsonbIteratorInit(&json->root);
    JsonbValue value;
    for (JsonbIteratorToken token;
         (token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE;)
      if (token == WJB_KEY)
        appendStringInfo(&keys, "%s%.*s", keys.len > 0 ? ", " : "", value.val.string.len,
                         value.val.string.val);
    return keys.data;
  });
}

std::string_view text_of(const JsonbValue &value) {
  return {value.val.string.val, static_cast<std::size_t>(value.val.string.len)};
}

/// Makes a DETAIL that tells which row a message is about.
std::string detail_of(const JsonbValue &value) {
  switch (value.type) {
    case jbvString:
      return the_value_is(text_of(value));
    case jbvBool:
      return value.val.boolean ? "The value is true." : "The value is false.";
    default:
      return JsonContainerIsArray(value.val.binary.data) ? "The value is an array."
                                                         : "The value is an object.";
  }
}

std::string key_is(plan::Plan plan, std::uint32_t input, const std::string &model,
                   const std::string &what) {
  return "key " + in_quotes(feature_name(plan, input)) + " of the jsonb input of model " +
         in_quotes(model) + " is " + what;
}

/// Says in a DETAIL what a row is that is no object.
const char *kind_of(Jsonb *json) {
  if (!JB_ROOT_IS_SCALAR(json)) return "It is an array.";
  JsonbValue scalar;
  JsonbExtractScalar(&json->root, &scalar);
  return scalar.type == jbvString    ? "It is a string."
         : scalar.type == jbvNumeric ? "It is a number."
                                     : "It is a boolean.";
}

}  // namespace

/// Reads a number or a boolean.
double Binding::read_json_scalar(std::uint32_t input, SqlType type, Datum value) const {
  const ValueUse use = value_use(plan_, input);
  const double number = read_value(plan_, {.input = input, .kind = {type, use}}, value);
  if (use != ValueUse::kCategory || number != model::kUnknownCategory) return number;
  const bool is_boolean = type == SqlType::kBool;
  if (is_boolean ? takes_booleans(plan_, input) : takes_numbers(plan_, input)) return number;
  throw Error(ErrorCode::kTypeMismatch,
              key_is(plan_, input, model_,
                     (is_boolean ? "a boolean" : "a number") +
                         std::string(", but its categories are texts")),
              "One of them is " + in_quotes(in_server_encoding(plan_.category(input, 0))) + ".",
              "Give the texts that the model was trained with. pgscore.model_features lists them.");
}

/// jsonb does not say what types its texts had, and those of char(n) values keep their padding.
double Binding::read_json_category(std::uint32_t input, std::string_view text) {
  double code = category_of_text(plan_, input, text);
  if (code == model::kUnknownCategory && text.ends_with(' '))
    code = category_of_padded(input, text);
  if (code == model::kUnknownCategory &&
      plan_.input_on_unknown(input) == model::UnknownPolicy::kError)
    refuse_category(input, text);
  return code;
}

double Binding::read_json_time(std::uint32_t input, const JsonbValue &value) const {
  if (const auto number = temporal_number(plan_.input_unit(input), text_of(value))) return *number;
  throw Error(ErrorCode::kTypeMismatch, key_is(plan_, input, model_, "not a date or time"),
              detail_of(value),
              "Dates and times are written as in \"2026-11-23\", \"2026-11-23T12:30:00\" and "
              "\"12:30:00\".");
}

double Binding::read_json_value(std::uint32_t input, const JsonbValue &value) {
  const bool category = value_use(plan_, input) != ValueUse::kNumber;
  switch (value.type) {
    case jbvNull:
      return model::kMissing;
    case jbvNumeric:
      return read_json_scalar(input, SqlType::kNumeric, NumericGetDatum(value.val.numeric));
    case jbvBool:
      return read_json_scalar(input, SqlType::kBool, BoolGetDatum(value.val.boolean));
    case jbvString:
      if (category) return read_json_category(input, text_of(value));
      if (plan_.input_unit(input) != model::Unit::kNone) return read_json_time(input, value);
      break;
    default:
      break;
  }
  throw Error(
      ErrorCode::kTypeMismatch,
      key_is(plan_, input, model_, category ? "not a category" : "not a number"), detail_of(value),
      category ? "Give a string, a number or a boolean." : "Give a number, a boolean or null.");
}

RowStatus Binding::read_json(Datum datum, double *inputs) {
  Jsonb *json = DatumGetJsonbP(datum);
  if (JB_ROOT_IS_SCALAR(json) && JB_ROOT_COUNT(json) == 1) {
    JsonbValue scalar;
    if (JsonbExtractScalar(&json->root, &scalar) && scalar.type == jbvNull) return RowStatus::kNull;
  }
  if (!JB_ROOT_IS_OBJECT(json))
    throw Error(ErrorCode::kTypeMismatch,
                "the jsonb input of model " + in_quotes(model_) + " must be an object",
                kind_of(json), "Give an object whose keys are the names of the features.");
  RowStatus status = RowStatus::kScorable;
  for (const ValueReader &reader : readers_) {
    const std::string_view name = feature_name(plan_, reader.input);
    JsonbValue buffer;
    const JsonbValue *value = getKeyJsonValueFromContainer(&json->root, name.data(),
                                                           static_cast<int>(name.size()), &buffer);
    if (value == nullptr) throw_missing_column(plan_, model_, reader.input, keys_of(json));
    if (store(reader.input, read_json_value(reader.input, *value), inputs) == RowStatus::kNull)
      status = RowStatus::kNull;
  }
  return status;
}

}  // namespace pgscore::pg
