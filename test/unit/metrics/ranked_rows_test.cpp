// Rows in memory, in runs of a file, and shared between several: the metrics are the same, and those
// of a naive computation.
#include "metrics/ranked_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "metrics/ranking.hpp"
#include "support/ranking_memory.hpp"

using namespace pgscore::metrics;

namespace {

struct Row {
  double score;
  bool positive;
  double weight;
};

enum class Scores { kDifferent, kFloats, kFew, kExtreme };

std::vector<Row> random_rows(std::size_t count, Scores scores, bool weighted, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < count; ++i) {
    double score = uniform(random);
    const bool positive = uniform(random) < score;
    if (scores == Scores::kFloats) score = static_cast<float>(score);
    if (scores == Scores::kFew) score = std::floor(score * 20) / 20;
    if (scores == Scores::kExtreme) {
      constexpr double kInfinity = std::numeric_limits<double>::infinity();
      constexpr double kScores[] = {-kInfinity, -1e308, -1, -5e-324, -0.0, 0.0, 5e-324, kInfinity};
      score = kScores[static_cast<std::size_t>(score * 8)];
    }
    rows.push_back({score, positive, weighted ? uniform(random) * 3 : 1});
  }
  return rows;
}

void add_all(RankedRows &ranked, const std::vector<Row> &rows, std::size_t first = 0,
             std::size_t step = 1) {
  for (std::size_t i = first; i < rows.size(); i += step)
    ranked.add(rows[i].score, rows[i].positive, rows[i].weight);
}

// By definition: pairs of a positive and another row.
double naive_auc(const std::vector<Row> &rows) {
  double won = 0, all = 0;
  for (const Row &a : rows)
    for (const Row &b : rows)
      if (a.positive && !b.positive) {
        const double weight = a.weight * b.weight;
        all += weight;
        won += weight * (a.score > b.score ? 1 : a.score == b.score ? 0.5 : 0);
      }
  return won / all;
}

std::vector<ScoreGroup> groups_of(RankedRows &rows) {
  std::vector<ScoreGroup> groups;
  GroupReader reader = rows.read();
  for (ScoreGroup group; reader.next(group);) groups.push_back(group);
  return groups;
}

void expect_same_groups(const std::vector<ScoreGroup> &a, const std::vector<ScoreGroup> &b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].score, b[i].score) << i;
    ASSERT_NEAR(a[i].positive, b[i].positive, 1e-12 * a[i].positive) << i;
    ASSERT_NEAR(a[i].negative, b[i].negative, 1e-12 * a[i].negative) << i;
  }
}

}  // namespace

TEST(RankedRows, keys_order_scores_from_the_highest_down) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double scores[] = {kInfinity, 1e308, 1, 0.5, 5e-324, 0, -5e-324, -1, -1e308, -kInfinity};
  for (std::size_t i = 0; i < std::size(scores); ++i) {
    EXPECT_EQ(score_of(key_of(scores[i])), scores[i]);
  }
  for (std::size_t i = 1; i < std::size(scores); ++i)
    EXPECT_LT(key_of(scores[i - 1]), key_of(scores[i]));
  EXPECT_EQ(key_of(-0.0), key_of(0.0));
  EXPECT_LT(key_of(-kInfinity), kLastKey);
}

TEST(RankedRows, auc_is_the_share_of_pairs_in_order) {
  for (const Scores scores : {Scores::kDifferent, Scores::kFloats, Scores::kFew, Scores::kExtreme})
    for (const bool weighted : {false, true}) {
      const auto rows = random_rows(700, scores, weighted, 7);
      auto ranked = test::ranked_rows(1 << 20);
      add_all(*ranked, rows);
      EXPECT_NEAR(*roc_auc(*ranked), naive_auc(rows), 1e-13);
    }
}

TEST(RankedRows, results_do_not_depend_on_memory) {
  for (const Scores scores : {Scores::kDifferent, Scores::kFloats, Scores::kFew, Scores::kExtreme})
    for (const bool weighted : {false, true}) {
      const auto rows = random_rows(30'000, scores, weighted, 11);
      auto large = test::ranked_rows(64 << 20), small = test::ranked_rows(64 << 10);
      add_all(*large, rows);
      add_all(*small, rows);
      expect_same_groups(groups_of(*large), groups_of(*small));
      expect_same_groups(groups_of(*small), groups_of(*small));
      EXPECT_NEAR(*roc_auc(*large), *roc_auc(*small), 1e-14);
      EXPECT_NEAR(*average_precision(*large), *average_precision(*small), 1e-14);
      EXPECT_NEAR(*ks_statistic(*large), *ks_statistic(*small), 1e-14);
    }
}

TEST(RankedRows, memory_is_bounded) {
  const auto rows = random_rows(200'000, Scores::kDifferent, false, 3);
  test::MemoryUse use;
  auto small = test::ranked_rows(256 << 10, &use);
  add_all(*small, rows);
  EXPECT_EQ(groups_of(*small).size(), 200'000u);
  EXPECT_LE(use.most, std::size_t{256 << 10});
  EXPECT_GT(use.file_bytes, 200'000u * 5);
}

TEST(RankedRows, equal_scores_take_no_file) {
  const auto rows = random_rows(200'000, Scores::kFew, false, 3);
  test::MemoryUse use;
  auto small = test::ranked_rows(64 << 10, &use);
  add_all(*small, rows);
  EXPECT_EQ(groups_of(*small).size(), 20u);
  EXPECT_EQ(use.file_bytes, 0u);
}

TEST(RankedRows, rows_may_be_added_between_results) {
  const auto rows = random_rows(900, Scores::kFew, true, 5);
  auto ranked = test::ranked_rows(1 << 20);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ranked->add(rows[i].score, rows[i].positive, rows[i].weight);
    if (i % 100 != 99) continue;
    EXPECT_NEAR(*roc_auc(*ranked), naive_auc({rows.begin(), rows.begin() + i + 1}), 1e-13);
  }
}

TEST(RankedRows, workers_share_the_rows) {
  for (const std::size_t count : {50u, 30'000u})
    for (const bool weighted : {false, true})
      for (const std::size_t budget : {64u << 10, 64u << 20}) {
        const auto rows = random_rows(count, Scores::kDifferent, weighted, 13);
        auto whole = test::ranked_rows(64 << 20);
        add_all(*whole, rows);
        auto leader = test::ranked_rows(budget), in_process = test::ranked_rows(budget);
        for (std::size_t worker = 0; worker < 3; ++worker) {
          auto part = test::ranked_rows(budget);
          add_all(*part, rows, worker, 3);
          test::Bytes bytes;
          const std::uint64_t written = part->write(bytes);
          EXPECT_EQ(written, bytes.bytes.size());
          auto arrived = test::ranked_rows(budget);
          arrived->borrow_run(bytes.bytes, part->totals());
          leader->add_rows(*arrived);
          in_process->add_rows(*part);
        }
        expect_same_groups(groups_of(*whole), groups_of(*leader));
        expect_same_groups(groups_of(*whole), groups_of(*in_process));
        EXPECT_NEAR(*roc_auc(*whole), *roc_auc(*leader), 1e-14);
      }
}

TEST(RankedRows, what_is_not_defined) {
  auto ranked = test::ranked_rows(1 << 20);
  EXPECT_EQ(roc_auc(*ranked), std::nullopt);
  EXPECT_EQ(average_precision(*ranked), std::nullopt);
  ranked->add(0.5, true, 0);
  EXPECT_EQ(average_precision(*ranked), std::nullopt);
  ranked->add(0.5, false, 1);
  EXPECT_EQ(roc_auc(*ranked), std::nullopt);
  EXPECT_EQ(ks_statistic(*ranked), std::nullopt);
  EXPECT_EQ(average_precision(*ranked), 0);
  ranked->add(0.5, true, 1);
  EXPECT_EQ(roc_auc(*ranked), 0.5);
  EXPECT_EQ(average_precision(*ranked), 0.5);
  EXPECT_EQ(ks_statistic(*ranked), 0);
}
