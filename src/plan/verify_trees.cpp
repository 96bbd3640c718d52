#include "plan/verify_trees.hpp"

#include <cmath>
#include <vector>

#include "plan/verify_trees_parts.hpp"

namespace pgscore::plan {
namespace {

constexpr const char *kWrongLevels = "The levels of a tree layout are out of range.";
constexpr const char *kWrongFlag = "A flag of a tree ensemble is out of range.";

// ---- the record ---------------------------------------------------------------------------------

void check_codes_record(const EnsembleRecord &record, std::uint8_t low_levels) {
  expect(record.top_levels >= 4 && record.top_levels <= 6 && record.levels == 0, kWrongLevels);
  expect(record.deep == 0 || record.top_levels == 6, kWrongLevels);
  expect(record.low_levels == 0 || (record.low_levels == low_levels && record.top_levels == 6),
         kWrongLevels);
  expect(record.has_sets == 0, kWrongFlag);
}

void check_oblivious_record(const EnsembleRecord &record) {
  expect(record.top_levels >= 3 && record.top_levels <= 4, kWrongLevels);
  expect(record.levels <= 1u << record.top_levels, kWrongLevels);
  expect(record.deep == 0 && record.low_levels == 0, kWrongLevels);
  expect(record.has_sets == 0, kWrongFlag);
  expect(record.linear_leaves == 0, "The leaves of oblivious trees are functions.");
}

void check_direct_record(const EnsembleRecord &record) {
  expect(record.top_levels == 0 && record.deep == 0 && record.levels == 0 && record.low_levels == 0,
         kWrongLevels);
}

/// Checks what a layout allows, and gives the greatest number of slots or channels.
std::uint32_t check_layout(const EnsembleRecord &record) {
  switch (record.layout) {
    case TreeLayout::kCodes8:
      check_codes_record(record, kLowLevels);
      return kMaxSlots8;
    case TreeLayout::kCodes16:
      check_codes_record(record, 0);
      return kMaxSlots16;
    case TreeLayout::kOblivious8:
      check_oblivious_record(record);
      return kMaxSlots8;
    case TreeLayout::kOblivious16:
      check_oblivious_record(record);
      return kMaxSlots16;
    case TreeLayout::kDirect:
      break;
  }
  check_direct_record(record);
  return kSetFlag - 1;
}

void check_record(const EnsembleRecord &record) {
  expect(is_enumerator<TreeLayout>(static_cast<std::uint8_t>(record.layout)),
         "A tree layout is unknown.");
  expect(is_enumerator<model::Precision>(record.compare) &&
             is_enumerator<model::Precision>(record.sum) && is_flag(record.average) &&
             is_flag(record.deep) && is_flag(record.inputs_only) && is_flag(record.has_sets) &&
             is_flag(record.linear_leaves) && (record.linear_leaves == 0 || record.leaf_width == 1),
         kWrongFlag);
  const std::uint32_t max_slots = check_layout(record);
  expect(
      record.num_groups >= 1 && (record.leaf_width == 1 || record.leaf_width == record.num_groups),
      "The width of tree leaves is out of range.");
  expect(std::isfinite(record.divisor) && record.divisor != 0 &&
             (record.average != 0 || record.divisor == 1),
         "A tree ensemble divides by zero.");
  expect(record.num_slots >= 1 && record.num_slots <= max_slots,
         "The number of code slots is out of range.");
  expect(record.num_exits < kExitFlag, "The number of leaves is out of range.");
}

// ---- the order of the trees ---------------------------------------------------------------------

void check_order(const TreesCheck &check) {
  const EnsembleRecord &record = check.record;
  const auto groups = check.cursor.take<GroupRecord>(record.groups, "groups");
  const auto order = check.cursor.take<std::uint32_t>(record.tree_order, "tree_order");
  expect(groups.size() == (record.leaf_width > 1 ? 1 : record.num_groups),
         "The number of tree groups is wrong.");
  expect(order.size() == record.num_positions, "The number of tree positions is wrong.");
  expect(record.num_trees <= record.num_positions, "The number of trees is wrong.");
  const std::uint64_t alignment = check.is_direct() ? 1 : 64u >> record.top_levels;
  std::vector<bool> seen(record.num_trees);
  std::uint64_t position = 0, trees = 0;
  for (const GroupRecord &group : groups) {
    const std::uint64_t end = position + (group.num_trees + alignment - 1) / alignment * alignment;
    expect(group.first_position == position && end <= order.size(),
           "A tree group is out of place.");
    for (std::uint64_t i = 0; position < end; ++i, ++position) {
      const std::uint32_t tree = order[position];
      if (i >= group.num_trees) {
        expect(tree == kNoTree, "A tree stands between two groups.");
        continue;
      }
      expect(tree < record.num_trees && !seen[tree], "The order of trees is no permutation.");
      seen[tree] = true;
    }
    trees += group.num_trees;
  }
  expect(position == order.size() && trees == record.num_trees, "The number of trees is wrong.");
}

}  // namespace

void verify_trees(const EnsembleRecord &record, const ReadableColumns &columns,
                  SectionCursor &cursor) {
  TreesCheck check{record, columns, cursor};
  check_record(record);
  expect(cursor.take<double>(record.base, "base").size() == record.num_groups,
         "A tree ensemble has not one base score per output.");
  check_order(check);
  const CodeSlots slots = check_quantiser(check);
  const NarrowCodes codes = check_blocks(check, slots);
  check_nodes(check);
  cursor.take<std::uint32_t>(record.set_words, "set_words");
  check_leaves(check);
  check_row_copies(check, codes);
  expect(record.inputs_only == (check.reads_inputs_only ? 1 : 0),
         "A tree ensemble is wrong about the columns that it reads.");
}

}  // namespace pgscore::plan
