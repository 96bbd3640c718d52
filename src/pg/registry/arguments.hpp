// Converts arguments and results of SQL functions. The functions are not STRICT: a null where a
// value is needed is an error that names the argument.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Each copies an argument of the SQL type that it names; `number` counts from 0. Texts are in the
/// encoding of the database. A null throws kMissingValue with `name`, or is nullopt where it is
/// optional. Throw PgError too.
std::string text_argument(FunctionCallInfo fcinfo, int number, const char *name);
std::optional<std::string> optional_text_argument(FunctionCallInfo fcinfo, int number);
int int_argument(FunctionCallInfo fcinfo, int number, const char *name);
std::optional<int> optional_int_argument(FunctionCallInfo fcinfo, int number);
std::optional<bool> optional_bool_argument(FunctionCallInfo fcinfo, int number);
/// Looks up a role by its name (type name).
Oid role_argument(FunctionCallInfo fcinfo, int number, const char *name);
/// The same; 'public' is everybody, as in GRANT.
Oid role_or_public_argument(FunctionCallInfo fcinfo, int number, const char *name);
/// Copies a jsonb as text.
std::optional<std::string> optional_jsonb_argument(FunctionCallInfo fcinfo, int number);
/// Copies a text[]. Throws kMissingValue for a null element.
std::optional<std::vector<std::string>> optional_text_array_argument(FunctionCallInfo fcinfo,
                                                                     int number, const char *name);
/// Copies a float8[]; a null element is NaN. The argument must not be null.
std::vector<double> float8_array_argument(FunctionCallInfo fcinfo, int number);

/// Detoasts a model file into the current memory context. Throws kLimitExceeded before that when
/// the file is too large.
bytea *file_argument(FunctionCallInfo fcinfo, int number, const char *name, const Limits &limits);
inline Bytes view(const bytea *value) {
  return {reinterpret_cast<const std::byte *>(VARDATA_ANY(value)),
          static_cast<std::size_t>(VARSIZE_ANY_EXHDR(value))};
}

/// Each makes a value of the SQL type that it names, palloc'ed in the current context. Throw
/// kLimitExceeded for a text or bytes that no column can hold (1 GB), and PgError, also where
/// `json` is no JSON.
Datum text_result(std::string_view text);
Datum bytea_result(Bytes bytes);
Datum jsonb_result(const std::string &json);
Datum text_array_result(const std::vector<std::string> &values);
Datum float8_array_result(std::span<const double> values);

}  // namespace pgscore::pg
