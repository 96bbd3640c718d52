// What kernels make of a value before trees see it: all treatment of missing values, and the
// channels of a row (direct layout). Its codes are made in encode_codes.inc.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/index.hpp"
#include "kernels/codes_trees.hpp"
#include "kernels/tree_kernel.hpp"
#include "model/model.hpp"

namespace pgscore::kernels {

/// Says whether LightGBM takes x for zero.
template <class Number>
PGSCORE_ALWAYS_INLINE bool is_zero(Number x) {
  return std::fabs(x) <= static_cast<Number>(model::kZeroThreshold);
}

/// Brings x to what a split sees. Returns whether it is missing there.
template <class Number>
PGSCORE_ALWAYS_INLINE bool is_missing(std::uint8_t kind, Number &x) {
  bool missing = x != x;
  if (kind == static_cast<std::uint8_t>(model::MissingKind::kNan)) [[likely]]
    return missing;
  if (kind == static_cast<std::uint8_t>(model::MissingKind::kNanIsZero)) {
    if (missing) x = 0;
    return false;
  }
  return missing || is_zero(x);
}

/// Gives bit `trunc(x)` of the words; false outside of them.
template <class Number>
PGSCORE_ALWAYS_INLINE bool is_member(const std::uint32_t *words, std::uint32_t num_words,
                                     Number x) {
  const auto category = static_cast<double>(x);
  if (!is_index(category, std::size_t{32} * num_words)) return false;
  const auto bit = static_cast<std::uint64_t>(category);
  return (words[bit / 32] >> (bit % 32) & 1) != 0;
}

/// Gives what a set sees of x. Where `truncated` says so, the fraction is cut off before the sign
/// is looked at, as LightGBM does it (model::Split::kInSetTruncated).
template <class Number>
PGSCORE_ALWAYS_INLINE Number category_of(Number x, std::uint8_t truncated) {
  return truncated != 0 && x > Number{-1} && x < Number{0} ? Number{0} : x;
}

/// Says whether a split by a set sends x to the left: members go left, others right, and what is
/// missing goes where the slot says. `words` is the whole section set_words.
template <class Number>
PGSCORE_ALWAYS_INLINE bool set_goes_left(const plan::SetSlotRecord &set, const std::uint32_t *words,
                                         Number x) {
  return is_missing(set.missing, x)
             ? set.default_left != 0
             : is_member(words + set.first_word, set.num_words, category_of(x, set.truncated));
}

/// Writes the num_slots channels of a row.
template <class Number>
inline void encode_channels(const TreeTask &task, std::size_t row, Number *channels) {
  constexpr Number kNan = std::numeric_limits<Number>::quiet_NaN(),
                   kInfinity = std::numeric_limits<Number>::infinity();
  const auto *records = task.plan.data<plan::ChannelRecord>(task.ensemble.channels);
  channels[0] = kNan;
  for (std::uint32_t c = 1; c < task.ensemble.num_slots; ++c) {
    const plan::ChannelRecord &channel = records[c];
    auto x = static_cast<Number>(task.columns[channel.column][row]);
    if (is_missing(channel.missing, x))
      x = channel.default_left != 0 ? kNan : kInfinity;
    else if (channel.presence != 0)
      x = kNan;
    else
      x = category_of(x, channel.truncated);
    channels[c] = x;
  }
}

}  // namespace pgscore::kernels
