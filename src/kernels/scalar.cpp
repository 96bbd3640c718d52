// The kernel for any CPU, and the measure of all others: walks (walkers.inc), and sums of what they
// find.
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

#define PGSCORE_TARGET
#define PGSCORE_COUNT_CUTS count_cuts

namespace pgscore::kernels {
namespace {

#include "kernels/encode_codes.inc"
#include "kernels/walkers.inc"

// ---- sums ---------------------------------------------------------------------------------------
// All are made in `Number`, in the order of the trees, and nothing is re-associated. `sums` has
// num_groups numbers for each row.

/// Gives what leaves that are functions add for a row.
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
      if (is_zero(x)) x = 0;
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

template <class Walker, class Number>
void add_functions(const TreeTask &task, Number *sums) {
  const std::uint32_t num_groups = task.ensemble.num_groups;
  const LeafFunctions<Number> leaves(task);
  for_each_exit<Walker>(task, [&](std::size_t g, std::size_t row, std::uint32_t,
                                  std::uint32_t count, const Exits &exits) {
    Number sum = sums[row * num_groups + g];
    for (std::uint32_t k = 0; k < count; ++k) sum = sum + leaves.value(task.columns, row, exits[k]);
    sums[row * num_groups + g] = sum;
  });
}

template <class Walker, class Number>
void add_vectors(const TreeTask &task, Number *sums) {
  const std::uint32_t num_groups = task.ensemble.num_groups;
  const auto *vectors = task.plan.data<std::uint32_t>(task.ensemble.exit_vectors);
  const auto *values = task.plan.data<Number>(task.ensemble.values);
  for_each_exit<Walker>(task, [&](std::size_t, std::size_t row, std::uint32_t, std::uint32_t count,
                                  const Exits &exits) {
    Number *sum = sums + row * num_groups;
    for (std::uint32_t k = 0; k < count; ++k) {
      const Number *vector = values + std::size_t{vectors[exits[k]]} * num_groups;
      for (std::uint32_t g = 0; g < num_groups; ++g) sum[g] = sum[g] + vector[g];
    }
  });
}

/// Adds value(exit) for each leaf.
template <class Walker, class Number, class Value>
void add_numbers(const TreeTask &task, Number *sums, Value value) {
  const std::uint32_t num_groups = task.ensemble.num_groups;
  for_each_exit<Walker>(task, [&](std::size_t g, std::size_t row, std::uint32_t,
                                  std::uint32_t count, const Exits &exits) {
    Number sum = sums[row * num_groups + g];
    if (count == kLanes) {
#pragma GCC unroll 8
      for (std::uint32_t k = 0; k < kLanes; ++k) sum = sum + value(exits[k]);
    } else {
      for (std::uint32_t k = 0; k < count; ++k) sum = sum + value(exits[k]);
    }
    sums[row * num_groups + g] = sum;
  });
}
template <class Walker, class Number>
void add_numbers(const TreeTask &task, Number *sums) {
  if constexpr (std::is_same_v<Number, float>) {
    if (task.ensemble.subtrees.count != 0) {
      const float *leaves = leaves_of(task.plan.data<plan::Subtree>(task.ensemble.subtrees));
      return add_numbers<Walker>(task, sums, [leaves](std::uint32_t exit) {
        return leaves[plan::leaf_of_subtrees(exit)];
      });
    }
  }
  const auto *values = task.plan.data<Number>(task.ensemble.values);
  add_numbers<Walker>(task, sums, [values](std::uint32_t exit) { return values[exit]; });
}

template <class Walker, class Number>
void sum_trees(const TreeTask &task, double *out, std::size_t stride) {
  const EnsembleRecord &ensemble = task.ensemble;
  const std::uint32_t num_groups = ensemble.num_groups;
  const std::size_t rows = task.columns.count;
  const auto *base = task.plan.data<double>(ensemble.base);
  // Behind the codes of the rows.
  auto *sums =
      reinterpret_cast<Number *>(task.memory + round_up_64(Walker::row_bytes(ensemble) * rows));
  for (std::size_t row = 0; row < rows; ++row)
    for (std::uint32_t g = 0; g < num_groups; ++g)
      sums[row * num_groups + g] = static_cast<Number>(base[g]);
  if (ensemble.linear_leaves != 0)
    add_functions<Walker>(task, sums);
  else if (ensemble.leaf_width > 1)
    add_vectors<Walker>(task, sums);
  else
    add_numbers<Walker>(task, sums);
  const auto divisor = static_cast<Number>(ensemble.divisor);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::uint32_t g = 0; g < num_groups; ++g) {
      const Number sum = sums[row * num_groups + g];
      out[g * stride + row] = ensemble.average != 0 ? sum / divisor : sum;
    }
}

/// Gives the function for an ensemble that is not oblivious.
template <class Number>
SumTrees sum_of(const EnsembleRecord &ensemble) {
  return with_walker(ensemble, []<class Walker>(std::type_identity<Walker>) -> SumTrees {
    return sum_trees<Walker, Number>;
  });
}

// ---- oblivious trees ----------------------------------------------------------------------------

/// Compares the codes of oblivious trees: collects them first, and then compares 16 at once (or as
/// the compiler can). A walk would test 8 or 16 independent codes one by one, which is slow.
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

#include "kernels/row_stages.inc"

#include "kernels/row_oblivious.inc"

TreeFunction rows(const EnsembleRecord &ensemble, std::size_t rows) {
  switch (ensemble.layout) {
    case TreeLayout::kOblivious8:
      return oblivious_rows_of<CollectedComparer<std::uint8_t>>(ensemble);
    case TreeLayout::kOblivious16:
      return oblivious_rows_of<CollectedComparer<std::uint16_t>>(ensemble);
    default:
      return {sums_float32(ensemble) ? sum_of<float>(ensemble) : sum_of<double>(ensemble),
              walk_memory(ensemble, rows)};
  }
}
constexpr TreeKernel kScalar{"scalar", [] { return true; }, rows, portable_block};

}  // namespace

const TreeKernel &scalar_kernel() { return kScalar; }

}  // namespace pgscore::kernels
