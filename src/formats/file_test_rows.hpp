// The rows with known scores of a file, and what the arguments of an import change about them.
#pragma once
#include <string>
#include <vector>

#include "formats/format.hpp"
#include "model/builder.hpp"

namespace pgscore::formats {

/// Made of what a reader has built, before names, labels and options of the caller are applied.
class FileTestRows {
 public:
  explicit FileTestRows(model::Builder &builder);

  /// Gives the builder's rows the caller's names of classes and categories. What an option makes another score (the class whose
  /// probability is the value, the threshold, the number of rounds, policies of rows that meet one) is left out, with a warning.
  void follow(const Options &options) const;

 private:
  void rename(model::TestRow &row) const;
  bool leave_out(const Options &options, model::TestRow &row) const;

  model::Builder &builder_;
  std::vector<std::string> labels_;
  std::vector<model::NamedColumn> values_;
  std::vector<std::vector<std::string>> categories_;  // per input
};

}  // namespace pgscore::formats
