// One SQL value -> one feature of a model.
//
// The functions here run for every value of every row. They allocate nothing of C++ and their
// frames hold nothing with a destructor, so PostgreSQL functions that may ereport are called
// without a guard (boundary/guard.hpp).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "pg/row/value_kind.hpp"
#include "plan/plan.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Where feature `input` finds its value, and how to read it.
struct ValueReader {
  static constexpr std::uint32_t kNoCache = UINT32_MAX;

  std::uint32_t input = 0;
  std::uint32_t position = 0;  // attribute, argument or element, counted from 0
  ValueKind kind{};
  std::uint32_t cache = kNoCache;  // the place of its CategoryCache in Binding
};

/// Gives the value as model.hpp encodes it: a number, a category code, kUnknownCategory, or NaN.
/// `datum` is not null.
double read_value(plan::Plan plan, const ValueReader &reader, Datum datum);

/// Gives the text of a value of type kText or kBpchar, which loses its padding. A value that is
/// compressed or lies outside of the row is copied to the current (per-row) context.
std::string_view text_of_value(SqlType type, Datum datum);

/// Makes a DETAIL with the value, in the server's encoding and shortened: it tells which row an
/// error is about.
std::string the_value_is(std::string_view text);

/// Gives what read_value gives for a category that is written as `text`: its code,
/// kUnknownCategory, or its hash. `text`: in the encoding of the database.
double category_of_text(plan::Plan plan, std::uint32_t input, std::string_view text);

}  // namespace pgscore::pg
