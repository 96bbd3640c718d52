// What the interpreter makes of one node, and names that its tests share.
#pragma once
#include <cmath>
#include <functional>
#include <limits>

#include "model/builder.hpp"
#include "model/interpret.hpp"

namespace pgscore::model {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr Precision kSingle = Precision::kFloat32, kDouble = Precision::kFloat64;

inline bool is_missing(double x) { return std::isnan(x); }

/// The value of the column that `add` makes of inputs "x" (a number) and "c" (a category of three).
inline double value_of(const std::function<ColumnId(Builder &)> &add, double x, double c = 0) {
  Builder builder;
  builder.add_input({"x", ColumnType::kNumber, {}});
  builder.add_input({"c", ColumnType::kCategory, {"p", "q", "r"}});
  const ColumnId column = add(builder);
  builder.output().values = {{"v", column}};
  const double row[] = {x, c};
  return interpret(builder.finish(), row)[column];
}

}  // namespace pgscore::model
