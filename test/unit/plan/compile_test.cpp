// Tests what the compiler makes of a model: which layout, steps and texts. Large and odd shapes
// must score right.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "support/kernel_differential.hpp"
#include "support/hostile_rows.hpp"
#include "support/random_model.hpp"

namespace pgscore::plan {
namespace {

using model::Builder;
using model::EnsembleBuilder;
using model::Split;
using test::Choices;

void add_numbers(Builder &builder, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i)
    builder.add_input({.name = model::default_feature_name(i)});
}

EnsembleBuilder start(Builder &builder, std::uint32_t num_features,
                      model::Precision compare = model::Precision::kFloat32) {
  EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = model::column_range(0, num_features);
  trees.settings().compare = compare;
  trees.settings().base = {0.5};
  return trees;
}

/// A complete tree of `depth` levels. `threshold(n)`: of the n-th split of the model.
template <class Threshold>
void add_complete_tree(EnsembleBuilder &trees, std::uint32_t depth, std::uint32_t num_features,
                       Choices &choices, Threshold threshold) {
  trees.begin_tree();
  const std::uint32_t splits = (1u << depth) - 1;
  for (std::uint32_t i = 0; i < splits; ++i)
    trees.split(i, choices.below(num_features), Split::kLess, threshold(), choices.coin(),
                2 * i + 1, 2 * i + 2);
  for (std::uint32_t i = splits; i <= 2 * splits; ++i)
    trees.leaf(i, static_cast<float>(choices.below(1000)) / 1000.0f);
  trees.end_tree();
}

model::Model regression(Builder &builder, model::ColumnId column) {
  builder.output().values = {{"value", column}};
  builder.output().raw = {column};
  return builder.finish();
}

/// The record of the only ensemble of the plan of `model`.
EnsembleRecord layout_of(const model::Model &model, const CompileOptions &options = {}) {
  const PlanMemory memory(compile(model, {}, options));
  verify_plan(memory.bytes());
  const Plan plan(memory.data());
  EXPECT_EQ(plan.header().ensembles.count, 1u);
  return *plan.data<EnsembleRecord>(plan.header().ensembles);
}

test::Rows hostile_rows(const model::Model &model, std::uint32_t count) {
  const test::HostileRows hostile(model);
  Choices choices(std::uint64_t{3});
  test::Rows rows;
  for (std::uint32_t r = 0; r < count; ++r) rows.push_back(hostile.row(choices));
  return rows;
}

constexpr TreeLayout kLayouts[] = {TreeLayout::kCodes8, TreeLayout::kCodes16, TreeLayout::kDirect,
                                   TreeLayout::kOblivious8, TreeLayout::kOblivious16};

TEST(PlanCompile, same_model_same_bytes) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Choices first(seed), second(seed);
    const auto a = compile(test::random_model(first));
    std::vector<std::vector<std::byte>> dirt(
        20, std::vector<std::byte>(a.size() / 3 + seed, std::byte{0xEE}));
    dirt.clear();  // what padding would show, if any were left uninitialised
    ASSERT_EQ(a, compile(test::random_model(second))) << "seed " << seed;
  }
}

TEST(PlanCompile, usual_model_is_codes_of_8_bits) {
  Builder builder;
  add_numbers(builder, 20);
  EnsembleBuilder trees = start(builder, 20);
  Choices choices(std::uint64_t{1});
  for (int t = 0; t < 100; ++t)
    add_complete_tree(trees, 6, 20, choices, [&] { return choices.below(40) / 8.0; });
  const model::Model model = regression(builder, builder.trees(trees.finish()));
  const EnsembleRecord record = layout_of(model);
  EXPECT_EQ(record.layout, TreeLayout::kCodes8);
  EXPECT_EQ(record.top_levels, 6);
  EXPECT_EQ(record.deep, 0);
  EXPECT_EQ(record.num_slots, 41u);  // 20 features, missing left and right, and the constant
  EXPECT_EQ(record.inputs_only, 1);
  // KERNELS.md 6: at least 2.5 times smaller than XGBoost's nodes of 20 bytes.
  EXPECT_LT(compile(model).size() * 5 / 2, model.num_tree_nodes() * 20);
  EXPECT_EQ(test::compare_with_interpreter(model, hostile_rows(model, 150)).text, "");
}

TEST(PlanCompile, deep_trees_have_low_blocks_where_most_rows_need_them) {
  // Trees of two depths; slots for 1, 7 and more tables of 16, and for 1, 2 and 4 of 64.
  for (std::uint32_t depth : {6u, 7u, 8u, 9u, 11u})
    for (std::uint32_t num_features : {7u, 49u, 120u}) {
      Builder builder;
      add_numbers(builder, num_features);
      EnsembleBuilder trees = start(builder, num_features);
      Choices choices(std::uint64_t{depth});
      // Not a multiple of 8, and more than go side by side
      const int num_trees = depth > 8 ? 11 : 67;
      for (int t = 0; t < num_trees; ++t)
        add_complete_tree(trees, t % 3 == 0 ? 3 : depth, num_features, choices,
                          [&] { return choices.below(40) / 8.0; });
      const model::Model model = regression(builder, builder.trees(trees.finish()));
      const EnsembleRecord record = layout_of(model, {.layout = TreeLayout::kCodes8});
      EXPECT_EQ(record.low_levels, depth > 6 ? 2 : 0);
      EXPECT_EQ(record.deep, depth > 8 ? 1 : 0);
      for (bool low_blocks : {false, true}) {
        const CompileOptions options{.layout = TreeLayout::kCodes8, .low_blocks = low_blocks};
        EXPECT_EQ(layout_of(model, options).low_levels, low_blocks && depth > 6 ? 2 : 0);
        EXPECT_EQ(test::compare_with_interpreter(model, hostile_rows(model, 70), options).text, "")
            << depth << num_features;
      }
    }
  // One deep branch of 64: a row seldom goes there.
  Builder builder;
  add_numbers(builder, 1);
  EnsembleBuilder trees = start(builder, 1);
  for (int t = 0; t < 100; ++t) {
    trees.begin_tree();
    for (std::uint32_t i = 0; i < 20; ++i) {
      trees.split(2 * i, 0, Split::kLess, i + t / 100.0, true, 2 * i + 1, 2 * i + 2);
      trees.leaf(2 * i + 1, i);
    }
    trees.leaf(40, 40);
    trees.end_tree();
  }
  const model::Model model = regression(builder, builder.trees(trees.finish()));
  EXPECT_EQ(layout_of(model, {.layout = TreeLayout::kCodes8}).low_levels, 0);
  EXPECT_EQ(layout_of(model, {.layout = TreeLayout::kCodes8}).deep, 1);
}

TEST(PlanCompile, rows_are_quantised_in_registers_where_they_fit) {
  // Buckets of 16 cuts that are just full, segments that are, and one feature with more cuts than a
  // segment has.
  const std::uint32_t num_cuts[] = {1, 2, 15, 16, 17, 31, 32, 33, 240, 241, 254, 255};
  for (std::uint32_t num_features : {1u, 7u, 8u, 9u, 16u, 31u, 55u, 56u, 57u})
    for (std::uint32_t depth : {5u, 6u}) {
      Builder builder;
      add_numbers(builder, num_features);
      EnsembleBuilder trees = start(builder, num_features);
      trees.settings().num_groups = 3;
      trees.settings().base = {0.5, 1, 2};
      Choices choices(std::uint64_t{num_features});
      std::vector<std::uint32_t> next(num_features);
      for (std::uint32_t t = 0; t < 3 * 67; ++t) {
        trees.begin_tree(t % 3);
        const std::uint32_t splits = (1u << depth) - 1;
        for (std::uint32_t i = 0; i < splits; ++i) {
          const std::uint32_t feature =
              t < 6 ? (t * splits + i) % num_features : choices.below(num_features);
          const std::uint32_t cut = next[feature]++ % num_cuts[feature % 12];
          trees.split(i, feature, Split::kLess,
                      cut == 0 ? -std::numeric_limits<double>::infinity() : cut / 8.0,
                      choices.coin(), 2 * i + 1, 2 * i + 2);
        }
        for (std::uint32_t i = splits; i <= 2 * splits; ++i)
          trees.leaf(i, static_cast<float>(choices.below(1000)) / 1000.0f);
        trees.end_tree();
      }
      const model::ColumnId sum = builder.trees(trees.finish());
      builder.output().values = {{"x", sum}, {"y", sum + 1}, {"z", sum + 2}};
      const model::Model model = builder.finish();
      const EnsembleRecord record = layout_of(model, {.layout = TreeLayout::kCodes8});
      EXPECT_EQ(record.slot_sources.count, num_features <= kMaxSourceSegments ? kNumSlotSources : 0)
          << num_features;
      EXPECT_EQ(record.subtrees.count, depth == 6 ? 8u * (3 * 67 + kTreesAhead) : 0u);
      EXPECT_EQ(test::compare_with_interpreter(model, hostile_rows(model, 60),
                                               {.layout = TreeLayout::kCodes8})
                    .text,
                "")
          << num_features << " features, " << depth << " levels";
    }
}

TEST(PlanCompile, leaf_ids_take_the_fewest_bytes) {
  for (const auto &[greatest, size] : {std::pair{255u, 1}, {256u, 2}, {65'535u, 2}, {65'536u, 4}}) {
    Builder builder;
    add_numbers(builder, 1);
    EnsembleBuilder trees = start(builder, 1);
    trees.begin_tree();
    trees.split(0, 0, Split::kLess, 1, true, 7, greatest);
    trees.leaf(7, 1);
    trees.leaf(greatest, 2);
    trees.end_tree();
    const model::Model model = regression(builder, builder.trees(trees.finish()));
    EXPECT_EQ(layout_of(model).leaf_id_size, size);
    EXPECT_EQ(test::compare_with_interpreter(model, hostile_rows(model, 40)).text, "");
  }
}

TEST(PlanCompile, more_than_256_slots_are_16_bits) {
  Builder builder;
  add_numbers(builder, 300);
  EnsembleBuilder trees = start(builder, 300);
  Choices choices(std::uint64_t{2});
  for (int t = 0; t < 200; ++t)
    add_complete_tree(trees, t % 9, 300, choices, [&] { return choices.below(20) / 8.0; });
  const model::Model model = regression(builder, builder.trees(trees.finish()));
  const EnsembleRecord record = layout_of(model);
  EXPECT_EQ(record.layout, TreeLayout::kCodes16);
  EXPECT_EQ(record.deep, 1);
  EXPECT_GT(record.num_slots, 500u);
  // kCodes8 gives way to kCodes16
  for (TreeLayout layout : {TreeLayout::kCodes8, TreeLayout::kDirect})
    EXPECT_EQ(
        test::compare_with_interpreter(model, hostile_rows(model, 70), {.layout = layout}).text,
        "");
}

TEST(PlanCompile, more_than_65536_slots_are_direct) {
  Builder builder;
  builder.add_input({.name = "c"});
  EnsembleBuilder trees = start(builder, 1);
  Choices choices(std::uint64_t{4});
  constexpr std::uint32_t kDepth = 7, kSplits = (1u << kDepth) - 1;
  std::uint32_t set = 0;
  for (; set < 66'000;) {  // each split tests a set of its own: the bits of its number
    trees.begin_tree();
    for (std::uint32_t i = 0; i < kSplits; ++i) {
      std::vector<std::uint32_t> members;
      for (std::uint32_t bit = 0; bit < 17; ++bit)
        if ((set >> bit & 1) != 0) members.push_back(bit);
      ++set;
      trees.split_in_set(i, 0, members, choices.coin(), 2 * i + 1, 2 * i + 2);
    }
    for (std::uint32_t i = kSplits; i <= 2 * kSplits; ++i) trees.leaf(i, static_cast<float>(i));
    trees.end_tree();
  }
  const model::Model model = regression(builder, builder.trees(trees.finish()));
  EXPECT_EQ(layout_of(model, {.layout = TreeLayout::kCodes8}).layout, TreeLayout::kDirect);
  test::Rows rows;
  for (double x : {-1.0, -0.0, 0.0, 0.5, 1.0, 3.0, 16.0, 16.9, 17.0, 1e30, model::kMissing, -0.5})
    rows.push_back({x});
  EXPECT_EQ(test::compare_with_interpreter(model, rows).text, "");
}

TEST(PlanCompile, dear_quantiser_gives_direct_trees) {
  Builder builder;
  add_numbers(builder, 10);
  EnsembleBuilder trees = start(builder, 10);
  Choices choices(std::uint64_t{5});
  std::uint32_t n = 0;
  for (int t = 0; t < 10; ++t)
    // All thresholds distinct
    add_complete_tree(trees, 15, 10, choices, [&] { return static_cast<float>(++n) * 1e-3f; });
  const model::Model model = regression(builder, builder.trees(trees.finish()));
  EXPECT_EQ(model.num_tree_nodes(), 655'350u);
  EXPECT_EQ(layout_of(model).layout, TreeLayout::kDirect);
  // 10 features, 33k thresholds each
  EXPECT_EQ(layout_of(model, {.layout = TreeLayout::kCodes8}).layout, TreeLayout::kCodes16);
  const test::Rows rows = hostile_rows(model, 130);
  EXPECT_EQ(test::compare_with_interpreter(model, rows).text, "");
  EXPECT_EQ(test::compare_with_interpreter(model, rows, {.layout = TreeLayout::kCodes16}).text, "");
}

/// Complete trees with one test for each level: trees[t][k] = {feature, threshold}.
model::Model oblivious_model(
    std::uint32_t features,
    const std::vector<std::vector<std::pair<std::uint32_t, double>>> &tests) {
  Builder builder;
  add_numbers(builder, features);
  EnsembleBuilder trees = start(builder, features);
  for (const auto &levels : tests) {
    const std::uint32_t first_leaf = 1u << levels.size();
    trees.begin_tree(0, 1);
    for (std::uint32_t h = 1; h < first_leaf; ++h) {
      const auto [feature, threshold] = levels[static_cast<std::size_t>(std::bit_width(h)) - 1];
      trees.split(h, feature, Split::kLessEqual, threshold, feature % 2 == 0, 2 * h, 2 * h + 1);
    }
    for (std::uint32_t h = first_leaf; h < 2 * first_leaf; ++h)
      trees.leaf(h, static_cast<float>(h % 1013));
    trees.end_tree();
  }
  return regression(builder, builder.trees(trees.finish()));
}

TEST(PlanCompile, trees_with_one_test_for_a_level_are_oblivious) {
  for (const std::uint32_t depth : {1u, 3u, 4u, 5u, 6u, 7u, 8u, 9u, 12u, 16u}) {
    Choices choices(std::uint64_t{depth});
    std::vector<std::vector<std::pair<std::uint32_t, double>>> tests(depth < 12 ? 70 : 3);
    for (std::size_t t = 0; t < tests.size(); ++t)  // some trees have fewer levels
      for (std::uint32_t k = 0; k < depth - (t % 4 == 1 ? std::min<std::size_t>(t, depth) : 0); ++k)
        tests[t].push_back({choices.below(5), choices.below(30) / 8.0});
    const model::Model model = oblivious_model(5, tests);
    const EnsembleRecord record = layout_of(model);
    EXPECT_EQ(record.layout, TreeLayout::kOblivious8) << depth;
    EXPECT_EQ(record.levels, depth);
    EXPECT_EQ(record.top_levels, depth <= 8 ? 3 : 4);
    for (TreeLayout layout : kLayouts)
      EXPECT_EQ(
          test::compare_with_interpreter(model, hostile_rows(model, 300), {.layout = layout}).text,
          "")
          << depth;
  }
  // One level more than there are lanes, a test that differs in one node, and leaves that are
  // functions, are other trees.
  EXPECT_EQ(layout_of(oblivious_model(1, {std::vector(17, std::pair(0u, 0.5))}),
                      {.layout = TreeLayout::kOblivious8})
                .layout,
            TreeLayout::kCodes8);
  for (const bool same : {true, false}) {
    Builder builder;
    add_numbers(builder, 1);
    EnsembleBuilder trees = start(builder, 1);
    trees.begin_tree();
    trees.split(0, 0, Split::kLess, 1, false, 1, 2);
    trees.split(1, 0, Split::kLess, 0, false, 3, 4);
    trees.split(2, 0, Split::kLess, 0, !same, 5, 6);
    for (std::uint32_t leaf = 3; leaf < 7; ++leaf) trees.leaf(leaf, leaf);
    trees.end_tree();
    const model::Model model = regression(builder, builder.trees(trees.finish()));
    EXPECT_EQ(is_oblivious(layout_of(model, {.layout = TreeLayout::kOblivious16}).layout), same);
  }
}

TEST(PlanCompile, oblivious_trees_of_many_slots_are_16_bits) {
  Choices choices(std::uint64_t{6});
  std::vector<std::vector<std::pair<std::uint32_t, double>>> tests(400);
  for (auto &tree : tests)
    for (int k = 0; k < 6; ++k) tree.push_back({choices.below(300), choices.below(4)});
  const model::Model model = oblivious_model(300, tests);
  EXPECT_EQ(layout_of(model).layout, TreeLayout::kOblivious16);
  EXPECT_GT(layout_of(model).num_slots, 256u);
  for (TreeLayout layout : kLayouts)
    EXPECT_EQ(
        test::compare_with_interpreter(model, hostile_rows(model, 100), {.layout = layout}).text,
        "");
}

TEST(PlanCompile, segment_boundaries) {
  for (std::uint32_t cuts : {1u, 15u, 16u, 17u, 254u, 255u, 256u, 510u, 511u}) {
    Builder builder;
    add_numbers(builder, 1);
    EnsembleBuilder trees = start(builder, 1, model::Precision::kFloat64);
    // c alternates the direction of missing values, the last cut is never reached
    for (std::uint32_t c = 0; c < cuts; ++c) {
      trees.begin_tree();
      const double threshold = c + 1 == cuts ? std::numeric_limits<double>::infinity() : c;
      trees.split(0, 0, Split::kLessEqual, threshold, c % 2 == 0, 1, 2);
      trees.leaf(1, 1);
      trees.leaf(2, 0);
      trees.end_tree();
    }
    const model::Model model = regression(builder, builder.trees(trees.finish()));
    test::Rows rows{{model::kMissing}, {-1}, {1e300}, {std::numeric_limits<double>::infinity()}};
    for (std::uint32_t c = 0; c <= cuts; ++c)
      for (double x : {c + 0.0, std::nextafter(c, -1.0), std::nextafter(c, 1e9)})
        rows.push_back({x});
    for (TreeLayout layout : kLayouts)
      ASSERT_EQ(test::compare_with_interpreter(model, rows, {.layout = layout}).text, "")
          << cuts << " cuts";
  }
}

TEST(PlanCompile, odd_shapes) {
  for (std::uint32_t num_trees : {0u, 1u, 3u, 4u, 5u, 8u, 9u}) {
    // A bare leaf, a stump, and one long branch
    for (std::uint32_t depth : {0u, 1u, 6u, 7u, 4096u}) {
      Builder builder;
      add_numbers(builder, 1);
      EnsembleBuilder trees = start(builder, 1);
      for (std::uint32_t t = 0; t < num_trees; ++t) {
        trees.begin_tree();
        for (std::uint32_t i = 0; i < depth; ++i) {
          trees.split(2 * i, 0, Split::kLess, i, true, 2 * i + 1, 2 * i + 2);
          trees.leaf(2 * i + 1, i / 4.0f);
        }
        trees.leaf(2 * depth, t);
        trees.end_tree();
      }
      const model::Model model = regression(builder, builder.trees(trees.finish()));
      const test::Rows rows{{model::kMissing}, {-1}, {0}, {5.5}, {6}, {4095}, {1e9}};
      for (TreeLayout layout : kLayouts)
        ASSERT_EQ(test::compare_with_interpreter(model, rows, {.layout = layout}).text, "")
            << num_trees << " trees of depth " << depth;
    }
  }
}

TEST(PlanCompile, steps_run_only_for_who_needs_them) {
  Builder builder;
  add_numbers(builder, 2);
  builder.apply(model::Op::kExp, {model::Operand::of(0)});  // nobody needs it
  const model::ColumnId feature = builder.apply(model::Op::kLog, {model::Operand::of(1)});
  EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = {feature};
  trees.settings().base = {0};
  trees.begin_tree();
  trees.leaf(0, 1);
  trees.end_tree();
  const model::ColumnId margin = builder.trees(trees.finish());
  const model::ColumnId probability = builder.link({.inputs = {margin}});
  builder.output().values = {{"value", probability}};
  builder.output().raw = {margin};
  const PlanMemory memory(compile(builder.finish()));
  verify_plan(memory.bytes());
  const Plan plan(memory.data());
  const auto steps = plan.elements<StepRecord>(plan.header().steps);
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].kind, StepKind::kApply);
  EXPECT_EQ(steps[0].function, static_cast<int>(model::Op::kLog));
  EXPECT_EQ(steps[0].wants, kWantValues | kWantRaw | kWantLeaves);
  EXPECT_EQ(steps[1].wants, kWantValues | kWantRaw);
  EXPECT_EQ(steps[2].kind, StepKind::kLink);
  EXPECT_EQ(steps[2].wants, kWantValues);
  EXPECT_EQ(plan.header().num_columns, 5u);
  EXPECT_EQ(plan.num_trees(), 1u);
}

TEST(PlanCompile, texts_and_look_ups) {
  Builder builder;
  builder.add_input({.name = "zeta",
                     .type = model::ColumnType::kCategory,
                     .categories = {"b", "", "aa", "a", "\xC3\xA4"},
                     .on_unknown = model::UnknownPolicy::kError,
                     .on_missing = model::MissingPolicy::kNull});
  builder.add_input({.name = "alpha", .range = model::NumberRange::kFloat32});
  builder.add_input({.name = "Alpha", .type = model::ColumnType::kCategory});
  auto &output = builder.output();
  output.task = model::Task::kClassification;
  output.labels = {"no", "yes", "maybe"};
  output.positive = 2;
  output.values = {{"score", 1}};
  output.raw = {1, 1};
  output.class_code = 1;
  const PlanMemory memory(compile(builder.finish()));
  verify_plan(memory.bytes());
  const Plan plan(memory.data());

  ASSERT_EQ(plan.num_inputs(), 3u);
  EXPECT_EQ(plan.input_name(0), "zeta");
  EXPECT_EQ(plan.input_type(0), model::ColumnType::kCategory);
  EXPECT_EQ(plan.input_type(1), model::ColumnType::kNumber);
  EXPECT_EQ(plan.input_on_unknown(0), model::UnknownPolicy::kError);
  EXPECT_EQ(plan.input_on_missing(0), model::MissingPolicy::kNull);
  EXPECT_EQ(plan.input_range(0), model::NumberRange::kAny);
  EXPECT_EQ(plan.input_range(1), model::NumberRange::kFloat32);
  EXPECT_EQ(plan.find_input("zeta"), 0);
  EXPECT_EQ(plan.find_input("alpha"), 1);
  EXPECT_EQ(plan.find_input("Alpha"), 2);
  EXPECT_EQ(plan.find_input(""), -1);
  EXPECT_EQ(plan.find_input("zetas"), -1);
  ASSERT_EQ(plan.num_categories(0), 5u);
  const char *const categories[] = {"b", "", "aa", "a", "\xC3\xA4"};
  for (std::uint32_t c = 0; c < 5; ++c) {
    EXPECT_EQ(plan.category(0, c), categories[c]);
    EXPECT_EQ(plan.find_category(0, categories[c]), c);
  }
  EXPECT_EQ(plan.find_category(0, "ab"), -1);
  EXPECT_EQ(plan.find_category(0, "\xFF"), -1);
  EXPECT_EQ(plan.num_categories(2), 0u);
  EXPECT_EQ(plan.find_category(2, "a"), -1);
  EXPECT_EQ(plan.task(), model::Task::kClassification);
  EXPECT_EQ(plan.num_labels(), 3u);
  EXPECT_EQ(plan.label(2), "maybe");
  EXPECT_EQ(plan.positive(), 2u);
  EXPECT_TRUE(plan.has_class());
  EXPECT_EQ(plan.num_values(), 1u);
  EXPECT_EQ(plan.value_name(0), "score");
  EXPECT_EQ(plan.num_raw(), 2u);
  EXPECT_EQ(plan.num_probabilities(), 0u);
  EXPECT_EQ(plan.num_trees(), 0u);
}

TEST(PlanCompile, can_be_interrupted) {
  Choices choices(std::uint64_t{8});
  const model::Model model = test::random_model(choices);
  struct Cancelled {};
  EXPECT_THROW(compile(model, Interrupt([] { throw Cancelled{}; })), Cancelled);
}

}  // namespace
}  // namespace pgscore::plan
