#include "plan/verify_trees.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "model/model.hpp"
#include "plan/row_copies.hpp"

namespace pgscore::plan {
namespace {

class TreesVerifier {
 public:
  TreesVerifier(const EnsembleRecord &record, const ReadableColumns &columns, SectionCursor &cursor)
      : record_(record), columns_(columns), cursor_(cursor) {}

  void run() {
    check_record();
    check_order();
    if (record_.compare == 0)
      check_splits<float>();
    else
      check_splits<double>();
    check_exits();
    check_row_copies();
    expect(record_.inputs_only == (reads_inputs_only_ ? 1 : 0),
           "A tree ensemble is wrong about the columns that it reads.");
  }

 private:
  bool is_direct() const { return record_.layout == TreeLayout::kDirect; }
  bool is_oblivious() const { return plan::is_oblivious(record_.layout); }

  void check_record() {
    const EnsembleRecord &r = record_;
    expect(r.layout <= TreeLayout::kOblivious16, "A tree layout is unknown.");
    expect(r.compare <= 1 && r.sum <= 1 && r.average <= 1 && r.deep <= 1 && r.inputs_only <= 1 &&
               r.has_sets <= 1 && r.linear_leaves <= 1 &&
               (r.linear_leaves == 0 || r.leaf_width == 1),
           "A flag of a tree ensemble is out of range.");
    expect(is_direct()      ? r.top_levels == 0 && r.deep == 0 && r.levels == 0
           : is_oblivious() ? r.top_levels >= 3 && r.top_levels <= 4 &&
                                  r.levels <= 1u << r.top_levels && r.deep == 0
                            : r.top_levels >= 4 && r.top_levels <= 6 &&
                                  (r.deep == 0 || r.top_levels == 6) && r.levels == 0,
           "The levels of a tree layout are out of range.");
    expect(r.low_levels == 0 ||
               (r.low_levels == kLowLevels && r.layout == TreeLayout::kCodes8 && r.top_levels == 6),
           "The levels of a tree layout are out of range.");
    expect(is_direct() || r.has_sets == 0, "A flag of a tree ensemble is out of range.");
    expect(!is_oblivious() || r.linear_leaves == 0, "The leaves of oblivious trees are functions.");
    expect(r.num_groups >= 1 && (r.leaf_width == 1 || r.leaf_width == r.num_groups),
           "The width of tree leaves is out of range.");
    expect(std::isfinite(r.divisor) && r.divisor != 0 && (r.average != 0 || r.divisor == 1),
           "A tree ensemble divides by zero.");
    const bool narrow = r.layout == TreeLayout::kCodes8 || r.layout == TreeLayout::kOblivious8;
    const std::uint32_t max_slots = is_direct() ? kSetFlag - 1 : narrow ? kMaxSlots8 : kMaxSlots16;
    expect(r.num_slots >= 1 && r.num_slots <= max_slots,
           "The number of code slots is out of range.");
    expect(r.num_exits < kExitFlag, "The number of leaves is out of range.");
    const auto base = cursor_.take<double>(r.base, "base");
    expect(base.size() == r.num_groups, "A tree ensemble has not one base score per output.");
  }

  void check_order() {
    const auto groups = cursor_.take<GroupRecord>(record_.groups, "groups");
    const auto order = cursor_.take<std::uint32_t>(record_.tree_order, "tree_order");
    expect(groups.size() == (record_.leaf_width > 1 ? 1 : record_.num_groups),
           "The number of tree groups is wrong.");
    expect(order.size() == record_.num_positions, "The number of tree positions is wrong.");
    expect(record_.num_trees <= record_.num_positions, "The number of trees is wrong.");
    const std::uint64_t alignment = is_direct() ? 1 : 64u >> record_.top_levels;
    std::vector<bool> seen(record_.num_trees);
    std::uint64_t position = 0, trees = 0;
    for (const GroupRecord &group : groups) {
      const std::uint64_t end =
          position + (group.num_trees + alignment - 1) / alignment * alignment;
      expect(group.first_position == position && end <= order.size(),
             "A tree group is out of place.");
      for (std::uint64_t i = 0; position < end; ++i, ++position) {
        const std::uint32_t tree = order[position];
        if (i >= group.num_trees) {
          expect(tree == kNoTree, "A tree stands between two groups.");
          continue;
        }
        expect(tree < record_.num_trees && !seen[tree], "The order of trees is no permutation.");
        seen[tree] = true;
      }
      trees += group.num_trees;
    }
    expect(position == order.size() && trees == record_.num_trees, "The number of trees is wrong.");
  }

  void read_column(std::uint32_t column) {
    expect(columns_.can_read(column), "A tree ensemble reads a column that does not exist.");
    reads_inputs_only_ = reads_inputs_only_ && column < columns_.num_inputs;
  }
  void check_words(std::uint32_t first, std::uint32_t count) {
    // The words themselves come later; here the count of their section, which take() bounds.
    expect(std::uint64_t{first} + count <= record_.set_words.count,
           "A category set is out of range.");
  }

  template <class Number>
  void check_splits() {
    const auto segments = cursor_.take<SegmentRecord>(record_.segments, "segments");
    const auto cuts = cursor_.take<Number>(record_.cuts, "cuts");
    const auto levels = cursor_.take<Number>(record_.cut_levels, "cut_levels");
    const auto set_slots = cursor_.take<SetSlotRecord>(record_.set_slots, "set_slots");
    check_slots(segments, set_slots);
    check_segments<Number>(segments, cuts, levels);
    const auto sources = cursor_.take<std::uint8_t>(record_.slot_sources, "slot_sources");
    expect(std::ranges::equal(sources, slot_sources(record_, segments, set_slots)),
           "Slots do not come from their segments.");
    check_set_slots(set_slots);
    switch (record_.layout) {
      case TreeLayout::kCodes8:
      case TreeLayout::kOblivious8:
        check_blocks<std::uint8_t, TailBlock8>();
        break;
      case TreeLayout::kCodes16:
      case TreeLayout::kOblivious16:
        check_blocks<std::uint16_t, TailBlock16>();
        break;
      case TreeLayout::kDirect:
        expect(segments.empty() && set_slots.empty(), "Direct trees have code slots.");
        check_blocks<std::uint8_t, TailBlock8>();
        break;
    }
    check_direct<Number>();
    cursor_.take<std::uint32_t>(record_.set_words, "set_words");
  }

  template <class Number>
  void check_segments(std::span<const SegmentRecord> segments, std::span<const Number> cuts,
                      std::span<const Number> levels) {
    std::uint64_t next = 0, next_level = 0;
    for (const SegmentRecord &segment : segments) {
      read_column(segment.column);
      expect(segment.missing <= 2 && segment.reserved == 0,
             "A treatment of missing values is unknown.");
      expect(segment.num_cuts >= 1 && segment.num_cuts <= kMaxSegmentCuts,
             "The number of cuts is out of range.");
      const std::uint64_t padded = (segment.num_cuts + 15u) / 16 * 16;
      expect(segment.first_cut == next && next + 16 + padded + 16 <= cuts.size(),
             "A segment of cuts is out of place.");
      // What the search relies on: cuts ascend, a NaN only at the end; a pivot is the last cut of
      // its bucket; the rest is NaN.
      const Number *pivots = cuts.data() + next, *first = pivots + 16;
      for (std::uint64_t i = 0; i < padded + 16; ++i)
        expect(i < segment.num_cuts ? (i == 0 || first[i - 1] < first[i] ||
                                       (std::isnan(first[i]) && i + 1 == segment.num_cuts))
                                    : std::isnan(first[i]),
               "Cuts are not ascending.");
      for (std::uint64_t k = 0; k < 16; ++k) {
        const bool used = 16 * k < padded && !std::isnan(first[16 * k + 15]);
        expect(used ? pivots[k] == first[16 * k + 15] : std::isnan(pivots[k]),
               "Pivots do not belong to their cuts.");
      }
      next += 16 + padded + 16;
      check_levels<Number>(segment, first, next_level, levels);
      next_level += cut_levels_size(segment.num_cuts);
    }
    expect(next == cuts.size() && next_level == levels.size(), "There are cuts of no segment.");
  }

  /// The search tree holds the same cuts as the ascending ones at `cuts`.
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
      expect(
          at < segment.num_cuts && !std::isnan(cuts[at]) ? number == cuts[at] : std::isnan(number),
          "A search tree does not hold its cuts.");
    }
  }

  /// Every slot but 0 is written by one segment or set, in their order. Kernels read `codes` and
  /// tables of tests that only these write.
  void check_slots(std::span<const SegmentRecord> segments,
                   std::span<const SetSlotRecord> set_slots) {
    if (is_direct()) {
      expect(record_.num_tests == 0, "The number of tests is wrong.");
      return;
    }
    max_threshold_.assign(1, 0);
    const std::uint32_t dummy = dummy_slot(record_.num_slots);
    std::uint64_t tests = 0;
    auto add = [&](std::uint32_t slot, std::uint32_t max_threshold) {
      expect(slot == max_threshold_.size() && slot < record_.num_slots,
             "A code slot is out of range.");
      max_threshold_.push_back(static_cast<std::uint8_t>(max_threshold));
      tests += max_threshold;
    };
    for (const SegmentRecord &segment : segments) {
      expect(segment.num_cuts >= 1 && segment.num_cuts <= kMaxSegmentCuts,
             "The number of cuts is out of range.");
      if (segment.slot_left != dummy) add(segment.slot_left, segment.num_cuts);
      if (segment.slot_right != dummy) add(segment.slot_right, segment.num_cuts);
    }
    for (const SetSlotRecord &set : set_slots) add(set.slot, 1);
    expect(max_threshold_.size() == record_.num_slots, "A code slot is out of range.");
    expect(tests == record_.num_tests, "The number of tests is wrong.");
  }
  template <class Slot>
  void check_test(Slot slot, std::uint8_t threshold) {
    cursor_.pace().spend(1);
    expect(slot < record_.num_slots, "A code slot is out of range.");
    expect(slot == 0 ? threshold == 0 : threshold >= 1 && threshold <= max_threshold_[slot],
           "A threshold is out of range.");
  }

  void check_set_slots(std::span<const SetSlotRecord> set_slots) {
    for (const SetSlotRecord &set : set_slots) {
      read_column(set.column);
      expect(set.missing <= 2 && set.default_left <= 1 && set.truncated <= 1 && set.reserved == 0,
             "A treatment of missing values is unknown.");
      check_words(set.first_word, set.num_words);
    }
  }

  void check_reference(std::uint32_t reference, std::uint64_t first_block,
                       std::uint64_t num_blocks) {
    cursor_.pace().spend(1);
    if ((reference & kExitFlag) != 0)
      expect((reference & ~kExitFlag) < record_.num_exits, "A leaf is out of range.");
    else
      expect(reference >= first_block && reference < num_blocks, "A tree block is out of range.");
  }

  template <class Slot, class Block>
  void check_blocks() {
    const auto slots = cursor_.take<Slot>(record_.slots, "slots");
    const auto thresholds = cursor_.take<std::uint8_t>(record_.thresholds, "thresholds");
    if constexpr (sizeof(Slot) == 1) {
      codes_ = slots;
      thresholds_ = thresholds;
    }
    const auto low_blocks = cursor_.take<LowBlock>(record_.low_blocks, "low_blocks");
    const auto entries = cursor_.take<std::uint32_t>(record_.entries, "entries");
    const auto blocks = cursor_.take<Block>(record_.blocks, "blocks");
    if (is_direct()) {
      expect(slots.empty() && thresholds.empty() && low_blocks.empty() && entries.empty() &&
                 blocks.empty(),
             "Direct trees have blocks.");
      return;
    }
    const std::uint64_t size = std::uint64_t{record_.num_positions} << record_.top_levels;
    expect(slots.size() == size + kReadAhead && thresholds.size() == slots.size(),
           "The size of the tree blocks is wrong.");
    for (std::size_t i = 0; i < slots.size(); ++i) check_test(slots[i], thresholds[i]);
    if (is_oblivious()) {
      expect(low_blocks.empty() && entries.empty() && blocks.empty(),
             "Oblivious trees have blocks.");
      const std::size_t lanes = std::size_t{1} << record_.top_levels;
      cursor_.pace().spend(size / 4);  // quicker than what check_test has spent
      for (std::size_t i = 0; i < size; ++i)
        expect(i % lanes < record_.levels || slots[i] == 0,
               "A tree has more levels than the deepest one.");
      return;
    }
    expect(low_blocks.size() == (record_.low_levels != 0 ? size + kReadAhead : 0),
           "The size of the low blocks is wrong.");
    for (const LowBlock &block : low_blocks) {
      for (std::size_t k = 0; k < 3; ++k) check_test(block.slot[k], block.threshold[k]);
      expect(block.reserved[0] == 0 && block.reserved[1] == 0, "A low block is malformed.");
    }
    const std::uint64_t num_below = size << record_.low_levels;
    // Kernels count positions in 32 bits
    expect(num_below <= UINT32_MAX, "The size of the low blocks is wrong.");
    expect(entries.size() == (record_.deep != 0 ? num_below : 0),
           "The number of tree entries is wrong.");
    expect(record_.deep != 0 ? blocks.size() < kExitFlag
                             : blocks.empty() && record_.num_exits == num_below,
           "The number of tree blocks is wrong.");
    for (std::uint32_t entry : entries) check_reference(entry, 0, blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      for (std::size_t k = 0; k < 3; ++k) check_test(blocks[i].slot[k], blocks[i].threshold[k]);
      for (std::uint32_t next : blocks[i].next) check_reference(next, i + 1, blocks.size());
    }
  }

  template <class Number>
  void check_direct() {
    const auto channels = cursor_.take<ChannelRecord>(record_.channels, "channels");
    const auto sets = cursor_.take<SetRecord>(record_.sets, "sets");
    const auto roots = cursor_.take<std::uint32_t>(record_.roots, "roots");
    const auto nodes = cursor_.take<DirectNode<Number>>(record_.nodes, "nodes");
    if (!is_direct()) {
      expect(channels.empty() && sets.empty() && nodes.empty(),
             "Trees of codes have direct nodes.");
      expect(roots.size() == (is_oblivious() ? record_.num_positions : 0),
             "The number of channels, roots or nodes is wrong.");
      const std::uint64_t exits =
          std::max(std::uint64_t{kExitAlignment}, std::uint64_t{1} << record_.levels);
      for (const std::uint32_t root : roots)
        expect(root % kExitAlignment == 0 && root + exits <= record_.num_exits,
               "A root is out of range.");
      return;
    }
    expect(channels.size() == record_.num_slots && roots.size() == record_.num_positions &&
               nodes.size() >= 1,
           "The number of channels, roots or nodes is wrong.");
    const ChannelRecord &constant = channels[0];
    expect(constant.column == 0 && constant.missing == 0 && constant.default_left == 0 &&
               constant.presence == 0 && constant.truncated == 0,
           "Channel 0 is not the constant.");
    for (const ChannelRecord &channel : channels.subspan(1)) {
      read_column(channel.column);
      expect(channel.missing <= 2 && channel.default_left <= 1 && channel.presence <= 1 &&
                 channel.truncated <= 1,
             "A treatment of missing values is unknown.");
    }
    for (const SetRecord &set : sets) check_words(set.first_word, set.num_words);
    for (std::uint32_t root : roots) expect(root < nodes.size(), "A root is out of range.");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      cursor_.pace().spend(2);
      const DirectNode<Number> &node = nodes[i];
      const auto number = std::bit_cast<typename DirectNode<Number>::Bits>(node.cut);
      if (node.child == i) {  // a leaf: it stays, since channel 0 goes left
        expect(node.channel == 0 && number < record_.num_exits, "A leaf is out of range.");
        continue;
      }
      expect(node.child > i && std::uint64_t{node.child} + 1 < nodes.size(),
             "A tree node is out of range.");
      expect((node.channel & ~kSetFlag) < channels.size(), "A channel is out of range.");
      if ((node.channel & kSetFlag) != 0)
        expect(record_.has_sets != 0 && number < sets.size(), "A category set is out of range.");
    }
  }

  void check_exits() {
    const auto vectors = cursor_.take<std::uint32_t>(record_.exit_vectors, "exit_vectors");
    const std::uint64_t num_values = record_.sum == 0
                                         ? cursor_.take<float>(record_.values, "values").size()
                                         : cursor_.take<double>(record_.values, "values").size();
    if (record_.leaf_width > 1) {
      expect(vectors.size() == record_.num_exits && num_values % record_.leaf_width == 0,
             "The number of leaf vectors is wrong.");
      for (std::uint32_t vector : vectors) {
        cursor_.pace().spend(1);
        expect(vector < num_values / record_.leaf_width, "A leaf vector is out of range.");
      }
    } else {
      expect(vectors.size() == (record_.linear_leaves != 0 ? record_.num_exits : 0) &&
                 num_values == (has_subtrees(record_) ? 0 : record_.num_exits),
             "The number of leaf values is wrong.");
    }
    expect(record_.leaf_id_size == 1 || record_.leaf_id_size == 2 || record_.leaf_id_size == 4,
           "The size of leaf ids is unknown.");
    if (record_.leaf_id_size == 1)
      check_leaf_ids<std::uint8_t>();
    else if (record_.leaf_id_size == 2)
      check_leaf_ids<std::uint16_t>();
    else
      check_leaf_ids<std::uint32_t>();
    check_leaf_functions(vectors);
  }

  /// predict_leaf returns them as integers of SQL.
  template <class Id>
  void check_leaf_ids() {
    const auto ids = cursor_.take<Id>(record_.leaf_ids, "leaf_ids");
    expect(ids.size() == record_.num_exits, "The number of leaf ids is wrong.");
    if constexpr (sizeof(Id) == 4)
      for (Id id : ids) expect(id <= INT32_MAX, "A leaf id is out of range.");
  }

  void check_leaf_functions(std::span<const std::uint32_t> function_of_exit) {
    const auto functions = cursor_.take<LeafFunctionRecord>(record_.functions, "functions");
    const auto terms = cursor_.take<LeafTermRecord>(record_.terms, "terms");
    if (record_.linear_leaves == 0) {
      expect(functions.empty() && terms.empty(), "There are leaf functions of no leaf.");
      return;
    }
    for (std::uint32_t function : function_of_exit) {
      cursor_.pace().spend(1);
      expect(function < functions.size(), "A leaf function is out of range.");
    }
    std::uint64_t next = 0;
    for (const LeafFunctionRecord &function : functions) {
      cursor_.pace().spend(2);
      expect(function.first_term == next && function.num_terms <= terms.size() - next,
             "The terms of a leaf function are out of place.");
      next += function.num_terms;
    }
    expect(next == terms.size(), "There are terms of no leaf function.");
    for (const LeafTermRecord &term : terms) {
      cursor_.pace().spend(2);
      read_column(term.column);
      expect(term.reserved == 0, "A term of a leaf function is malformed.");
    }
  }

  void check_row_copies() {
    const auto top_slots = cursor_.take<std::uint8_t>(record_.top_slots, "top_slots");
    const auto top_thresholds =
        cursor_.take<std::uint8_t>(record_.top_thresholds, "top_thresholds");
    const auto subtrees = cursor_.take<Subtree>(record_.subtrees, "subtrees");
    expect(top_slots.size() == num_top_nodes(record_) &&
               top_thresholds.size() == num_top_nodes(record_) &&
               subtrees.size() == num_subtrees(record_),
           "The size of the copies of trees is wrong.");
    if (!has_subtrees(record_)) return;
    const std::span slots = codes_.first(std::uint64_t{record_.num_positions} << 6);
    const std::span thresholds = thresholds_.first(slots.size());
    for (std::size_t i = 0; i < top_slots.size(); ++i) {
      cursor_.pace().spend(4);
      expect(top_slots[i] == top_code(slots, i) && top_thresholds[i] == top_code(thresholds, i),
             "A copy of a tree differs from it.");
    }
    for (std::size_t i = 0; i < subtrees.size(); ++i) {
      cursor_.pace().spend(16);
      Subtree expected = subtree_nodes(slots, thresholds, i);
      if (i / 8 < record_.num_positions)
        std::memcpy(expected.leaf, subtrees[i].leaf, sizeof expected.leaf);
      expect(std::memcmp(&expected, &subtrees[i], sizeof expected) == 0,
             "A copy of a tree differs from it.");
    }
  }

  const EnsembleRecord &record_;
  const ReadableColumns &columns_;
  SectionCursor &cursor_;
  std::span<const std::uint8_t> codes_, thresholds_;  // `slots` and `thresholds` of narrow layouts
  bool reads_inputs_only_ = true;
  std::vector<std::uint8_t> max_threshold_;  // of each slot
};

}  // namespace

void verify_trees(const EnsembleRecord &record, const ReadableColumns &columns,
                  SectionCursor &cursor) {
  TreesVerifier(record, columns, cursor).run();
}

}  // namespace pgscore::plan
