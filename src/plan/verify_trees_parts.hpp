// The parts of verify_trees, in the order in which they take the sections of an ensemble.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "model/columns.hpp"
#include "plan/section_cursor.hpp"
#include "plan/tree_layout.hpp"
#include "plan/verify_trees.hpp"

namespace pgscore::plan {

/// What the checks of one ensemble share. All throw kCorruptedPlan.
struct TreesCheck {
  const EnsembleRecord &record;
  const ReadableColumns &columns;
  SectionCursor &cursor;
  bool reads_inputs_only = true;

  /// Say how the trees are stored, and what they compare and add.
  bool is_direct() const { return record.layout == TreeLayout::kDirect; }
  bool is_oblivious() const { return plan::is_oblivious(record.layout); }
  bool compares_float32() const {
    return record.compare == static_cast<std::uint8_t>(model::Precision::kFloat32);
  }
  bool sums_float32() const {
    return record.sum == static_cast<std::uint8_t>(model::Precision::kFloat32);
  }

  /// Checks that a column exists, and notes whether it is an input.
  void read_column(std::uint32_t column) {
    expect(columns.can_read(column), "A tree ensemble reads a column that does not exist.");
    reads_inputs_only = reads_inputs_only && column < columns.num_inputs;
  }
  /// Checks that a set has words. The words themselves come later: what is known here is the count
  /// of their section, which take() checks.
  void check_words(std::uint32_t first, std::uint32_t count) const {
    expect(std::uint64_t{first} + count <= record.set_words.count,
           "A category set is out of range.");
  }
};

/// The slots that nodes may test.
struct CodeSlots {
  std::vector<std::uint8_t> max_threshold;  // of each slot; none with kDirect
};
/// Takes `segments` to `slot_sources`.
CodeSlots check_quantiser(TreesCheck &check);

/// The sections `slots` and `thresholds`, where slots have 8 bits.
struct NarrowCodes {
  std::span<const std::uint8_t> slots, thresholds;
};
/// Takes `slots` to `blocks`.
NarrowCodes check_blocks(TreesCheck &check, const CodeSlots &slots);

/// Takes `channels` to `nodes`.
void check_nodes(TreesCheck &check);

/// Takes `exit_vectors` to `terms`.
void check_leaves(TreesCheck &check);

/// Takes `top_slots` to `subtrees`.
void check_row_copies(TreesCheck &check, const NarrowCodes &codes);

}  // namespace pgscore::plan
