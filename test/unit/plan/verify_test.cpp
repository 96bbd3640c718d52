// The verifier refuses every kind of damage with kCorruptedPlan. What it lets through is safe to
// score: this test is run under sanitizers too.
#include <gtest/gtest.h>

#include "support/damaged_plan.hpp"
#include "support/plan_samples.hpp"

namespace pgscore::plan {
namespace {

TEST(PlanVerify, accepts_what_the_compiler_makes) {
  for (TreeLayout layout : kTreeLayouts)
    for (bool vectors : {false, true})
      EXPECT_EQ(verdict(DamagedPlan(sample_model(vectors), layout).memory().bytes()), "");
}

TEST(PlanVerify, finds_damage) {
  DamagedPlan plan(sample_model());
  const std::size_t size = plan.memory().size();
  for (std::size_t at = offsetof(Header, task); at < size; at += 7) {
    plan.memory().data()[at] ^= std::byte{0x10};
    ASSERT_EQ(verdict(plan.memory().bytes()), "Its checksum is wrong.") << at;
    plan.memory().data()[at] ^= std::byte{0x10};
  }
  for (std::size_t length = 0; length < size; length += 64)
    ASSERT_NE(verdict(plan.memory().bytes().first(length)), "") << length;
}

TEST(PlanVerify, refuses_another_version_and_other_files) {
  DamagedPlan plan(sample_model());
  plan.header().version = kPlanVersion + 1;
  EXPECT_EQ(verdict(plan.memory().bytes()), "It has version " + std::to_string(kPlanVersion + 1) +
                                                ", this server reads version " +
                                                std::to_string(kPlanVersion) + ".");
  plan.header().version = kPlanVersion;
  plan.header().magic[0] = 'X';
  EXPECT_EQ(verdict(plan.memory().bytes()), "It does not begin with the mark of a plan.");
}

TEST(PlanVerify, every_changed_byte_is_refused_or_harmless) {
  int accepted = 0, refused = 0;
  std::vector<std::pair<TreeLayout, model::Model>> cases;
  for (TreeLayout layout : kTreeLayouts)
    for (const model::Model &model :
         {sample_model(false), sample_model(true), linear_leaves_model()})
      cases.push_back({layout, model});
  for (TreeLayout layout : {TreeLayout::kOblivious8, TreeLayout::kOblivious16})
    for (bool vectors : {false, true}) cases.push_back({layout, oblivious_model(3, vectors)});
  for (const auto &[layout, model] : cases) {
    DamagedPlan plan(model, layout);
    for (std::size_t at = offsetof(Header, task); at < plan.memory().size(); ++at)
      for (std::byte change : {std::byte{0x01}, std::byte{0x80}, std::byte{0xFF}}) {
        plan.memory().data()[at] ^= change;
        plan.seal();
        if (verdict(plan.memory().bytes()).empty()) {
          score_everything(plan.memory());
          ++accepted;
        } else {
          ++refused;
        }
        plan.memory().data()[at] ^= change;
      }
  }
  EXPECT_GT(accepted, 1000);  // values of leaves and thresholds may be anything
  EXPECT_GT(refused, 10'000);
}

}  // namespace
}  // namespace pgscore::plan
