// The part of verify_trees that proves how values become codes.
#include <algorithm>
#include <bit>
#include <cmath>

#include "model/tree_ensemble.hpp"
#include "plan/row_copies.hpp"
#include "plan/verify_trees_parts.hpp"

namespace pgscore::plan {
namespace {

/// Checks that every slot but 0 is written by one segment or set, in their order: kernels read
/// codes and tables of tests that only these write.
CodeSlots check_slots(const TreesCheck &check, std::span<const SegmentRecord> segments,
                      std::span<const SetSlotRecord> set_slots) {
  const EnsembleRecord &record = check.record;
  if (check.is_direct()) {
    expect(record.num_tests == 0, "The number of tests is wrong.");
    return {};
  }
  CodeSlots slots{{0}};
  const std::uint32_t dummy = dummy_slot(record.num_slots);
  std::uint64_t tests = 0;
  auto add = [&](std::uint32_t slot, std::uint32_t max_threshold) {
    expect(slot == slots.max_threshold.size() && slot < record.num_slots,
           "A code slot is out of range.");
    slots.max_threshold.push_back(static_cast<std::uint8_t>(max_threshold));
    tests += max_threshold;
  };
  for (const SegmentRecord &segment : segments) {
    expect(segment.num_cuts >= 1 && segment.num_cuts <= kMaxSegmentCuts,
           "The number of cuts is out of range.");
    if (segment.slot_left != dummy) add(segment.slot_left, segment.num_cuts);
    if (segment.slot_right != dummy) add(segment.slot_right, segment.num_cuts);
  }
  for (const SetSlotRecord &set : set_slots) add(set.slot, 1);
  expect(slots.max_threshold.size() == record.num_slots, "A code slot is out of range.");
  expect(tests == record.num_tests, "The number of tests is wrong.");
  return slots;
}

/// Checks what the search relies on: cuts ascend, a NaN only at the end; a pivot is the last cut of
/// its bucket; the rest is NaN. `pivots` has 16 numbers, then the cuts, padded to `padded`, then
/// 16.
template <class Number>
void check_cuts(const SegmentRecord &segment, const Number *pivots, std::uint64_t padded) {
  const Number *cuts = pivots + 16;
  for (std::uint64_t i = 0; i < padded + 16; ++i)
    expect(i < segment.num_cuts ? (i == 0 || cuts[i - 1] < cuts[i] ||
                                   (std::isnan(cuts[i]) && i + 1 == segment.num_cuts))
                                : std::isnan(cuts[i]),
           "Cuts are not ascending.");
  for (std::uint64_t k = 0; k < 16; ++k) {
    const bool used = 16 * k < padded && !std::isnan(cuts[16 * k + 15]);
    expect(used ? pivots[k] == cuts[16 * k + 15] : std::isnan(pivots[k]),
           "Pivots do not belong to their cuts.");
  }
}

/// Checks that the search tree of a segment, `first` in `levels`, holds the same cuts as `cuts`.
template <class Number>
void check_levels(const SegmentRecord &segment, const Number *cuts, std::uint64_t first,
                  std::span<const Number> levels) {
  const std::uint32_t size = cut_levels_size(segment.num_cuts),
                      depth = std::bit_width(std::uint32_t{segment.num_cuts});
  expect(segment.first_level == first && first + size <= levels.size(),
         "A search tree of cuts is out of place.");
  for (std::uint32_t h = 0; h < size; ++h) {
    const std::uint32_t at =
        h == 0 || h >> depth != 0 ? segment.num_cuts : cut_level_index(segment.num_cuts, h);
    const Number number = levels[first + h];
    expect(at < segment.num_cuts && !std::isnan(cuts[at]) ? number == cuts[at] : std::isnan(number),
           "A search tree does not hold its cuts.");
  }
}

template <class Number>
void check_segments(TreesCheck &check, std::span<const SegmentRecord> segments,
                    std::span<const Number> cuts, std::span<const Number> levels) {
  std::uint64_t next = 0, next_level = 0;
  for (const SegmentRecord &segment : segments) {
    check.read_column(segment.column);
    expect(is_enumerator<model::MissingKind>(segment.missing) && segment.reserved == 0,
           "A treatment of missing values is unknown.");
    expect(segment.num_cuts >= 1 && segment.num_cuts <= kMaxSegmentCuts,
           "The number of cuts is out of range.");
    const std::uint64_t padded = (segment.num_cuts + 15u) / 16 * 16;
    expect(segment.first_cut == next && next + 16 + padded + 16 <= cuts.size(),
           "A segment of cuts is out of place.");
    check_cuts(segment, cuts.data() + next, padded);
    check_levels(segment, cuts.data() + next + 16, next_level, levels);
    next += 16 + padded + 16;
    next_level += cut_levels_size(segment.num_cuts);
  }
  expect(next == cuts.size() && next_level == levels.size(), "There are cuts of no segment.");
}

void check_set_slots(TreesCheck &check, std::span<const SetSlotRecord> set_slots) {
  for (const SetSlotRecord &set : set_slots) {
    check.read_column(set.column);
    expect(is_enumerator<model::MissingKind>(set.missing) && is_flag(set.default_left) &&
               is_flag(set.truncated) && set.reserved == 0,
           "A treatment of missing values is unknown.");
    check.check_words(set.first_word, set.num_words);
  }
}

template <class Number>
CodeSlots check_quantiser_of(TreesCheck &check) {
  const EnsembleRecord &record = check.record;
  const auto segments = check.cursor.take<SegmentRecord>(record.segments, "segments");
  const auto cuts = check.cursor.take<Number>(record.cuts, "cuts");
  const auto levels = check.cursor.take<Number>(record.cut_levels, "cut_levels");
  const auto set_slots = check.cursor.take<SetSlotRecord>(record.set_slots, "set_slots");
  expect(!check.is_direct() || (segments.empty() && set_slots.empty()),
         "Direct trees have code slots.");
  CodeSlots slots = check_slots(check, segments, set_slots);
  check_segments(check, segments, cuts, levels);
  const auto sources = check.cursor.take<std::uint8_t>(record.slot_sources, "slot_sources");
  expect(std::ranges::equal(sources, slot_sources(record, segments, set_slots)),
         "Slots do not come from their segments.");
  check_set_slots(check, set_slots);
  return slots;
}

}  // namespace

CodeSlots check_quantiser(TreesCheck &check) {
  return check.compares_float32() ? check_quantiser_of<float>(check)
                                  : check_quantiser_of<double>(check);
}

}  // namespace pgscore::plan
