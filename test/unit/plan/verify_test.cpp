// The verifier: refuses every kind of damage by kCorruptedPlan; what it lets through is safe to
// score (run under sanitizers).
#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "support/damaged_plan.hpp"

namespace pgscore::plan {
namespace {

/// A number and a category, every kind of transform, trees of three groups with sets and one deep
/// branch, a softmax, an argmax.
model::Model sample(bool vector_leaves = false) {
  model::Builder builder;
  builder.add_input({.name = "age", .categories = {}});
  builder.add_input({.name = "purpose",
                     .type = model::ColumnType::kCategory,
                     .categories = {"car", "tv", "house"},
                     .text_operations = {{model::TextFunction::kSubstring, 2, 5},
                                         {model::TextFunction::kTrim, 0, 0}}});
  const auto log = builder.apply(model::Op::kLog1p, {model::Operand::of(0)});
  model::LookUp table;
  table.input = 0;
  table.keys = {1, 2, 3};
  table.values = {4, 5, 6};
  const auto looked_up = builder.look_up(table);
  model::Discretize bins;
  bins.input = log;
  bins.cuts = {0.5, 1.5};
  bins.values = {1, 2, 3};
  const auto binned = builder.discretize(bins);
  model::Linear linear;
  linear.intercept = {1};
  linear.terms = {{1, true, {1, 2, 3}}, {looked_up, false, {0.5}}};
  const auto sum = builder.linear(linear);
  auto trees = builder.ensemble();
  trees.settings().features = {0, 1, binned, sum};
  trees.settings().num_groups = 3;
  trees.settings().leaf_width = vector_leaves ? 3 : 1;
  trees.settings().base = {0, 0.5, 1};
  for (std::uint32_t t = 0; t < 7; ++t) {
    trees.begin_tree(t % 3);
    const std::uint32_t depth = t == 2 ? 11 : t;
    for (std::uint32_t i = 0; i <= depth; ++i) {
      const std::uint32_t id = 2 * i, leaf = 2 * i + 1;
      const double values[] = {0.25 * i, 1, 2};
      if (i == depth) {
        vector_leaves ? trees.leaf_vector(id, values) : trees.leaf(id, 0.125 * t);
        break;
      }
      if (i % 3 == 1)
        trees.split_in_set(id, 1, std::vector<std::uint32_t>{i % 3, 40}, i % 2 == 0, leaf, id + 2);
      else
        trees.split(id, i % 4, model::Split::kLess, 3.0 * i - 5, i % 2 == 0, leaf, id + 2);
      vector_leaves ? trees.leaf_vector(leaf, values) : trees.leaf(leaf, i);
    }
    trees.end_tree();
  }
  const auto margins = model::column_range(builder.trees(trees.finish()), 3);
  const auto probabilities = model::column_range(
      builder.link({.function = model::LinkFunction::kSoftmax, .inputs = margins}), 3);
  auto &output = builder.output();
  output.task = model::Task::kClassification;
  output.labels = {"a", "b", "c"};
  output.raw = margins;
  output.probabilities = probabilities;
  output.class_code = builder.arg_max(probabilities);
  return builder.finish();
}

constexpr TreeLayout kLayouts[] = {TreeLayout::kCodes8, TreeLayout::kCodes16, TreeLayout::kDirect};

TEST(PlanVerify, accepts_what_the_compiler_makes) {
  for (TreeLayout layout : kLayouts)
    for (bool vectors : {false, true})
      EXPECT_EQ(verdict(DamagedPlan(sample(vectors), layout).memory().bytes()), "");
}

TEST(PlanVerify, finds_damage) {
  DamagedPlan plan(sample());
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
  DamagedPlan plan(sample());
  plan.header().version = kPlanVersion + 1;
  EXPECT_EQ(verdict(plan.memory().bytes()), "It has version " + std::to_string(kPlanVersion + 1) +
                                                ", this server reads version " +
                                                std::to_string(kPlanVersion) + ".");
  plan.header().version = kPlanVersion;
  plan.header().magic[0] = 'X';
  EXPECT_EQ(verdict(plan.memory().bytes()), "It does not begin with the mark of a plan.");
}

void expect_refusals(TreeLayout layout, bool vectors, const std::vector<Damage> &damages) {
  expect_refusals(sample(vectors), layout, damages);
}

TEST(PlanVerify, names_what_is_wrong_with_the_graph) {
  expect_refusals(
      TreeLayout::kCodes8, false,
      {
          {"Section \"categories\" is out of place.",
           [](auto &p) { p.header().categories.offset += 64; }},
          {"Section \"steps\" is out of place.",
           [](auto &p) { p.header().steps.count = UINT64_MAX / 2; }},
          {"The number of outputs is wrong.", [](auto &p) { ++p.header().num_raw; }},
          {"The number of columns is wrong.", [](auto &p) { ++p.header().num_columns; }},
          {"The number of trees is wrong.", [](auto &p) { ++p.header().num_trees; }},
          {"The number of labels is wrong.", [](auto &p) { p.header().positive = 3; }},
          {"The task is unknown.", [](auto &p) { p.header().task = 2; }},
          {"An input has an unknown type or policy.",
           [](auto &p) { p.template at<InputRecord>(p.header().inputs).type = 3; }},
          {"The categories of an input are out of place.",
           [](auto &p) { p.template at<InputRecord>(p.header().inputs, 1).num_categories = 4; }},
          {"The text operations of an input are out of place.",
           [](auto &p) { ++p.template at<InputRecord>(p.header().inputs, 1).num_operations; }},
          {"The text operations of an input are out of place.",
           [](auto &p) {
             p.template at<InputRecord>(p.header().inputs, 1).num_operations = UINT32_MAX;
           }},
          {"The text operations of an input are out of place.",
           [](auto &p) { p.template at<InputRecord>(p.header().inputs, 1).first_operation = 1; }},
          {"The text operations of an input are out of place.",
           [](auto &p) {  // of a number
             p.template at<InputRecord>(p.header().inputs, 0).num_operations = 1;
             p.template at<InputRecord>(p.header().inputs, 1).first_operation = 1;
             p.template at<InputRecord>(p.header().inputs, 1).num_operations = 1;
           }},
          {"There are text operations of no input.",
           [](auto &p) { --p.template at<InputRecord>(p.header().inputs, 1).num_operations; }},
          {"A text operation is malformed.",
           [](auto &p) {
             p.template at<TextOperationRecord>(p.header().text_operations).function = 4;
           }},
          {"A text operation is malformed.",
           [](auto &p) {
             p.template at<TextOperationRecord>(p.header().text_operations).first = 0;
           }},
          {"A text operation is malformed.",
           [](auto &p) {
             p.template at<TextOperationRecord>(p.header().text_operations, 1).first = 1;
           }},
          {"A text operation is malformed.",
           [](auto &p) {
             p.template at<TextOperationRecord>(p.header().text_operations, 1).count = 1;
           }},
          {"A text operation is malformed.",
           [](auto &p) {
             p.template at<TextOperationRecord>(p.header().text_operations).reserved[2] = 1;
           }},
          {"Names are not in order.",
           [](auto &p) {
             std::swap(p.template at<std::uint32_t>(p.header().category_order, 0),
                       p.template at<std::uint32_t>(p.header().category_order, 1));
           }},
          {"Names are not in order.",
           [](auto &p) { p.template at<std::uint32_t>(p.header().input_order, 0) = 9; }},
          {"A text is out of place.",
           [](auto &p) { ++p.template at<Text>(p.header().labels).length; }},
          {"A step is of an unknown kind.",
           [](auto &p) { p.step(StepKind::kLink).kind = static_cast<StepKind>(15); }},
          {"A step is needed by nobody.", [](auto &p) { p.step(StepKind::kLink).wants = 0; }},
          {"The columns of a step are out of place.",
           [](auto &p) { ++p.step(StepKind::kLink).first_output; }},
          {"A step reads a column that does not exist yet.",
           [](auto &p) {
             p.template at<OperandRecord>(p.header().operands).column =
                 p.step(StepKind::kApply).first_output;
           }},
          {"A step reads a column that is not always computed before it.",
           [](auto &p) { p.step(StepKind::kTrees).wants = kWantRaw; }},
          {"An operation is unknown.", [](auto &p) { p.step(StepKind::kApply).function = 47; }},
          {"An operation has the wrong number of arguments.",
           [](auto &p) { p.step(StepKind::kApply).function = 0; }},
          {"A link function is unknown.", [](auto &p) { p.step(StepKind::kLink).function = 14; }},
          {"A step refers to elements out of place.",
           [](auto &p) { ++p.step(StepKind::kLink).first_item; }},
          {"A step refers to elements out of place.",
           [](auto &p) { p.step(StepKind::kDiscretize).num_numbers = 1u << 30; }},
          {"Keys or cuts are not ascending.",
           [](auto &p) {
             p.template at<double>(p.header().numbers, p.step(StepKind::kLookUp).first_number + 3) =
                 1;
           }},
          {"A table has not one value per key.",
           [](auto &p) {
             ++p.step(StepKind::kLookUp).num_numbers;
             p.step(StepKind::kDiscretize).first_number += 1;
           }},
          {"The coefficients of a linear term are out of place.",
           [](auto &p) { p.template at<TermRecord>(p.header().terms).first_number = 0; }},
          {"The coefficients of a linear term are out of range.",
           [](auto &p) {
             p.template at<TermRecord>(p.header().terms, 1)
                 .by_level = 1,
               p.template at<TermRecord>(p.header().terms, 1).num_levels = 9;
           }},
          {"A step has the wrong number of outputs.",
           [](auto &p) { ++p.step(StepKind::kLink).num_outputs; }},
          {"A tree ensemble has the wrong number of outputs.",
           [](auto &p) { ++p.step(StepKind::kTrees).num_outputs; }},
          {"A tree ensemble is out of place.",
           [](auto &p) { p.step(StepKind::kTrees).first_item = 1; }},
          {"A step reads a column that does not exist yet.",
           [](auto &p) { p.template at<std::uint32_t>(p.header().outputs) = 999; }},
          {"Padding is not zero.",
           [](auto &p) { p.memory().data()[sizeof(Header) + 1] = std::byte{1}; }},
      });
}

template <class Block>
std::vector<Damage> code_damages() {
  return {
      {"A tree layout is unknown.",
       [](auto &p) { p.ensemble().layout = static_cast<TreeLayout>(5); }},
      {"The levels of a tree layout are out of range.",
       [](auto &p) { p.ensemble().top_levels = 7; }},
      {"The number of code slots is out of range.",
       [](auto &p) { p.ensemble().num_slots = 70'000; }},
      {"A tree ensemble divides by zero.", [](auto &p) { p.ensemble().divisor = 0; }},
      {"A tree group is out of place.",
       [](auto &p) { ++p.template at<GroupRecord>(p.ensemble().groups, 1).first_position; }},
      {"The order of trees is no permutation.",
       [](auto &p) {
         p.template at<std::uint32_t>(p.ensemble().tree_order, 1) =
             p.template at<std::uint32_t>(p.ensemble().tree_order, 0);
       }},
      {"A tree ensemble reads a column that does not exist.",
       [](auto &p) { p.template at<SegmentRecord>(p.ensemble().segments).column = 6; }},
      {"A tree ensemble is wrong about the columns that it reads.",
       [](auto &p) { p.ensemble().inputs_only = 1; }},
      {"A code slot is out of range.",
       [](auto &p) { p.template at<SegmentRecord>(p.ensemble().segments).slot_left = 200; }},
      {"The number of cuts is out of range.",
       [](auto &p) { p.template at<SegmentRecord>(p.ensemble().segments).num_cuts = 256; }},
      {"A segment of cuts is out of place.",
       [](auto &p) { p.template at<SegmentRecord>(p.ensemble().segments).first_cut = 16; }},
      {"Cuts are not ascending.",
       [](auto &p) { p.template at<float>(p.ensemble().cuts, 16) = 1e30f; }},
      {"Cuts are not ascending.", [](auto &p) { p.template at<float>(p.ensemble().cuts, 47) = 0; }},
      {"Pivots do not belong to their cuts.",
       [](auto &p) { p.template at<float>(p.ensemble().cuts, 3) = 0; }},
      {"A search tree of cuts is out of place.",
       [](auto &p) { p.template at<SegmentRecord>(p.ensemble().segments).first_level = 16; }},
      {"A search tree does not hold its cuts.",
       [](auto &p) { p.template at<float>(p.ensemble().cut_levels, 1) = 1e30f; }},
      {"A search tree does not hold its cuts.",
       [](auto &p) { p.template at<float>(p.ensemble().cut_levels, 0) = 0; }},
      {"The number of tests is wrong.", [](auto &p) { ++p.ensemble().num_tests; }},
      {"A code slot is out of range.",
       [](auto &p) { ++p.template at<SegmentRecord>(p.ensemble().segments, 1).slot_left; }},
      {"A threshold is out of range.",
       [](auto &p) { p.template at<std::uint8_t>(p.ensemble().thresholds) = 200; }},
      {"A threshold is out of range.",
       [](auto &p) {
         std::size_t at = 0;
         while (p.template at<std::uint8_t>(p.ensemble().thresholds, at) == 0) ++at;
         p.template at<std::uint8_t>(p.ensemble().thresholds, at) = 0;
       }},
      {"A threshold is out of range.",
       [](auto &p) { p.template at<Block>(p.ensemble().blocks).threshold[0] = 200; }},
      {"A category set is out of range.",
       [](auto &p) { p.template at<SetSlotRecord>(p.ensemble().set_slots).num_words = 1000; }},
      {"A code slot is out of range.",
       [](auto &p) {
         p.template at<std::remove_extent_t<decltype(Block::slot)>>(p.ensemble().slots, 5) = 250;
       }},
      {"A leaf is out of range.",
       [](auto &p) { p.template at<std::uint32_t>(p.ensemble().entries, 9) = UINT32_MAX; }},
      {"A tree block is out of range.",
       [](auto &p) { p.template at<std::uint32_t>(p.ensemble().entries, 9) = 5000; }},
      // A cycle
      {"A tree block is out of range.",
       [](auto &p) { p.template at<Block>(p.ensemble().blocks, 1).next[0] = 1; }},
      {"A leaf is out of range.",
       [](auto &p) { p.template at<Block>(p.ensemble().blocks, 0).next[2] = kExitFlag | 0xFFFF; }},
      {"A code slot is out of range.",
       [](auto &p) { p.template at<Block>(p.ensemble().blocks, 0).slot[2] = 250; }},
      {"The number of leaf values is wrong.", [](auto &p) { --p.ensemble().values.count; }},
  };
}

TEST(PlanVerify, names_what_is_wrong_with_hash_tables) {
  model::Builder builder;
  builder.add_input({.name = "a", .categories = {}});
  builder.add_input({.name = "b", .type = model::ColumnType::kHash, .categories = {}});
  model::HashLookUp table;
  table.inputs = {0, 1};
  table.keys = {1, 1u << 20, std::uint64_t{1} << 62, std::uint64_t{3} << 62, UINT64_MAX};
  table.unknown = {-1, -2};
  table.values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const auto first = builder.hash_look_up(table);
  builder.output().values = {{"x", first}, {"y", first + 1}};
  const model::Model model = builder.finish();
  using Damage = void (*)(DamagedPlan &);
  auto record = [](DamagedPlan &p) -> HashTableRecord & {
    return p.at<HashTableRecord>(p.header().hash_tables);
  };
  static HashTableRecord &(*table_of)(DamagedPlan &) = record;
  const std::pair<const char *, Damage> damages[] = {
      {"", [](DamagedPlan &) {}},
      {"A step reads a column that does not exist yet.",
       [](DamagedPlan &p) { p.at<std::uint32_t>(p.header().columns, 1) = 2; }},
      {"A hash table has no columns or no values.",
       [](DamagedPlan &p) { p.step(StepKind::kHashLookUp).num_outputs = 0; }},
      {"A step refers to elements out of place.",
       [](DamagedPlan &p) { p.step(StepKind::kHashLookUp).first_number = 1; }},
      {"The index of a hash table has a wrong size.",
       [](DamagedPlan &p) { table_of(p).bucket_bits = 0; }},
      {"The index of a hash table has a wrong size.",
       [](DamagedPlan &p) { table_of(p).bucket_bits = 64; }},
      {"A step refers to elements out of place.",
       [](DamagedPlan &p) { table_of(p).bucket_bits = 31; }},
      {"A step refers to elements out of place.", [](DamagedPlan &p) { table_of(p).num_keys = 6; }},
      {"A hash table has too few values.",
       [](DamagedPlan &p) { p.step(StepKind::kHashLookUp).num_outputs = 3; }},
      {"A step refers to elements out of place.",
       [](DamagedPlan &p) { table_of(p).first_value = 1; }},
      {"A pool has elements that no step uses.",
       [](DamagedPlan &p) {
         p.step(StepKind::kHashLookUp).num_outputs = 1, --p.header().num_columns;
       }},
      {"The index of a hash table does not cover it.",
       [](DamagedPlan &p) { p.at<std::uint32_t>(p.header().hash_buckets) = 1; }},
      {"The index of a hash table does not cover it.",
       [](DamagedPlan &p) { p.at<std::uint32_t>(p.header().hash_buckets, 8) = 4; }},
      {"The index of a hash table is not ascending.",
       [](DamagedPlan &p) { p.at<std::uint32_t>(p.header().hash_buckets, 1) = 9; }},
      {"The keys of a hash table are out of place.",
       [](DamagedPlan &p) { p.at<std::uint32_t>(p.header().hash_buckets, 1) = 1; }},
      {"The keys of a hash table are out of place.",
       [](DamagedPlan &p) { p.at<std::uint64_t>(p.header().hash_keys, 1) = 1; }},
      {"The keys of a hash table are out of place.",
       [](DamagedPlan &p) { p.at<std::uint64_t>(p.header().hash_keys, 4) = 2; }},
  };
  for (const auto &[wanted, damage] : damages) {
    DamagedPlan plan(model);
    damage(plan);
    plan.seal();
    EXPECT_EQ(verdict(plan.memory().bytes()), wanted);
  }
}

TEST(PlanVerify, names_what_is_wrong_with_trees_of_codes) {
  expect_refusals(TreeLayout::kCodes8, false, code_damages<TailBlock8>());
  expect_refusals(TreeLayout::kCodes16, false, code_damages<TailBlock16>());
  expect_refusals(TreeLayout::kCodes8, true,
                  {{"A leaf vector is out of range.", [](auto &p) {
                      p.template at<std::uint32_t>(p.ensemble().exit_vectors) = 1000;
                    }}});
}

TEST(PlanVerify, names_what_is_wrong_with_low_blocks) {
  const CompileOptions options{.layout = TreeLayout::kCodes8, .low_blocks = true};
  for (bool vectors : {false, true}) {
    DamagedPlan plan(sample(vectors), options);
    EXPECT_EQ(plan.ensemble().low_levels, 2);
    EXPECT_EQ(verdict(plan.memory().bytes()), "");
    score_everything(plan.memory());
  }
  auto low = [](auto &p, std::size_t i) -> LowBlock & {
    return p.template at<LowBlock>(p.ensemble().low_blocks, i);
  };
  auto used = [low](auto &p) -> LowBlock & {
    std::size_t i = 0;
    while (low(p, i).slot[0] == 0) ++i;
    return low(p, i);
  };
  expect_refusals(
      sample(), options,
      {
          {"The levels of a tree layout are out of range.",
           [](auto &p) { p.ensemble().low_levels = 1; }},
          {"The levels of a tree layout are out of range.",
           [](auto &p) { p.ensemble().low_levels = 3; }},
          {"The levels of a tree layout are out of range.",
           [](auto &p) { p.ensemble().top_levels = 5; }},
          {"The size of the low blocks is wrong.", [](auto &p) { p.ensemble().low_levels = 0; }},
          {"The size of the low blocks is wrong.",
           [](auto &p) { --p.ensemble().low_blocks.count; }},
          {"A threshold is out of range.", [low](auto &p) { low(p, 0).threshold[0] = 1; }},
          {"A threshold is out of range.", [used](auto &p) { used(p).threshold[0] = 0; }},
          {"A threshold is out of range.", [used](auto &p) { used(p).threshold[0] = 200; }},
          {"A code slot is out of range.", [used](auto &p) { used(p).slot[2] = 250; }},
          {"A code slot is out of range.",
           [low](auto &p) { low(p, p.ensemble().low_blocks.count - 1).slot[0] = 250; }},
          {"A low block is malformed.", [low](auto &p) { low(p, 3).reserved[1] = 1; }},
          {"A leaf is out of range.",
           [](auto &p) { p.template at<std::uint32_t>(p.ensemble().entries, 999) = UINT32_MAX; }},
      });
  expect_refusals(sample(), CompileOptions{.layout = TreeLayout::kCodes16},
                  {{"The levels of a tree layout are out of range.",
                    [](auto &p) { p.ensemble().low_levels = 2; }}});
}

/// Trees of six levels, leaves in float32, two groups.
model::Model six_levels() {
  model::Builder builder;
  builder.add_input({.name = "a", .categories = {}});
  builder.add_input({.name = "b", .categories = {}});
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
  auto nodes = [](auto &p, std::size_t i) -> Subtree & {
    return p.template at<Subtree>(p.ensemble().subtrees, i);
  };
  const char *const kDiffers = "A copy of a tree differs from it.";
  expect_refusals(
      six_levels(), options,
      {
          {"Slots do not come from their segments.",
           [](auto &p) { ++p.template at<std::uint8_t>(p.ensemble().slot_sources, 0); }},
          {"Slots do not come from their segments.",
           [](auto &p) { p.template at<std::uint8_t>(p.ensemble().slot_sources, 1) = 64; }},
          {"Slots do not come from their segments.",
           [](auto &p) { p.template at<std::uint8_t>(p.ensemble().slot_sources, 127) = 0; }},
          {"Slots do not come from their segments.",
           [](auto &p) { p.ensemble().slot_sources.count = 64; }},
          {kDiffers, [](auto &p) { ++p.template at<std::uint8_t>(p.ensemble().top_slots, 0); }},
          {kDiffers, [](auto &p) { p.template at<std::uint8_t>(p.ensemble().top_slots, 7) = 1; }},
          {kDiffers,
           [](auto &p) {
             p.template at<std::uint8_t>(p.ensemble().top_slots, 8 * (5 + kTreesAhead) - 1) = 1;
           }},
          {kDiffers,
           [](auto &p) { ++p.template at<std::uint8_t>(p.ensemble().top_thresholds, 3); }},
          {kDiffers, [nodes](auto &p) { ++nodes(p, 0).slot[0]; }},
          {kDiffers, [nodes](auto &p) { ++nodes(p, 39).threshold[6]; }},
          {kDiffers, [nodes](auto &p) { nodes(p, 1).slot[7] = 1; }},
          {kDiffers, [nodes](auto &p) { nodes(p, 1).reserved[15] = 1; }},
          {kDiffers, [nodes](auto &p) { nodes(p, 40).leaf[0] = 1; }},  // of no tree
          {"The size of the copies of trees is wrong.",
           [](auto &p) { p.ensemble().subtrees.count -= 8; }},
          {"The size of the copies of trees is wrong.",
           [](auto &p) { p.ensemble().top_slots.count -= 8; }},
          {"The size of leaf ids is unknown.", [](auto &p) { p.ensemble().leaf_id_size = 3; }},
          {"The number of leaf ids is wrong.",
           [](auto &p) {
             // Padding, then
             p.template at<std::uint8_t>(p.ensemble().leaf_ids, p.ensemble().leaf_ids.count - 1) =
                 0;
             --p.ensemble().leaf_ids.count;
           }},
      });
}

TEST(PlanVerify, names_what_is_wrong_with_direct_trees) {
  using Node = DirectNode<float>;
  expect_refusals(
      TreeLayout::kDirect, false,
      {
          {"A root is out of range.",
           [](auto &p) { p.template at<std::uint32_t>(p.ensemble().roots) = 100'000; }},
          {"A leaf is out of range.",
           [](auto &p) { p.template at<Node>(p.ensemble().nodes).channel = 1; }},
          {"A leaf is out of range.",
           [](auto &p) { p.template at<Node>(p.ensemble().nodes).cut = 1; }},
          {"A tree node is out of range.",
           [](auto &p) {
             p.template at<Node>(p.ensemble().nodes, p.ensemble().nodes.count - 1).child = 0;
           }},
          {"A tree node is out of range.",
           [](auto &p) {
             p.template at<Node>(p.ensemble().nodes, p.ensemble().nodes.count - 2).child =
                 static_cast<std::uint32_t>(p.ensemble().nodes.count - 1);
           }},
          {"Channel 0 is not the constant.",
           [](auto &p) { p.template at<ChannelRecord>(p.ensemble().channels).presence = 1; }},
          {"A tree ensemble reads a column that does not exist.",
           [](auto &p) { p.template at<ChannelRecord>(p.ensemble().channels, 1).column = 6; }},
          {"A category set is out of range.", [](auto &p) { p.ensemble().has_sets = 0; }},
          {"A category set is out of range.",
           [](auto &p) { p.template at<SetRecord>(p.ensemble().sets).first_word = 99; }},
      });
}

/// One tree whose leaves are functions, over a look-up that only the class needs, and sets of both
/// kinds.
model::Model linear_leaves() {
  model::Builder builder;
  builder.add_input({.name = "x", .categories = {}});
  builder.add_input({.name = "y", .categories = {}});
  const model::ColumnId table = builder.look_up({.input = 0, .keys = {1, 2}, .values = {3, 4}});
  model::EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = {0, 1, table};
  trees.settings().compare = trees.settings().sum = model::Precision::kFloat64;
  trees.settings().base = {0};
  trees.settings().linear_leaves = true;
  trees.begin_tree();
  trees.split_in_set(0, 0, std::vector<std::uint32_t>{0, 3}, false, 1, 2, model::MissingKind::kNan,
                     model::Split::kInSetTruncated);
  trees.split_in_set(1, 0, std::vector<std::uint32_t>{0}, false, 3, 4);
  trees.leaf(2, 7);
  trees.linear_leaf(3, 0.5, std::vector<model::LeafTerm>{{0, 2}, {1, 3}}, -1);
  trees.linear_leaf(4, 1.5, std::vector<model::LeafTerm>{{2, 4}}, -2);
  trees.end_tree();
  builder.output().values = {{"value", builder.trees(trees.finish())}};
  return builder.finish();
}

TEST(PlanVerify, names_what_is_wrong_with_linear_leaves) {
  for (TreeLayout layout : kLayouts) {
    const auto refusal = [&](auto damage) {
      DamagedPlan plan(linear_leaves(), layout);
      damage(plan);
      plan.seal();
      return verdict(plan.memory().bytes());
    };
    auto function = [](auto &p, std::size_t i) -> LeafFunctionRecord & {
      return p.template at<LeafFunctionRecord>(p.ensemble().functions, i);
    };
    auto term = [](auto &p, std::size_t i) -> LeafTermRecord & {
      return p.template at<LeafTermRecord>(p.ensemble().terms, i);
    };
    EXPECT_EQ(refusal([](auto &) {}), "");
    EXPECT_EQ(refusal([](auto &p) { p.ensemble().linear_leaves = 2; }),
              "A flag of a tree ensemble is out of range.");
    EXPECT_EQ(refusal([](auto &p) { p.ensemble().linear_leaves = 0; }),
              "The number of leaf values is wrong.");
    EXPECT_EQ(
        refusal([](auto &p) { p.template at<std::uint32_t>(p.ensemble().exit_vectors, 1) = 3; }),
        "A leaf function is out of range.");
    EXPECT_EQ(refusal([&](auto &p) { function(p, 2).first_term = 0; }),
              "The terms of a leaf function are out of place.");
    EXPECT_EQ(refusal([&](auto &p) { function(p, 2).num_terms = 9; }),
              "The terms of a leaf function are out of place.");
    EXPECT_EQ(refusal([&](auto &p) { function(p, 2).num_terms = 0; }),
              "There are terms of no leaf function.");
    EXPECT_EQ(refusal([&](auto &p) { term(p, 1).column = 3; }),
              "A tree ensemble reads a column that does not exist.");
    EXPECT_EQ(refusal([&](auto &p) { term(p, 1).reserved = 1; }),
              "A term of a leaf function is malformed.");
    EXPECT_EQ(refusal([&](auto &p) { term(p, 2).column = 0; }),
              "A tree ensemble is wrong about the columns that it reads.");
    if (layout == TreeLayout::kDirect) {
      auto channel = [](auto &p) -> ChannelRecord & {
        return p.template at<ChannelRecord>(p.ensemble().channels, 1);
      };
      EXPECT_EQ(refusal([&](auto &p) { channel(p).truncated = 2; }),
                "A treatment of missing values is unknown.");
    } else {
      auto set = [](auto &p) -> SetSlotRecord & {
        return p.template at<SetSlotRecord>(p.ensemble().set_slots, 1);
      };
      EXPECT_EQ(refusal([&](auto &p) { set(p).truncated = 2; }),
                "A treatment of missing values is unknown.");
      EXPECT_EQ(refusal([&](auto &p) { set(p).reserved = 1; }),
                "A treatment of missing values is unknown.");
    }
  }
}

/// Trees of `levels` and fewer levels, each with one test for a level.
model::Model oblivious(std::uint32_t levels, bool vector_leaves) {
  model::Builder builder;
  builder.add_input({.name = "x", .categories = {}});
  builder.add_input({.name = "c", .type = model::ColumnType::kCategory, .categories = {"a", "b"}});
  model::EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = {0, 1};
  trees.settings().sum = model::Precision::kFloat64;
  trees.settings().num_groups = 2;
  trees.settings().leaf_width = vector_leaves ? 2 : 1;
  trees.settings().base = {0, 1};
  for (std::uint32_t t = 0; t < 5; ++t) {
    const std::uint32_t first_leaf = 1u << (levels > t ? levels - t : 0);
    trees.begin_tree(t % 2, 1);
    for (std::uint32_t h = 1; h < first_leaf; ++h) {
      const std::uint32_t level = static_cast<std::uint32_t>(std::bit_width(h));
      if (level % 3 == 2)
        trees.split_in_set(h, 1, std::vector<std::uint32_t>{1}, false, 2 * h, 2 * h + 1);
      else
        trees.split(h, 0, model::Split::kLessEqual, 0.5 * level + t, level % 2 == 0, 2 * h,
                    2 * h + 1);
    }
    for (std::uint32_t h = first_leaf; h < 2 * first_leaf; ++h) {
      const double values[] = {0.25 * h, t + 0.5};
      vector_leaves ? trees.leaf_vector(h, values) : trees.leaf(h, values[0]);
    }
    trees.end_tree();
  }
  const auto margins = model::column_range(builder.trees(trees.finish()), 2);
  builder.output().values = {{"y", margins[0]}, {"z", margins[1]}};
  return builder.finish();
}

template <class Slot>
void expect_oblivious_refusals(TreeLayout layout, std::uint32_t levels) {
  const std::uint32_t lanes = levels > 8 ? 16 : 8;
  const auto refusal = [&](auto damage, bool vectors = false) {
    DamagedPlan plan(oblivious(levels, vectors), layout);
    EXPECT_EQ(plan.ensemble().layout, layout);
    EXPECT_EQ(plan.ensemble().levels, levels);
    EXPECT_EQ(1u << plan.ensemble().top_levels, lanes);
    damage(plan);
    plan.seal();
    return verdict(plan.memory().bytes());
  };
  auto slot = [](auto &p, std::size_t i) -> Slot & {
    return p.template at<Slot>(p.ensemble().slots, i);
  };
  auto root = [](auto &p, std::size_t i) -> std::uint32_t & {
    return p.template at<std::uint32_t>(p.ensemble().roots, i);
  };
  EXPECT_EQ(refusal([](auto &) {}), "");
  EXPECT_EQ(refusal([](auto &) {}, true), "");
  EXPECT_EQ(refusal([](auto &p) { p.ensemble().top_levels = 5; }),
            "The levels of a tree layout are out of range.");
  EXPECT_EQ(refusal([](auto &p) { p.ensemble().top_levels = 2; }),
            "The levels of a tree layout are out of range.");
  EXPECT_EQ(refusal([&](auto &p) { p.ensemble().levels = static_cast<std::uint8_t>(lanes + 1); }),
            "The levels of a tree layout are out of range.");
  EXPECT_EQ(refusal([](auto &p) { p.ensemble().deep = 1; }),
            "The levels of a tree layout are out of range.");
  EXPECT_EQ(refusal([](auto &p) { p.ensemble().has_sets = 1; }),
            "A flag of a tree ensemble is out of range.");
  EXPECT_EQ(refusal([](auto &p) { p.ensemble().linear_leaves = 1; }),
            "The leaves of oblivious trees are functions.");
  EXPECT_EQ(refusal([](auto &p) { --p.ensemble().levels; }),
            "A tree has more levels than the deepest one.");
  EXPECT_EQ(refusal([](auto &p) { p.ensemble().num_slots = 70'000; }),
            "The number of code slots is out of range.");
  EXPECT_EQ(refusal([&](auto &p) { slot(p, 1) = 200; }), "A code slot is out of range.");
  EXPECT_EQ(refusal([&](auto &p) { slot(p, 0) = 0; }), "A threshold is out of range.");
  EXPECT_EQ(refusal([](auto &p) { p.template at<std::uint8_t>(p.ensemble().thresholds) = 200; }),
            "A threshold is out of range.");
  EXPECT_EQ(refusal([&](auto &p) { root(p, 0) = 8; }), "A root is out of range.");
  EXPECT_EQ(refusal([&](auto &p) {
              root(p, 1) = static_cast<std::uint32_t>(p.ensemble().num_exits) - (1u << levels) + 16;
            }),
            "A root is out of range.");
  EXPECT_EQ(refusal([&](auto &p) { root(p, 1) = 0xFFFFFFF0; }), "A root is out of range.");
  EXPECT_EQ(refusal([](auto &p) { --p.ensemble().num_exits; }), "A root is out of range.");
  EXPECT_EQ(refusal([](auto &p) { p.template at<std::uint32_t>(p.ensemble().exit_vectors) = 1000; },
                    true),
            "A leaf vector is out of range.");
}

TEST(PlanVerify, names_what_is_wrong_with_oblivious_trees) {
  expect_oblivious_refusals<std::uint8_t>(TreeLayout::kOblivious8, 5);
  expect_oblivious_refusals<std::uint16_t>(TreeLayout::kOblivious16, 5);
  expect_oblivious_refusals<std::uint8_t>(TreeLayout::kOblivious8, 9);
  expect_oblivious_refusals<std::uint16_t>(TreeLayout::kOblivious16, 9);
}

TEST(PlanVerify, every_changed_byte_is_refused_or_harmless) {
  int accepted = 0, refused = 0;
  std::vector<std::pair<TreeLayout, model::Model>> cases;
  for (TreeLayout layout : kLayouts)
    for (const model::Model &model : {sample(false), sample(true), linear_leaves()})
      cases.push_back({layout, model});
  for (TreeLayout layout : {TreeLayout::kOblivious8, TreeLayout::kOblivious16})
    for (bool vectors : {false, true}) cases.push_back({layout, oblivious(3, vectors)});
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
