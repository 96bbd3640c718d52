// The part of verify_trees that proves direct trees, and the roots of oblivious ones.
#include <algorithm>
#include <bit>

#include "model/tree_ensemble.hpp"
#include "plan/verify_trees_parts.hpp"

namespace pgscore::plan {
namespace {

/// Checks the roots of trees of codes, which have some only if they are oblivious. Behind each
/// there are as many exits as rows may get to.
void check_roots(const TreesCheck &check, std::span<const std::uint32_t> roots) {
  const EnsembleRecord &record = check.record;
  expect(roots.size() == (check.is_oblivious() ? record.num_positions : 0),
         "The number of channels, roots or nodes is wrong.");
  const std::uint64_t exits =
      std::max(std::uint64_t{kExitAlignment}, std::uint64_t{1} << record.levels);
  for (const std::uint32_t root : roots)
    expect(root % kExitAlignment == 0 && root + exits <= record.num_exits,
           "A root is out of range.");
}

void check_channels(TreesCheck &check, std::span<const ChannelRecord> channels) {
  const ChannelRecord &constant = channels[0];
  expect(constant.column == 0 && constant.missing == 0 && constant.default_left == 0 &&
             constant.presence == 0 && constant.truncated == 0,
         "Channel 0 is not the constant.");
  for (const ChannelRecord &channel : channels.subspan(1)) {
    check.read_column(channel.column);
    expect(is_enumerator<model::MissingKind>(channel.missing) && is_flag(channel.default_left) &&
               is_flag(channel.presence) && is_flag(channel.truncated),
           "A treatment of missing values is unknown.");
  }
}

/// Checks nodes; children stand behind their parents, so that a walk ends in a leaf.
template <class Number>
void check_tree_nodes(const TreesCheck &check, std::span<const DirectNode<Number>> nodes,
                      std::size_t num_channels, std::size_t num_sets) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    check.cursor.pace().spend(2);
    const DirectNode<Number> &node = nodes[i];
    const auto number = std::bit_cast<typename DirectNode<Number>::Bits>(node.cut);
    if (node.child == i) {  // a leaf: it stays, since channel 0 goes left
      expect(node.channel == 0 && number < check.record.num_exits, "A leaf is out of range.");
      continue;
    }
    expect(node.child > i && std::uint64_t{node.child} + 1 < nodes.size(),
           "A tree node is out of range.");
    expect((node.channel & ~kSetFlag) < num_channels, "A channel is out of range.");
    if ((node.channel & kSetFlag) != 0)
      expect(check.record.has_sets != 0 && number < num_sets, "A category set is out of range.");
  }
}

template <class Number>
void check_nodes_of(TreesCheck &check) {
  const EnsembleRecord &record = check.record;
  const auto channels = check.cursor.take<ChannelRecord>(record.channels, "channels");
  const auto sets = check.cursor.take<SetRecord>(record.sets, "sets");
  const auto roots = check.cursor.take<std::uint32_t>(record.roots, "roots");
  const auto nodes = check.cursor.take<DirectNode<Number>>(record.nodes, "nodes");
  if (!check.is_direct()) {
    expect(channels.empty() && sets.empty() && nodes.empty(), "Trees of codes have direct nodes.");
    return check_roots(check, roots);
  }
  expect(channels.size() == record.num_slots && roots.size() == record.num_positions &&
             nodes.size() >= 1,
         "The number of channels, roots or nodes is wrong.");
  check_channels(check, channels);
  for (const SetRecord &set : sets) check.check_words(set.first_word, set.num_words);
  for (std::uint32_t root : roots) expect(root < nodes.size(), "A root is out of range.");
  check_tree_nodes(check, nodes, channels.size(), sets.size());
}

}  // namespace

void check_nodes(TreesCheck &check) {
  if (check.compares_float32())
    check_nodes_of<float>(check);
  else
    check_nodes_of<double>(check);
}

}  // namespace pgscore::plan
