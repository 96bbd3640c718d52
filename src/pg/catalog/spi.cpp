#include "pg/catalog/spi.hpp"

#include "base/error.hpp"
#include "pg/catalog/model_table.hpp"
#include "pg/postgres.hpp"

PGSCORE_SERVER_HEADERS_BEGIN
#include "utils/fmgrprotos.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

// A varlena holds at most 1 GB, header included.
void check_varlena_size(std::size_t size) {
  if (size > MaxAllocSize - VARHDRSZ)
    throw Error(ErrorCode::kLimitExceeded, "value is too large for the catalog",
                "It has " + std::to_string(size) + " bytes, a column holds less than 1 GB.");
}

Datum make_varlena(const void *data, std::size_t size) {
  check_varlena_size(size);
  return call([=] {
    auto *value = static_cast<bytea *>(palloc(size + VARHDRSZ));
    SET_VARSIZE(value, size + VARHDRSZ);
    if (size > 0) memcpy(VARDATA(value), data, size);
    return PointerGetDatum(value);
  });
}

// Gives what a varlena holds, detoasted into the current memory context.
struct Span {
  const char *data;
  std::size_t size;
};

Cell copy_cell(TupleDesc columns, HeapTuple tuple, int number) {
  bool is_null = true;
  const Datum value = call([&] { return SPI_getbinval(tuple, columns, number, &is_null); });
  if (is_null) return {};
  const Form_pg_attribute column = TupleDescAttr(columns, number - 1);
  if (column->attbyval) return Cell(value);
  if (column->atttypid == NAMEOID) return Cell(std::string(NameStr(*DatumGetName(value))));
  if (column->attlen != -1)
    throw Error(ErrorCode::kInternal, "unexpected internal error",
                "A result has a type that is not read.");
  // An array is kept whole, with its header; anything else without it.
  const bool is_array = column->atttypid == FLOAT8ARRAYOID;
  const Span span = call([&] {
    if (!is_array) {
      const struct varlena *bytes = PG_DETOAST_DATUM_PACKED(value);
      return Span{VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes)};
    }
    const struct varlena *array = PG_DETOAST_DATUM(value);
    return Span{reinterpret_cast<const char *>(array), VARSIZE(array)};
  });
  return Cell(std::string(span.data, span.size));
}

// Removes the texts of our own statements, and the lines about them, from the CONTEXT of an error:
// they are of no use to users. CONTEXT begins with the innermost line.
void hide_statement(ErrorData &error, const char *sql) {
  if (error.context == nullptr) return;
  char *ours = strstr(error.context, sql);
  if (ours == nullptr) return;
  char *rest = strchr(ours + strlen(sql), '\n');
  error.context = rest == nullptr ? nullptr : rest + 1;
}

int run(const char *sql, int count, Oid *types, Datum *values, const char *nulls, bool read_only) {
  try {
    return call(
        [=] { return SPI_execute_with_args(sql, count, types, values, nulls, read_only, 0); });
  } catch (const PgError &error) {
    hide_statement(*error.data, sql);
    throw;
  }
}

}  // namespace

Parameter parameter(std::int32_t value) { return {INT4OID, Int32GetDatum(value), false}; }
Parameter parameter(std::int64_t value) { return {INT8OID, Int64GetDatum(value), false}; }
Parameter parameter(bool value) { return {BOOLOID, BoolGetDatum(value), false}; }
Parameter parameter(double value) { return {FLOAT8OID, Float8GetDatum(value), false}; }
Parameter parameter(std::string_view text) {
  return {TEXTOID, make_varlena(text.data(), text.size()), false};
}
Parameter parameter(const char *text) { return parameter(std::string_view(text)); }
Parameter parameter(const std::string &text) { return parameter(std::string_view(text)); }
Parameter parameter(Bytes bytes) {
  return {BYTEAOID, make_varlena(bytes.data(), bytes.size()), false};
}
Parameter oid_parameter(Oid oid) { return {OIDOID, ObjectIdGetDatum(oid), false}; }
Parameter datum_parameter(Oid type, Datum value) { return {type, value, false}; }
Parameter null_parameter(Oid type) { return {type, Datum{0}, true}; }

Parameter jsonb_parameter(const std::string &json) {
  const char *text = json.c_str();
  return {JSONBOID, call([text] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(text)); }),
          false};
}

Parameter parameter(std::span<const double> values) {
  return {
      FLOAT8ARRAYOID, call([&] {
        auto *elements = static_cast<Datum *>(palloc((values.size() + 1) * sizeof(Datum)));
        for (std::size_t i = 0; i < values.size(); ++i) elements[i] = Float8GetDatum(values[i]);
        return PointerGetDatum(construct_array(elements, static_cast<int>(values.size()), FLOAT8OID,
                                               sizeof(double), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
      }),
      false};
}

Parameter parameter(const std::vector<std::string> &values) {
  return {TEXTARRAYOID, call([&] {
            auto *elements = static_cast<Datum *>(palloc((values.size() + 1) * sizeof(Datum)));
            for (std::size_t i = 0; i < values.size(); ++i)
              elements[i] = PointerGetDatum(
                  cstring_to_text_with_len(values[i].data(), static_cast<int>(values[i].size())));
            return PointerGetDatum(construct_array(elements, static_cast<int>(values.size()),
                                                   TEXTOID, -1, false, TYPALIGN_INT));
          }),
          false};
}

std::vector<double> Cell::float8_array() const {
  const auto *array = reinterpret_cast<const ArrayType *>(bytes_.data());
  const int count = ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0];
  if (count > 0 && (ARR_NDIM(array) != 1 || ARR_HASNULL(array) || ARR_ELEMTYPE(array) != FLOAT8OID))
    throw Error(ErrorCode::kInternal, "unexpected internal error",
                "An array of the catalog has another shape than expected.");
  const auto *values = reinterpret_cast<const double *>(ARR_DATA_PTR(array));
  return {values, values + count};
}

namespace {

Result execute_with(const char *sql, std::span<const Parameter> parameters, bool read_only) {
  constexpr std::size_t kMaxParameters = 32;
  if (parameters.size() > kMaxParameters)
    throw Error(ErrorCode::kInternal, "unexpected internal error", "Too many parameters.");
  Oid types[kMaxParameters];
  Datum values[kMaxParameters];
  char nulls[kMaxParameters];
  int count = 0;
  for (const Parameter &p : parameters) {
    types[count] = p.type;
    values[count] = p.value;
    nulls[count] = p.is_null ? 'n' : ' ';
    ++count;
  }
  const int code = run(sql, count, types, values, nulls, read_only);
  if (code < 0)
    throw Error(ErrorCode::kInternal, "unexpected internal error",
                std::string("SPI: ") + SPI_result_code_string(code));

  Result result;
  result.processed = SPI_processed;
  SPITupleTable *table = SPI_tuptable;
  if (table != nullptr) {
    result.rows.resize(table->numvals);
    for (std::uint64_t row = 0; row < table->numvals; ++row) {
      result.rows[row].reserve(table->tupdesc->natts);
      for (int column = 1; column <= table->tupdesc->natts; ++column)
        result.rows[row].push_back(copy_cell(table->tupdesc, table->vals[row], column));
    }
    call([table] { SPI_freetuptable(table); });
  }
  return result;
}

}  // namespace

Result execute(const char *sql, std::initializer_list<Parameter> parameters, bool read_only) {
  return execute_with(sql, {parameters.begin(), parameters.size()}, read_only);
}

void insert_row(const char *table, std::span<const NewValue> values) {
  std::string columns, places;
  std::vector<Parameter> parameters;
  for (const NewValue &value : values) {
    parameters.push_back(value.value);
    const char *separator = columns.empty() ? "" : ", ";
    columns.append(separator).append(value.column);
    places.append(separator).append("$").append(std::to_string(parameters.size()));
  }
  const std::string sql =
      std::string("INSERT INTO ") + table + " (" + columns + ") VALUES (" + places + ")";
  execute_with(sql.c_str(), parameters, false);
}

RegistryRights assume_registry_rights() {
  const Oid table = catalog_relation("catalog_model");
  return call([table] {
    RegistryRights rights;
    GetUserIdAndSecContext(&rights.user, &rights.security_context);
    rights.guc_level = NewGUCNestLevel();
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
    if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for relation %u", table);
    const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relowner;
    ReleaseSysCache(tuple);
    // LOCAL_USERID_CHANGE forbids SET ROLE meanwhile. RESTRICTED_OPERATION forbids what would
    // outlive this: cursors, listens.
    SetUserIdAndSecContext(owner, rights.security_context | SECURITY_LOCAL_USERID_CHANGE |
                                      SECURITY_RESTRICTED_OPERATION);
    // Only the system and the extension can create anything in this path.
    (void)set_config_option("search_path", "pg_catalog, \"!pgscore\", pg_temp", PGC_USERSET,
                            PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
    return rights;
  });
}

void drop_registry_rights(const RegistryRights &rights) {
  call([&] {
    if (SPI_finish() != SPI_OK_FINISH) elog(ERROR, "SPI_finish failed");
    AtEOXact_GUC(false, rights.guc_level);
    SetUserIdAndSecContext(rights.user, rights.security_context);
  });
}

}  // namespace pgscore::pg
