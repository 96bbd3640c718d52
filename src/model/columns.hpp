// What a column of a model holds (model.hpp), and the arguments of its nodes.
#pragma once
#include <cstdint>
#include <limits>

namespace pgscore::model {

using ColumnId = std::uint32_t;

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kUnknownCategory = -1.0;

enum class ColumnType : std::uint8_t { kNumber, kCategory, kHash };

/// Precision in which one operation rounds: kFloat32 rounds the arguments and the result of every
/// single operation.
enum class Precision : std::uint8_t { kFloat32, kFloat64 };

/// An argument: a column, or a constant.
struct Operand {
  static constexpr ColumnId kNoColumn = UINT32_MAX;
  ColumnId column = kNoColumn;
  double constant = 0;
  /// Tells the two kinds apart, and makes them. Whether the column exists is checked by verify().
  bool is_constant() const { return column == kNoColumn; }
  static Operand of(ColumnId column) { return {column, 0}; }
  static Operand value(double constant) { return {kNoColumn, constant}; }
};

}  // namespace pgscore::model
