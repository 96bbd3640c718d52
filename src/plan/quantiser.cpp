#include "plan/quantiser.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <tuple>

#include "base/grow.hpp"
#include "base/pace.hpp"
#include "plan/split_cut.hpp"

namespace pgscore::plan {
namespace {

using model::MissingKind;
using model::Split;
using model::TreeEnsemble;
using model::TreeNode;

constexpr std::uint32_t kNumMissingKinds = 3;
static_assert(static_cast<std::uint32_t>(MissingKind::kZeroOrNan) + 1 == kNumMissingKinds);

/// Where nothing is missing the default direction means nothing.
bool missing_goes_left(const TreeNode &node) {
  return node.default_left || node.missing == MissingKind::kNanIsZero;
}

/// Bits in the order of the numbers; the (positive) NaN of split_cut comes last.
template <class Number>
auto ordered_bits(Number number) {
  using Bits = typename DirectNode<Number>::Bits;
  constexpr Bits kSign = Bits{1} << (8 * sizeof(Bits) - 1);
  const auto bits = std::bit_cast<Bits>(number);
  return (bits & kSign) != 0 ? static_cast<Bits>(~bits) : static_cast<Bits>(bits | kSign);
}

template <class Number>
Number from_ordered_bits(typename DirectNode<Number>::Bits bits) {
  using Bits = typename DirectNode<Number>::Bits;
  constexpr Bits kSign = Bits{1} << (8 * sizeof(Bits) - 1);
  return std::bit_cast<Number>((bits & kSign) != 0 ? static_cast<Bits>(bits & ~kSign)
                                                   : static_cast<Bits>(~bits));
}

/// A numeric split: its family (column and missing kind), its cut in order, its node.
template <class Number>
struct CutOfNode {
  typename DirectNode<Number>::Bits order;
  std::uint32_t family;
  std::uint32_t node;
  auto key() const { return std::pair(family, order); }
};

}  // namespace

template <class Number>
Quantiser<Number>::Quantiser(const TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
                             const CategorySets &sets, Interrupt interrupt) {
  resize_in_pieces(codes, ensemble.nodes.size(), interrupt);
  index_cuts(ensemble, columns, interrupt);
  index_sets(ensemble, columns, sets);
  for (SegmentRecord &segment : segments)
    for (std::uint32_t *slot : {&segment.slot_left, &segment.slot_right})
      if (*slot == 0) *slot = dummy_slot(num_slots);
}

template <class Number>
void Quantiser<Number>::index_cuts(const TreeEnsemble &ensemble,
                                   std::span<const std::uint32_t> columns, Interrupt interrupt) {
  auto is_numeric = [](const TreeNode &node) {
    return node.split == Split::kLess || node.split == Split::kLessEqual;
  };
  Pace pace(interrupt);
  std::vector<CutOfNode<Number>> splits;
  splits.reserve(static_cast<std::size_t>(std::ranges::count_if(ensemble.nodes, is_numeric)));
  for (std::uint32_t i = 0; i < ensemble.nodes.size(); ++i) {
    const TreeNode &node = ensemble.nodes[i];
    pace.spend(8);
    if (!is_numeric(node)) continue;
    splits.push_back(
        {ordered_bits(split_cut<Number>(node.split, node.value)),
         columns[node.feature] * kNumMissingKinds + static_cast<std::uint32_t>(node.missing), i});
  }
  std::sort(splits.begin(), splits.end(), [&pace](const auto &a, const auto &b) {
    pace.spend(2);
    return a.key() < b.key();
  });

  // First the segments, with a mark of which default directions are wanted; the codes hold the
  // segment until slots are known.
  std::vector<Number> segment_cuts;
  std::uint32_t first = 0;  // of the splits of the segment
  auto close_segment = [&](std::uint32_t end) {
    if (first == end) return;
    pace.spend(std::size_t{16} * (end - first));
    const std::uint32_t family = splits[first].family;
    SegmentRecord segment{};
    segment.column = family / kNumMissingKinds;
    segment.missing = static_cast<std::uint8_t>(family % kNumMissingKinds);
    segment.first_cut = static_cast<std::uint32_t>(cuts.size());
    segment.num_cuts = static_cast<std::uint16_t>(segment_cuts.size());
    bool left = false, right = false;
    for (std::uint32_t i = first; i < end; ++i)
      (missing_goes_left(ensemble.nodes[splits[i].node]) ? left : right) = true;
    segment.slot_left = left ? num_slots++ : 0;  // 0: nobody wants it
    segment.slot_right = right ? num_slots++ : 0;
    num_tests += segment_cuts.size() * ((left ? 1 : 0) + (right ? 1 : 0));
    for (std::uint32_t i = first; i < end; ++i) {
      const std::uint32_t node = splits[i].node;
      codes[node].slot =
          missing_goes_left(ensemble.nodes[node]) ? segment.slot_left : segment.slot_right;
    }
    constexpr Number kNan = std::numeric_limits<Number>::quiet_NaN();
    segment.first_level = static_cast<std::uint32_t>(cut_levels.size());
    cut_levels.push_back(kNan);
    for (std::uint32_t h = 1; h < cut_levels_size(segment.num_cuts); ++h) {
      const bool exists = std::bit_width(h) <= std::bit_width(std::uint32_t{segment.num_cuts});
      const std::uint32_t at = exists ? cut_level_index(segment.num_cuts, h) : segment.num_cuts;
      cut_levels.push_back(at < segment.num_cuts ? segment_cuts[at] : kNan);
    }
    const std::size_t padded = (segment_cuts.size() + 15) / 16 * 16;
    segment_cuts.resize(padded, kNan);
    for (std::size_t k = 0; k < 16; ++k)
      cuts.push_back(16 * k < padded ? segment_cuts[16 * k + 15] : kNan);
    cuts.insert(cuts.end(), segment_cuts.begin(), segment_cuts.end());
    cuts.insert(cuts.end(), 16, kNan);
    segments.push_back(segment);
    segment_cuts.clear();
    first = end;
  };
  for (std::uint32_t i = 0; i < splits.size(); ++i) {
    pace.spend(8);
    const bool new_family = i > 0 && splits[i].family != splits[i - 1].family;
    const bool new_cut = i == 0 || new_family || splits[i].order != splits[i - 1].order;
    if (new_family || (new_cut && segment_cuts.size() == kMaxSegmentCuts)) close_segment(i);
    if (new_cut) segment_cuts.push_back(from_ordered_bits<Number>(splits[i].order));
    // Place of its cut, plus 1
    codes[splits[i].node].threshold = static_cast<std::uint32_t>(segment_cuts.size());
  }
  close_segment(static_cast<std::uint32_t>(splits.size()));
}

template <class Number>
void Quantiser<Number>::index_sets(const TreeEnsemble &ensemble,
                                   std::span<const std::uint32_t> columns,
                                   const CategorySets &sets) {
  struct SetOfNode {
    std::uint32_t column, behaviour, set, node;
    auto key() const { return std::tuple(column, behaviour, set); }
  };
  std::vector<SetOfNode> splits;
  for (std::uint32_t i = 0; i < ensemble.nodes.size(); ++i) {
    const TreeNode &node = ensemble.nodes[i];
    if (!model::is_set_split(node.split)) continue;
    const std::uint32_t truncated = node.split == Split::kInSetTruncated ? 1 : 0;
    const std::uint32_t behaviour = static_cast<std::uint32_t>(node.missing) * 4 +
                                    (missing_goes_left(node) ? 2 : 0) + truncated;
    splits.push_back({columns[node.feature], behaviour, sets.number[node.index], i});
  }
  std::sort(splits.begin(), splits.end(),
            [](const auto &a, const auto &b) { return a.key() < b.key(); });
  for (std::size_t i = 0; i < splits.size(); ++i) {
    if (i == 0 || splits[i].key() != splits[i - 1].key()) {
      const SetRecord &set = sets.sets[splits[i].set];
      SetSlotRecord record{};
      record.column = splits[i].column;
      record.slot = num_slots++;
      ++num_tests;
      record.first_word = set.first_word;
      record.num_words = set.num_words;
      record.missing = static_cast<std::uint8_t>(splits[i].behaviour / 4);
      record.default_left = splits[i].behaviour / 2 % 2;
      record.truncated = splits[i].behaviour % 2;
      set_slots.push_back(record);
    }
    SplitCode &code = codes[splits[i].node];
    code.slot = set_slots.back().slot;
    code.threshold = 1;
  }
}

template struct Quantiser<float>;
template struct Quantiser<double>;

}  // namespace pgscore::plan
