// A compiled plan that a test damages, and what the verifier and the kernels make of it.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "kernels/kernel.hpp"
#include "kernels/tree_kernel.hpp"
#include "plan/checksum.hpp"
#include "plan/compile.hpp"
#include "plan/plan.hpp"
#include "plan/plan_memory.hpp"
#include "support/choices.hpp"

namespace pgscore::plan {

class DamagedPlan {
 public:
  explicit DamagedPlan(const model::Model &model, TreeLayout layout = TreeLayout::kCodes8)
      : DamagedPlan(model, {.layout = layout}) {}
  DamagedPlan(const model::Model &model, const CompileOptions &options)
      : memory_(compile(model, {}, options)) {}

  Header &header() { return *reinterpret_cast<Header *>(memory_.data()); }
  EnsembleRecord &ensemble() { return at<EnsembleRecord>(header().ensembles); }
  template <class T>
  T &at(const Section &section, std::size_t i = 0) {
    EXPECT_LT(i, section.count);
    return reinterpret_cast<T *>(memory_.data() + section.offset)[i];
  }
  StepRecord &step(StepKind kind) {
    for (std::size_t i = 0; i < header().steps.count; ++i)
      if (at<StepRecord>(header().steps, i).kind == kind) return at<StepRecord>(header().steps, i);
    throw std::logic_error("no such step");
  }
  PlanMemory &memory() { return memory_; }
  void seal() { header().checksum = plan_checksum(memory_.bytes()); }

 private:
  PlanMemory memory_;
};

/// The detail of the refusal, or "" when the plan is accepted.
inline std::string verdict(Bytes bytes) {
  try {
    verify_plan(bytes);
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), ErrorCode::kCorruptedPlan);
    return error.detail();
  }
  return {};
}

inline void score_everything(const PlanMemory &memory) {
  const Plan plan(memory.data());
  test::Choices choices(std::uint64_t{1});
  for (const kernels::TreeKernel *kernel : kernels::kernel_table()) {  // the widest block of each
    if (!kernel->runs_on_this_cpu()) continue;
    kernels::Scratch wide(plan, kernels::kBlockRows, kernel->name);
    constexpr std::size_t kRows = 257;
    std::vector<double> block(plan.num_inputs() * kRows),
        out(kRows * kernels::output_width(plan, kernels::Want::kAll));
    for (double &value : block) value = test::any_number(choices);
    kernels::score(plan, {block.data(), kRows, kRows}, kernels::Want::kAll, wide, out.data());
  }
  kernels::Scratch scratch(plan);
  std::vector<double> values(plan.num_inputs() * 3);
  for (double &value : values) value = test::any_number(choices);
  for (std::size_t w = 0; w <= static_cast<std::size_t>(kernels::Want::kAll); ++w) {
    const auto want = static_cast<kernels::Want>(w);
    std::vector<double> out(3 * kernels::output_width(plan, want));
    kernels::score(plan, {values.data(), 3, 3}, want, scratch, out.data());
  }
}

struct Damage {
  const char *detail;
  std::function<void(DamagedPlan &)> make;
};

/// Each damage to a plan of `model`, with a right checksum, is refused with its detail.
inline void expect_refusals(const model::Model &model, const CompileOptions &options,
                            const std::vector<Damage> &damages) {
  for (const Damage &damage : damages) {
    DamagedPlan plan(model, options);
    damage.make(plan);
    plan.seal();
    EXPECT_EQ(verdict(plan.memory().bytes()), damage.detail);
  }
}
inline void expect_refusals(const model::Model &model, TreeLayout layout,
                            const std::vector<Damage> &damages) {
  expect_refusals(model, CompileOptions{.layout = layout}, damages);
}

}  // namespace pgscore::plan
