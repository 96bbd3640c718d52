// From splits to codes: the segments of cuts of an ensemble, its slots, and the slot and threshold
// code of each split.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/interrupt.hpp"
#include "model/model.hpp"
#include "plan/category_sets.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

/// A split in codes: it goes left when the code of `slot` is less than `threshold`. There is one
/// for each node, so it is small: slots beyond kMaxSlots16 are cut off, but then no layout uses
/// them.
struct SplitCode {
  std::uint32_t slot : 24 = 0;
  std::uint32_t threshold : 8 = 0;
};
static_assert(kMaxSegmentCuts < 1u << 8 && kMaxSlots16 < 1u << 24);

/// The codes of an ensemble. Number is float or double, the precision in which it compares.
template <class Number>
struct Quantiser {
  /// Makes the codes. `columns` has the column of the plan for each feature of the ensemble.
  Quantiser(const model::TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
            const CategorySets &sets, Interrupt interrupt);

  std::vector<SegmentRecord> segments;   // by column, missing kind and cuts
  std::vector<Number> cuts;              // as the section `cuts`
  std::vector<Number> cut_levels;        // as the section `cut_levels`
  std::vector<SetSlotRecord> set_slots;  // by column, missing kind and set
  std::vector<SplitCode> codes;          // for each node of the ensemble; leaves have {}
  std::uint32_t num_slots = 1;           // slot 0 is the constant 0
  std::uint64_t num_tests = 0;

 private:
  void index_cuts(const model::TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
                  Interrupt interrupt);
  void index_sets(const model::TreeEnsemble &ensemble, std::span<const std::uint32_t> columns,
                  const CategorySets &sets);
};

extern template struct Quantiser<float>;
extern template struct Quantiser<double>;

}  // namespace pgscore::plan
