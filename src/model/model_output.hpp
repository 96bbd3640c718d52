// What the scoring functions return for a model.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "model/columns.hpp"

namespace pgscore::model {

enum class Task : std::uint8_t { kRegression, kClassification };

/// A column that is returned under a name.
struct NamedColumn {
  std::string name;
  ColumnId column = 0;
  // Empty: a number. Otherwise the column is an index into these; any other value gives NULL.
  std::vector<std::string> texts = {};
};

/// Which columns the scoring functions return.
struct Output {
  Task task = Task::kRegression;
  /// What the library's own predict returns, one per target; predict() needs exactly one. For
  /// binary classification it is P(positive), or what the library gives instead. Empty for
  /// multi-class.
  std::vector<NamedColumn> values;
  std::vector<ColumnId> raw;            // margins before the link, in the library's order
                                        // (predict_raw)
  std::vector<ColumnId> probabilities;  // classification: one per label; empty when the model has
                                        // none (predict_proba)
  std::vector<std::string> labels;      // classification
  // Classification: column with an index into labels (predict_class); none when labels do not
  // exclude each other (multi-label).
  ColumnId class_code = Operand::kNoColumn;
  std::uint32_t positive = 1;  // binary classification: index of the positive label
  /// Gives the class whose probability predict() returns; null where it returns none.
  const std::string *positive_class() const {
    return labels.size() == 2 && !probabilities.empty() && positive < labels.size()
               ? &labels[positive]
               : nullptr;
  }
  /// What else the model computes (PMML's Output, reason codes, further tensors). predict_outputs
  /// returns these, too.
  std::vector<NamedColumn> more;
};

}  // namespace pgscore::model
