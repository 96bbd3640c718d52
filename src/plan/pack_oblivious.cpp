// Writes trees with one test for each level: the layouts kOblivious8 and kOblivious16.
#include <algorithm>

#include "plan/compile_trees.hpp"
#include "plan/oblivious_trees.hpp"
#include "plan/quantiser.hpp"

namespace pgscore::plan {
namespace {

template <class Slot>
void pack(const model::TreeEnsemble &ensemble, const ObliviousTrees &trees, const TreeOrder &order,
          std::span<const SplitCode> codes, Interrupt interrupt, ImageWriter &image,
          EnsembleRecord &record, Exits &exits) {
  const std::size_t size = std::size_t{record.num_positions} << record.top_levels;
  std::vector<Slot> slots(size + kReadAhead);
  std::vector<std::uint8_t> thresholds(size + kReadAhead);
  std::vector<std::uint32_t> roots(record.num_positions, 0), leaves;
  std::size_t num_exits = std::size_t{1} << record.levels;
  for (std::uint32_t tree = 0; tree < ensemble.trees.size(); ++tree)
    num_exits += std::max<std::size_t>(kExitAlignment, std::size_t{1} << trees.num_levels(tree));
  exits.node.reserve(num_exits);
  std::size_t needed = 0;  // exits: a kernel may take any tree for one with record.levels
  for (std::uint32_t position = 0; position < record.num_positions; ++position) {
    const std::uint32_t tree = order.tree_at[position];
    if (tree == kNoTree) continue;
    interrupt.check();
    std::size_t lane = std::size_t{position} << record.top_levels;
    for (std::uint32_t test = trees.first_test[tree]; test < trees.first_test[tree + 1];
         ++test, ++lane) {
      slots[lane] = static_cast<Slot>(codes[test].slot);
      thresholds[lane] = static_cast<std::uint8_t>(codes[test].threshold);
    }
    oblivious_leaves(ensemble, tree, leaves);
    roots[position] = static_cast<std::uint32_t>(exits.node.size());
    exits.node.insert(exits.node.end(), leaves.begin(), leaves.end());
    exits.node.resize((exits.node.size() + kExitAlignment - 1) / kExitAlignment * kExitAlignment,
                      Exits::kNoNode);
    needed = std::max(
        needed,
        roots[position] + std::max<std::size_t>(kExitAlignment, std::size_t{1} << record.levels));
  }
  exits.node.resize(std::max(needed, exits.node.size()), Exits::kNoNode);
  image.reserve_more(slots.size() * sizeof(Slot) + thresholds.size() +
                     roots.size() * sizeof(std::uint32_t) +
                     bytes_behind_splits(ensemble, record, exits));
  record.slots = image.add(slots);
  record.thresholds = image.add(thresholds);
  record.entries = image.add(std::span<const std::uint32_t>{});
  record.low_blocks = record.blocks = record.channels = record.sets = record.entries;
  record.roots = image.add(roots);
  record.nodes = image.add(std::span<const std::uint32_t>{});
}

}  // namespace

void pack_oblivious(const model::TreeEnsemble &ensemble, const ObliviousTrees &trees,
                    const TreeOrder &order, std::span<const SplitCode> codes, Interrupt interrupt,
                    ImageWriter &image, EnsembleRecord &record, Exits &exits) {
  if (record.layout == TreeLayout::kOblivious8)
    pack<std::uint8_t>(ensemble, trees, order, codes, interrupt, image, record, exits);
  else
    pack<std::uint16_t>(ensemble, trees, order, codes, interrupt, image, record, exits);
}

}  // namespace pgscore::plan
