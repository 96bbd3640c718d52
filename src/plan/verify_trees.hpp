// The part of verify_plan that proves one tree ensemble.
#pragma once
#include <cstdint>
#include <span>

#include "plan/section_cursor.hpp"
#include "plan/tree_layout.hpp"

namespace pgscore::plan {

/// The columns that an ensemble may read: those that exist before it, made by steps that run
/// whenever it runs.
struct ReadableColumns {
  std::span<const std::uint8_t> wants;  // for each column before the ensemble: who its step runs
                                        // for (inputs: everybody)
  std::uint8_t needed = 0;              // the wants of the ensemble
  std::uint32_t num_inputs = 0;
  /// Says whether the ensemble may read a column, of any number.
  bool can_read(std::uint32_t column) const {
    return column < wants.size() && (needed & ~wants[column]) == 0;
  }
};

/// Takes the sections of `record` from `cursor`. Throws kCorruptedPlan.
void verify_trees(const EnsembleRecord &record, const ReadableColumns &columns,
                  SectionCursor &cursor);

}  // namespace pgscore::plan
