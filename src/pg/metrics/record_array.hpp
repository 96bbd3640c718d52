// Results that are arrays of records, to be unnested.
#pragma once
#include <initializer_list>

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Makes an array of a composite type, whose records have no NULL.
class RecordArray {
 public:
  /// The array that the calling function returns. It lives in the current context.
  explicit RecordArray(FunctionCallInfo fcinfo);
  /// Adds a record: the values of its columns. Throws kLimitExceeded beyond what a value can have,
  /// 1 GB, with `hint`.
  void add(std::initializer_list<Datum> values, const char *hint);
  /// The array. Nothing may be added afterwards.
  Datum result();

 private:
  Oid type_;
  TupleDesc columns_;
  StringInfoData bytes_;
  int count_ = 0;
};

}  // namespace pgscore::pg
