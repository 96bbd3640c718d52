// A verified explanation in memory.
#pragma once
#include <cstdint>
#include <span>

#include "explain/explanation_layout.hpp"
#include "plan/plan.hpp"

namespace pgscore::explain {

/// A view without ownership; copies are free. Make one of verified bytes only (verify).
class Explanation {
 public:
  /// Views the image at `base`, which is aligned to plan::kPlanAlignment and outlives the view.
  explicit Explanation(const std::byte *base) : base_(base) {}

  /// Gives the header, and the number of inputs: contributions are one for each, and the bias.
  const Header &header() const { return *reinterpret_cast<const Header *>(base_); }
  std::uint32_t num_inputs() const { return header().num_inputs; }
  std::uint32_t num_outputs() const { return header().num_outputs; }

  /// Gives the plan that computes the columns which are no inputs, as its raw outputs; false where
  /// all columns are inputs.
  plan::Plan plan() const {
    return plan::Plan(header().plan.count > 0 ? base_ + header().plan.offset : nullptr);
  }

  /// The elements of a section.
  template <class T>
  std::span<const T> elements(const plan::Section &section) const {
    return {reinterpret_cast<const T *>(base_ + section.offset),
            static_cast<std::size_t>(section.count)};
  }

 private:
  const std::byte *base_;
};

}  // namespace pgscore::explain
