#include "plan/compile_trees.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/pace.hpp"
#include "plan/category_sets.hpp"
#include "plan/oblivious_trees.hpp"
#include "plan/quantiser.hpp"
#include "plan/row_copies.hpp"

namespace pgscore::plan {
namespace {

using model::Precision;
using model::Split;
using model::Tree;
using model::TreeEnsemble;
using model::TreeNode;

struct Shape {
  std::uint32_t max_depth = 0;  // edges
  double mean_path = 0;         // sum over the trees of the mean depth of their leaves
  std::uint64_t num_below = 0;  // splits at level 6, below a block of the code layouts
};

Shape measure(const TreeEnsemble &ensemble, Interrupt interrupt) {
  Pace pace(interrupt);
  Shape shape;
  std::vector<std::uint32_t> depth;
  for (const Tree &tree : ensemble.trees) {
    pace.spend(std::size_t{8} * tree.num_nodes);
    depth.assign(tree.num_nodes, 0);
    double leaf_depths = 0, leaves = 0;
    for (std::uint32_t i = 0; i < tree.num_nodes; ++i) {  // children stand behind their parent
      const TreeNode &node = ensemble.nodes[tree.first_node + i];
      if (node.split == Split::kLeaf) {
        shape.max_depth = std::max(shape.max_depth, depth[i]);
        leaf_depths += depth[i];
        leaves += 1;
      } else {
        shape.num_below += depth[i] == 6 ? 1 : 0;
        depth[node.left - tree.first_node] = depth[node.right - tree.first_node] = depth[i] + 1;
      }
    }
    shape.mean_path += leaf_depths / leaves;
  }
  return shape;
}

/// Says whether the quantiser alone costs more than the whole direct walk: then no kernel for codes
/// can win, in any instruction set. One row was measured on Zen 4 (scalar kernels): about 3 ns for
/// a segment, 2 ns for a set, and 1.3 ns for a level of a walk over nodes with cuts.
template <class Number>
bool quantiser_is_too_dear(const Quantiser<Number> &quantiser, const Shape &shape) {
  const double quantise = 3.0 * static_cast<double>(quantiser.segments.size()) +
                          2.0 * static_cast<double>(quantiser.set_slots.size());
  return quantise > 1.3 * shape.mean_path;
}

/// Gives the layout of a kind that has room for the slots; kDirect when neither has.
TreeLayout with_room_for(std::uint32_t num_slots, TreeLayout narrow, TreeLayout wide) {
  return num_slots <= kMaxSlots8 ? narrow : num_slots <= kMaxSlots16 ? wide : TreeLayout::kDirect;
}

template <class Number>
TreeLayout choose_layout(const Quantiser<Number> &quantiser, const Shape &shape,
                         const CompileOptions &options) {
  const bool asked = options.layout && !is_oblivious(*options.layout);
  if (asked ? options.layout == TreeLayout::kDirect : quantiser_is_too_dear(quantiser, shape))
    return TreeLayout::kDirect;
  if (asked && options.layout == TreeLayout::kCodes16 && quantiser.num_slots <= kMaxSlots16)
    return TreeLayout::kCodes16;
  return with_room_for(quantiser.num_slots, TreeLayout::kCodes8, TreeLayout::kCodes16);
}

/// Positions below low blocks, 256 for each tree and each tree of padding, are numbers of 32 bits.
constexpr std::size_t kMaxTreesOfLowBlocks = std::size_t{1} << 22;

/// Says whether trees have low blocks. These are read without a decision, but there are 64 for each
/// tree: they pay where rows need them. A quarter of them in use means that most rows do (rows do
/// not go to all positions alike).
bool has_low_blocks(const TreeEnsemble &ensemble, TreeLayout layout, const Shape &shape,
                    const CompileOptions &options) {
  if (layout != TreeLayout::kCodes8 || shape.max_depth <= 6 ||
      ensemble.trees.size() > kMaxTreesOfLowBlocks)
    return false;
  return options.low_blocks.value_or(shape.num_below >= 16 * ensemble.trees.size());
}

template <class Number>
void add_quantiser(const Quantiser<Number> &quantiser, ImageWriter &image, EnsembleRecord &record) {
  record.num_slots = quantiser.num_slots;
  record.num_tests = quantiser.num_tests;
  record.segments = image.add(quantiser.segments);
  record.cuts = image.add(quantiser.cuts);
  record.cut_levels = image.add(quantiser.cut_levels);
  record.set_slots = image.add(quantiser.set_slots);
  record.slot_sources = image.add(slot_sources(record, quantiser.segments, quantiser.set_slots));
}

void add_order(const TreeOrder &order, ImageWriter &image, EnsembleRecord &record) {
  record.num_positions = static_cast<std::uint32_t>(order.tree_at.size());
  record.groups = image.add(order.groups);
  record.tree_order = image.add(order.tree_at);
}

/// Compiles oblivious trees. Returns false when the trees are not oblivious, or another layout is
/// better or asked for.
template <class Number>
bool compile_oblivious(const TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
                       const CategorySets &sets, const Shape &shape, const CompileOptions &options,
                       Interrupt interrupt, ImageWriter &image, EnsembleRecord &record,
                       Exits &exits) {
  if (ensemble.linear_leaves || (options.layout && !is_oblivious(*options.layout))) return false;
  const std::optional<ObliviousTrees> trees = find_oblivious_trees(ensemble, sets, interrupt);
  if (!trees) return false;
  const Quantiser<Number> quantiser = [&] {
    TreeEnsemble tests;  // each once, where the ensemble has it in all nodes of a level
    tests.nodes.reserve(trees->tests.size());
    for (const std::uint32_t node : trees->tests) tests.nodes.push_back(ensemble.nodes[node]);
    return Quantiser<Number>(tests, columns, sets, interrupt);
  }();
  if (!options.layout && quantiser_is_too_dear(quantiser, shape)) return false;
  record.layout =
      options.layout == TreeLayout::kOblivious16 && quantiser.num_slots <= kMaxSlots16
          ? TreeLayout::kOblivious16
          : with_room_for(quantiser.num_slots, TreeLayout::kOblivious8, TreeLayout::kOblivious16);
  if (record.layout == TreeLayout::kDirect) return false;
  record.levels = static_cast<std::uint8_t>(trees->max_levels);
  record.top_levels = trees->max_levels <= 8 ? 3 : 4;
  const TreeOrder order = order_trees(ensemble, 64u >> record.top_levels);
  add_order(order, image, record);
  add_quantiser(quantiser, image, record);
  pack_oblivious(ensemble, *trees, order, quantiser.codes, interrupt, image, record, exits);
  record.set_words = image.add(sets.words);
  return true;
}

template <class Number>
void compile_splits(const TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
                    const CompileOptions &options, Interrupt interrupt, ImageWriter &image,
                    EnsembleRecord &record, Exits &exits) {
  const CategorySets sets(ensemble);
  const Shape shape = measure(ensemble, interrupt);
  if (compile_oblivious<Number>(ensemble, columns, sets, shape, options, interrupt, image, record,
                                exits))
    return;
  std::optional<Quantiser<Number>> quantiser(std::in_place, ensemble, columns, sets, interrupt);
  record.layout = choose_layout(*quantiser, shape, options);
  if (ensemble.trees.empty()) record.layout = TreeLayout::kCodes8;  // kDirect needs a node

  std::uint32_t alignment = 1;
  if (record.layout != TreeLayout::kDirect) {
    record.top_levels = static_cast<std::uint8_t>(std::clamp(shape.max_depth, 4u, 6u));
    record.low_levels = has_low_blocks(ensemble, record.layout, shape, options) ? kLowLevels : 0;
    record.deep = shape.max_depth > std::uint32_t{record.top_levels} + record.low_levels;
    alignment = 64u >> record.top_levels;
  }
  const TreeOrder order = order_trees(ensemble, alignment);
  add_order(order, image, record);

  if (record.layout == TreeLayout::kDirect) {
    quantiser.reset();
    record.segments = image.add(std::span<const SegmentRecord>{});
    record.cuts = record.cut_levels = record.set_slots = record.slot_sources = record.slots =
        record.thresholds = record.low_blocks = record.entries = record.blocks = record.segments;
    pack_direct(ensemble, columns, order, sets, interrupt, image, record, exits);
  } else {
    add_quantiser(*quantiser, image, record);
    pack_codes(ensemble, order, quantiser->codes, interrupt, image, record, exits);
    record.channels = image.add(std::span<const ChannelRecord>{});
    record.sets = record.roots = record.nodes = record.channels;
  }
  record.set_words = image.add(sets.words);
}

template <class Number>
Number leaf_value(const TreeEnsemble &ensemble, std::uint32_t leaf) {
  return leaf == Exits::kNoNode ? Number{0} : static_cast<Number>(ensemble.nodes[leaf].value);
}
template <class Number>
Section add_values(const TreeEnsemble &ensemble, const Exits &exits, const EnsembleRecord &record,
                   ImageWriter &image) {
  if (ensemble.leaf_width > 1)
    return image.add_each<Number>(ensemble.leaf_vectors.size(), [&](std::size_t i) {
      return static_cast<Number>(ensemble.leaf_vectors[i]);
    });
  return image.add_each<Number>(has_subtrees(record) ? 0 : exits.node.size(), [&](std::size_t i) {
    return leaf_value<Number>(ensemble, exits.node[i]);
  });
}

/// Adds functions in their own order, each with its own terms, so that the pool of terms is used
/// front to back, once.
void add_leaf_functions(const TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
                        ImageWriter &image, EnsembleRecord &record) {
  std::vector<LeafFunctionRecord> functions;
  std::vector<LeafTermRecord> terms;
  for (const model::LeafFunction &function : ensemble.leaf_functions) {
    functions.push_back(
        {function.constant, static_cast<std::uint32_t>(terms.size()), function.num_terms});
    for (std::uint32_t i = 0; i < function.num_terms; ++i) {
      const model::LeafTerm &term = ensemble.leaf_terms[function.first_term + i];
      terms.push_back({term.coefficient, columns[term.feature], 0});
    }
    if (terms.size() > UINT32_MAX)
      throw Error(ErrorCode::kLimitExceeded, "model has too many leaf terms");
  }
  record.functions = image.add(functions);
  record.terms = image.add(terms);
}

/// Adds id(exit) of each exit, in the fewest bytes that hold all.
template <class Id>
void add_leaf_ids(std::size_t count, Id id, Interrupt interrupt, ImageWriter &image,
                  EnsembleRecord &record) {
  Pace pace(interrupt);
  std::uint32_t greatest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    pace.spend(8);
    greatest = std::max(greatest, id(i));
  }
  auto add = [&]<class T>(T) {
    record.leaf_id_size = sizeof(T);
    record.leaf_ids =
        image.add_each<T>(count, [&](std::size_t i) { return static_cast<T>(id(i)); });
  };
  if (greatest <= UINT8_MAX)
    add(std::uint8_t{});
  else if (greatest <= UINT16_MAX)
    add(std::uint16_t{});
  else
    add(std::uint32_t{});
}

void add_row_copies(const TreeEnsemble &ensemble, const Exits &exits, ImageWriter &image,
                    EnsembleRecord &record) {
  const std::uint64_t num_codes =
      has_subtrees(record) ? std::uint64_t{record.num_positions} << 6 : 0;
  // What is added below does not move the bytes any more.
  image.reserve_more(bytes_of_row_copies(record) + 3 * kPlanAlignment);
  auto codes = [&](const Section &section) {
    return std::span(reinterpret_cast<const std::uint8_t *>(image.bytes().data() + section.offset),
                     num_codes);
  };
  const std::span slots = codes(record.slots), thresholds = codes(record.thresholds);
  record.top_slots = image.add_each<std::uint8_t>(
      num_top_nodes(record), [&](std::size_t i) { return top_code(slots, i); });
  record.top_thresholds = image.add_each<std::uint8_t>(
      num_top_nodes(record), [&](std::size_t i) { return top_code(thresholds, i); });
  record.subtrees = image.add_each<Subtree>(num_subtrees(record), [&](std::size_t i) {
    Subtree subtree = subtree_nodes(slots, thresholds, i);
    for (std::size_t k = 0; k < 8 && 8 * i + k < exits.node.size(); ++k)
      subtree.leaf[k] = leaf_value<float>(ensemble, exits.node[8 * i + k]);
    return subtree;
  });
}

}  // namespace

std::size_t bytes_behind_splits(const TreeEnsemble &ensemble, const EnsembleRecord &record,
                                const Exits &exits) {
  constexpr std::size_t kIndex = sizeof(std::uint32_t), kValue = sizeof(double),
                        kPadding = 16 * kPlanAlignment;
  return exits.node.size() * (2 * kIndex + kValue) + ensemble.leaf_vectors.size() * kValue +
         ensemble.leaf_functions.size() * sizeof(LeafFunctionRecord) +
         ensemble.leaf_terms.size() * sizeof(LeafTermRecord) + ensemble.set_words.size() * kIndex +
         bytes_of_row_copies(record) + kPadding;
}

TreeOrder order_trees(const TreeEnsemble &ensemble, std::uint32_t alignment) {
  const std::uint32_t num_groups = ensemble.leaf_width > 1 ? 1 : ensemble.num_groups;
  auto group_of = [&](std::uint32_t tree) {
    return num_groups == 1 ? 0 : ensemble.trees[tree].group;
  };
  TreeOrder order;
  order.groups.resize(num_groups);
  for (std::uint32_t t = 0; t < ensemble.trees.size(); ++t) ++order.groups[group_of(t)].num_trees;
  std::uint32_t position = 0;
  for (GroupRecord &group : order.groups) {
    group.first_position = position;
    position += (group.num_trees + alignment - 1) / alignment * alignment;
  }
  order.tree_at.assign(position, kNoTree);
  std::vector<std::uint32_t> next(num_groups);
  for (std::uint32_t g = 0; g < num_groups; ++g) next[g] = order.groups[g].first_position;
  for (std::uint32_t t = 0; t < ensemble.trees.size(); ++t) order.tree_at[next[group_of(t)]++] = t;
  return order;
}

EnsembleRecord compile_trees(const TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
                             const CompileOptions &options, Interrupt interrupt,
                             ImageWriter &image) {
  EnsembleRecord record{};
  record.compare = static_cast<std::uint8_t>(ensemble.compare);
  record.sum = static_cast<std::uint8_t>(ensemble.sum);
  record.average = ensemble.aggregate == model::Aggregate::kAverage;
  record.divisor = record.average ? ensemble.divisor : 1;
  record.num_groups = ensemble.num_groups;
  record.leaf_width = ensemble.leaf_width;
  record.linear_leaves = ensemble.linear_leaves;
  record.num_trees = static_cast<std::uint32_t>(ensemble.trees.size());
  record.base = image.add(ensemble.base);

  Exits exits;
  if (ensemble.compare == Precision::kFloat32)
    compile_splits<float>(ensemble, columns, options, interrupt, image, record, exits);
  else
    compile_splits<double>(ensemble, columns, options, interrupt, image, record, exits);
  if (exits.node.size() >= kExitFlag)
    throw Error(ErrorCode::kLimitExceeded, "model has too many leaves");
  record.num_exits = exits.node.size();

  auto number_of_leaf = [&](std::uint32_t TreeNode::*number) {
    return [&ensemble, &exits, number](std::size_t i) {
      const std::uint32_t leaf = exits.node[i];
      return leaf == Exits::kNoNode ? 0 : ensemble.nodes[leaf].*number;
    };
  };
  const bool has_index = ensemble.leaf_width > 1 || ensemble.linear_leaves;
  record.exit_vectors = image.add_each<std::uint32_t>(has_index ? exits.node.size() : 0,
                                                      number_of_leaf(&TreeNode::index));
  record.values = ensemble.sum == Precision::kFloat32
                      ? add_values<float>(ensemble, exits, record, image)
                      : add_values<double>(ensemble, exits, record, image);
  add_leaf_ids(exits.node.size(), number_of_leaf(&TreeNode::id), interrupt, image, record);
  add_leaf_functions(ensemble, columns, image, record);
  add_row_copies(ensemble, exits, image, record);
  return record;
}

}  // namespace pgscore::plan
