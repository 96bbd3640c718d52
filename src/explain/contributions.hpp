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
// each point one walk over the tree gives the sums over all leaves (walkers/walker.hpp): products
// grow on the way down, sums on the way up. The time is nodes * points; no subset is ever looked at.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/interrupt.hpp"
#include "explain/explanation.hpp"
#include "explain/walkers/walker.hpp"
#include "kernels/kernel.hpp"

namespace pgscore::explain {

/// Memory that contributions are computed in, for one explanation; to be used again from row to
/// row.
class Workspace {
 public:
  /// `kernel`: the name of the fastest kernel that is to be used, or "auto". Takes some hundred bytes
  /// for each column and input of the model; for more rows at a time up to 1 MB besides. Throws
  /// bad_alloc.
  explicit Workspace(const Explanation &explanation, std::string_view kernel = "auto");

  /// Rows that are computed together at most.
  std::size_t rows_at_once() const { return num_blocks_ * kWalkRows; }

 private:
  friend class Contributions;
  /// Where the terms, trees, splits and leaves of an output begin.
  struct Start {
    std::uint64_t term = 0, tree = 0, split = 0;
  };

  const Walker &walker_;
  std::vector<Start> starts_;                // one for each output
  std::size_t num_blocks_ = 1;               // that there is room for
  bool walks_alone_ = false;                 // whether a row may be
  std::optional<kernels::Scratch> scratch_;  // of the plan of the columns
  std::vector<double> computed_;             // by it, row by row
  std::vector<Numbers> lines_;               // kLinesOfColumn for each column, block by block
  std::vector<Numbers> sums_;                // one for each input, and the bias, block by block
  std::vector<Numbers> path_;                // of one walk over a tree
  std::vector<std::uint32_t> open_;          // two numbers for each level
};

/// Contributions to one output. `values`: the inputs of a row, encoded as model.hpp says, `stride`
/// numbers before those of the next row. `out`: num_inputs + 1 numbers for each row, the bias last;
/// all of them NaN where the score is missing. A row gets the same bits alone and among others.
/// Throws what `interrupt` throws.
void contributions(const Explanation &explanation, std::uint32_t output, const double *values,
                   std::size_t stride, std::size_t num_rows, Workspace &workspace, double *out,
                   Interrupt interrupt = {});

}  // namespace pgscore::explain
