// One SQL value -> one feature of a model.
//
// The functions here run for every value of every row. They allocate nothing of C++ and their
// frames hold nothing with a destructor, so PostgreSQL functions that may ereport are called
// without a guard (STYLE of src/pg/boundary/guard.hpp).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "plan/plan.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// How a value of some SQL type becomes a double.
enum class ValueKind : std::uint8_t {
  // Numbers of number features:
  kInt2,
  kInt4,
  kInt8,
  kFloat4,
  kFloat8,
  kNumeric,
  kBool,
  // Categories by their text:
  kText,
  kBpchar,
  kName,
  kEnum,
  kCString,
  // Categories by a number, or by true and false:
  kInt2Category,
  kInt4Category,
  kInt8Category,
  kFloat4Category,
  kFloat8Category,
  kNumericCategory,
  kBoolCategory,
  // Texts of features that take any category (model::ColumnType::kHash):
  kTextHash,
  kBpcharHash,
  // Categories by their text, which has another encoding in the database than in the model:
  kTextInUtf8,
  kBpcharInUtf8,
  // Numbers of features with a unit (model::Unit):
  kDate,
  kTimestamp,
  kTime,
  kUntyped,  // a literal without a type for a number: only NULL is one
};

/// Where feature `input` finds its value, and how to read it.
struct ValueReader {
  std::uint32_t input = 0;
  std::uint32_t position = 0;  // attribute, argument or element, counted from 0
  ValueKind kind = ValueKind::kFloat8;
  std::uint32_t cache = 0;  // kText, kBpchar: the place of its CategoryCache in Binding
};

/// Whether the model knows a category that is written as a number, as true or false: if not, a
/// value of such a type can only be a mistake. A feature that takes any category (kHash) takes
/// these too.
bool takes_numbers(plan::Plan plan, std::uint32_t input);
bool takes_booleans(plan::Plan plan, std::uint32_t input);

/// How values of `type` (domains are looked through) are read for `input`. Throws kTypeMismatch,
/// naming `column`.
ValueKind value_kind(plan::Plan plan, std::uint32_t input, Oid type, std::string_view column,
                     std::string_view model);

/// The name of a feature in the encoding of the database: itself or memory of the current context.
std::string_view feature_name(plan::Plan plan, std::uint32_t input);

/// The value as model.hpp encodes it: a number, a category code, kUnknownCategory, or NaN. `datum`
/// is not null.
double read_value(plan::Plan plan, const ValueReader &reader, Datum datum);

/// The text of a text, varchar (kText) or char (kBpchar) value. A value that is compressed or lies
/// outside of the row is copied to the current (per-row) context.
std::string_view text_of_value(ValueKind kind, Datum datum);

/// A DETAIL with the value, in the server's encoding and shortened: it tells which row an error is
/// about.
std::string the_value_is(std::string_view text);

/// The code of a category given as text or as a number; -1 when the model does not know it.
double category_of_text(plan::Plan plan, std::uint32_t input, std::string_view text);
double category_of_number(plan::Plan plan, std::uint32_t input, double number);

}  // namespace pgscore::pg
