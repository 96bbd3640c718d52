// The rows with known scores of a file, and what the arguments of an import change about them.
#pragma once
#include <vector>

#include "model/builder.hpp"

namespace pgscore::formats {

/// Made of what a reader has built, before names, labels and options of the caller are applied.
class FileTestRows {
 public:
  /// Copies the builder's inputs and output as they are now, when the file has test rows. Keeps a
  /// reference to the builder, which must outlive this. Call it between a format's load and the
  /// first change by the caller's arguments.
  explicit FileTestRows(model::Builder &builder);

  /// Gives the builder's rows the caller's names of classes and categories, where these take the
  /// place of the file's. What an option has made another score since (the class whose probability
  /// is the value, the threshold, the policy of a row's missing value or unknown category) is left
  /// out, with a warning. Asks the builder's interrupt.
  void follow() const;

 private:
  bool leave_out_outputs(model::TestRow &row) const;

  model::Builder &builder_;
  std::vector<model::Input> inputs_;  // as in the file; empty when it has no rows
  model::Output output_;
};

}  // namespace pgscore::formats
