#include "pg/metrics/classes_state.hpp"

#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "pg/boundary/context_memory.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {

void ClassesState::add(const ClassesState &other, const ClassType &labels) {
  std::vector<std::uint32_t> numbers;  // here, of the other's classes
  for (std::uint32_t i = 0; i < other.classes.size(); ++i)
    numbers.push_back(labels.number_of(labels.label_of(other.classes.image(i)), classes));
  for (metrics::ConfusionCell cell : other.matrix.cells()) {
    cell.label = numbers[cell.label];
    cell.predicted = numbers[cell.predicted];
    matrix.add(cell);
  }
  refuse_difference(average && average != other.average, "average");
  average = other.average;
}

namespace {

struct ClassesHead {
  Oid type, collation;
  std::optional<metrics::Average> average;
  std::uint32_t num_classes, num_cells;
};

}  // namespace

Datum bytes_of_classes(const ClassesState &state) {
  const auto cells = state.matrix.cells();
  StateBytes bytes;
  bytes.add_value(ClassesHead{state.type, state.collation, state.average,
                              static_cast<std::uint32_t>(state.classes.size()),
                              static_cast<std::uint32_t>(cells.size())});
  for (std::uint32_t i = 0; i < state.classes.size(); ++i) {
    const std::string_view image = state.classes.image(i);
    bytes.add_value(image.size());
    bytes.add(std::as_bytes(std::span(image)));
  }
  bytes.add(std::as_bytes(std::span(cells)));
  return bytes.result();
}

ClassesState *classes_of_bytes(FunctionCallInfo fcinfo) {
  StateReader bytes(fcinfo, 0);
  const auto head = bytes.take_value<ClassesHead>();
  ClassType labels;
  labels.set(head.type, head.collation);
  auto *state = make_in_context<ClassesState>(CurrentMemoryContext, CurrentMemoryContext, labels);
  state->average = head.average;
  for (std::uint32_t i = 0; i < head.num_classes; ++i) {
    const auto image = bytes.take(bytes.take_value<std::size_t>());
    state->classes.add({reinterpret_cast<const char *>(image.data()), image.size()});
  }
  for (std::uint32_t i = 0; i < head.num_cells; ++i) {
    const auto cell = bytes.take_value<metrics::ConfusionCell>();
    if (cell.label >= head.num_classes || cell.predicted >= head.num_classes)
      throw Error(ErrorCode::kInternal, "state of a parallel worker names an unknown class");
    state->matrix.add(cell);
  }
  return state;
}

}  // namespace pgscore::pg
