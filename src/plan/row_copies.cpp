#include "plan/row_copies.hpp"

#include <algorithm>

#include "model/model.hpp"

namespace pgscore::plan {

std::vector<std::uint8_t> slot_sources(const EnsembleRecord &record,
                                       std::span<const SegmentRecord> segments,
                                       std::span<const SetSlotRecord> set_slots) {
  auto is_nan = [](const SegmentRecord &segment) {
    return segment.missing == static_cast<std::uint8_t>(model::MissingKind::kNan);
  };
  const bool narrow =
      record.layout == TreeLayout::kCodes8 || record.layout == TreeLayout::kOblivious8;
  if (!narrow || record.compare != static_cast<std::uint8_t>(model::Precision::kFloat32) ||
      !set_slots.empty() || segments.empty() || segments.size() > kMaxSourceSegments ||
      !std::ranges::all_of(segments, is_nan))
    return {};
  std::vector<std::uint8_t> sources(kNumSlotSources, kZeroSource);
  for (std::size_t i = 0; i < segments.size(); ++i) {  // the dummy slot is behind all others
    if (segments[i].slot_left < record.num_slots)
      sources[segments[i].slot_left] = static_cast<std::uint8_t>(i);
    if (segments[i].slot_right < record.num_slots)
      sources[segments[i].slot_right] = static_cast<std::uint8_t>(64 + i);
  }
  return sources;
}

bool has_subtrees(const EnsembleRecord &record) {
  return record.layout == TreeLayout::kCodes8 && record.top_levels == 6 && record.low_levels == 0 &&
         record.deep == 0 && record.sum == static_cast<std::uint8_t>(model::Precision::kFloat32) &&
         record.leaf_width == 1 && record.linear_leaves == 0 && record.num_positions != 0;
}
std::uint64_t num_top_nodes(const EnsembleRecord &record) { return num_subtrees(record); }
std::uint64_t num_subtrees(const EnsembleRecord &record) {
  return has_subtrees(record) ? 8 * (std::uint64_t{record.num_positions} + kTreesAhead) : 0;
}

std::uint8_t top_code(std::span<const std::uint8_t> codes, std::uint64_t i) {
  const std::uint64_t at = i / 8 * 64 + i % 8;
  return i % 8 < 7 && at < codes.size() ? codes[at] : 0;
}
Subtree subtree_nodes(std::span<const std::uint8_t> slots, std::span<const std::uint8_t> thresholds,
                      std::uint64_t i) {
  static_assert(block_position(6, 8) == 7 && block_position(6, 9) == 14);
  Subtree nodes{};
  const std::uint64_t at = i / 8 * 64 + 7 + 7 * (i % 8);
  if (at >= slots.size()) return nodes;
  std::copy_n(slots.data() + at, 7, nodes.slot);
  std::copy_n(thresholds.data() + at, 7, nodes.threshold);
  return nodes;
}

}  // namespace pgscore::plan
