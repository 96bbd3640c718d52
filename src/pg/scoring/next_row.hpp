// Asks the processor for the memory of the row that a scan will return next, while a model is
// computed for this one.
//
// A model of some hundred nodes a row takes the first-level cache for itself, and is long enough
// that the processor does not see what follows it: without being asked, it waits for memory at the
// first look at each row, 50 to 100 ns (README.md, Speed).
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/execnodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Of one call of a function in a statement.
class NextRow {
 public:
  /// Looks, once, for the scan whose rows reach the call. It has to read a table of PostgreSQL's
  /// own kind page by page, and nothing may collect rows between it and the call; otherwise there
  /// is none, and prefetch() does nothing. Throws PgError.
  void find(const FmgrInfo *function);

  /// Asks for the row behind the one that the scan returned last, at most 512 bytes of it, when
  /// that stands on the same page. Called once for each row; it changes nothing and cannot fail.
  void prefetch() const {
    if (source_ != nullptr) prefetch_row(source_);
  }

 private:
  static void prefetch_row(const PlanState *source);

  bool sought_ = false;
  // A scan, or what chooses one of many; lives as long as the call's FmgrInfo
  const PlanState *source_ = nullptr;
};

}  // namespace pgscore::pg
