// Contributions of features to a score: path-dependent Shapley values.
//
// Of a tree, the value of a set S of features is the expectation of the tree when only the features
// of S are known: at a split of another feature the children are averaged by their covers (Lundberg
// et al., "From local explanations to global understanding", Nature Machine Intelligence 2, 2020,
// algorithm 1, tree_path_dependent). The contribution of a feature is its Shapley value in that
// game; contributions and the expectation of the tree add up to its score.
//
// For a leaf whose path has the features F the game is value * product over F of (o_j if j in S,
// else z_j): z_j is the product of the ratios of covers along the feature's splits, o_j is 1 when
// the row goes the leaf's way at all of them and else 0. The Shapley value of a product is an
// integral over the multilinear extension (Owen 1972):
//     value * (o_i - z_i) * integral over t in [0, 1] of product over j != i of (z_j + t (o_j - z_j)),
// a polynomial of degree |F| - 1, which Gauss's rule with |F| / 2 points integrates exactly. For
// each point one walk over the tree gives the sums over all leaves: products grow on the way down,
// sums on the way up. The time is nodes * points; no subset is ever looked at.
#pragma once
#include <cstddef>
#include <vector>

#include "base/pace.hpp"
#include "explain/explanation.hpp"

namespace pgscore::explain {

/// Memory that contributions are computed in, for one explanation; to be used again from row to
/// row.
class Workspace {
 public:
  /// Rows that are computed together.
  static constexpr std::size_t kRows = 8;

  /// Throws bad_alloc.
  explicit Workspace(const Explanation &explanation);

 private:
  friend class Contributions;
  std::vector<double> columns_;      // kRows for each column
  std::vector<double> sums_;         // kRows for each input, and the bias
  std::vector<double> path_;         // of one walk over a tree, level by level
  std::vector<std::uint32_t> open_;  // two numbers for each level
};

/// Contributions to one output of `num_rows` rows, Workspace::kRows at most. `rows`: the inputs of
/// each row, encoded as model.hpp says. `out`: num_inputs + 1 numbers for each row, the bias last;
/// all of them NaN where the score is missing. Spends the steps of `pace`.
void contributions(const Explanation &explanation, std::uint32_t output, const double *const *rows,
                   std::size_t num_rows, Workspace &workspace, double *out, Pace &pace);

}  // namespace pgscore::explain
