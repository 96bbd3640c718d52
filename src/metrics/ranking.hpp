// Metrics of how well scores rank the rows of the positive label above the others. Ties and weights
// as scikit-learn (1.2.1, sklearn/metrics/_ranking.py).
#pragma once
#include <optional>

#include "metrics/ranked_rows.hpp"

namespace pgscore::metrics {

/// Each reads the rows once. nullopt: not defined for these rows.

/// The area under the ROC curve: how probable it is that a positive row has a higher score than
/// another one, equal scores counting half (roc_auc_score). nullopt without rows of both labels.
std::optional<double> roc_auc(RankedRows &rows);

/// The precision at each score, weighted with the recall that it adds (average_precision_score).
/// 0 without positive rows; nullopt without rows.
std::optional<double> average_precision(RankedRows &rows);

/// The greatest distance between the distributions of the scores of both labels: the statistic of
/// Kolmogorov and Smirnov. nullopt without rows of both labels.
std::optional<double> ks_statistic(RankedRows &rows);

}  // namespace pgscore::metrics
