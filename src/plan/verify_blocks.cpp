// The part of verify_trees that proves trees of codes, and oblivious ones.
#include "plan/verify_trees_parts.hpp"

namespace pgscore::plan {
namespace {

template <class Slot, class Block>
class BlocksVerifier {
 public:
  BlocksVerifier(TreesCheck &check, const CodeSlots &slots)
      : record_(check.record),
        pace_(check.cursor.pace()),
        max_threshold_(slots.max_threshold),
        is_oblivious_(check.is_oblivious()),
        slots_(check.cursor.take<Slot>(record_.slots, "slots")),
        thresholds_(check.cursor.take<std::uint8_t>(record_.thresholds, "thresholds")),
        low_blocks_(check.cursor.take<LowBlock>(record_.low_blocks, "low_blocks")),
        entries_(check.cursor.take<std::uint32_t>(record_.entries, "entries")),
        blocks_(check.cursor.take<Block>(record_.blocks, "blocks")) {}

  void run_direct() const {
    expect(slots_.empty() && thresholds_.empty() && low_blocks_.empty() && entries_.empty() &&
               blocks_.empty(),
           "Direct trees have blocks.");
  }
  void run() const {
    const std::uint64_t size = std::uint64_t{record_.num_positions} << record_.top_levels;
    expect(slots_.size() == size + kReadAhead && thresholds_.size() == slots_.size(),
           "The size of the tree blocks is wrong.");
    for (std::size_t i = 0; i < slots_.size(); ++i) check_test(slots_[i], thresholds_[i]);
    if (is_oblivious_) return check_lanes(size);
    check_low_blocks(size);
    check_tails(size << record_.low_levels);
  }
  std::span<const Slot> slots() const { return slots_; }
  std::span<const std::uint8_t> thresholds() const { return thresholds_; }

 private:
  void check_test(Slot slot, std::uint8_t threshold) const {
    pace_.spend(1);
    expect(slot < record_.num_slots, "A code slot is out of range.");
    expect(slot == 0 ? threshold == 0 : threshold >= 1 && threshold <= max_threshold_[slot],
           "A threshold is out of range.");
  }

  /// Checks that lanes behind the last level of the deepest tree have slot 0.
  void check_lanes(std::uint64_t size) const {
    expect(low_blocks_.empty() && entries_.empty() && blocks_.empty(),
           "Oblivious trees have blocks.");
    const std::size_t lanes = std::size_t{1} << record_.top_levels;
    pace_.spend(size / 4);  // quicker than what check_test has spent
    for (std::size_t i = 0; i < size; ++i)
      expect(i % lanes < record_.levels || slots_[i] == 0,
             "A tree has more levels than the deepest one.");
  }

  void check_low_blocks(std::uint64_t size) const {
    expect(low_blocks_.size() == (record_.low_levels != 0 ? size + kReadAhead : 0),
           "The size of the low blocks is wrong.");
    for (const LowBlock &block : low_blocks_) {
      for (std::size_t k = 0; k < 3; ++k)
        check_test(static_cast<Slot>(block.slot[k]), block.threshold[k]);
      expect(all_zero(block.reserved), "A low block is malformed.");
    }
  }

  /// Checks what is below blocks and low blocks, where there are `num_below` positions.
  void check_tails(std::uint64_t num_below) const {
    // Kernels count positions in 32 bits
    expect(num_below <= UINT32_MAX, "The size of the low blocks is wrong.");
    expect(entries_.size() == (record_.deep != 0 ? num_below : 0),
           "The number of tree entries is wrong.");
    expect(record_.deep != 0 ? blocks_.size() < kExitFlag
                             : blocks_.empty() && record_.num_exits == num_below,
           "The number of tree blocks is wrong.");
    for (std::uint32_t entry : entries_) check_reference(entry, 0);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      for (std::size_t k = 0; k < 3; ++k) check_test(blocks_[i].slot[k], blocks_[i].threshold[k]);
      for (std::uint32_t next : blocks_[i].next) check_reference(next, i + 1);
    }
  }
  /// Checks a reference. If it is to a block, it is to block `first` or one behind it, so that a
  /// walk ends.
  void check_reference(std::uint32_t reference, std::uint64_t first) const {
    pace_.spend(1);
    if ((reference & kExitFlag) != 0)
      expect((reference & ~kExitFlag) < record_.num_exits, "A leaf is out of range.");
    else
      expect(reference >= first && reference < blocks_.size(), "A tree block is out of range.");
  }

  const EnsembleRecord &record_;
  Pace &pace_;
  const std::vector<std::uint8_t> &max_threshold_;
  const bool is_oblivious_;
  const std::span<const Slot> slots_;
  const std::span<const std::uint8_t> thresholds_;
  const std::span<const LowBlock> low_blocks_;
  const std::span<const std::uint32_t> entries_;
  const std::span<const Block> blocks_;
};

}  // namespace

NarrowCodes check_blocks(TreesCheck &check, const CodeSlots &slots) {
  switch (check.record.layout) {
    case TreeLayout::kCodes16:
    case TreeLayout::kOblivious16:
      BlocksVerifier<std::uint16_t, TailBlock16>(check, slots).run();
      return {};
    case TreeLayout::kDirect:
      BlocksVerifier<std::uint8_t, TailBlock8>(check, slots).run_direct();
      return {};
    case TreeLayout::kCodes8:
    case TreeLayout::kOblivious8:
      break;
  }
  const BlocksVerifier<std::uint8_t, TailBlock8> narrow(check, slots);
  narrow.run();
  return {narrow.slots(), narrow.thresholds()};
}

}  // namespace pgscore::plan
