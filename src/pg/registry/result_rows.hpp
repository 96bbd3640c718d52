// The rows of a function that returns a set.
#pragma once
#include <span>

#include "pg/boundary/guard.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "funcapi.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Collects rows in a tuplestore, which the executor reads when the function has returned.
class ResultRows {
 public:
  /// Begins the result of the call. Throws PgError.
  explicit ResultRows(FunctionCallInfo fcinfo) {
    call([fcinfo] { InitMaterializedSRF(fcinfo, 0); });
    result_ = reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
  }

  /// Adds a row: one value for each column. Throws PgError.
  void add(std::span<const NullableDatum> row) {
    ReturnSetInfo *result = result_;
    call([=] {
      constexpr int kMaxColumns = 32;
      Datum values[kMaxColumns];
      bool nulls[kMaxColumns];
      for (std::size_t i = 0; i < row.size(); ++i) {
        values[i] = row[i].value;
        nulls[i] = row[i].isnull;
      }
      tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
    });
  }
  void add(std::initializer_list<NullableDatum> row) { add(std::span(row.begin(), row.size())); }

 private:
  ReturnSetInfo *result_;
};

/// Make a column of a row: of a value, or NULL.
inline NullableDatum column(Datum value) { return {value, false}; }
inline NullableDatum null_column() { return {0, true}; }

}  // namespace pgscore::pg
