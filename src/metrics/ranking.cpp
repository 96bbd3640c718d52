#include "metrics/ranking.hpp"

#include <algorithm>
#include <cmath>

namespace pgscore::metrics {
namespace {

bool has_both_labels(const LabelTotals &totals) {
  return totals.positive.value() > 0 && totals.negative.value() > 0;
}

}  // namespace

std::optional<double> roc_auc(RankedRows &rows) {
  const LabelTotals &totals = rows.totals();
  if (!has_both_labels(totals)) return std::nullopt;
  GroupReader groups = rows.read();
  // Trapezoids under the curve, both axes in weights.
  Sum area, positives;
  for (ScoreGroup group; groups.next(group);) {
    if (group.negative != 0)
      area.add_product(group.negative, positives.value() + group.positive / 2);
    positives.add(group.positive);
  }
  return area.value() / totals.positive.value() / totals.negative.value();
}

std::optional<double> average_precision(RankedRows &rows) {
  const double all_positives = rows.totals().positive.value();
  if (all_positives == 0 && rows.totals().negative.value() == 0) return std::nullopt;
  if (all_positives == 0) return 0;
  GroupReader groups = rows.read();
  Sum sum, positives, negatives;
  for (ScoreGroup group; groups.next(group);) {
    positives.add(group.positive);
    negatives.add(group.negative);
    if (group.positive == 0) continue;
    const double found = positives.value();
    sum.add_product(group.positive, found / (found + negatives.value()));
  }
  return sum.value() / all_positives;
}

std::optional<double> ks_statistic(RankedRows &rows) {
  const LabelTotals &totals = rows.totals();
  if (!has_both_labels(totals)) return std::nullopt;
  const double all_positives = totals.positive.value(), all_negatives = totals.negative.value();
  GroupReader groups = rows.read();
  double distance = 0;
  Sum positives, negatives;
  for (ScoreGroup group; groups.next(group);) {
    positives.add(group.positive);
    negatives.add(group.negative);
    distance = std::max(
        distance, std::fabs(positives.value() / all_positives - negatives.value() / all_negatives));
  }
  return distance;
}

}  // namespace pgscore::metrics
