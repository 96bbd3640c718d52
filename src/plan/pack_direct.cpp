// Writes trees as nodes that hold their cuts: the layout kDirect.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "base/grow.hpp"
#include "base/pace.hpp"
#include "plan/category_sets.hpp"
#include "plan/compile_trees.hpp"
#include "plan/split_cut.hpp"

namespace pgscore::plan {
namespace {

using model::MissingKind;
using model::Split;
using model::TreeEnsemble;
using model::TreeNode;

/// The channels of an ensemble, in the order of (column, missing kind, direction, presence,
/// truncated).
class ChannelIndex {
 public:
  using Key = std::array<std::uint32_t, 5>;
  static Key key(std::uint32_t column, const TreeNode &node, bool presence) {
    // Where nothing is missing the default direction means nothing.
    const bool left = node.default_left || node.missing == MissingKind::kNanIsZero;
    const bool truncated = node.split == Split::kInSetTruncated;
    return {column, static_cast<std::uint32_t>(node.missing), left ? 1u : 0u, presence ? 1u : 0u,
            truncated ? 1u : 0u};
  }
  void note(const Key &key) { channels_.emplace(key, 0); }
  /// Numbers the channels from 1, after all were noted.
  std::vector<ChannelRecord> number() {
    std::vector<ChannelRecord> records(1);
    for (auto &[key, number] : channels_) {
      number = static_cast<std::uint32_t>(records.size());
      records.push_back({key[0], static_cast<std::uint8_t>(key[1]),
                         static_cast<std::uint8_t>(key[2]), static_cast<std::uint8_t>(key[3]),
                         static_cast<std::uint8_t>(key[4])});
    }
    return records;
  }
  std::uint32_t find(const Key &key) const { return channels_.find(key)->second; }

 private:
  std::map<Key, std::uint32_t> channels_;
};

template <class Number>
class DirectPacker {
 public:
  using Node = DirectNode<Number>;
  using Bits = typename Node::Bits;

  DirectPacker(const TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
               const CategorySets &sets, Exits &exits)
      : ensemble_(ensemble), columns_(columns), sets_(sets), exits_(exits) {}

  std::vector<ChannelRecord> index_channels(Interrupt interrupt) {
    Pace pace(interrupt);
    for (const TreeNode &node : ensemble_.nodes) {
      pace.spend(32);
      if (node.split != Split::kLeaf) channels_.note(key_of(node));
    }
    return channels_.number();
  }

  void make_room(std::size_t nodes, Interrupt interrupt) {
    reserve_in_pieces(nodes_, nodes_.size() + nodes, interrupt);
  }
  std::uint32_t add_tree(std::uint32_t tree) {
    const auto root = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({});
    stack_.assign(1, {ensemble_.trees[tree].first_node, root});
    while (!stack_.empty()) {  // depth first, left first: a subtree stays together
      const auto [from, at] = stack_.back();
      stack_.pop_back();
      const TreeNode &node = ensemble_.nodes[from];
      if (node.split == Split::kLeaf) {
        nodes_[at] = {std::bit_cast<Number>(static_cast<Bits>(exits_.add(from))), 0, at};
        continue;
      }
      const auto child = static_cast<std::uint32_t>(nodes_.size());
      nodes_.resize(nodes_.size() + 2);
      nodes_[at] = split_node(node, child);
      stack_.push_back({node.right, child + 1});
      stack_.push_back({node.left, child});
    }
    return root;
  }

  const std::vector<Node> &nodes() const { return nodes_; }

 private:
  /// A cut that no x reaches only asks whether the value is missing. If a missing value goes left,
  /// too, or none is missing, any channel will do that is never +inf for a missing value, and the
  /// NaN stays the cut.
  bool asks_presence(const TreeNode &node) const {
    return !model::is_set_split(node.split) && !node.default_left &&
           node.missing != MissingKind::kNanIsZero &&
           std::isnan(split_cut<Number>(node.split, node.value));
  }
  ChannelIndex::Key key_of(const TreeNode &node) const {
    return ChannelIndex::key(columns_[node.feature], node, asks_presence(node));
  }
  Node split_node(const TreeNode &node, std::uint32_t child) const {
    const std::uint32_t channel = channels_.find(key_of(node));
    if (model::is_set_split(node.split))
      return {std::bit_cast<Number>(static_cast<Bits>(sets_.number[node.index])),
              channel | kSetFlag, child};
    return {asks_presence(node) ? Number{0} : split_cut<Number>(node.split, node.value), channel,
            child};
  }

  const TreeEnsemble &ensemble_;
  std::span<const std::uint32_t> columns_;
  const CategorySets &sets_;
  Exits &exits_;
  ChannelIndex channels_;
  std::vector<Node> nodes_{Node{}};  // node 0: a leaf of no tree
  struct Step {
    std::uint32_t from, at;
  };
  std::vector<Step> stack_;
};

template <class Number>
void pack(const TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
          const TreeOrder &order, const CategorySets &sets, Interrupt interrupt, ImageWriter &image,
          EnsembleRecord &record, Exits &exits) {
  DirectPacker<Number> packer(ensemble, columns, sets, exits);
  const std::vector<ChannelRecord> channels = packer.index_channels(interrupt);
  record.num_slots = static_cast<std::uint32_t>(channels.size());
  record.has_sets = std::ranges::any_of(
      ensemble.nodes, [](const TreeNode &node) { return model::is_set_split(node.split); });
  std::vector<std::uint32_t> roots;
  for (std::uint32_t tree : order.tree_at) {
    interrupt.check();
    packer.make_room(ensemble.trees[tree].num_nodes, interrupt);
    roots.push_back(packer.add_tree(tree));
  }
  image.reserve_more(packer.nodes().size() * sizeof(DirectNode<Number>) +
                     roots.size() * sizeof(std::uint32_t) +
                     bytes_behind_splits(ensemble, record, exits));
  record.channels = image.add(channels);
  record.sets = image.add(sets.sets);
  record.roots = image.add(roots);
  record.nodes = image.add(packer.nodes());
}

}  // namespace

void pack_direct(const TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
                 const TreeOrder &order, const CategorySets &sets, Interrupt interrupt,
                 ImageWriter &image, EnsembleRecord &record, Exits &exits) {
  if (ensemble.compare == model::Precision::kFloat32)
    pack<float>(ensemble, columns, order, sets, interrupt, image, record, exits);
  else
    pack<double>(ensemble, columns, order, sets, interrupt, image, record, exits);
}

}  // namespace pgscore::plan
