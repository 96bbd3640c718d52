// Aggregates of a label and the probabilities of several classes: log_loss, and roc_auc, for which
// the rows are ranked by the probability of each class.
#include <memory>
#include <string>
#include <vector>

#include "metrics/mean.hpp"
#include "metrics/probability.hpp"
#include "metrics/ranking.hpp"
#include "pg/boundary/context_memory.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/metrics/aggregate.hpp"
#include "pg/metrics/class_probabilities.hpp"
#include "pg/metrics/mean_step.hpp"
#include "pg/metrics/ranking_state.hpp"
#include "pg/metrics/spill_file.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

double log_loss_of_classes(FunctionCallInfo fcinfo) {
  auto &labels = cached<ClassLabels>(fcinfo->flinfo);
  labels.read(fcinfo, 3);
  const auto probabilities = probabilities_argument(fcinfo, 2, labels.size());
  return metrics::log_loss(probabilities, labels.index_of(fcinfo, 1));
}

// Of each class the rows by its probability; its own are positive.
struct ClassRankingsState {
  ContextMemory memory;
  std::string labels;  // ClassLabels::bytes()
  std::vector<std::unique_ptr<metrics::RankedRows>> classes;

  ClassRankingsState(MemoryContext context, const std::string &bytes, std::size_t num_classes,
                     const std::shared_ptr<metrics::Budget> &budget)
      : memory(context), labels(bytes) {
    for (std::size_t i = 0; i < num_classes; ++i)
      classes.push_back(std::make_unique<metrics::RankedRows>(
          std::make_unique<metrics::CountedMemory>(&memory, budget), std::make_unique<SpillFile>(),
          kServerInterrupt));
  }
};

struct ClassRankingsSite {
  ClassLabels labels;
  std::shared_ptr<metrics::Budget> budget;
};

ClassRankingsState *make_class_rankings(FunctionCallInfo fcinfo, MemoryContext context,
                                        const std::string &labels, std::size_t num_classes) {
  auto &site = cached<ClassRankingsSite>(fcinfo->flinfo);
  if (site.budget == nullptr) site.budget = make_budget();
  return make_in_context<ClassRankingsState>(context, context, labels, num_classes, site.budget);
}

// (state, label, probabilities, labels [, weight])
Datum class_rankings_step(FunctionCallInfo fcinfo) {
  auto *state = state_argument<ClassRankingsState>(fcinfo);
  if (has_null(fcinfo, 1)) return state_result(fcinfo, state);
  auto &labels = cached<ClassRankingsSite>(fcinfo->flinfo).labels;
  labels.read(fcinfo, 3);
  const auto probabilities = probabilities_argument(fcinfo, 2, labels.size());
  const std::size_t label = labels.index_of(fcinfo, 1);
  const double weight = weight_argument(fcinfo, 4);
  if (state == nullptr)
    state = make_class_rankings(fcinfo, aggregate_context(fcinfo), labels.bytes(), labels.size());
  refuse_difference(state->labels != labels.bytes(), "list of labels");
  for (std::size_t i = 0; i < probabilities.size(); ++i)
    state->classes[i]->add(probabilities[i], i == label, weight);
  PG_RETURN_POINTER(state);
}

Datum class_rankings_combine(FunctionCallInfo fcinfo) {
  auto *state = state_argument<ClassRankingsState>(fcinfo);
  auto *other = state_argument<ClassRankingsState>(fcinfo, 1);
  if (other == nullptr) return state_result(fcinfo, state);
  if (state == nullptr)
    state = make_class_rankings(fcinfo, aggregate_context(fcinfo), other->labels,
                                other->classes.size());
  refuse_difference(state->labels != other->labels, "list of labels");
  for (std::size_t i = 0; i < state->classes.size(); ++i)
    state->classes[i]->add_rows(*other->classes[i]);
  PG_RETURN_POINTER(state);
}

Datum class_rankings_serialize(FunctionCallInfo fcinfo) {
  const auto *state = state_argument<ClassRankingsState>(fcinfo);
  StateBytes bytes;
  bytes.add_value(state->labels.size());
  bytes.add(std::as_bytes(std::span(state->labels)));
  bytes.add_value(state->classes.size());
  StateSink sink(bytes);
  for (const auto &rows : state->classes) {
    bytes.add_value(rows->totals());
    const std::size_t place = bytes.size();
    bytes.add_value(std::uint64_t{0});
    bytes.set_value(place, rows->write(sink));
  }
  return bytes.result();
}

// The state is short-lived: it is a view of the bytes.
Datum class_rankings_deserialize(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  StateReader bytes(fcinfo, 0);
  const auto labels = bytes.take(bytes.take_value<std::size_t>());
  const std::string text(reinterpret_cast<const char *>(labels.data()), labels.size());
  const auto num_classes = bytes.take_value<std::size_t>();
  auto *state = make_class_rankings(fcinfo, CurrentMemoryContext, text, num_classes);
  for (const auto &rows : state->classes) {
    const auto totals = bytes.take_value<metrics::LabelTotals>();
    rows->borrow_run(bytes.take(bytes.take_value<std::uint64_t>()), totals);
  }
  PG_RETURN_POINTER(state);
}

// Each class against the rest; all count the same.
Datum class_rankings_roc_auc(FunctionCallInfo fcinfo) {
  aggregate_context(fcinfo);
  metrics::Mean mean;
  for (const auto &rows : state_argument<ClassRankingsState>(fcinfo)->classes) {
    const auto auc = metrics::roc_auc(*rows);
    if (!auc) PG_RETURN_NULL();
    mean.add(*auc, 1);
  }
  return optional_result(fcinfo, mean.value());
}

}  // namespace
}  // namespace pgscore::pg

PGSCORE_FUNCTION(log_loss_of_classes_step,
                 (pgscore::pg::mean_step<pgscore::pg::log_loss_of_classes, 4>));
PGSCORE_FUNCTION(class_rankings_step, pgscore::pg::class_rankings_step);
PGSCORE_FUNCTION(class_rankings_combine, pgscore::pg::class_rankings_combine);
PGSCORE_FUNCTION(class_rankings_serialize, pgscore::pg::class_rankings_serialize);
PGSCORE_FUNCTION(class_rankings_deserialize, pgscore::pg::class_rankings_deserialize);
PGSCORE_FUNCTION(class_rankings_roc_auc, pgscore::pg::class_rankings_roc_auc);
