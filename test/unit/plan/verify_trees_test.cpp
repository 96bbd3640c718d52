// What the verifier says of damage to the layouts of trees.
#include <gtest/gtest.h>

#include "support/damaged_plan.hpp"
#include "support/plan_samples.hpp"

namespace pgscore::plan {
namespace {

/// Damage to settings, groups and the tables of cuts.
std::vector<Damage> cut_damages() {
  return {
      {"A tree layout is unknown.",
       [](DamagedPlan &p) { p.ensemble().layout = static_cast<TreeLayout>(5); }},
      {"The levels of a tree layout are out of range.",
       [](DamagedPlan &p) { p.ensemble().top_levels = 7; }},
      {"The number of code slots is out of range.",
       [](DamagedPlan &p) { p.ensemble().num_slots = 70'000; }},
      {"A tree ensemble divides by zero.", [](DamagedPlan &p) { p.ensemble().divisor = 0; }},
      {"A tree group is out of place.",
       [](DamagedPlan &p) { ++p.at<GroupRecord>(p.ensemble().groups, 1).first_position; }},
      {"The order of trees is no permutation.",
       [](DamagedPlan &p) {
         p.at<std::uint32_t>(p.ensemble().tree_order, 1) =
             p.at<std::uint32_t>(p.ensemble().tree_order, 0);
       }},
      {"A tree ensemble reads a column that does not exist.",
       [](DamagedPlan &p) { p.at<SegmentRecord>(p.ensemble().segments).column = 6; }},
      {"A tree ensemble is wrong about the columns that it reads.",
       [](DamagedPlan &p) { p.ensemble().inputs_only = 1; }},
      {"A code slot is out of range.",
       [](DamagedPlan &p) { p.at<SegmentRecord>(p.ensemble().segments).slot_left = 200; }},
      {"The number of cuts is out of range.",
       [](DamagedPlan &p) { p.at<SegmentRecord>(p.ensemble().segments).num_cuts = 256; }},
      {"A segment of cuts is out of place.",
       [](DamagedPlan &p) { p.at<SegmentRecord>(p.ensemble().segments).first_cut = 16; }},
      {"Cuts are not ascending.",
       [](DamagedPlan &p) { p.at<float>(p.ensemble().cuts, 16) = 1e30f; }},
      {"Cuts are not ascending.", [](DamagedPlan &p) { p.at<float>(p.ensemble().cuts, 47) = 0; }},
      {"Pivots do not belong to their cuts.",
       [](DamagedPlan &p) { p.at<float>(p.ensemble().cuts, 3) = 0; }},
      {"A search tree of cuts is out of place.",
       [](DamagedPlan &p) { p.at<SegmentRecord>(p.ensemble().segments).first_level = 16; }},
      {"A search tree does not hold its cuts.",
       [](DamagedPlan &p) { p.at<float>(p.ensemble().cut_levels, 1) = 1e30f; }},
      {"A search tree does not hold its cuts.",
       [](DamagedPlan &p) { p.at<float>(p.ensemble().cut_levels, 0) = 0; }},
  };
}

/// Damage to the trees. `Block`: the layout's block of nodes.
template <class Block>
std::vector<Damage> block_damages() {
  return {
      {"The number of tests is wrong.", [](DamagedPlan &p) { ++p.ensemble().num_tests; }},
      {"A code slot is out of range.",
       [](DamagedPlan &p) { ++p.at<SegmentRecord>(p.ensemble().segments, 1).slot_left; }},
      {"A threshold is out of range.",
       [](DamagedPlan &p) { p.at<std::uint8_t>(p.ensemble().thresholds) = 200; }},
      {"A threshold is out of range.",
       [](DamagedPlan &p) {
         std::size_t at = 0;
         while (p.at<std::uint8_t>(p.ensemble().thresholds, at) == 0) ++at;
         p.at<std::uint8_t>(p.ensemble().thresholds, at) = 0;
       }},
      {"A threshold is out of range.",
       [](DamagedPlan &p) { p.at<Block>(p.ensemble().blocks).threshold[0] = 200; }},
      {"A category set is out of range.",
       [](DamagedPlan &p) { p.at<SetSlotRecord>(p.ensemble().set_slots).num_words = 1000; }},
      {"A code slot is out of range.",
       [](DamagedPlan &p) {
         p.at<std::remove_extent_t<decltype(Block::slot)>>(p.ensemble().slots, 5) = 250;
       }},
      {"A leaf is out of range.",
       [](DamagedPlan &p) { p.at<std::uint32_t>(p.ensemble().entries, 9) = UINT32_MAX; }},
      {"A tree block is out of range.",
       [](DamagedPlan &p) { p.at<std::uint32_t>(p.ensemble().entries, 9) = 5000; }},
      // A cycle
      {"A tree block is out of range.",
       [](DamagedPlan &p) { p.at<Block>(p.ensemble().blocks, 1).next[0] = 1; }},
      {"A leaf is out of range.",
       [](DamagedPlan &p) { p.at<Block>(p.ensemble().blocks, 0).next[2] = kExitFlag | 0xFFFF; }},
      {"A code slot is out of range.",
       [](DamagedPlan &p) { p.at<Block>(p.ensemble().blocks, 0).slot[2] = 250; }},
      {"The number of leaf values is wrong.", [](DamagedPlan &p) { --p.ensemble().values.count; }},
  };
}

TEST(PlanVerify, names_what_is_wrong_with_trees_of_codes) {
  for (TreeLayout layout : {TreeLayout::kCodes8, TreeLayout::kCodes16})
    expect_refusals(sample_model(), layout, cut_damages());
  expect_refusals(sample_model(), TreeLayout::kCodes8, block_damages<TailBlock8>());
  expect_refusals(sample_model(), TreeLayout::kCodes16, block_damages<TailBlock16>());
  expect_refusals(sample_model(true), TreeLayout::kCodes8,
                  {{"A leaf vector is out of range.", [](DamagedPlan &p) {
                      p.at<std::uint32_t>(p.ensemble().exit_vectors) = 1000;
                    }}});
}

TEST(PlanVerify, names_what_is_wrong_with_low_blocks) {
  const CompileOptions options{.layout = TreeLayout::kCodes8, .low_blocks = true};
  for (bool vectors : {false, true}) {
    DamagedPlan plan(sample_model(vectors), options);
    EXPECT_EQ(plan.ensemble().low_levels, 2);
    EXPECT_EQ(verdict(plan.memory().bytes()), "");
    score_everything(plan.memory());
  }
  auto low = [](DamagedPlan &p, std::size_t i) -> LowBlock & {
    return p.at<LowBlock>(p.ensemble().low_blocks, i);
  };
  auto used = [low](DamagedPlan &p) -> LowBlock & {
    std::size_t i = 0;
    while (low(p, i).slot[0] == 0) ++i;
    return low(p, i);
  };
  expect_refusals(
      sample_model(), options,
      {
          {"The levels of a tree layout are out of range.",
           [](DamagedPlan &p) { p.ensemble().low_levels = 1; }},
          {"The levels of a tree layout are out of range.",
           [](DamagedPlan &p) { p.ensemble().low_levels = 3; }},
          {"The levels of a tree layout are out of range.",
           [](DamagedPlan &p) { p.ensemble().top_levels = 5; }},
          {"The size of the low blocks is wrong.",
           [](DamagedPlan &p) { p.ensemble().low_levels = 0; }},
          {"The size of the low blocks is wrong.",
           [](DamagedPlan &p) { --p.ensemble().low_blocks.count; }},
          {"A threshold is out of range.", [low](DamagedPlan &p) { low(p, 0).threshold[0] = 1; }},
          {"A threshold is out of range.", [used](DamagedPlan &p) { used(p).threshold[0] = 0; }},
          {"A threshold is out of range.", [used](DamagedPlan &p) { used(p).threshold[0] = 200; }},
          {"A code slot is out of range.", [used](DamagedPlan &p) { used(p).slot[2] = 250; }},
          {"A code slot is out of range.",
           [low](DamagedPlan &p) { low(p, p.ensemble().low_blocks.count - 1).slot[0] = 250; }},
          {"A low block is malformed.", [low](DamagedPlan &p) { low(p, 3).reserved[1] = 1; }},
          {"A leaf is out of range.",
           [](DamagedPlan &p) { p.at<std::uint32_t>(p.ensemble().entries, 999) = UINT32_MAX; }},
      });
  expect_refusals(sample_model(), CompileOptions{.layout = TreeLayout::kCodes16},
                  {{"The levels of a tree layout are out of range.",
                    [](DamagedPlan &p) { p.ensemble().low_levels = 2; }}});
}

/// Trees of six levels, leaves in float32, two groups.
model::Model six_levels() {
  model::Builder builder;
  builder.add_input({.name = "a"});
  builder.add_input({.name = "b"});
  model::EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = {0, 1};
  trees.settings().num_groups = 2;
  trees.settings().base = {0, 1};
  for (std::uint32_t t = 0; t < 5; ++t) {
    trees.begin_tree(t % 2);
    for (std::uint32_t i = 0; i < 63; ++i)
      trees.split(i, i % 2, model::Split::kLess, i / 8.0 + t, i % 3 == 0, 2 * i + 1, 2 * i + 2);
    for (std::uint32_t i = 63; i < 127; ++i) trees.leaf(i, i + t);
    trees.end_tree();
  }
  const model::ColumnId sum = builder.trees(trees.finish());
  builder.output().values = {{"x", sum}, {"y", sum + 1}};
  return builder.finish();
}

TEST(PlanVerify, names_what_is_wrong_with_what_rows_read) {
  const CompileOptions options{.layout = TreeLayout::kCodes8};
  {
    DamagedPlan plan(six_levels(), options);
    EXPECT_EQ(plan.ensemble().slot_sources.count, kNumSlotSources);
    EXPECT_EQ(plan.ensemble().subtrees.count, 8u * (5 + kTreesAhead));
    EXPECT_EQ(plan.ensemble().values.count, 0u);
    EXPECT_EQ(plan.ensemble().leaf_id_size, 1);
    EXPECT_EQ(verdict(plan.memory().bytes()), "");
    score_everything(plan.memory());
  }
  auto nodes = [](DamagedPlan &p, std::size_t i) -> Subtree & {
    return p.at<Subtree>(p.ensemble().subtrees, i);
  };
  const char *const kDiffers = "A copy of a tree differs from it.";
  expect_refusals(
      six_levels(), options,
      {
          {"Slots do not come from their segments.",
           [](DamagedPlan &p) { ++p.at<std::uint8_t>(p.ensemble().slot_sources, 0); }},
          {"Slots do not come from their segments.",
           [](DamagedPlan &p) { p.at<std::uint8_t>(p.ensemble().slot_sources, 1) = 64; }},
          {"Slots do not come from their segments.",
           [](DamagedPlan &p) { p.at<std::uint8_t>(p.ensemble().slot_sources, 127) = 0; }},
          {"Slots do not come from their segments.",
           [](DamagedPlan &p) { p.ensemble().slot_sources.count = 64; }},
          {kDiffers, [](DamagedPlan &p) { ++p.at<std::uint8_t>(p.ensemble().top_slots, 0); }},
          {kDiffers, [](DamagedPlan &p) { p.at<std::uint8_t>(p.ensemble().top_slots, 7) = 1; }},
          {kDiffers,
           [](DamagedPlan &p) {
             p.at<std::uint8_t>(p.ensemble().top_slots, 8 * (5 + kTreesAhead) - 1) = 1;
           }},
          {kDiffers, [](DamagedPlan &p) { ++p.at<std::uint8_t>(p.ensemble().top_thresholds, 3); }},
          {kDiffers, [nodes](DamagedPlan &p) { ++nodes(p, 0).slot[0]; }},
          {kDiffers, [nodes](DamagedPlan &p) { ++nodes(p, 39).threshold[6]; }},
          {kDiffers, [nodes](DamagedPlan &p) { nodes(p, 1).slot[7] = 1; }},
          {kDiffers, [nodes](DamagedPlan &p) { nodes(p, 1).reserved[15] = 1; }},
          {kDiffers, [nodes](DamagedPlan &p) { nodes(p, 40).leaf[0] = 1; }},  // of no tree
          {"The size of the copies of trees is wrong.",
           [](DamagedPlan &p) { p.ensemble().subtrees.count -= 8; }},
          {"The size of the copies of trees is wrong.",
           [](DamagedPlan &p) { p.ensemble().top_slots.count -= 8; }},
          {"The size of leaf ids is unknown.",
           [](DamagedPlan &p) { p.ensemble().leaf_id_size = 3; }},
          {"The number of leaf ids is wrong.",
           [](DamagedPlan &p) {
             // Padding, then
             p.at<std::uint8_t>(p.ensemble().leaf_ids, p.ensemble().leaf_ids.count - 1) = 0;
             --p.ensemble().leaf_ids.count;
           }},
      });
}

TEST(PlanVerify, names_what_is_wrong_with_direct_trees) {
  using Node = DirectNode<float>;
  expect_refusals(
      sample_model(), TreeLayout::kDirect,
      {
          {"A root is out of range.",
           [](DamagedPlan &p) { p.at<std::uint32_t>(p.ensemble().roots) = 100'000; }},
          {"A leaf is out of range.",
           [](DamagedPlan &p) { p.at<Node>(p.ensemble().nodes).channel = 1; }},
          {"A leaf is out of range.",
           [](DamagedPlan &p) { p.at<Node>(p.ensemble().nodes).cut = 1; }},
          {"A tree node is out of range.",
           [](DamagedPlan &p) {
             p.at<Node>(p.ensemble().nodes, p.ensemble().nodes.count - 1).child = 0;
           }},
          {"A tree node is out of range.",
           [](DamagedPlan &p) {
             p.at<Node>(p.ensemble().nodes, p.ensemble().nodes.count - 2).child =
                 static_cast<std::uint32_t>(p.ensemble().nodes.count - 1);
           }},
          {"Channel 0 is not the constant.",
           [](DamagedPlan &p) { p.at<ChannelRecord>(p.ensemble().channels).presence = 1; }},
          {"A tree ensemble reads a column that does not exist.",
           [](DamagedPlan &p) { p.at<ChannelRecord>(p.ensemble().channels, 1).column = 6; }},
          {"A category set is out of range.", [](DamagedPlan &p) { p.ensemble().has_sets = 0; }},
          {"A category set is out of range.",
           [](DamagedPlan &p) { p.at<SetRecord>(p.ensemble().sets).first_word = 99; }},
      });
}

}  // namespace
}  // namespace pgscore::plan
