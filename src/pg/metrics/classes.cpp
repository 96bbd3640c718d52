// Aggregates of a label and a predicted class: accuracy, balanced_accuracy, matthews_corrcoef,
// cohen_kappa, confusion_matrix, and the averages of precision_score, recall_score, f1_score.
#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "metrics/confusion.hpp"
#include "pg/boundary/context_memory.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/metrics/classes_state.hpp"
#include "pg/metrics/record_array.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

// The type of the labels, argument 1 of a call site.
const ClassType &labels_of(FunctionCallInfo fcinfo) {
  auto &labels = cached<ClassType>(fcinfo->flinfo);
  if (!labels.is_set()) [[unlikely]] {
    const FmgrInfo *function = fcinfo->flinfo;
    labels.set(
        call([function] { return get_fn_expr_argtype(const_cast<FmgrInfo *>(function), 1); }),
        PG_GET_COLLATION());
  }
  return labels;
}

// Adds arguments 1 and 2; the weight is argument `weight`.
ClassesState *add_classes(FunctionCallInfo fcinfo, int weight) {
  const ClassType &labels = labels_of(fcinfo);
  auto *state = state_argument<ClassesState>(fcinfo);
  if (state == nullptr) {
    const MemoryContext context = aggregate_context(fcinfo);
    state = make_in_context<ClassesState>(context, context, labels);
  }
  const double row_weight = weight_argument(fcinfo, weight);
  if (row_weight == 0) return state;
  const std::uint32_t label = labels.number_of(PG_GETARG_DATUM(1), state->classes);
  state->matrix.add(label, labels.number_of(PG_GETARG_DATUM(2), state->classes), row_weight);
  return state;
}

// (state, label, predicted [, weight])
Datum classes_step(FunctionCallInfo fcinfo) {
  if (has_null(fcinfo, 1)) return state_result(fcinfo, state_argument<ClassesState>(fcinfo));
  PG_RETURN_POINTER(add_classes(fcinfo, 3));
}

metrics::Average average_argument(FunctionCallInfo fcinfo, int number) {
  const Datum value = PG_GETARG_DATUM(number);
  const text *name = call([value] { return DatumGetTextPP(value); });
  const std::string_view text(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
  const auto average = metrics::average_of_name(text);
  if (!average)
    throw Error(ErrorCode::kInvalidArgument, "average \"" + std::string(text) + "\" is not known",
                {},
                "It is 'macro', 'micro' or 'weighted'. Of one class, pass conditions: "
                "f1_score(label = 'bad', predicted = 'bad').");
  return *average;
}

// (state, label, predicted, average [, weight])
Datum classes_average_step(FunctionCallInfo fcinfo) {
  if (has_null(fcinfo, 1)) return state_result(fcinfo, state_argument<ClassesState>(fcinfo));
  const metrics::Average average = average_argument(fcinfo, 3);
  ClassesState *state = add_classes(fcinfo, 4);
  refuse_difference(state->average.value_or(average) != average, "average");
  state->average = average;
  PG_RETURN_POINTER(state);
}

Datum classes_combine(FunctionCallInfo fcinfo) {
  auto *state = state_argument<ClassesState>(fcinfo);
  const auto *other = state_argument<ClassesState>(fcinfo, 1);
  if (other == nullptr) return state_result(fcinfo, state);
  auto &labels = cached<ClassType>(fcinfo->flinfo);
  if (!labels.is_set()) labels.set(other->type, other->collation);
  if (state == nullptr) {
    const MemoryContext context = aggregate_context(fcinfo);
    state = make_in_context<ClassesState>(context, context, labels);
  }
  state->add(*other, labels);
  PG_RETURN_POINTER(state);
}

Datum classes_serialize(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  return bytes_of_classes(*state_argument<ClassesState>(fcinfo));
}

Datum classes_deserialize(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  PG_RETURN_POINTER(classes_of_bytes(fcinfo));
}

template <std::optional<double> (*Metric)(const metrics::ClassTotals &)>
Datum classes_result(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  return optional_result(fcinfo, Metric(state_argument<ClassesState>(fcinfo)->totals()));
}

template <double (*Metric)(const metrics::Hits &)>
Datum classes_averaged(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  const auto &state = *state_argument<ClassesState>(fcinfo);
  return optional_result(
      fcinfo,
      metrics::averaged(Metric, state.average.value_or(metrics::Average::kMacro), state.totals()));
}

// The cells in the order of the labels.
Datum classes_confusion_matrix(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  const auto &state = *state_argument<ClassesState>(fcinfo);
  auto cells = state.matrix.cells();
  if (cells.empty()) PG_RETURN_NULL();
  ClassType labels;
  labels.set(state.type, state.collation);
  const std::size_t count = state.classes.size();
  const std::uint32_t *order = labels.sorted(state.classes);
  std::vector<std::uint32_t> rank(count);
  std::vector<Datum> texts(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const Datum label = labels.label_of(state.classes.image(order[i]));
    rank[order[i]] = i;
    texts[order[i]] = call([&labels, label] { return labels.text_of(label); });
  }
  std::sort(cells.begin(), cells.end(), [&](const auto &a, const auto &b) {
    return std::pair(rank[a.label], rank[a.predicted]) <
           std::pair(rank[b.label], rank[b.predicted]);
  });
  RecordArray records(fcinfo);
  for (const metrics::ConfusionCell &cell : cells)
    records.add({texts[cell.label], texts[cell.predicted], Float8GetDatum(cell.weight.value())},
                "Shorten the labels.");
  return records.result();
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(classes_step, pgscore::pg::classes_step);
PGSCORE_FUNCTION(classes_average_step, pgscore::pg::classes_average_step);
PGSCORE_FUNCTION(classes_combine, pgscore::pg::classes_combine);
PGSCORE_FUNCTION(classes_serialize, pgscore::pg::classes_serialize);
PGSCORE_FUNCTION(classes_deserialize, pgscore::pg::classes_deserialize);
PGSCORE_FUNCTION(classes_accuracy, pgscore::pg::classes_result<pgscore::metrics::accuracy>);
PGSCORE_FUNCTION(classes_balanced_accuracy,
                 pgscore::pg::classes_result<pgscore::metrics::balanced_accuracy>);
PGSCORE_FUNCTION(classes_matthews_corrcoef,
                 pgscore::pg::classes_result<pgscore::metrics::matthews_corrcoef>);
PGSCORE_FUNCTION(classes_cohen_kappa, pgscore::pg::classes_result<pgscore::metrics::cohen_kappa>);
PGSCORE_FUNCTION(classes_precision, pgscore::pg::classes_averaged<pgscore::metrics::precision>);
PGSCORE_FUNCTION(classes_recall, pgscore::pg::classes_averaged<pgscore::metrics::recall>);
PGSCORE_FUNCTION(classes_f1, pgscore::pg::classes_averaged<pgscore::metrics::f1>);
PGSCORE_FUNCTION(classes_confusion_matrix, pgscore::pg::classes_confusion_matrix);
