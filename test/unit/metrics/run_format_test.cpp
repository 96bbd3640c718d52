// Runs hold every key and weight, and damaged ones are refused.
#include "metrics/run_format.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "base/error.hpp"
#include "support/ranking_memory.hpp"

using namespace pgscore::metrics;

namespace {

std::vector<Entry> read_all(std::span<const std::byte> run) {
  RunReader reader({run.data(), 0, run.size(), 0}, nullptr);
  std::vector<Entry> entries;
  for (auto batch = reader.next(); !batch.empty(); batch = reader.next())
    entries.insert(entries.end(), batch.begin(), batch.end());
  return entries;
}

std::vector<std::byte> written(const std::vector<Entry> &entries) {
  test::Bytes bytes;
  RunWriter writer(bytes);
  for (const Entry &entry : entries) writer.put(entry);
  const std::uint64_t length = writer.finish();
  EXPECT_EQ(length, bytes.bytes.size());
  return bytes.bytes;
}

void expect_kept(const std::vector<Entry> &entries) {
  const auto got = read_all(written(entries));
  ASSERT_EQ(got.size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    ASSERT_EQ(got[i].key, entries[i].key);
    ASSERT_EQ(got[i].weight, entries[i].weight);
  }
}

}  // namespace

TEST(RunFormat, keeps_keys_and_weights) {
  const double weights[] = {
      1,   -1,   2,     -2,     63, -64, 1e6, -123456, 9007199254740991, 9007199254740992,
      0.1, -0.1, 1e308, -5e-324};
  std::vector<Entry> entries;
  std::uint64_t key = 0;
  for (int bits = 0; bits < 63; ++bits)
    for (const double weight : weights) {
      entries.push_back({key, weight});
      if (weight == 2) key += std::uint64_t{1} << bits;
    }
  entries.push_back({kLastKey - 1, -1});
  expect_kept(entries);
  expect_kept({});
}

TEST(RunFormat, float_scores_take_half_the_bytes) {
  std::mt19937_64 random(1);
  std::vector<Entry> doubles, floats;
  for (int i = 0; i < 100'000; ++i) {
    const double score = std::uniform_real_distribution<double>(0, 1)(random);
    doubles.push_back({key_of(score), 1});
    floats.push_back({key_of(static_cast<float>(score)), -1});
  }
  for (auto *entries : {&doubles, &floats})
    std::sort(entries->begin(), entries->end(),
              [](const Entry &a, const Entry &b) { return a.key < b.key; });
  expect_kept(doubles);
  expect_kept(floats);
  EXPECT_LT(written(doubles).size(), 100'000u * 8);
  EXPECT_LT(written(floats).size(), 100'000u * 5);
}

TEST(RunFormat, damaged_runs_are_refused_or_read_to_their_end) {
  std::vector<Entry> entries;
  for (int i = 0; i < 1000; ++i)
    entries.push_back({static_cast<std::uint64_t>(i) * 1'000'003, i % 3 ? 1 : 2.5 * i + 1});
  const auto run = written(entries);
  for (std::size_t length = 0; length < run.size(); ++length) {
    const std::vector<std::byte> cut(run.begin(), run.begin() + length);
    try {
      EXPECT_LE(read_all(cut).size(), entries.size());
    } catch (const pgscore::Error &error) {
      EXPECT_EQ(error.code(), pgscore::ErrorCode::kInternal);
    }
  }
  std::mt19937_64 random(2);
  for (int i = 0; i < 2000; ++i) {
    auto changed = run;
    changed[random() % changed.size()] = static_cast<std::byte>(random());
    try {
      read_all(changed);
    } catch (const pgscore::Error &error) {
      EXPECT_EQ(error.code(), pgscore::ErrorCode::kInternal);
    }
  }
}
