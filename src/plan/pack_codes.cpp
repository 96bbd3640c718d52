// Writes trees as blocks of codes: the layouts kCodes8 and kCodes16.
#include <algorithm>

#include "base/error.hpp"
#include "plan/compile_trees.hpp"
#include "plan/quantiser.hpp"

namespace pgscore::plan {
namespace {

using model::Split;
using model::TreeEnsemble;
using model::TreeNode;

template <class Slot, class Block>
class Packer {
 public:
  Packer(const TreeEnsemble &ensemble, std::span<const SplitCode> codes,
         const EnsembleRecord &record, Exits &exits)
      : ensemble_(ensemble),
        codes_(codes),
        top_levels_(record.top_levels),
        low_levels_(record.low_levels),
        deep_(record.deep != 0),
        exits_(exits),
        leaf_of_(std::size_t{1} << top_levels_) {
    const std::size_t size = std::size_t{record.num_positions} << top_levels_;
    slots_.resize(size + kReadAhead);
    thresholds_.resize(size + kReadAhead);
    if (low_levels_ != 0) low_blocks_.resize(size + kReadAhead);
    if (deep_) entries_.reserve(size << low_levels_);
  }

  void add_tree(std::uint32_t position, std::uint32_t tree) {
    leaf_of_.resize(std::size_t{1} << top_levels_);
    fill_top(position, tree == kNoTree ? Exits::kNoNode : ensemble_.trees[tree].first_node);
    if (low_levels_ != 0) fill_low(position);
    if (!deep_) {
      exits_.node.insert(exits_.node.end(), leaf_of_.begin(), leaf_of_.end());
    } else {
      add_tail();
    }
  }

  /// Writes the sections. It may be called once, since it gives the memory back as it goes.
  void write(ImageWriter &image, EnsembleRecord &record) {
    image.reserve_more(slots_.size() * sizeof(Slot) + thresholds_.size() +
                       low_blocks_.size() * sizeof(LowBlock) +
                       entries_.size() * sizeof(std::uint32_t) + blocks_.size() * sizeof(Block) +
                       bytes_behind_splits(ensemble_, record, exits_));
    auto move_to_image = [&](auto &elements) {
      const Section section = image.add(elements);
      elements = {};
      return section;
    };
    record.slots = move_to_image(slots_);
    record.thresholds = move_to_image(thresholds_);
    record.low_blocks = move_to_image(low_blocks_);
    record.entries = move_to_image(entries_);
    record.blocks = move_to_image(blocks_);
  }

 private:
  bool is_leaf(std::uint32_t node) const { return ensemble_.nodes[node].split == Split::kLeaf; }

  /// Makes the block of one tree. leaf_of_ becomes the node at each of the 2^T positions below it.
  void fill_top(std::uint32_t position, std::uint32_t root) {
    const std::size_t first = std::size_t{position} << top_levels_;
    const std::uint32_t width = 1u << top_levels_;
    stack_.assign(1, {root, 1});
    while (!stack_.empty()) {
      const auto [node, heap] = stack_.back();
      stack_.pop_back();
      // All positions below this heap node belong to the leaf.
      if (heap >= width || node == Exits::kNoNode || is_leaf(node)) {
        const std::uint32_t shift =
            top_levels_ + 1 - static_cast<std::uint32_t>(std::bit_width(heap));
        std::fill_n(leaf_of_.begin() + ((heap << shift) - width), std::size_t{1} << shift, node);
        continue;
      }
      const std::size_t at = first + block_position(top_levels_, heap);
      slots_[at] = static_cast<Slot>(codes_[node].slot);
      thresholds_[at] = static_cast<std::uint8_t>(codes_[node].threshold);
      stack_.push_back({ensemble_.nodes[node].right, 2 * heap});
      stack_.push_back({ensemble_.nodes[node].left, 2 * heap + 1});
    }
  }

  /// Makes the low blocks of one tree. leaf_of_ becomes the node at each of the 2^(T+2) positions
  /// below them.
  void fill_low(std::uint32_t position) {
    const std::vector<std::uint32_t> above = leaf_of_;
    leaf_of_.clear();
    for (std::size_t i = 0; i < above.size(); ++i) {
      LowBlock &block = low_blocks_[(std::size_t{position} << top_levels_) + i];
      if (above[i] == Exits::kNoNode || is_leaf(above[i])) {
        leaf_of_.insert(leaf_of_.end(), 4, above[i]);
        continue;
      }
      set_code(block, 0, above[i]);
      const TreeNode &node = ensemble_.nodes[above[i]];
      for (std::uint32_t bit = 0; bit < 2; ++bit) {
        const std::uint32_t child = bit == 0 ? node.right : node.left;
        if (is_leaf(child)) {
          leaf_of_.insert(leaf_of_.end(), 2, child);
          continue;
        }
        set_code(block, 1 + bit, child);
        leaf_of_.push_back(ensemble_.nodes[child].right);
        leaf_of_.push_back(ensemble_.nodes[child].left);
      }
    }
  }
  template <class AnyBlock>
  void set_code(AnyBlock &block, std::uint32_t k, std::uint32_t node) const {
    using SlotOfBlock = std::remove_reference_t<decltype(block.slot[0])>;
    block.slot[k] = static_cast<SlotOfBlock>(codes_[node].slot);
    block.threshold[k] = static_cast<std::uint8_t>(codes_[node].threshold);
  }

  /// Makes the entries of the tree and, breadth first, the blocks below them: parents before their
  /// children.
  void add_tail() {
    queue_.clear();
    const std::size_t first_block = blocks_.size();
    auto reference = [&](std::uint32_t node) -> std::uint32_t {
      if (is_leaf(node)) return kExitFlag | exits_.add(node);
      queue_.push_back(node);
      const std::size_t block = first_block + queue_.size() - 1;
      if (block >= kExitFlag)
        throw Error(ErrorCode::kLimitExceeded, "model has too many tree nodes");
      return static_cast<std::uint32_t>(block);
    };
    for (std::size_t i = 0; i < leaf_of_.size(); ++i) {
      if (leaf_of_[i] == Exits::kNoNode)  // padding: no row gets there, any exit will do
        entries_.push_back(kExitFlag);
      else if (i > 0 && leaf_of_[i] == leaf_of_[i - 1])  // a leaf further up
        entries_.push_back(entries_.back());
      else
        entries_.push_back(reference(leaf_of_[i]));
    }
    for (std::size_t i = 0; i < queue_.size(); ++i) {
      Block block{};
      set_code(block, 0, queue_[i]);
      const TreeNode &node = ensemble_.nodes[queue_[i]];
      for (std::uint32_t bit = 0; bit < 2; ++bit) {
        const std::uint32_t child = bit == 0 ? node.right : node.left;
        if (is_leaf(child)) {
          block.next[2 * bit] = block.next[2 * bit + 1] = reference(child);
        } else {
          set_code(block, 1 + bit, child);
          block.next[2 * bit] = reference(ensemble_.nodes[child].right);
          block.next[2 * bit + 1] = reference(ensemble_.nodes[child].left);
        }
      }
      blocks_.push_back(block);
    }
  }

  const TreeEnsemble &ensemble_;
  std::span<const SplitCode> codes_;
  const std::uint32_t top_levels_, low_levels_;
  const bool deep_;
  Exits &exits_;
  std::vector<Slot> slots_;
  std::vector<std::uint8_t> thresholds_;
  std::vector<LowBlock> low_blocks_;
  std::vector<std::uint32_t> entries_;
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> leaf_of_, queue_;
  struct Step {
    std::uint32_t node, heap;
  };
  std::vector<Step> stack_;
};

template <class Slot, class Block>
void pack(const TreeEnsemble &ensemble, const TreeOrder &order, std::span<const SplitCode> codes,
          Interrupt interrupt, ImageWriter &image, EnsembleRecord &record, Exits &exits) {
  Packer<Slot, Block> packer(ensemble, codes, record, exits);
  for (std::uint32_t position = 0; position < order.tree_at.size(); ++position) {
    packer.add_tree(position, order.tree_at[position]);
    interrupt.check();
  }
  packer.write(image, record);
}

}  // namespace

void pack_codes(const TreeEnsemble &ensemble, const TreeOrder &order,
                std::span<const SplitCode> codes, Interrupt interrupt, ImageWriter &image,
                EnsembleRecord &record, Exits &exits) {
  if (record.layout == TreeLayout::kCodes8)
    pack<std::uint8_t, TailBlock8>(ensemble, order, codes, interrupt, image, record, exits);
  else
    pack<std::uint16_t, TailBlock16>(ensemble, order, codes, interrupt, image, record, exits);
}

}  // namespace pgscore::plan
