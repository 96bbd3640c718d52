#include "plan/quantiser.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <tuple>

#include "base/enumerators.hpp"
#include "base/grow.hpp"
#include "base/pace.hpp"
#include "plan/split_cut.hpp"

namespace pgscore::plan {
namespace {

using model::MissingKind;
using model::Split;
using model::TreeEnsemble;
using model::TreeNode;

constexpr std::uint32_t kNumMissingKinds = kNumEnumerators<MissingKind>;

/// Says where a missing value goes. Where nothing is missing, the default direction means nothing.
bool missing_goes_left(const TreeNode &node) {
  return node.default_left || node.missing == MissingKind::kNanIsZero;
}

/// Gives bits in the order of the numbers; the (positive) NaN of split_cut comes last.
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

/// Writes the segments of an ensemble, from its numeric splits in the order of their keys.
template <class Number>
class SegmentWriter {
 public:
  SegmentWriter(const TreeEnsemble &ensemble, std::span<const CutOfNode<Number>> splits,
                Quantiser<Number> &out, Pace &pace)
      : ensemble_(ensemble), splits_(splits), out_(out), pace_(pace) {}

  void run() {
    for (std::uint32_t i = 0; i < splits_.size(); ++i) {
      pace_.spend(8);
      const bool new_family = i > 0 && splits_[i].family != splits_[i - 1].family;
      const bool new_cut = i == 0 || new_family || splits_[i].order != splits_[i - 1].order;
      if (new_family || (new_cut && cuts_.size() == kMaxSegmentCuts)) close(i);
      if (new_cut) cuts_.push_back(from_ordered_bits<Number>(splits_[i].order));
      // Place of its cut, plus 1
      out_.codes[splits_[i].node].threshold = static_cast<std::uint32_t>(cuts_.size());
    }
    close(static_cast<std::uint32_t>(splits_.size()));
  }

 private:
  static constexpr Number kNan = std::numeric_limits<Number>::quiet_NaN();

  /// Writes the segment of the splits from first_ to `end`, with the cuts cuts_.
  void close(std::uint32_t end) {
    if (first_ == end) return;
    pace_.spend(std::size_t{16} * (end - first_));
    const std::uint32_t family = splits_[first_].family;
    SegmentRecord segment{};
    segment.column = family / kNumMissingKinds;
    segment.missing = static_cast<std::uint8_t>(family % kNumMissingKinds);
    segment.num_cuts = static_cast<std::uint16_t>(cuts_.size());
    take_slots(splits_.subspan(first_, end - first_), segment);
    write_levels(segment);
    write_cuts(segment);
    out_.segments.push_back(segment);
    cuts_.clear();
    first_ = end;
  }

  /// A slot for each default direction that a split has; 0 where none has it.
  void take_slots(std::span<const CutOfNode<Number>> splits, SegmentRecord &segment) {
    bool left = false, right = false;
    for (const CutOfNode<Number> &split : splits)
      (missing_goes_left(ensemble_.nodes[split.node]) ? left : right) = true;
    segment.slot_left = left ? out_.num_slots++ : 0;
    segment.slot_right = right ? out_.num_slots++ : 0;
    out_.num_tests += cuts_.size() * ((left ? 1 : 0) + (right ? 1 : 0));
    for (const CutOfNode<Number> &split : splits)
      out_.codes[split.node].slot =
          missing_goes_left(ensemble_.nodes[split.node]) ? segment.slot_left : segment.slot_right;
  }

  void write_levels(SegmentRecord &segment) {
    segment.first_level = static_cast<std::uint32_t>(out_.cut_levels.size());
    out_.cut_levels.push_back(kNan);
    for (std::uint32_t h = 1; h < cut_levels_size(segment.num_cuts); ++h) {
      const bool exists = std::bit_width(h) <= std::bit_width(std::uint32_t{segment.num_cuts});
      const std::uint32_t at = exists ? cut_level_index(segment.num_cuts, h) : segment.num_cuts;
      out_.cut_levels.push_back(at < segment.num_cuts ? cuts_[at] : kNan);
    }
  }

  void write_cuts(SegmentRecord &segment) {
    std::vector<Number> &cuts = out_.cuts;
    segment.first_cut = static_cast<std::uint32_t>(cuts.size());
    const std::size_t padded = (cuts_.size() + 15) / 16 * 16;
    cuts_.resize(padded, kNan);
    for (std::size_t k = 0; k < 16; ++k)
      cuts.push_back(16 * k < padded ? cuts_[16 * k + 15] : kNan);
    cuts.insert(cuts.end(), cuts_.begin(), cuts_.end());
    cuts.insert(cuts.end(), 16, kNan);
  }

  const TreeEnsemble &ensemble_;
  std::span<const CutOfNode<Number>> splits_;
  Quantiser<Number> &out_;
  Pace &pace_;
  std::uint32_t first_ = 0;   // of the splits of the segment
  std::vector<Number> cuts_;  // of the segment
};

}  // namespace

template <class Number>
Quantiser<Number>::Quantiser(const TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
                             const CategorySets &sets, Interrupt interrupt) {
  resize_in_pieces(codes, ensemble.nodes.size(), interrupt);
  index_cuts(ensemble, columns, interrupt);
  index_sets(ensemble, columns, sets);
  // The number of slots, which the dummy slot follows from, is known now.
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

  SegmentWriter<Number>(ensemble, splits, *this, pace).run();
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
