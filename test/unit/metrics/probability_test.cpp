// Losses of probabilities, and bins of them.
#include "metrics/probability.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory_resource>
#include <vector>

using namespace pgscore::metrics;

TEST(Probability, losses_of_a_row) {
  EXPECT_DOUBLE_EQ(binary_log_loss(true, 0.25), -std::log(0.25));
  EXPECT_DOUBLE_EQ(binary_log_loss(false, 0.25), -std::log(0.75));
  EXPECT_DOUBLE_EQ(binary_log_loss(true, 0), 52 * std::log(2));
  EXPECT_DOUBLE_EQ(binary_log_loss(false, 1), 52 * std::log(2));
  EXPECT_NEAR(binary_log_loss(true, 1), 0x1p-52, 1e-20);
  EXPECT_EQ(brier_score(true, 0.25), 0.5625);
  EXPECT_EQ(brier_score(false, 0.25), 0.0625);
}

TEST(Probability, losses_of_classes) {
  const double probabilities[] = {0.5, 0.25, 0.25, 0};
  EXPECT_DOUBLE_EQ(log_loss(probabilities, 0), std::log(2));
  EXPECT_DOUBLE_EQ(log_loss(probabilities, 2), std::log(4));
  EXPECT_DOUBLE_EQ(log_loss(probabilities, 3), 52 * std::log(2));
}

TEST(CalibrationBins, end_with_their_upper_limit) {
  for (const std::size_t count : {1u, 3u, 10u, 1000u}) {
    CalibrationBins bins(count, std::pmr::new_delete_resource());
    // As numpy.linspace rounds the limits.
    const double width = 1.0 / static_cast<double>(count);
    bins.add(0, true, 1);
    bins.add(1, true, 1);
    for (std::size_t i = 1; i < count; ++i) {
      bins.add(static_cast<double>(i) * width, false, 2);
      bins.add(std::nextafter(static_cast<double>(i) * width, 1), false, 4);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const double expected = (i == 0) + (i + 1 == count) + 2 * (i + 1 < count) + 4 * (i > 0);
      EXPECT_EQ(bins.bins()[i].weight.value(), expected) << i << " of " << count;
    }
  }
}

TEST(CalibrationBins, are_added) {
  CalibrationBins all(2, std::pmr::new_delete_resource());
  CalibrationBins some(2, std::pmr::new_delete_resource());
  all.add(0.25, true, 2);
  some.add(0.5, false, 1);
  some.add(0.75, true, 0);
  all.add(some.bins());
  EXPECT_EQ(all.bins()[0].weight.value(), 3);
  EXPECT_EQ(all.bins()[0].scores.value(), 1);
  EXPECT_EQ(all.bins()[0].positives.value(), 2);
  EXPECT_EQ(all.bins()[1].weight.value(), 0);
}
