// Metrics of classes: known values, edge cases, and classes whose labels have several images.
#include "metrics/confusion.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory_resource>
#include <string>

#include "base/error.hpp"
#include "metrics/binary_counts.hpp"
#include "metrics/class_table.hpp"

using namespace pgscore::metrics;

namespace {

struct Cell {
  std::uint32_t label, predicted;
  double weight;
};

ClassTotals totals_of(std::initializer_list<Cell> cells, std::size_t num_classes) {
  ConfusionMatrix matrix(std::pmr::new_delete_resource());
  for (const Cell &cell : cells) matrix.add(cell.label, cell.predicted, cell.weight);
  return {matrix, num_classes};
}

}  // namespace

TEST(Confusion, known_values) {
  // Of scikit-learn 1.2.1.
  const ClassTotals totals =
      totals_of({{0, 0, 1}, {0, 1, 2}, {1, 1, 3}, {2, 1, 0.5}, {2, 2, 1}, {1, 3, 1}}, 4);
  EXPECT_DOUBLE_EQ(*accuracy(totals), 0.5882352941176471);
  EXPECT_DOUBLE_EQ(*balanced_accuracy(totals), 0.5833333333333334);
  EXPECT_DOUBLE_EQ(*matthews_corrcoef(totals), 0.3819279328210309);
  EXPECT_DOUBLE_EQ(*cohen_kappa(totals), 0.34972677595628415);
  EXPECT_DOUBLE_EQ(*averaged(precision, Average::kMacro, totals), 0.6363636363636364);
  EXPECT_DOUBLE_EQ(*averaged(recall, Average::kWeighted, totals), *accuracy(totals));
  for (const auto metric : {precision, recall, f1})
    EXPECT_DOUBLE_EQ(*averaged(metric, Average::kMicro, totals), *accuracy(totals));
}

TEST(Confusion, what_is_not_defined) {
  const ClassTotals none = totals_of({}, 0);
  EXPECT_EQ(accuracy(none), std::nullopt);
  EXPECT_EQ(balanced_accuracy(none), std::nullopt);
  EXPECT_EQ(matthews_corrcoef(none), std::nullopt);
  EXPECT_EQ(cohen_kappa(none), std::nullopt);
  EXPECT_EQ(averaged(f1, Average::kMacro, none), std::nullopt);
  const ClassTotals one = totals_of({{0, 0, 0.1}}, 1);
  EXPECT_EQ(matthews_corrcoef(one), 0);
  EXPECT_EQ(cohen_kappa(one), std::nullopt);
  const ClassTotals one_predicted = totals_of({{0, 0, 0.1}, {1, 0, 0.7}}, 2);
  EXPECT_EQ(matthews_corrcoef(one_predicted), 0);
  EXPECT_EQ(cohen_kappa(one_predicted), 0);
  const ClassTotals wrong = totals_of({{0, 1, 3}}, 2);
  EXPECT_EQ(matthews_corrcoef(wrong), 0);
  EXPECT_EQ(cohen_kappa(wrong), 0);
  EXPECT_EQ(averaged(precision, Average::kWeighted, wrong), 0);
}

TEST(Confusion, a_rare_class_loses_no_digits) {
  // Of the two rows of the rare class one is found.
  constexpr double kMany = 1e12;
  const ClassTotals totals = totals_of({{0, 0, kMany}, {1, 1, 1}, {1, 0, 1}}, 2);
  EXPECT_NEAR(*matthews_corrcoef(totals), std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(*cohen_kappa(totals), 2.0 / 3, 1e-12);
}

TEST(Confusion, averages_have_names) {
  EXPECT_EQ(average_of_name("macro"), Average::kMacro);
  EXPECT_EQ(average_of_name("micro"), Average::kMicro);
  EXPECT_EQ(average_of_name("weighted"), Average::kWeighted);
  EXPECT_EQ(average_of_name("Macro"), std::nullopt);
  EXPECT_EQ(average_of_name(""), std::nullopt);
}

TEST(Confusion, cells_have_their_rows) {
  ConfusionMatrix matrix(std::pmr::new_delete_resource());
  for (int i = 0; i < 10; ++i) matrix.add(7, 999, 0.1);
  matrix.add({7, 999, matrix.cells()[0].weight});
  ASSERT_EQ(matrix.cells().size(), 1u);
  EXPECT_EQ(matrix.cells()[0].label, 7u);
  EXPECT_EQ(matrix.cells()[0].predicted, 999u);
  EXPECT_EQ(matrix.cells()[0].weight.value(), 2);
}

TEST(BinaryCounts, known_values) {
  BinaryCounts counts;
  EXPECT_EQ(counts.value(precision), std::nullopt);
  counts.add(false, false, 1);
  EXPECT_EQ(counts.value(precision), 0);
  EXPECT_EQ(counts.value(recall), 0);
  EXPECT_EQ(counts.value(f1), 0);
  BinaryCounts other;
  other.add(true, true, 3);
  other.add(true, false, 1);
  other.add(false, true, 3);
  counts.add(other);
  EXPECT_EQ(counts.value(precision), 0.5);
  EXPECT_EQ(counts.value(recall), 0.75);
  EXPECT_EQ(counts.value(f1), 0.6);
}

TEST(ClassTable, numbers_classes) {
  ClassTable classes(std::pmr::new_delete_resource());
  EXPECT_EQ(classes.find("1"), std::nullopt);
  EXPECT_EQ(classes.add("1"), 0u);
  EXPECT_EQ(classes.add(""), 1u);
  classes.add_alias("1.0", 0);
  EXPECT_EQ(classes.find("1"), 0u);
  EXPECT_EQ(classes.find("1.0"), 0u);
  EXPECT_EQ(classes.find(""), 1u);
  EXPECT_EQ(classes.size(), 2u);
  EXPECT_EQ(classes.image(0), "1");
}

TEST(ClassTable, is_bounded) {
  ClassTable classes(std::pmr::new_delete_resource());
  for (std::size_t i = 0; i < kMaxClasses; ++i) classes.add(std::to_string(i));
  for (int i = 0; i < 1'000'000; ++i) classes.add_alias("alias " + std::to_string(i), 3);
  EXPECT_EQ(classes.find("alias 0"), 3u);
  EXPECT_EQ(classes.find("alias 999999"), std::nullopt);
  try {
    classes.add("one more");
    FAIL();
  } catch (const pgscore::Error &error) {
    EXPECT_EQ(error.code(), pgscore::ErrorCode::kLimitExceeded);
  }
}
