// A margin of the model as a sum: of functions of single features, and of trees.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "model/model.hpp"

namespace pgscore::explain {

/// For each column the input that it depends on; kNoInput for constants, kManyInputs when several
/// inputs decide it.
inline constexpr std::uint32_t kNoInput = UINT32_MAX, kManyInputs = UINT32_MAX - 1;
std::vector<std::uint32_t> inputs_of_columns(const model::Model &model);

struct ColumnTerm {
  model::ColumnId column = 0;
  double scale = 1;
};
/// A term of a linear predictor that is more than a coefficient times a column: it picks a
/// coefficient by the level of a category, or counts nothing when its column is missing.
struct PredictorTerm {
  model::LinearTerm term;  // with the coefficients of one output
  model::Linear::OnMissing on_missing;
  double scale = 1;
};
struct TreesTerm {
  const model::TreeEnsemble *trees = nullptr;  // lives as long as the model
  std::uint32_t group = 0;
  double scale = 1;
};
/// bias + sum of scale * column + sum of scale * term + sum of scale * trees, but for the rounding
/// of each step.
struct Sum {
  double bias = 0;
  std::vector<ColumnTerm> columns;   // each depends on one input
  std::vector<PredictorTerm> terms;  // each depends on one input
  std::vector<TreesTerm> trees;      // base and divisor are in bias and scale
  bool may_be_missing = false;       // for rows for which the terms are not: a condition says so
};

/// Takes columns apart.
class Sums {
 public:
  /// Keeps references to the model, and to `inputs`, of inputs_of_columns(model).
  Sums(const model::Model &model, const std::vector<std::uint32_t> &inputs);
  ~Sums();
  Sums(const Sums &) = delete;
  Sums &operator=(const Sums &) = delete;

  /// Gives the sum that a column is. Throws kUnsupportedModel, with the reason, when it is none:
  /// features meet in something else than trees.
  Sum of(model::ColumnId column);

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace pgscore::explain
