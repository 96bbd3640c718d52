// Asks the processor for the memory of the row that a scan will return next, while a model is
// computed for this one.
//
// A model of some hundred nodes a row fills the first-level cache, and takes so long that the
// processor does not look beyond it. Without a prefetch it waits for memory at the first access to
// each row, 50 to 100 ns (docs/benchmarks.md).
#pragma once
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/execnodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Prefetches the next row of the scan that feeds one function call.
class NextRow {
 public:
  /// Looks, once, for the scan whose rows reach the call. The scan has to read a heap table page by
  /// page, and no node between it and the call may collect rows. If there is none, prefetch() does
  /// nothing. Throws PgError.
  void find(const FmgrInfo *function);

  /// Asks for at most 512 bytes of the row behind the one that the scan returned last, if it is on
  /// the same page. Called once for each row; it changes nothing and cannot fail.
  void prefetch() const {
    if (source_ != nullptr) prefetch_row(source_);
  }

 private:
  static void prefetch_row(const PlanState *source);

  bool sought_ = false;
  // A scan, or an Append over many; lives as long as the call's FmgrInfo
  const PlanState *source_ = nullptr;
};

}  // namespace pgscore::pg
