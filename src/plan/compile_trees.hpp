// A tree ensemble -> its sections of the plan.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/interrupt.hpp"
#include "model/model.hpp"
#include "plan/compile.hpp"
#include "plan/image_writer.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

/// Appends the sections of `ensemble` to `image` and says in the record where they are. `columns`:
/// for each feature of the ensemble the column of the plan. The caller sets `inputs_only` and
/// `first_leaf`.
EnsembleRecord compile_trees(const model::TreeEnsemble &ensemble,
                             std::span<const std::uint32_t> columns, const CompileOptions &options,
                             Interrupt interrupt, ImageWriter &image);

// ---- between compile_trees.cpp and the two packers ----------------------------------------------

/// The trees in the order of the plan.
struct TreeOrder {
  std::vector<GroupRecord> groups;
  std::vector<std::uint32_t> tree_at;  // for each position the tree, or kNoTree
};
/// `alignment`: each group starts at a multiple of it.
TreeOrder order_trees(const model::TreeEnsemble &ensemble, std::uint32_t alignment);

/// The leaves of an ensemble in the order of their exits.
struct Exits {
  static constexpr std::uint32_t kNoNode = UINT32_MAX;
  std::vector<std::uint32_t> node;  // for each exit the leaf, or kNoNode (padding)
  /// Adds an exit for a leaf, a node of the ensemble, or for padding (kNoNode). -> the number of
  /// the exit
  std::uint32_t add(std::uint32_t leaf) {
    node.push_back(leaf);
    return static_cast<std::uint32_t>(node.size() - 1);
  }
};

/// At most so many bytes follow the sections of the packers below, before the end of the
/// ensemble's.
std::size_t bytes_behind_splits(const model::TreeEnsemble &ensemble, const EnsembleRecord &record,
                                const Exits &exits);

struct SplitCode;
struct CategorySets;

/// Sections slots, thresholds, entries, blocks, for positions as in `order`, with T levels on top.
void pack_codes(const model::TreeEnsemble &ensemble, const TreeOrder &order,
                std::span<const SplitCode> codes, Interrupt interrupt, ImageWriter &image,
                EnsembleRecord &record, Exits &exits);

struct ObliviousTrees;

/// Sections slots to nodes, for trees in the lanes of oblivious layouts. `codes`: of the tests of
/// `trees`.
void pack_oblivious(const model::TreeEnsemble &ensemble, const ObliviousTrees &trees,
                    const TreeOrder &order, std::span<const SplitCode> codes, Interrupt interrupt,
                    ImageWriter &image, EnsembleRecord &record, Exits &exits);

/// Sections channels, sets, roots, nodes.
void pack_direct(const model::TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
                 const TreeOrder &order, const CategorySets &sets, Interrupt interrupt,
                 ImageWriter &image, EnsembleRecord &record, Exits &exits);

}  // namespace pgscore::plan
