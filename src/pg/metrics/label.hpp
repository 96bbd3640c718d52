// Labels of metrics for two classes: true and false, or the numbers 1 and 0.
#pragma once
#include "pg/postgres.hpp"

namespace pgscore::pg {

/// Reads labels of one SQL type.
class LabelReader {
 public:
  /// The type of argument `number` of the calling function. Throws kTypeMismatch with `hint` when
  /// its values do not say which rows are positive.
  void set_type(FunctionCallInfo fcinfo, int number,
                const char *hint = "Pass a condition: roc_auc(label = 'bad', score).");
  bool is_set() const { return kind_ != Kind::kNone; }
  /// Says whether the row of this label is positive. Throws kInvalidArgument for a number that is
  /// neither 0 nor 1.
  bool is_positive(Datum label) const {
    if (kind_ == Kind::kBool) [[likely]]
      return DatumGetBool(label);
    return is_one(label);
  }

 private:
  enum class Kind { kNone, kBool, kInt2, kInt4, kInt8, kFloat4, kFloat8, kNumeric };
  bool is_one(Datum label) const;

  Kind kind_ = Kind::kNone;
};

}  // namespace pgscore::pg
