// The kernel for any CPU, and the measure of all others.
//
// A row is brought to codes once; then a tree is T steps of "compare two bytes, append the result
// to the path": i = 2i + (code < threshold), no branch, so nothing to mispredict. One such walk
// waits for its loads (about 12 cycles a level on Zen 4); 8 trees in lockstep hide that. Below
// level T there are blocks of two levels, walked in lockstep until all 8 have reached a leaf;
// direct trees the same, node by node.
//
// Blocks of rows go tree by tree (8 at a time) over all rows: a model that is larger than the cache
// is then read once per block and not once per row.
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "kernels/codes_trees.hpp"
#include "kernels/count_cuts.hpp"
#include "kernels/encode_row.hpp"
#include "kernels/tree_kernel.hpp"

namespace pgscore::kernels {
namespace {

using plan::DirectNode;
using plan::EnsembleRecord;
using plan::GroupRecord;
using plan::kExitFlag;
using plan::TreeLayout;

constexpr std::uint32_t kLanes = 8;  // trees in lockstep
using Exits = std::array<std::uint32_t, kLanes>;

#define PGSCORE_TARGET
#define PGSCORE_COUNT_CUTS count_cuts
#include "kernels/encode_codes.inc"

#define PGSCORE_UNROLL_LANES _Pragma("GCC unroll 8")

/// Trees as blocks of codes, T levels on top.
template <class Slot, class Block, int T, bool Low, bool Deep>
class CodesWalker {
 public:
  explicit CodesWalker(const TreeTask &task)
      : slots_(task.plan.data<Slot>(task.ensemble.slots)),
        thresholds_(task.plan.data<std::uint8_t>(task.ensemble.thresholds)),
        low_blocks_(task.plan.data<plan::LowBlock>(task.ensemble.low_blocks)),
        entries_(task.plan.data<std::uint32_t>(task.ensemble.entries)),
        blocks_(task.plan.data<Block>(task.ensemble.blocks)),
        codes_(reinterpret_cast<std::uint8_t *>(task.memory)),
        stride_(plan::code_stride(task.ensemble.num_slots)) {}

  static std::size_t row_bytes(const EnsembleRecord &ensemble) {
    return plan::code_stride(ensemble.num_slots);
  }

  void encode(const TreeTask &task, std::size_t row) const {
    encode_row(task, row, codes_ + row * stride_);
  }

  /// The exits of the `count` <= kLanes trees from `position` on. Lanes beyond are walked too:
  /// blocks may be read ahead.
  void walk(std::size_t row, std::uint32_t position, std::uint32_t count, Exits &exits) const {
    if (count > kLanes / 2)
      walk_lanes<kLanes>(codes_ + row * stride_, position, count, exits);
    else
      walk_lanes<kLanes / 2>(codes_ + row * stride_, position, count, exits);
  }

 private:
  static constexpr std::uint32_t kWidth = 1u << T;
  static constexpr std::uint32_t kSubtree = (1u << (T - 3)) - 1;  // nodes of one of the 8 sub-trees

  template <std::uint32_t Lanes>
  void walk_lanes(const std::uint8_t *codes, std::uint32_t position, std::uint32_t count,
                  Exits &exits) const {
    const std::size_t first = std::size_t{position} << T;
    const Slot *slots = slots_ + first;
    const std::uint8_t *thresholds = thresholds_ + first;
    std::uint32_t path[Lanes], offset[Lanes];
    PGSCORE_UNROLL_LANES for (std::uint32_t k = 0; k < Lanes; ++k) path[k] = 1;
    for (int level = 0; level < 3; ++level) {
      PGSCORE_UNROLL_LANES for (std::uint32_t k = 0; k < Lanes; ++k) {
        const std::uint32_t at = k * kWidth + path[k] - 1;
        path[k] = 2 * path[k] + (codes[slots[at]] < thresholds[at] ? 1 : 0);
      }
    }
    // Sub-tree s = path - 8 stands at 7 + s * kSubtree; its nodes are numbered from 1 as the top's
    // are.
    PGSCORE_UNROLL_LANES for (std::uint32_t k = 0; k < Lanes; ++k) {
      offset[k] = k * kWidth + 7 + (path[k] - 8) * kSubtree - 1;
      exits[k] = static_cast<std::uint32_t>(first) + k * kWidth + ((path[k] - 8) << (T - 3)) -
                 (1u << (T - 3));
      path[k] = 1;
    }
    for (int level = 3; level < T; ++level) {
      PGSCORE_UNROLL_LANES for (std::uint32_t k = 0; k < Lanes; ++k) {
        const std::uint32_t at = offset[k] + path[k];
        path[k] = 2 * path[k] + (codes[slots[at]] < thresholds[at] ? 1 : 0);
      }
    }
    PGSCORE_UNROLL_LANES for (std::uint32_t k = 0; k < Lanes; ++k) exits[k] += path[k];
    if constexpr (Low) {
      auto code = [codes](std::uint32_t slot) { return codes[slot]; };
      PGSCORE_UNROLL_LANES for (std::uint32_t k = 0; k < Lanes; ++k) exits[k] =
          4 * exits[k] + place_below(low_blocks_[exits[k]], code);
    }
    if constexpr (Deep) follow<Lanes>(codes, count, exits);
  }

  template <std::uint32_t Lanes>
  void follow(const std::uint8_t *codes, std::uint32_t count, Exits &exits) const {
    for (std::uint32_t k = 0; k < Lanes; ++k) exits[k] = k < count ? entries_[exits[k]] : kExitFlag;
    kernels::follow<Lanes>(blocks_, exits.data(),
                           [codes](std::uint32_t, std::uint32_t slot) { return codes[slot]; });
  }

  const Slot *slots_;
  const std::uint8_t *thresholds_;
  const plan::LowBlock *low_blocks_;
  const std::uint32_t *entries_;
  const Block *blocks_;
  std::uint8_t *codes_;
  std::size_t stride_;
};

/// Trees with one test for each level, in 2^T lanes.
template <class Slot, int T>
class ObliviousWalker {
 public:
  explicit ObliviousWalker(const TreeTask &task)
      : slots_(task.plan.data<Slot>(task.ensemble.slots)),
        thresholds_(task.plan.data<std::uint8_t>(task.ensemble.thresholds)),
        roots_(task.plan.data<std::uint32_t>(task.ensemble.roots)),
        levels_(task.ensemble.levels),
        codes_(reinterpret_cast<std::uint8_t *>(task.memory)),
        stride_(plan::code_stride(task.ensemble.num_slots)) {}

  static std::size_t row_bytes(const EnsembleRecord &ensemble) {
    return plan::code_stride(ensemble.num_slots);
  }

  void encode(const TreeTask &task, std::size_t row) const {
    encode_row(task, row, codes_ + row * stride_);
  }

  void walk(std::size_t row, std::uint32_t position, std::uint32_t count, Exits &exits) const {
    const std::uint8_t *codes = codes_ + row * stride_;
    const Slot *slots = slots_ + (std::size_t{position} << T);
    const std::uint8_t *thresholds = thresholds_ + (std::size_t{position} << T);
    exits = {};
    for (std::uint32_t level = 0; level < levels_; ++level) {
      PGSCORE_UNROLL_LANES for (std::uint32_t k = 0; k < kLanes; ++k) {
        const std::uint32_t at = (k << T) + level;
        exits[k] |= (codes[slots[at]] < thresholds[at] ? 1u : 0u) << level;
      }
    }
    for (std::uint32_t k = 0; k < count; ++k) exits[k] += roots_[position + k];
  }

 private:
  const Slot *slots_;
  const std::uint8_t *thresholds_;
  const std::uint32_t *roots_;
  std::uint32_t levels_;
  std::uint8_t *codes_;
  std::size_t stride_;
};

/// Trees as nodes with cuts.
template <class Number, bool Sets>
class DirectWalker {
 public:
  explicit DirectWalker(const TreeTask &task)
      : nodes_(task.plan.data<DirectNode<Number>>(task.ensemble.nodes)),
        roots_(task.plan.data<std::uint32_t>(task.ensemble.roots)),
        sets_(task.plan.data<plan::SetRecord>(task.ensemble.sets)),
        words_(task.plan.data<std::uint32_t>(task.ensemble.set_words)),
        channels_(reinterpret_cast<Number *>(task.memory)),
        stride_(stride(task.ensemble)) {}

  static std::size_t row_bytes(const EnsembleRecord &ensemble) {
    return stride(ensemble) * sizeof(Number);
  }

  void encode(const TreeTask &task, std::size_t row) const {
    encode_channels<Number>(task, row, channels_ + row * stride_);
  }

  void walk(std::size_t row, std::uint32_t position, std::uint32_t count, Exits &exits) const {
    const Number *channels = channels_ + row * stride_;
    std::uint32_t at[kLanes];
    // Node 0 is a leaf
    for (std::uint32_t k = 0; k < kLanes; ++k) at[k] = k < count ? roots_[position + k] : 0;
    // Leaves loop on themselves
    for (std::uint32_t moved = 1; moved != 0;) {
      step(channels, at);
      step(channels, at);
      step(channels, at);
      std::uint32_t before[kLanes];
      std::memcpy(before, at, sizeof at);
      step(channels, at);
      moved = 0;
      for (std::uint32_t k = 0; k < kLanes; ++k) moved |= at[k] ^ before[k];
    }
    for (std::uint32_t k = 0; k < kLanes; ++k)
      exits[k] = static_cast<std::uint32_t>(
          std::bit_cast<typename DirectNode<Number>::Bits>(nodes_[at[k]].cut));
  }

 private:
  static std::size_t stride(const EnsembleRecord &ensemble) {
    return (std::size_t{ensemble.num_slots} + 15) / 16 * 16;
  }

  void step(const Number *channels, std::uint32_t (&at)[kLanes]) const {
    PGSCORE_UNROLL_LANES for (std::uint32_t k = 0; k < kLanes; ++k) {
      const DirectNode<Number> &node = nodes_[at[k]];
      bool right;
      if (Sets && (node.channel & plan::kSetFlag) != 0)
        right = !in_set(node, channels[node.channel & ~plan::kSetFlag]);
      else
        right = node.cut <= channels[node.channel];
      at[k] = node.child + (right ? 1 : 0);
    }
  }
  bool in_set(const DirectNode<Number> &node, Number x) const {
    if (x != x) return true;  // missing that goes left
    const plan::SetRecord &set = sets_[std::bit_cast<typename DirectNode<Number>::Bits>(node.cut)];
    return is_member(words_ + set.first_word, set.num_words, x);
  }

  const DirectNode<Number> *nodes_;
  const std::uint32_t *roots_;
  const plan::SetRecord *sets_;
  const std::uint32_t *words_;
  Number *channels_;
  std::size_t stride_;
};

/// Calls f with the walker for the ensemble.
template <class F>
decltype(auto) with_walker(const EnsembleRecord &ensemble, F f) {
  auto codes = [&]<class Slot, class Block>() -> decltype(auto) {
    auto walker = [&]<int T, bool Low, bool Deep>() -> decltype(auto) {
      return f(std::type_identity<CodesWalker<Slot, Block, T, Low, Deep>>{});
    };
    if (ensemble.top_levels == 4) return walker.template operator()<4, false, false>();
    if (ensemble.top_levels == 5) return walker.template operator()<5, false, false>();
    if constexpr (sizeof(Slot) == 1) {
      if (ensemble.low_levels != 0)
        return ensemble.deep != 0 ? walker.template operator()<6, true, true>()
                                  : walker.template operator()<6, true, false>();
    }
    return ensemble.deep != 0 ? walker.template operator()<6, false, true>()
                              : walker.template operator()<6, false, false>();
  };
  auto direct = [&]<class Number>() -> decltype(auto) {
    return ensemble.has_sets != 0 ? f(std::type_identity<DirectWalker<Number, true>>{})
                                  : f(std::type_identity<DirectWalker<Number, false>>{});
  };
  auto oblivious = [&]<class Slot>() -> decltype(auto) {
    return ensemble.top_levels == 3 ? f(std::type_identity<ObliviousWalker<Slot, 3>>{})
                                    : f(std::type_identity<ObliviousWalker<Slot, 4>>{});
  };
  switch (ensemble.layout) {
    case TreeLayout::kOblivious8:
      return oblivious.template operator()<std::uint8_t>();
    case TreeLayout::kOblivious16:
      return oblivious.template operator()<std::uint16_t>();
    case TreeLayout::kCodes8:
      return codes.template operator()<std::uint8_t, plan::TailBlock8>();
    case TreeLayout::kCodes16:
      return codes.template operator()<std::uint16_t, plan::TailBlock16>();
    case TreeLayout::kDirect:
      break;
  }
  return ensemble.compare == static_cast<std::uint8_t>(model::Precision::kFloat32)
             ? direct.template operator()<float>()
             : direct.template operator()<double>();
}

/// Steps (Pace) of eight trees side by side, what follows from their leaves included; as if they
/// were as deep as trees may be where nothing bounds their depth. A level may wait for memory.
std::size_t steps_of_walk(const EnsembleRecord &ensemble) {
  const std::uint64_t most = 4096,
                      below = std::max(ensemble.blocks.count, ensemble.nodes.count) / 8;
  return 16 + 4 * static_cast<std::size_t>(std::min(most, below)) +
         kLanes * std::size_t{ensemble.leaf_width} +
         (ensemble.linear_leaves != 0 ? std::min<std::size_t>(ensemble.terms.count, most) : 0);
}

/// Walks all trees for all rows; use(group, row, position, count, exits) for each 8 trees of a row,
/// in the order of the trees.
template <class Walker, class Use>
void for_each_exit(const TreeTask &task, Use use) {
  const Walker walker(task);
  const std::size_t rows = task.columns.count;
  Pace &pace = *task.columns.pace;
  for (std::size_t row = 0; row < rows; ++row) {
    pace.spend(8 * std::size_t{task.ensemble.num_slots});
    walker.encode(task, row);
  }
  const std::size_t steps = steps_of_walk(task.ensemble);
  const auto groups = task.plan.elements<GroupRecord>(task.ensemble.groups);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::uint32_t end = groups[g].first_position + groups[g].num_trees;
    for (std::uint32_t position = groups[g].first_position; position < end; position += kLanes) {
      const std::uint32_t count = end - position < kLanes ? end - position : kLanes;
      for (std::size_t row = 0; row < rows; ++row) {
        pace.spend(steps);
        Exits exits;
        walker.walk(row, position, count, exits);
        use(g, row, position, count, exits);
      }
    }
  }
}

/// What the leaf of `exit` adds for a row, when leaves are functions.
template <class Number>
class LeafFunctions {
 public:
  explicit LeafFunctions(const TreeTask &task)
      : values_(task.plan.data<Number>(task.ensemble.values)),
        function_of_(task.plan.data<std::uint32_t>(task.ensemble.exit_vectors)),
        functions_(task.plan.data<plan::LeafFunctionRecord>(task.ensemble.functions)),
        terms_(task.plan.data<plan::LeafTermRecord>(task.ensemble.terms)) {}

  Number value(const Columns &columns, std::size_t row, std::uint32_t exit) const {
    const plan::LeafFunctionRecord &function = functions_[function_of_[exit]];
    auto y = static_cast<Number>(function.constant);
    for (std::uint32_t i = 0; i < function.num_terms; ++i) {
      const plan::LeafTermRecord &term = terms_[function.first_term + i];
      double x = columns[term.column][row];
      if (x != x) return values_[exit];
      if (std::fabs(x) <= model::kZeroThreshold) x = 0;
      y = y + static_cast<Number>(term.coefficient) * static_cast<Number>(x);
    }
    return y;
  }

 private:
  const Number *values_;
  const std::uint32_t *function_of_;
  const plan::LeafFunctionRecord *functions_;
  const plan::LeafTermRecord *terms_;
};

/// Sums in `Number`, in the order of the trees, nothing re-associated. `sums`: num_groups for each
/// row.
template <class Walker, class Number>
void sum_trees(const TreeTask &task, Number *sums) {
  const EnsembleRecord &ensemble = task.ensemble;
  const auto *base = task.plan.data<double>(ensemble.base);
  const std::uint32_t num_groups = ensemble.num_groups;
  for (std::size_t row = 0; row < task.columns.count; ++row)
    for (std::uint32_t g = 0; g < num_groups; ++g)
      sums[row * num_groups + g] = static_cast<Number>(base[g]);
  if (ensemble.linear_leaves != 0) {
    const LeafFunctions<Number> leaves(task);
    for_each_exit<Walker>(task, [&](std::size_t g, std::size_t row, std::uint32_t,
                                    std::uint32_t count, const Exits &exits) {
      Number sum = sums[row * num_groups + g];
      for (std::uint32_t k = 0; k < count; ++k)
        sum = sum + leaves.value(task.columns, row, exits[k]);
      sums[row * num_groups + g] = sum;
    });
    return;
  }
  const auto *values = task.plan.data<Number>(ensemble.values);
  if (ensemble.leaf_width == 1) {
    auto add = [&](auto value) {
      for_each_exit<Walker>(task, [&](std::size_t g, std::size_t row, std::uint32_t,
                                      std::uint32_t count, const Exits &exits) {
        Number sum = sums[row * num_groups + g];
        if (count == kLanes) {
          PGSCORE_UNROLL_LANES for (std::uint32_t k = 0; k < kLanes; ++k) sum =
              sum + value(exits[k]);
        } else {
          for (std::uint32_t k = 0; k < count; ++k) sum = sum + value(exits[k]);
        }
        sums[row * num_groups + g] = sum;
      });
    };
    if constexpr (std::is_same_v<Number, float>) {
      if (ensemble.subtrees.count != 0) {
        const float *leaves = leaves_of(task.plan.data<plan::Subtree>(ensemble.subtrees));
        return add([leaves](std::uint32_t exit) { return leaves[plan::leaf_of_subtrees(exit)]; });
      }
    }
    return add([values](std::uint32_t exit) { return values[exit]; });
  }
  const auto *vectors = task.plan.data<std::uint32_t>(ensemble.exit_vectors);
  for_each_exit<Walker>(task, [&](std::size_t, std::size_t row, std::uint32_t, std::uint32_t count,
                                  const Exits &exits) {
    Number *sum = sums + row * num_groups;
    for (std::uint32_t k = 0; k < count; ++k) {
      const Number *vector = values + std::size_t{vectors[exits[k]]} * num_groups;
      for (std::uint32_t g = 0; g < num_groups; ++g) sum[g] = sum[g] + vector[g];
    }
  });
}

template <class Walker, class Number>
void sum_into(const TreeTask &task, double *out, std::size_t stride) {
  const EnsembleRecord &ensemble = task.ensemble;
  // Behind the codes of the rows.
  auto *sums = reinterpret_cast<Number *>(
      task.memory + round_up_64(Walker::row_bytes(ensemble) * task.columns.count));
  sum_trees<Walker, Number>(task, sums);
  const auto divisor = static_cast<Number>(ensemble.divisor);
  for (std::size_t row = 0; row < task.columns.count; ++row)
    for (std::uint32_t g = 0; g < ensemble.num_groups; ++g) {
      const Number sum = sums[row * ensemble.num_groups + g];
      out[g * stride + row] = ensemble.average != 0 ? sum / divisor : sum;
    }
}

void sum(const TreeTask &task, double *out, std::size_t stride) {
  with_walker(task.ensemble, [&]<class Walker>(std::type_identity<Walker>) {
    if (task.ensemble.sum == static_cast<std::uint8_t>(model::Precision::kFloat32))
      sum_into<Walker, float>(task, out, stride);
    else
      sum_into<Walker, double>(task, out, stride);
  });
}

std::size_t memory(const EnsembleRecord &ensemble, std::size_t rows) {
  const std::size_t row_bytes =
      with_walker(ensemble, [&]<class Walker>(std::type_identity<Walker>) -> std::size_t {
        return Walker::row_bytes(ensemble);
      });
  return round_up_64(row_bytes * rows) +
         round_up_64(std::size_t{ensemble.num_groups} * sizeof(double) * rows);
}

/// For oblivious trees one by one is slow: 8 or 16 independent tests give a place. Here their codes
/// are collected first, and then compared 16 at once (or as the compiler can).
template <class SlotType>
class CollectedComparer {
 public:
  using Slot = SlotType;
  static constexpr std::uint32_t kDecisions = 128;

  explicit CollectedComparer(const std::uint8_t *codes) : codes_(codes) {}
  void compare(const Slot *slots, const std::uint8_t *thresholds, std::uint64_t *masks) const {
    alignas(64) std::uint8_t collected[kDecisions];
#pragma GCC unroll 16
    for (std::uint32_t i = 0; i < kDecisions; ++i) collected[i] = codes_[slots[i]];
    for (std::uint32_t v = 0; v < kDecisions / 64; ++v)
      masks[v] = left_64(collected + 64 * v, thresholds + 64 * v);
  }

 private:
  static std::uint64_t left_64(const std::uint8_t *codes, const std::uint8_t *thresholds) {
#if defined(__SSE2__)
    std::uint64_t not_left = 0;
#pragma GCC unroll 4
    for (int i = 0; i < 64; i += 16) {
      const __m128i code = _mm_load_si128(reinterpret_cast<const __m128i *>(codes + i));
      const __m128i threshold = _mm_load_si128(reinterpret_cast<const __m128i *>(thresholds + i));
      const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(code, threshold), code));
      not_left |= static_cast<std::uint64_t>(static_cast<unsigned>(mask)) << i;
    }
    return ~not_left;
#else
    std::uint64_t left = 0;
    for (int i = 0; i < 64; ++i) left |= std::uint64_t{codes[i] < thresholds[i]} << i;
    return left;
#endif
  }
  const std::uint8_t *codes_;
};

#include "kernels/row_sum.inc"

TreeFunction rows(const EnsembleRecord &ensemble, std::size_t rows) {
  switch (ensemble.layout) {
    case TreeLayout::kOblivious8:
      return oblivious_rows_of<CollectedComparer<std::uint8_t>>(ensemble);
    case TreeLayout::kOblivious16:
      return oblivious_rows_of<CollectedComparer<std::uint16_t>>(ensemble);
    default:
      return {sum, memory(ensemble, rows)};
  }
}
constexpr TreeKernel kScalar{"scalar", [] { return true; }, rows, portable_block};

}  // namespace

const TreeKernel &scalar_kernel() { return kScalar; }

std::size_t leaves_memory(const EnsembleRecord &ensemble, std::size_t rows) {
  return memory(ensemble, rows);
}

void write_leaves(const TreeTask &task, double *out, std::size_t stride) {
  const auto *order = task.plan.data<std::uint32_t>(task.ensemble.tree_order);
  auto write = [&]<class Id>(const Id *ids) {
    with_walker(task.ensemble, [&]<class Walker>(std::type_identity<Walker>) {
      for_each_exit<Walker>(task, [&](std::size_t, std::size_t row, std::uint32_t position,
                                      std::uint32_t count, const Exits &exits) {
        for (std::uint32_t k = 0; k < count; ++k)
          out[row * stride + order[position + k]] = ids[exits[k]];
      });
    });
  };
  const plan::Section &ids = task.ensemble.leaf_ids;
  if (task.ensemble.leaf_id_size == 1)
    write(task.plan.data<std::uint8_t>(ids));
  else if (task.ensemble.leaf_id_size == 2)
    write(task.plan.data<std::uint16_t>(ids));
  else
    write(task.plan.data<std::uint32_t>(ids));
}

}  // namespace pgscore::kernels
