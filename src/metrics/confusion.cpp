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
  std::vector<Sum> of_label(num_classes), of_predicted(num_classes);
  Sum sum, sum_correct;
  for (const ConfusionCell &cell : matrix.cells()) {
    of_label[cell.label].add(cell.weight);
    of_predicted[cell.predicted].add(cell.weight);
    sum.add(cell.weight);
    if (cell.label != cell.predicted) continue;
    correct[cell.label] = cell.weight.value();
    sum_correct.add(cell.weight);
  }
  const auto value = [](const Sum &total) { return total.value(); };
  std::transform(of_label.begin(), of_label.end(), labels.begin(), value);
  std::transform(of_predicted.begin(), of_predicted.end(), predicted.begin(), value);
  all = sum.value();
  all_correct = sum_correct.value();
}

std::optional<double> accuracy(const ClassTotals &totals) {
  if (totals.all == 0) return std::nullopt;
  return totals.all_correct / totals.all;
}

std::optional<double> balanced_accuracy(const ClassTotals &totals) {
  Mean mean;
  for (std::size_t i = 0; i < totals.labels.size(); ++i)
    if (totals.labels[i] > 0) mean.add(totals.correct[i] / totals.labels[i], 1);
  return mean.value();
}

namespace {

// Pairs of rows, the weights multiplied. The products are exact: they nearly cancel where most rows
// have one class.
struct Pairs {
  Sum correct;    // one is correct, beyond those that chance makes correct
  Sum expected;   // chance does not make one correct
  Sum labels;     // their labels differ
  Sum predicted;  // the classes that were predicted differ
};

Pairs pairs_of(const ClassTotals &totals) {
  Pairs pairs;
  pairs.correct.add_product(totals.all_correct, totals.all);
  for (Sum *sum : {&pairs.expected, &pairs.labels, &pairs.predicted})
    sum->add_product(totals.all, totals.all);
  for (std::size_t i = 0; i < totals.labels.size(); ++i) {
    const double label = totals.labels[i], predicted = totals.predicted[i];
    pairs.correct.add_product(-label, predicted);
    pairs.expected.add_product(-label, predicted);
    pairs.labels.add_product(-label, label);
    pairs.predicted.add_product(-predicted, predicted);
  }
  return pairs;
}

}  // namespace

std::optional<double> matthews_corrcoef(const ClassTotals &totals) {
  if (totals.all == 0) return std::nullopt;
  const Pairs pairs = pairs_of(totals);
  const double labels = pairs.labels.value(), predicted = pairs.predicted.value();
  if (labels <= 0 || predicted <= 0) return 0;
  return pairs.correct.value() / std::sqrt(labels) / std::sqrt(predicted);
}

std::optional<double> cohen_kappa(const ClassTotals &totals) {
  const Pairs pairs = pairs_of(totals);
  if (pairs.expected.value() <= 0) return std::nullopt;
  return pairs.correct.value() / pairs.expected.value();
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
  if (totals.all == 0) return std::nullopt;
  if (average == Average::kMicro) return metric({totals.all_correct, totals.all, totals.all});
  Mean mean;
  for (std::size_t i = 0; i < totals.labels.size(); ++i) {
    const Hits hits{totals.correct[i], totals.predicted[i], totals.labels[i]};
    mean.add(metric(hits), average == Average::kWeighted ? hits.actual : 1);
  }
  return mean.value();
}

}  // namespace pgscore::metrics
