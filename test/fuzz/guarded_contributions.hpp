// Contributions by a verified explanation of rows of any numbers. The image, the rows and the
// contributions lie between pages that may not be touched. Every walker of this CPU walks rows
// alone and together; all must give the same bits.
#pragma once
#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "explain/contributions.hpp"
#include "fuzz/plan_changes.hpp"
#include "kernels/tree_kernel.hpp"
#include "support/guarded_memory.hpp"

namespace pgscore::fuzz {

class GuardedContributions {
 public:
  /// `image`: verified bytes. Rows of `count` are made from `choices`; between two rows lie numbers
  /// that belong to none.
  GuardedContributions(std::span<const std::byte> image, std::size_t count, test::Choices &choices)
      : image_(image, choices.coin() ? test::Guarded::kEnd : test::Guarded::kStart),
        explanation_(image_.data()),
        count_(count),
        num_inputs_(explanation_.num_inputs()),
        stride_(num_inputs_ + choices.below(3)),
        guarded_(choices.coin() ? test::Guarded::kEnd : test::Guarded::kStart) {
    image_.protect();
    for (std::size_t r = 0; r < count; ++r)
      for (std::size_t i = 0; i < (r + 1 < count ? stride_ : num_inputs_); ++i)
        rows_.push_back(value(choices));
  }

  /// Returns what walkers do not agree about, or an empty text.
  std::string run() {
    constexpr std::uint32_t kMostOutputs = 4;
    for (std::uint32_t k = 0; k < std::min(explanation_.num_outputs(), kMostOutputs); ++k) {
      std::vector<double> expected;  // of the first kernel, row by row
      for (const kernels::TreeKernel *kernel : kernels::kernel_table()) {
        if (!kernel->runs_on_this_cpu()) continue;
        explain::Workspace workspace(explanation_, kernel->name);
        for (const bool together : {false, true}) {
          const std::vector<double> out = compute(k, together, workspace);
          if (expected.empty()) expected = out;
          for (std::size_t i = 0; i < out.size(); ++i)
            if (!same(out[i], expected[i]))
              return std::string(kernel->name) + (together ? ", together" : ", alone") +
                     ", output " + std::to_string(k) + ", row " +
                     std::to_string(i / (num_inputs_ + 1)) + ", input " +
                     std::to_string(i % (num_inputs_ + 1));
        }
      }
    }
    return {};
  }

 private:
  /// The same bits. A row alone has lanes that no point belongs to, with a weight of 0; times what
  /// is infinite that is missing. So numbers that are not finite are one.
  static bool same(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
           (!std::isfinite(a) && !std::isfinite(b));
  }
  /// A number, missing, or a code of a category, also a negative one and one beyond the last.
  static double value(test::Choices &choices) {
    if (choices.one_in(8)) return model::kMissing;
    if (choices.one_in(4)) return static_cast<double>(choices.below(70)) - 3;
    return any_bits(choices);
  }

  std::vector<double> compute(std::uint32_t output, bool together, explain::Workspace &workspace) {
    const std::size_t width = num_inputs_ + 1;
    test::GuardedMemory out(count_ * width * sizeof(double), guarded_);
    if (together) {
      test::GuardedMemory rows(std::span<const double>(rows_), guarded_);
      rows.protect();
      explain::contributions(explanation_, output, rows.as<double>(), stride_, count_, workspace,
                             out.as<double>());
      return {out.as<double>(), out.as<double>() + count_ * width};
    }
    test::GuardedMemory row(num_inputs_ * sizeof(double), guarded_),
        one(width * sizeof(double), guarded_);
    for (std::size_t r = 0; r < count_; ++r) {
      std::copy_n(rows_.begin() + static_cast<std::ptrdiff_t>(r * stride_), num_inputs_,
                  row.as<double>());
      explain::contributions(explanation_, output, row.as<double>(), num_inputs_, 1, workspace,
                             one.as<double>());
      std::copy_n(one.as<double>(), width, out.as<double>() + r * width);
    }
    return {out.as<double>(), out.as<double>() + count_ * width};
  }

  test::GuardedMemory image_;
  explain::Explanation explanation_;
  std::size_t count_, num_inputs_, stride_;
  test::Guarded guarded_;
  std::vector<double> rows_;  // one behind the other, stride_ numbers each
};

}  // namespace pgscore::fuzz
