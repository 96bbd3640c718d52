#include "pg/registry/arguments.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/spi.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "access/detoast.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

void refuse_null(FunctionCallInfo fcinfo, int number, const char *name) {
  if (PG_ARGISNULL(number))
    throw Error(ErrorCode::kMissingValue,
                "argument \"" + std::string(name) + "\" must not be null");
}

std::string to_string(Datum value) {
  const text *detoasted = call([value] { return DatumGetTextPP(value); });
  return {VARDATA_ANY(detoasted), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(detoasted))};
}

}  // namespace

std::string text_argument(FunctionCallInfo fcinfo, int number, const char *name) {
  refuse_null(fcinfo, number, name);
  return to_string(PG_GETARG_DATUM(number));
}

std::optional<std::string> optional_text_argument(FunctionCallInfo fcinfo, int number) {
  if (PG_ARGISNULL(number)) return std::nullopt;
  return to_string(PG_GETARG_DATUM(number));
}

int int_argument(FunctionCallInfo fcinfo, int number, const char *name) {
  refuse_null(fcinfo, number, name);
  return PG_GETARG_INT32(number);
}

std::optional<int> optional_int_argument(FunctionCallInfo fcinfo, int number) {
  if (PG_ARGISNULL(number)) return std::nullopt;
  return PG_GETARG_INT32(number);
}

Oid role_argument(FunctionCallInfo fcinfo, int number, const char *name) {
  refuse_null(fcinfo, number, name);
  const char *role = NameStr(*PG_GETARG_NAME(number));
  return call([role] { return get_role_oid(role, false); });
}

Oid role_or_public_argument(FunctionCallInfo fcinfo, int number, const char *name) {
  refuse_null(fcinfo, number, name);
  const char *role = NameStr(*PG_GETARG_NAME(number));
  return call([role] { return get_role_oid_or_public(role); });
}

std::optional<bool> optional_bool_argument(FunctionCallInfo fcinfo, int number) {
  if (PG_ARGISNULL(number)) return std::nullopt;
  return PG_GETARG_BOOL(number);
}

std::optional<std::string> optional_jsonb_argument(FunctionCallInfo fcinfo, int number) {
  if (PG_ARGISNULL(number)) return std::nullopt;
  const char *json = call([&] {
    Jsonb *value = PG_GETARG_JSONB_P(number);
    return static_cast<const char *>(JsonbToCString(nullptr, &value->root, VARSIZE(value)));
  });
  return json;
}

std::optional<std::vector<std::string>> optional_text_array_argument(FunctionCallInfo fcinfo,
                                                                     int number, const char *name) {
  if (PG_ARGISNULL(number)) return std::nullopt;
  struct Elements {
    Datum *values;
    bool *nulls;
    int count;
  };
  const Elements elements = call([&] {
    Elements out{};
    deconstruct_array(PG_GETARG_ARRAYTYPE_P(number), TEXTOID, -1, false, TYPALIGN_INT, &out.values,
                      &out.nulls, &out.count);
    return out;
  });
  std::vector<std::string> out;
  out.reserve(elements.count);
  for (int i = 0; i < elements.count; ++i) {
    if (elements.nulls[i])
      throw Error(ErrorCode::kMissingValue,
                  "argument \"" + std::string(name) + "\" must not contain nulls");
    out.push_back(to_string(elements.values[i]));
  }
  return out;
}

std::vector<double> float8_array_argument(FunctionCallInfo fcinfo, int number) {
  struct Elements {
    Datum *values;
    bool *nulls;
    int count;
  };
  const Elements found = call([=] {
    Elements elements{};
    deconstruct_array(PG_GETARG_ARRAYTYPE_P(number), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
                      TYPALIGN_DOUBLE, &elements.values, &elements.nulls, &elements.count);
    return elements;
  });
  std::vector<double> out;
  out.reserve(static_cast<std::size_t>(found.count));
  for (int i = 0; i < found.count; ++i)
    out.push_back(found.nulls[i] ? std::numeric_limits<double>::quiet_NaN()
                                 : DatumGetFloat8(found.values[i]));
  return out;
}

bytea *file_argument(FunctionCallInfo fcinfo, int number, const char *name, const Limits &limits) {
  refuse_null(fcinfo, number, name);
  const Datum value = PG_GETARG_DATUM(number);
  check_file_size(call([value] { return toast_raw_datum_size(value); }) - VARHDRSZ, limits);
  return call([value] { return DatumGetByteaPP(value); });
}

Datum text_result(std::string_view text) { return parameter(text).value; }
Datum bytea_result(Bytes bytes) { return parameter(bytes).value; }
Datum text_array_result(const std::vector<std::string> &values) { return parameter(values).value; }
Datum float8_array_result(std::span<const double> values) { return parameter(values).value; }

Datum jsonb_result(const std::string &json) { return jsonb_parameter(json).value; }

}  // namespace pgscore::pg
