#include "formats/graph/shape.hpp"

#include <algorithm>
#include <string>

#include "base/refuse.hpp"

namespace pgscore::formats {

std::uint64_t element_count(std::span<const std::int64_t> shape) {
  std::uint64_t count = 1;
  for (const std::int64_t dim : shape) {
    if (dim < 0) refuse("a dimension is negative");
    if (dim != 0 && count > UINT64_MAX / static_cast<std::uint64_t>(dim))
      refuse("a tensor is too large");
    count *= static_cast<std::uint64_t>(dim);
  }
  return count;
}

std::size_t resolve_axis(std::int64_t axis, std::size_t rank) {
  const auto size = static_cast<std::int64_t>(rank);
  if (axis < -size || axis >= size)
    refuse("axis " + std::to_string(axis) + " is out of range, the tensor has " +
           std::to_string(rank) + " dimensions");
  return static_cast<std::size_t>(axis < 0 ? axis + size : axis);
}

SplitShape split_at(const Shape &shape, std::size_t axis) {
  const std::span<const std::int64_t> all(shape);
  return {element_count(all.first(axis)), static_cast<std::size_t>(shape[axis]),
          element_count(all.subspan(axis + 1))};
}

Shape broadcast_shape(const Shape &a, const Shape &b) {
  Shape shape(std::max(a.size(), b.size()));
  for (std::size_t k = 1; k <= shape.size(); ++k) {
    const std::int64_t x = k <= a.size() ? a[a.size() - k] : 1,
                       y = k <= b.size() ? b[b.size() - k] : 1;
    if (x != y && x != 1 && y != 1)
      refuse("shapes do not go together: dimensions of " + std::to_string(x) + " and " +
             std::to_string(y));
    shape[shape.size() - k] = x == 1 ? y : x;
  }
  return shape;
}

std::vector<std::size_t> broadcast_elements(Budget &budget, const Shape &from, const Shape &shape) {
  const std::size_t rank = shape.size();
  std::vector<std::size_t> step(rank, 0);  // 0 where `from` has one element for all
  std::size_t product = 1;
  for (std::size_t k = 1; k <= from.size(); ++k) {
    if (from[from.size() - k] != 1) step[rank - k] = product;
    product *= static_cast<std::size_t>(from[from.size() - k]);
  }
  std::vector<std::size_t> elements(element_count(shape));
  std::vector<std::int64_t> at(rank, 0);
  std::size_t position = 0;
  for (std::size_t &element : elements) {
    budget.spend();
    element = position;
    for (std::size_t k = rank; k-- > 0;) {
      position += step[k];
      if (++at[k] < shape[k]) break;
      position -= step[k] * static_cast<std::size_t>(shape[k]);
      at[k] = 0;
    }
  }
  return elements;
}

}  // namespace pgscore::formats
