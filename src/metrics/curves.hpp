// What a score does at each threshold, and by groups of rows. Rows are positive from a threshold
// on. Definitions as scikit-learn (1.2.1, sklearn/metrics/_ranking.py).
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "metrics/ranked_rows.hpp"

namespace pgscore::metrics {

/// Takes the points of a curve, from the highest threshold down.
class CurveSink {
 public:
  virtual ~CurveSink() = default;
  /// Takes the next point. Errors are exceptions.
  virtual void add(double threshold, double x, double y) = 0;
};

/// Each reads the rows once and returns false, without a point, where the curve is not defined. The
/// first threshold is infinite: no row is positive from there on.

/// The shares of the negative and of the positive rows that are taken for positive, at each score
/// (roc_curve with drop_intermediate=False). Not defined without rows of both labels.
bool roc_curve(RankedRows &rows, CurveSink &sink);
/// The precision and the recall at each score (precision_recall_curve). The recall is 1 without
/// positive rows; not defined without rows.
bool precision_recall_curve(RankedRows &rows, CurveSink &sink);

/// Rows of about the same rank.
struct LiftTile {
  std::size_t number;      // from 0 on
  double lowest_score;     // of its rows
  double weight;           // of its rows
  double positives;        // weight of those that are positive
  double capture;          // share of all positive rows down to this tile
  double lift;             // share of positive rows in it, by that in all rows
  double cumulative_lift;  // the same of all tiles down to it
  double ks;               // distance of the distributions of both labels at its end
};

/// The rows from the highest score down in `count` tiles of equal weight. Rows of one score stay
/// together, in the tile in which the first of them falls; tiles without rows are left out. nullopt
/// without rows of both labels.
std::optional<std::vector<LiftTile>> lift_table(RankedRows &rows, std::size_t count);

}  // namespace pgscore::metrics
