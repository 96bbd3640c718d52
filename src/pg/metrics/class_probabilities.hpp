// Arguments of metrics of several classes: the label of a row, the probabilities of the classes,
// and the labels of the classes, in the same order.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// The labels of the classes, remembered from row to row.
class ClassLabels {
 public:
  /// Reads a text[], argument `number`; the one of the row before costs a comparison. Throws
  /// kInvalidArgument for fewer than two labels, NULLs and labels that are there twice, and
  /// kLimitExceeded for too many.
  void read(FunctionCallInfo fcinfo, int number);
  /// Gives the place of a label, a text, argument `number`. Throws kInvalidArgument when it is none
  /// of them.
  std::size_t index_of(FunctionCallInfo fcinfo, int number) const;
  std::size_t size() const { return indexes_.size(); }
  /// What two lists are compared by.
  const std::string &bytes() const { return bytes_; }

 private:
  std::string bytes_;
  std::map<std::string, std::size_t, std::less<>> indexes_;
};

/// Gives the probabilities of `count` classes, a float8[], argument `number`. They live in the
/// current context. Throws kInvalidArgument for another number of them and NULLs, kOutOfRange when
/// one is not from 0 to 1 or their sum is not 1.
std::span<const double> probabilities_argument(FunctionCallInfo fcinfo, int number,
                                               std::size_t count);

}  // namespace pgscore::pg
