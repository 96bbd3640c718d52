// Says which SQL types a feature takes its values from, and what becomes of them. This is worked
// out once for a call, before its first row is read.
#pragma once
#include <cstdint>
#include <string_view>

#include "plan/plan.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// The SQL types whose values can be read. Domains are what they are over, varchar is text.
enum class SqlType : std::uint8_t {
  kInt2,
  kInt4,
  kInt8,
  kFloat4,
  kFloat8,
  kNumeric,
  kBool,
  kText,
  kBpchar,
  kName,
  kEnum,
  kDate,
  kTimestamp,  // with and without a time zone
  kTime,
  kUnknown,  // a literal without a type: a C string
};

/// What becomes of a value.
enum class ValueUse : std::uint8_t {
  kNumber,
  kCategory,  // the code of the category that the value is written as
  kHash,      // the hash of what it is written as: any category is taken
};

/// How a value becomes a double.
struct ValueKind {
  SqlType type = SqlType::kFloat8;
  ValueUse use = ValueUse::kNumber;

  friend bool operator==(const ValueKind &, const ValueKind &) = default;
};

/// Gives what the feature does with its values.
ValueUse value_use(plan::Plan plan, std::uint32_t input);

/// Say whether the model knows a category that is written as a number, or as true or false. If not,
/// a value of such a type can only be a mistake. A feature that takes any category (kHash) takes
/// these too.
bool takes_numbers(plan::Plan plan, std::uint32_t input);
bool takes_booleans(plan::Plan plan, std::uint32_t input);

/// Gives how values of `type` are read for `input`. Throws kTypeMismatch, naming `column`, when
/// they cannot be.
ValueKind value_kind(plan::Plan plan, std::uint32_t input, Oid type, std::string_view column,
                     std::string_view model);

/// Gives the name of a feature in the encoding of the database: the plan's own text, or memory of
/// the current context.
std::string_view feature_name(plan::Plan plan, std::uint32_t input);

}  // namespace pgscore::pg
