// Shapes of tensors whose elements lie in order, the last dimension fastest, and which element goes
// where. Errors are kInvalidModel.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "formats/graph/budget.hpp"

namespace pgscore::formats {

using Shape = std::vector<std::int64_t>;

/// The number of elements: the product of the dimensions. Refuses negative dimensions and products
/// beyond 64 bits.
std::uint64_t element_count(std::span<const std::int64_t> shape);

/// 0 .. rank - 1 of an axis that may count from the end. Refuses one that is neither.
std::size_t resolve_axis(std::int64_t axis, std::size_t rank);

/// Element (o, a, i) of a tensor that is seen as outer x axis x inner elements has the number
/// (o * axis + a) * inner + i.
struct SplitShape {
  std::size_t outer, axis, inner;
};
/// Splits a shape at one of its dimensions.
SplitShape split_at(const Shape &shape, std::size_t axis);

/// The shape that two shapes are broadcast to, by numpy's rule: aligned at the last dimension,
/// sizes are equal, or one of them is 1. Refuses others.
Shape broadcast_shape(const Shape &a, const Shape &b);
/// For each element of `shape`, in order, the number of the element of a tensor of shape `from`
/// that broadcasting puts there. Spends one step for each.
std::vector<std::size_t> broadcast_elements(Budget &budget, const Shape &from, const Shape &shape);

}  // namespace pgscore::formats
