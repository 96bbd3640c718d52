// From a tree ensemble to its sections of the plan.
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

/// Appends the sections of `ensemble` to `image` and returns the record that says where they are.
/// `columns` has the column of the plan for each feature of the ensemble. The caller sets
/// `inputs_only` and `first_leaf`.
EnsembleRecord compile_trees(const model::TreeEnsemble &ensemble,
                             std::span<const std::uint32_t> columns, const CompileOptions &options,
                             Interrupt interrupt, ImageWriter &image);

// ---- between compile_trees.cpp and the packers --------------------------------------------------

/// The trees in the order of the plan.
struct TreeOrder {
  std::vector<GroupRecord> groups;
  std::vector<std::uint32_t> tree_at;  // for each position the tree, or kNoTree
};
/// Sorts the trees by group. Each group starts at a multiple of `alignment`.
TreeOrder order_trees(const model::TreeEnsemble &ensemble, std::uint32_t alignment);

/// The leaves of an ensemble in the order of their exits.
struct Exits {
  static constexpr std::uint32_t kNoNode = UINT32_MAX;
  std::vector<std::uint32_t> node;  // for each exit the leaf, or kNoNode (padding)
  /// Adds an exit for a leaf, a node of the ensemble, or for padding (kNoNode). Returns the number
  /// of the exit.
  std::uint32_t add(std::uint32_t leaf) {
    node.push_back(leaf);
    return static_cast<std::uint32_t>(node.size() - 1);
  }
};

/// Gives how many bytes at most follow the sections of the packers below, up to the end of the
/// ensemble's.
std::size_t bytes_behind_splits(const model::TreeEnsemble &ensemble, const EnsembleRecord &record,
                                const Exits &exits);

struct SplitCode;
struct CategorySets;

/// Writes the sections slots to blocks, for positions as in `order`, with T levels on top.
void pack_codes(const model::TreeEnsemble &ensemble, const TreeOrder &order,
                std::span<const SplitCode> codes, Interrupt interrupt, ImageWriter &image,
                EnsembleRecord &record, Exits &exits);

struct ObliviousTrees;

/// Writes the sections slots to nodes, for trees in the lanes of oblivious layouts. `codes` has one
/// element for each of the tests of `trees`.
void pack_oblivious(const model::TreeEnsemble &ensemble, const ObliviousTrees &trees,
                    const TreeOrder &order, std::span<const SplitCode> codes, Interrupt interrupt,
                    ImageWriter &image, EnsembleRecord &record, Exits &exits);

/// Writes the sections channels to nodes of direct trees.
void pack_direct(const model::TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
                 const TreeOrder &order, const CategorySets &sets, Interrupt interrupt,
                 ImageWriter &image, EnsembleRecord &record, Exits &exits);

}  // namespace pgscore::plan
