// Curves, tiles and bins of ranked rows: known values, ties, and what is not defined.
#include "metrics/curves.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "metrics/ranking.hpp"
#include "metrics/stability.hpp"
#include "support/ranking_memory.hpp"

using namespace pgscore::metrics;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
using Points = std::vector<std::array<double, 3>>;

struct Row {
  double score;
  bool positive;
  double weight = 1;
};

struct PointSink : CurveSink {
  Points points;
  void add(double threshold, double x, double y) override { points.push_back({threshold, x, y}); }
};

std::unique_ptr<RankedRows> ranked(const std::vector<Row> &rows, std::size_t budget = 1 << 20) {
  auto result = test::ranked_rows(budget);
  for (const Row &row : rows) result->add(row.score, row.positive, row.weight);
  return result;
}

Points points_of(bool (*curve)(RankedRows &, CurveSink &), const std::vector<Row> &rows) {
  PointSink sink;
  auto all = ranked(rows);
  const bool is_defined = curve(*all, sink);
  EXPECT_NE(is_defined, sink.points.empty());
  return sink.points;
}

std::vector<Row> many_rows() {
  std::vector<Row> rows;
  for (int i = 0; i < 20'000; ++i)
    rows.push_back({(i * 7919 % 10'007) / 10'007.0, i * 31 % 100 < 30, 1.0 + i % 3});
  return rows;
}

}  // namespace

TEST(Curves, roc_curve_of_few_rows) {
  // The example of scikit-learn, whose first threshold was 1.8.
  EXPECT_EQ(
      points_of(roc_curve, {{0.1, false}, {0.4, false}, {0.35, true}, {0.8, true}}),
      (Points{{kInfinity, 0, 0}, {0.8, 0, 0.5}, {0.4, 0.5, 0.5}, {0.35, 0.5, 1}, {0.1, 1, 1}}));
  EXPECT_EQ(points_of(roc_curve, {{0.5, false}, {0.5, true, 3}, {0.25, true, 0}}),
            (Points{{kInfinity, 0, 0}, {0.5, 1, 1}}));
  EXPECT_EQ(points_of(roc_curve, {{0.5, true}}), Points());
  EXPECT_EQ(points_of(roc_curve, {{0.5, false}}), Points());
  EXPECT_EQ(points_of(roc_curve, {}), Points());
}

TEST(Curves, precision_recall_curve_of_few_rows) {
  EXPECT_EQ(
      points_of(precision_recall_curve, {{0.1, false}, {0.4, false}, {0.35, true}, {0.8, true}}),
      (Points{
          {kInfinity, 1, 0}, {0.8, 1, 0.5}, {0.4, 0.5, 0.5}, {0.35, 2.0 / 3, 1}, {0.1, 0.5, 1}}));
  EXPECT_EQ(points_of(precision_recall_curve, {{0.5, false}}),
            (Points{{kInfinity, 1, 0}, {0.5, 0, 1}}));
  EXPECT_EQ(points_of(precision_recall_curve, {}), Points());
}

TEST(Curves, roc_auc_is_the_area) {
  for (const std::size_t budget : {64u << 10, 64u << 20}) {
    auto rows = ranked(many_rows(), budget);
    PointSink sink;
    ASSERT_TRUE(roc_curve(*rows, sink));
    double area = 0;
    for (std::size_t i = 1; i < sink.points.size(); ++i)
      area += (sink.points[i][1] - sink.points[i - 1][1]) *
              (sink.points[i][2] + sink.points[i - 1][2]) / 2;
    EXPECT_NEAR(area, *roc_auc(*rows), 1e-12);
  }
}

TEST(LiftTable, tiles_of_equal_weight) {
  std::vector<Row> rows;
  for (int i = 0; i < 100; ++i) rows.push_back({100.0 - i, i < 30 || i % 10 == 0});
  const auto tiles = *lift_table(*ranked(rows), 10);
  ASSERT_EQ(tiles.size(), 10u);
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    EXPECT_EQ(tiles[i].number, i);
    EXPECT_EQ(tiles[i].weight, 10);
    EXPECT_EQ(tiles[i].positives, i < 3 ? 10 : 1);
    EXPECT_EQ(tiles[i].lowest_score, 91 - 10.0 * static_cast<double>(i));
  }
  EXPECT_DOUBLE_EQ(tiles[0].lift, 1 / 0.37);
  EXPECT_DOUBLE_EQ(tiles[1].cumulative_lift, 1 / 0.37);
  EXPECT_DOUBLE_EQ(tiles[2].capture, 30.0 / 37);
  EXPECT_DOUBLE_EQ(tiles[2].ks, 30.0 / 37);
  EXPECT_DOUBLE_EQ(tiles[9].lift, 0.1 / 0.37);
  EXPECT_DOUBLE_EQ(tiles[9].capture, 1);
  EXPECT_DOUBLE_EQ(tiles[9].cumulative_lift, 1);
  EXPECT_EQ(tiles[9].ks, 0);
}

TEST(LiftTable, equal_scores_stay_together) {
  std::vector<Row> rows;
  for (int i = 0; i < 100; ++i) rows.push_back({i < 35 ? 2.0 : i < 95 ? 1.0 : 0.0, i % 2 == 0});
  const auto tiles = *lift_table(*ranked(rows), 10);
  ASSERT_EQ(tiles.size(), 3u);
  EXPECT_EQ(tiles[0].number, 0u);
  EXPECT_EQ(tiles[1].number, 3u);
  EXPECT_EQ(tiles[2].number, 9u);
  EXPECT_EQ(tiles[1].weight, 60);
}

TEST(LiftTable, weights_that_are_no_integers_fill_tiles) {
  std::vector<Row> rows;
  for (int i = 0; i < 2100; ++i) rows.push_back({static_cast<double>(i), i % 3 == 0, 1.7});
  const auto tiles = *lift_table(*ranked(rows), 7);
  for (const LiftTile &tile : tiles) EXPECT_NEAR(tile.weight, 510, 1e-9);
}

TEST(LiftTable, what_is_not_defined) {
  EXPECT_EQ(lift_table(*ranked({}), 3), std::nullopt);
  EXPECT_EQ(lift_table(*ranked({{1, true}, {2, true}}), 3), std::nullopt);
  EXPECT_EQ(lift_table(*ranked({{1, false}}), 3), std::nullopt);
  EXPECT_EQ(lift_table(*ranked({{1, false}, {2, true}}), 1000)->size(), 2u);
}

TEST(Stability, of_histograms) {
  const double a[] = {10, 20, 30}, b[] = {20, 20, 20}, shares[] = {1.0 / 6, 1.0 / 3, 0.5};
  const double expected = 1.0 / 6 * std::log(2) - 1.0 / 6 * std::log(2.0 / 3);
  EXPECT_NEAR(*population_stability(a, b), expected, 1e-15);
  EXPECT_NEAR(*population_stability(b, a), expected, 1e-15);
  EXPECT_NEAR(*population_stability(shares, b), expected, 1e-15);
  EXPECT_EQ(population_stability(a, a), 0);
  const double zero[] = {0, 0, 0}, one[] = {1, 0, 0}, other[] = {0, 1, 0};
  EXPECT_EQ(population_stability(a, zero), std::nullopt);
  EXPECT_EQ(population_stability(zero, a), std::nullopt);
  EXPECT_EQ(population_stability({}, std::span<const double>()), std::nullopt);
  EXPECT_NEAR(*population_stability(one, other), 2 * 0.9999 * std::log(1e4), 1e-12);
}

TEST(Stability, of_rows) {
  // The bins are those of the expected scores; an actual score below them is in the last one.
  std::vector<Row> rows;
  for (int i = 0; i < 100; ++i) rows.push_back({100.0 + i, false});
  for (int i = 0; i < 50; ++i) rows.push_back({100.5 + 2 * i, true});
  EXPECT_NEAR(*population_stability(*ranked(rows), 10), 0, 1e-15);
  for (int i = 0; i < 50; ++i) rows.push_back({i % 2 ? 3.0 : 1000.0, true});
  const double before[] = {1, 1, 1, 1}, now[] = {75, 25, 25, 75};
  EXPECT_NEAR(*population_stability(*ranked(rows), 4), *population_stability(before, now), 0.01);
  EXPECT_EQ(population_stability(*ranked({{1, true}}), 4), std::nullopt);
  EXPECT_EQ(population_stability(*ranked({{1, false}}), 4), std::nullopt);
  EXPECT_EQ(population_stability(*ranked({{1, false}, {1, true}}), 4), 0);
}
