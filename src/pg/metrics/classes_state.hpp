// The state of metrics of predicted classes.
#pragma once
#include <optional>

#include "metrics/class_table.hpp"
#include "metrics/confusion.hpp"
#include "pg/metrics/class_type.hpp"
#include "pg/metrics/spill_file.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

struct ClassesState {
  ContextMemory memory;
  Oid type, collation;
  std::optional<metrics::Average> average;  // of the metrics that have one
  metrics::ClassTable classes;
  metrics::ConfusionMatrix matrix;

  /// Takes memory of `context`. The type is that of the labels.
  ClassesState(MemoryContext context, const ClassType &labels)
      : memory(context),
        type(labels.type()),
        collation(labels.collation()),
        classes(&memory),
        matrix(&memory) {}

  /// Adds the rows of another state, whose labels are of the type.
  void add(const ClassesState &other, const ClassType &labels);
  /// Weights of the rows of each class.
  metrics::ClassTotals totals() const { return {matrix, classes.size()}; }
};

/// The bytes of a state, and such a state again, in the current context.
Datum bytes_of_classes(const ClassesState &state);
ClassesState *classes_of_bytes(FunctionCallInfo fcinfo);

}  // namespace pgscore::pg
