// Metrics of predicted classes: how often which was predicted for which. Definitions and edge cases
// as scikit-learn (1.2.1, sklearn/metrics/_classification.py).
#pragma once
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "metrics/sum.hpp"
#include "metrics/wide.hpp"

namespace pgscore::metrics {

/// The weights of rows with one label and one predicted class.
struct ConfusionCell {
  std::uint32_t label, predicted;  // numbers of classes
  Sum weight;
};

class ConfusionMatrix {
 public:
  /// `memory` outlives the matrix.
  explicit ConfusionMatrix(std::pmr::memory_resource *memory) : cells_(memory) {}
  /// Adds a row; `weight` is above 0.
  void add(std::uint32_t label, std::uint32_t predicted, double weight) {
    cells_[key_of(label, predicted)].add(weight);
  }
  /// Adds the rows of a cell.
  void add(const ConfusionCell &cell) {
    cells_[key_of(cell.label, cell.predicted)].add(cell.weight);
  }
  /// The cells that have rows, in no order.
  std::vector<ConfusionCell> cells() const;

 private:
  static std::uint64_t key_of(std::uint32_t label, std::uint32_t predicted) {
    return std::uint64_t{label} << 32 | predicted;
  }

  std::pmr::unordered_map<std::uint64_t, Sum> cells_;
};

/// Weights of the rows of each class, by its number. They are wide because differences of their
/// products nearly cancel where most of the weight is in one class.
struct ClassTotals {
  /// Adds the cells up. The numbers of classes are below `num_classes`, and each has rows.
  ClassTotals(const ConfusionMatrix &matrix, std::size_t num_classes);

  std::vector<Wide> labels, predicted;  // of the rows that have the class, that were given it
  std::vector<Wide> correct;            // of those that both is true of
  Wide all, all_correct;
};

/// Each is nullopt without rows.

/// The share of the rows whose class was predicted (accuracy_score).
std::optional<double> accuracy(const ClassTotals &totals);
/// The mean of that share over the classes that rows have (balanced_accuracy_score).
std::optional<double> balanced_accuracy(const ClassTotals &totals);
/// The correlation of labels and predicted classes (matthews_corrcoef), 0 where either is one only.
std::optional<double> matthews_corrcoef(const ClassTotals &totals);
/// How much of the agreement that chance does not explain was reached (cohen_kappa_score); nullopt
/// too where all labels and predicted classes are one.
std::optional<double> cohen_kappa(const ClassTotals &totals);

/// How the values of the classes become one: their mean, the value of all classes counted together,
/// or the mean weighted with the rows that have them.
enum class Average : std::uint32_t { kMacro, kMicro, kWeighted };
/// "macro", "micro" or "weighted"; nullopt for another text.
std::optional<Average> average_of_name(std::string_view name);

/// Correct predictions of one class, predictions of it, and rows that have it.
struct Hits {
  double correct = 0, predicted = 0, actual = 0;
};

/// The share of the predictions of a class that are correct, the share of its rows that were
/// predicted, and the harmonic mean of both. Each is 0 where it has nothing to divide by.
double precision(const Hits &hits);
double recall(const Hits &hits);
double f1(const Hits &hits);

/// One of these, averaged over the classes that rows have or were predicted (precision_score,
/// recall_score, f1_score).
std::optional<double> averaged(double (*metric)(const Hits &), Average average,
                               const ClassTotals &totals);

}  // namespace pgscore::metrics
