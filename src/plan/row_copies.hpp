// Copies of parts of an ensemble for kernels that score one row: what a row touches lies in few
// lines of the cache. Copies follow from the other sections (but for leaves, which then are nowhere
// else), and the verifier makes them again to compare.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "plan/plan_layout.hpp"

namespace pgscore::plan {

/// Gives the section `slot_sources`; empty when the ensemble has none. `layout`, `compare` and
/// `num_slots` of the record must be set.
std::vector<std::uint8_t> slot_sources(const EnsembleRecord &record,
                                       std::span<const SegmentRecord> segments,
                                       std::span<const SetSlotRecord> set_slots);

/// Says whether an ensemble has the sections `top_slots`, `top_thresholds` and `subtrees`.
bool has_subtrees(const EnsembleRecord &record);
/// Count the elements of `top_slots` and of `top_thresholds`, and those of `subtrees`.
std::uint64_t num_top_nodes(const EnsembleRecord &record);
std::uint64_t num_subtrees(const EnsembleRecord &record);
inline std::size_t bytes_of_row_copies(const EnsembleRecord &record) {
  return num_top_nodes(record) * 2 + num_subtrees(record) * sizeof(Subtree);
}

/// Gives element i of `top_slots` or `top_thresholds`, from the first num_positions * 64 elements
/// of `slots` or `thresholds`.
std::uint8_t top_code(std::span<const std::uint8_t> codes, std::uint64_t i);
/// Gives element i of `subtrees`, without its leaves.
Subtree subtree_nodes(std::span<const std::uint8_t> slots, std::span<const std::uint8_t> thresholds,
                      std::uint64_t i);

}  // namespace pgscore::plan
