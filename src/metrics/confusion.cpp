#include "metrics/confusion.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/mean.hpp"

namespace pgscore::metrics {

std::vector<ConfusionCell> ConfusionMatrix::cells() const {
  std::vector<ConfusionCell> cells;
  cells.reserve(cells_.size());
  for (const auto &[key, weight] : cells_)
    cells.push_back(
        {static_cast<std::uint32_t>(key >> 32), static_cast<std::uint32_t>(key), weight});
  return cells;
}

ClassTotals::ClassTotals(const ConfusionMatrix &matrix, std::size_t num_classes)
    : labels(num_classes), predicted(num_classes), correct(num_classes) {
  for (const ConfusionCell &cell : matrix.cells()) {
    const Wide weight = cell.weight.wide();
    labels[cell.label] = labels[cell.label] + weight;
    predicted[cell.predicted] = predicted[cell.predicted] + weight;
    all = all + weight;
    if (cell.label != cell.predicted) continue;
    correct[cell.label] = weight;
    all_correct = all_correct + weight;
  }
}

std::optional<double> accuracy(const ClassTotals &totals) {
  if (totals.all.value() == 0) return std::nullopt;
  return totals.all_correct.value() / totals.all.value();
}

std::optional<double> balanced_accuracy(const ClassTotals &totals) {
  Mean mean;
  for (std::size_t i = 0; i < totals.labels.size(); ++i) {
    const double rows = totals.labels[i].value();
    if (rows > 0) mean.add(totals.correct[i].value() / rows, 1);
  }
  return mean.value();
}

namespace {

// Pairs of rows, the weights multiplied.
struct Pairs {
  double correct;    // one is correct, beyond those that chance makes correct
  double expected;   // chance does not make one correct
  double labels;     // their labels differ
  double predicted;  // the classes that were predicted differ
};

Pairs pairs_of(const ClassTotals &totals) {
  Wide by_chance, same_label, same_predicted;
  for (std::size_t i = 0; i < totals.labels.size(); ++i) {
    const Wide &label = totals.labels[i], &predicted = totals.predicted[i];
    by_chance = by_chance + label * predicted;
    same_label = same_label + label * label;
    same_predicted = same_predicted + predicted * predicted;
  }
  const Wide all = totals.all * totals.all;
  return {(totals.all_correct * totals.all + -by_chance).value(), (all + -by_chance).value(),
          (all + -same_label).value(), (all + -same_predicted).value()};
}

// How many of them have rows.
std::size_t count_classes(const std::vector<Wide> &weights) {
  return static_cast<std::size_t>(
      std::count_if(weights.begin(), weights.end(), [](const Wide &w) { return w.value() > 0; }));
}

}  // namespace

std::optional<double> matthews_corrcoef(const ClassTotals &totals) {
  if (totals.all.value() == 0) return std::nullopt;
  if (count_classes(totals.labels) == 1 || count_classes(totals.predicted) == 1) return 0;
  const Pairs pairs = pairs_of(totals);
  return pairs.correct / std::sqrt(pairs.labels) / std::sqrt(pairs.predicted);
}

std::optional<double> cohen_kappa(const ClassTotals &totals) {
  // Without rows, or all of one class and predicted to be.
  if (totals.labels.size() < 2) return std::nullopt;
  const Pairs pairs = pairs_of(totals);
  return pairs.correct / pairs.expected;
}

std::optional<Average> average_of_name(std::string_view name) {
  if (name == "macro") return Average::kMacro;
  if (name == "micro") return Average::kMicro;
  if (name == "weighted") return Average::kWeighted;
  return std::nullopt;
}

double precision(const Hits &hits) {
  return hits.predicted == 0 ? 0 : hits.correct / hits.predicted;
}

double recall(const Hits &hits) { return hits.actual == 0 ? 0 : hits.correct / hits.actual; }

double f1(const Hits &hits) {
  const double both = hits.predicted + hits.actual;
  return both == 0 ? 0 : 2 * hits.correct / both;
}

std::optional<double> averaged(double (*metric)(const Hits &), Average average,
                               const ClassTotals &totals) {
  const double all = totals.all.value();
  if (all == 0) return std::nullopt;
  if (average == Average::kMicro) return metric({totals.all_correct.value(), all, all});
  Mean mean;
  for (std::size_t i = 0; i < totals.labels.size(); ++i) {
    const Hits hits{totals.correct[i].value(), totals.predicted[i].value(),
                    totals.labels[i].value()};
    mean.add(metric(hits), average == Average::kWeighted ? hits.actual : 1);
  }
  return mean.value();
}

}  // namespace pgscore::metrics
