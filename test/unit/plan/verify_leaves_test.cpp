// What the verifier says of damage to trees whose leaves are functions, and to oblivious trees.
#include <gtest/gtest.h>

#include "support/damaged_plan.hpp"
#include "support/plan_samples.hpp"

namespace pgscore::plan {
namespace {

TEST(PlanVerify, names_what_is_wrong_with_linear_leaves) {
  for (TreeLayout layout : kTreeLayouts) {
    const auto refusal = [&](auto damage) {
      DamagedPlan plan(linear_leaves_model(), layout);
      damage(plan);
      plan.seal();
      return verdict(plan.memory().bytes());
    };
    auto function = [](DamagedPlan &p, std::size_t i) -> LeafFunctionRecord & {
      return p.at<LeafFunctionRecord>(p.ensemble().functions, i);
    };
    auto term = [](DamagedPlan &p, std::size_t i) -> LeafTermRecord & {
      return p.at<LeafTermRecord>(p.ensemble().terms, i);
    };
    EXPECT_EQ(refusal([](DamagedPlan &) {}), "");
    EXPECT_EQ(refusal([](DamagedPlan &p) { p.ensemble().linear_leaves = 2; }),
              "A flag of a tree ensemble is out of range.");
    EXPECT_EQ(refusal([](DamagedPlan &p) { p.ensemble().linear_leaves = 0; }),
              "The number of leaf values is wrong.");
    EXPECT_EQ(
        refusal([](DamagedPlan &p) { p.at<std::uint32_t>(p.ensemble().exit_vectors, 1) = 3; }),
        "A leaf function is out of range.");
    EXPECT_EQ(refusal([&](DamagedPlan &p) { function(p, 2).first_term = 0; }),
              "The terms of a leaf function are out of place.");
    EXPECT_EQ(refusal([&](DamagedPlan &p) { function(p, 2).num_terms = 9; }),
              "The terms of a leaf function are out of place.");
    EXPECT_EQ(refusal([&](DamagedPlan &p) { function(p, 2).num_terms = 0; }),
              "There are terms of no leaf function.");
    EXPECT_EQ(refusal([&](DamagedPlan &p) { term(p, 1).column = 3; }),
              "A tree ensemble reads a column that does not exist.");
    EXPECT_EQ(refusal([&](DamagedPlan &p) { term(p, 1).reserved = 1; }),
              "A term of a leaf function is malformed.");
    EXPECT_EQ(refusal([&](DamagedPlan &p) { term(p, 2).column = 0; }),
              "A tree ensemble is wrong about the columns that it reads.");
    if (layout == TreeLayout::kDirect) {
      auto channel = [](DamagedPlan &p) -> ChannelRecord & {
        return p.at<ChannelRecord>(p.ensemble().channels, 1);
      };
      EXPECT_EQ(refusal([&](DamagedPlan &p) { channel(p).truncated = 2; }),
                "A treatment of missing values is unknown.");
    } else {
      auto set = [](DamagedPlan &p) -> SetSlotRecord & {
        return p.at<SetSlotRecord>(p.ensemble().set_slots, 1);
      };
      EXPECT_EQ(refusal([&](DamagedPlan &p) { set(p).truncated = 2; }),
                "A treatment of missing values is unknown.");
      EXPECT_EQ(refusal([&](DamagedPlan &p) { set(p).reserved = 1; }),
                "A treatment of missing values is unknown.");
    }
  }
}

template <class Slot>
void expect_oblivious_refusals(TreeLayout layout, std::uint32_t levels) {
  const std::uint32_t lanes = levels > 8 ? 16 : 8;
  const auto refusal = [&](auto damage, bool vectors = false) {
    DamagedPlan plan(oblivious_model(levels, vectors), layout);
    EXPECT_EQ(plan.ensemble().layout, layout);
    EXPECT_EQ(plan.ensemble().levels, levels);
    EXPECT_EQ(1u << plan.ensemble().top_levels, lanes);
    damage(plan);
    plan.seal();
    return verdict(plan.memory().bytes());
  };
  auto slot = [](DamagedPlan &p, std::size_t i) -> Slot & {
    return p.at<Slot>(p.ensemble().slots, i);
  };
  auto root = [](DamagedPlan &p, std::size_t i) -> std::uint32_t & {
    return p.at<std::uint32_t>(p.ensemble().roots, i);
  };
  EXPECT_EQ(refusal([](DamagedPlan &) {}), "");
  EXPECT_EQ(refusal([](DamagedPlan &) {}, true), "");
  EXPECT_EQ(refusal([](DamagedPlan &p) { p.ensemble().top_levels = 5; }),
            "The levels of a tree layout are out of range.");
  EXPECT_EQ(refusal([](DamagedPlan &p) { p.ensemble().top_levels = 2; }),
            "The levels of a tree layout are out of range.");
  EXPECT_EQ(
      refusal([&](DamagedPlan &p) { p.ensemble().levels = static_cast<std::uint8_t>(lanes + 1); }),
      "The levels of a tree layout are out of range.");
  EXPECT_EQ(refusal([](DamagedPlan &p) { p.ensemble().deep = 1; }),
            "The levels of a tree layout are out of range.");
  EXPECT_EQ(refusal([](DamagedPlan &p) { p.ensemble().has_sets = 1; }),
            "A flag of a tree ensemble is out of range.");
  EXPECT_EQ(refusal([](DamagedPlan &p) { p.ensemble().linear_leaves = 1; }),
            "The leaves of oblivious trees are functions.");
  EXPECT_EQ(refusal([](DamagedPlan &p) { --p.ensemble().levels; }),
            "A tree has more levels than the deepest one.");
  EXPECT_EQ(refusal([](DamagedPlan &p) { p.ensemble().num_slots = 70'000; }),
            "The number of code slots is out of range.");
  EXPECT_EQ(refusal([&](DamagedPlan &p) { slot(p, 1) = 200; }), "A code slot is out of range.");
  EXPECT_EQ(refusal([&](DamagedPlan &p) { slot(p, 0) = 0; }), "A threshold is out of range.");
  EXPECT_EQ(refusal([](DamagedPlan &p) { p.at<std::uint8_t>(p.ensemble().thresholds) = 200; }),
            "A threshold is out of range.");
  EXPECT_EQ(refusal([&](DamagedPlan &p) { root(p, 0) = 8; }), "A root is out of range.");
  EXPECT_EQ(refusal([&](DamagedPlan &p) {
              root(p, 1) = static_cast<std::uint32_t>(p.ensemble().num_exits) - (1u << levels) + 16;
            }),
            "A root is out of range.");
  EXPECT_EQ(refusal([&](DamagedPlan &p) { root(p, 1) = 0xFFFFFFF0; }), "A root is out of range.");
  EXPECT_EQ(refusal([](DamagedPlan &p) { --p.ensemble().num_exits; }), "A root is out of range.");
  EXPECT_EQ(
      refusal([](DamagedPlan &p) { p.at<std::uint32_t>(p.ensemble().exit_vectors) = 1000; }, true),
      "A leaf vector is out of range.");
}

TEST(PlanVerify, names_what_is_wrong_with_oblivious_trees) {
  expect_oblivious_refusals<std::uint8_t>(TreeLayout::kOblivious8, 5);
  expect_oblivious_refusals<std::uint16_t>(TreeLayout::kOblivious16, 5);
  expect_oblivious_refusals<std::uint8_t>(TreeLayout::kOblivious8, 9);
  expect_oblivious_refusals<std::uint16_t>(TreeLayout::kOblivious16, 9);
}

}  // namespace
}  // namespace pgscore::plan
