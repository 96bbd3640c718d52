// Parts of an ensemble once more, arranged for kernels that score one row: what such a row touches
// lies in few cache lines. They follow from the other sections (but for leaves, which then are
// nowhere else), and a verifier makes them again to compare.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "plan/plan_layout.hpp"

namespace pgscore::plan {

/// The section `slot_sources`; empty when the ensemble has none. `layout`, `compare` and
/// `num_slots` of the record are read.
std::vector<std::uint8_t> slot_sources(const EnsembleRecord &record,
                                       std::span<const SegmentRecord> segments,
                                       std::span<const SetSlotRecord> set_slots);

/// Whether an ensemble has the sections `top_slots`, `top_thresholds` and `subtrees`.
bool has_subtrees(const EnsembleRecord &record);
/// Elements of `top_slots` and of `top_thresholds`, and of `subtrees`.
std::uint64_t num_top_nodes(const EnsembleRecord &record);
std::uint64_t num_subtrees(const EnsembleRecord &record);
inline std::size_t bytes_of_row_copies(const EnsembleRecord &record) {
  return num_top_nodes(record) * 2 + num_subtrees(record) * sizeof(Subtree);
}

/// Element i of `top_slots` or `top_thresholds`. `codes`: `slots` or `thresholds`, num_positions *
/// 64 of them.
std::uint8_t top_code(std::span<const std::uint8_t> codes, std::uint64_t i);
/// Element i of `subtrees`, without its leaves.
Subtree subtree_nodes(std::span<const std::uint8_t> slots, std::span<const std::uint8_t> thresholds,
                      std::uint64_t i);

}  // namespace pgscore::plan
