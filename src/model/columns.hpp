// What a column of a model holds (model.hpp), and what its nodes take as arguments.
#pragma once
#include <cstdint>
#include <limits>

namespace pgscore::model {

using ColumnId = std::uint32_t;

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kUnknownCategory = -1.0;

enum class ColumnType : std::uint8_t { kNumber, kCategory, kHash };

/// The precision in which one operation rounds. kFloat32 rounds the arguments and the result of
/// every single operation.
enum class Precision : std::uint8_t { kFloat32, kFloat64 };

/// An argument: a column, or a constant.
struct Operand {
  static constexpr ColumnId kNoColumn = UINT32_MAX;
  ColumnId column = kNoColumn;
  double constant = 0;
  /// Tell the two kinds apart, and make them. verify() checks that the column exists.
  bool is_constant() const { return column == kNoColumn; }
  static Operand of(ColumnId column) { return {column, 0}; }
  static Operand value(double constant) { return {kNoColumn, constant}; }
};

}  // namespace pgscore::model
