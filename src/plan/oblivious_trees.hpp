// Ensembles whose trees ask one test for each level, as CatBoost's do. The leaf of a tree of d
// levels is a number of d bits.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/interrupt.hpp"
#include "model/model.hpp"
#include "plan/category_sets.hpp"

namespace pgscore::plan {

inline constexpr std::uint32_t kMaxObliviousLevels = 16;

struct ObliviousTrees {
  std::vector<std::uint32_t> tests;       // nodes: for each tree one of each level, root first
  std::vector<std::uint32_t> first_test;  // for each tree, and the end
  std::uint32_t max_levels = 0;

  /// Give the number of levels of a tree, and for each of them, root first, a node of the ensemble
  /// that has the test of the level.
  std::uint32_t num_levels(std::uint32_t tree) const {
    return first_test[tree + 1] - first_test[tree];
  }
  std::span<const std::uint32_t> tests_of(std::uint32_t tree) const {
    return std::span(tests).subspan(first_test[tree], num_levels(tree));
  }
};

/// Finds the tests of an ensemble; nullopt when a tree is not oblivious or too deep, and when there
/// is no tree.
std::optional<ObliviousTrees> find_oblivious_trees(const model::TreeEnsemble &ensemble,
                                                   const CategorySets &sets, Interrupt interrupt);

/// Gives the leaves of an oblivious tree by their places. Bit k of a place says that the test of
/// level k sent the row left.
void oblivious_leaves(const model::TreeEnsemble &ensemble, std::uint32_t tree,
                      std::vector<std::uint32_t> &leaves);

}  // namespace pgscore::plan
