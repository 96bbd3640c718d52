#include "metrics/curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/tiles.hpp"

namespace pgscore::metrics {
namespace {

constexpr double kHighest = std::numeric_limits<double>::infinity();

}  // namespace

bool roc_curve(RankedRows &rows, CurveSink &sink) {
  const double all_positives = rows.totals().positive.value();
  const double all_negatives = rows.totals().negative.value();
  if (all_positives == 0 || all_negatives == 0) return false;
  sink.add(kHighest, 0, 0);
  GroupReader groups = rows.read();
  Sum positives, negatives;
  for (ScoreGroup group; groups.next(group);) {
    positives.add(group.positive);
    negatives.add(group.negative);
    sink.add(group.score, negatives.value() / all_negatives, positives.value() / all_positives);
  }
  return true;
}

bool precision_recall_curve(RankedRows &rows, CurveSink &sink) {
  const double all_positives = rows.totals().positive.value();
  if (all_positives == 0 && rows.totals().negative.value() == 0) return false;
  sink.add(kHighest, 1, 0);
  GroupReader groups = rows.read();
  Sum positives, negatives;
  for (ScoreGroup group; groups.next(group);) {
    positives.add(group.positive);
    negatives.add(group.negative);
    const double found = positives.value();
    sink.add(group.score, found / (found + negatives.value()),
             all_positives == 0 ? 1 : found / all_positives);
  }
  return true;
}

std::optional<std::vector<LiftTile>> lift_table(RankedRows &rows, std::size_t count) {
  const double all_positives = rows.totals().positive.value();
  const double all_negatives = rows.totals().negative.value();
  if (all_positives == 0 || all_negatives == 0) return std::nullopt;
  const double all = all_positives + all_negatives, share = all_positives / all;
  std::vector<LiftTile> tiles;
  GroupReader groups = rows.read();
  Sum above, positives, negatives, in_tile, positives_in_tile;
  for (ScoreGroup group; groups.next(group);) {
    const std::size_t number = tile_of(above.value(), all, count);
    if (tiles.empty() || tiles.back().number != number) {
      tiles.push_back({});
      in_tile = positives_in_tile = Sum();
    }
    for (Sum *sum : {&above, &in_tile}) {
      sum->add(group.positive);
      sum->add(group.negative);
    }
    positives.add(group.positive);
    positives_in_tile.add(group.positive);
    negatives.add(group.negative);
    const double capture = positives.value() / all_positives;
    tiles.back() = {number,
                    group.score,
                    in_tile.value(),
                    positives_in_tile.value(),
                    capture,
                    positives_in_tile.value() / in_tile.value() / share,
                    capture / (above.value() / all),
                    std::fabs(capture - negatives.value() / all_negatives)};
  }
  return tiles;
}

}  // namespace pgscore::metrics
