// Runs SQL from C++. Statements have parameters, results are copied into C++ values, and errors of
// PostgreSQL are PgError.
//
// The registry's statements run with the rights of the extension's owner inside as_registry_owner,
// after the caller's rights have been checked. Nothing here catches an error: the abort of the
// (sub)transaction ends the SPI connection, takes the search path back and restores the user.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bytes.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// A parameter of a statement. Memory comes from the current context (the SPI connection's).
struct Parameter {
  Oid type;
  Datum value;
  bool is_null;
};

/// Each copies a value into a parameter of the SQL type that fits it: int4, int8, bool, float8,
/// text or bytea. Texts are in the encoding of the database. Throw PgError, and kLimitExceeded for
/// what no column can hold (1 GB). datum_parameter does not copy.
Parameter parameter(std::int32_t value);
Parameter parameter(std::int64_t value);
Parameter parameter(bool value);
Parameter parameter(double value);
Parameter parameter(std::string_view text);
Parameter parameter(const char *text);
Parameter parameter(const std::string &text);
Parameter parameter(Bytes bytes);
Parameter parameter(std::span<const double> values);          // float8[]
Parameter parameter(const std::vector<std::string> &values);  // text[]
Parameter oid_parameter(Oid oid);
Parameter jsonb_parameter(const std::string &json);  // raises PostgreSQL's error when it is no JSON
Parameter datum_parameter(Oid type, Datum value);
Parameter null_parameter(Oid type);

/// Gives NULL where there is no value. `type` is its type, the one that parameter(*value) has.
template <class T>
Parameter optional_parameter(const std::optional<T> &value, Oid type) {
  return value ? parameter(*value) : null_parameter(type);
}

/// One value of a result. Reading it as another type than the statement gives is a fault of ours.
class Cell {
 public:
  Cell() = default;
  /// Holds a value of a type that is passed by value, or the bytes of another; without either,
  /// NULL.
  explicit Cell(Datum by_value) : is_null_(false), by_value_(by_value) {}
  explicit Cell(std::string bytes) : is_null_(false), bytes_(std::move(bytes)) {}

  /// Read the value as the type that the statement gives. NULL reads as 0 or as an empty text;
  /// float8_array() may not be asked for it, and throws kInternal for an array of another shape.
  bool is_null() const { return is_null_; }
  std::int32_t integer() const { return DatumGetInt32(by_value_); }
  std::int64_t bigint() const { return DatumGetInt64(by_value_); }
  bool boolean() const { return DatumGetBool(by_value_); }
  double float8() const { return DatumGetFloat8(by_value_); }
  Oid oid() const { return DatumGetObjectId(by_value_); }
  const std::string &text() const { return bytes_; }  // text, bytea, name
  const std::string &bytes() const { return bytes_; }
  std::vector<double> float8_array() const;  // float8[] without nulls, one dimension

 private:
  bool is_null_ = true;
  Datum by_value_ = 0;
  std::string bytes_;
};

struct Result {
  std::uint64_t processed = 0;
  std::vector<std::vector<Cell>> rows;

  /// Says whether there is a row: first() needs one.
  bool empty() const { return rows.empty(); }
  const std::vector<Cell> &first() const { return rows.front(); }
};

/// Runs one statement; needs a connected SPI. `read_only` statements see the snapshot of the
/// calling query, others everything that is committed by now and what this transaction did before.
Result execute(const char *sql, std::initializer_list<Parameter> parameters = {},
               bool read_only = false);

/// A column of a new row and its value.
struct NewValue {
  const char *column;
  Parameter value;
};
/// Adds one row to a table of the catalog. Values have the types of their columns.
void insert_row(const char *table, std::span<const NewValue> values);
inline void insert_row(const char *table, std::initializer_list<NewValue> values) {
  insert_row(table, std::span(values.begin(), values.size()));
}

/// The state of the user and the settings before assume_registry_rights, to be restored.
struct RegistryRights {
  Oid user;
  int security_context;
  int guc_level;
};
/// These are the halves of as_registry_owner, which callers use instead. The first becomes the
/// owner, sets the search path and connects SPI; the second takes all that back, after success
/// only. Throw PgError.
RegistryRights assume_registry_rights();
void drop_registry_rights(const RegistryRights &rights);

/// Runs `body` connected to SPI, as the owner of the extension and with a search path that finds
/// the system's objects and the tables of the catalog, and nothing of other roles.
template <class Body>
auto as_registry_owner(Body body) -> std::invoke_result_t<Body &> {
  const RegistryRights rights = assume_registry_rights();
  if constexpr (std::is_void_v<std::invoke_result_t<Body &>>) {
    body();
    drop_registry_rights(rights);
  } else {
    auto result = body();
    drop_registry_rights(rights);
    return result;
  }
}

}  // namespace pgscore::pg
