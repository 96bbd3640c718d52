// An input that used_inputs leaves out does not change a score, and used_inputs leaves out every
// input that it can.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "plan/used_inputs.hpp"
#include "support/kernel_differential.hpp"
#include "support/hostile_rows.hpp"
#include "support/random_model.hpp"

namespace pgscore::plan {
namespace {

using model::Builder;

std::vector<bool> used_by(const model::Model &model, const CompileOptions &options = {}) {
  const PlanMemory memory(compile(model, {}, options));
  verify_plan(memory.bytes());
  return used_inputs(Plan(memory.data()));
}

TEST(UsedInputs, others_change_nothing) {
  constexpr TreeLayout kLayouts[] = {TreeLayout::kCodes8, TreeLayout::kCodes16, TreeLayout::kDirect,
                                     TreeLayout::kOblivious8};
  std::size_t left_out = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    test::Choices choices(seed);
    const model::Model model = test::random_model(choices);
    const test::HostileRows hostile(model);
    const std::vector<bool> used = used_by(model, {.layout = kLayouts[seed % std::size(kLayouts)]});
    left_out += static_cast<std::size_t>(std::count(used.begin(), used.end(), false));
    for (int r = 0; r < 4; ++r) {
      const std::vector<double> row = hostile.row(choices);
      std::vector<double> pruned = row;
      for (std::size_t i = 0; i < used.size(); ++i)
        if (!used[i]) pruned[i] = model::kMissing;
      const auto expected = test::expected_outputs(model, row),
                 found = test::expected_outputs(model, pruned);
      for (std::size_t want = 0; want < expected.size(); ++want)
        for (std::size_t j = 0; j < expected[want].size(); ++j)
          ASSERT_TRUE(test::same_bits(expected[want][j], found[want][j]))
              << "seed " << seed << " want " << want << " output " << j;
    }
  }
  std::cout << left_out << " inputs left out\n";
  EXPECT_GT(left_out, 500u);
}

TEST(UsedInputs, of_trees_terms_and_policies) {
  Builder builder;
  for (std::uint32_t i = 0; i < 6; ++i) builder.add_input({.name = model::default_feature_name(i)});
  builder.add_input({.name = "strict", .on_missing = model::MissingPolicy::kError});
  builder.add_input({.name = "kind", .type = model::ColumnType::kCategory, .categories = {"a"}});
  builder.add_input({.name = "known",
                     .type = model::ColumnType::kCategory,
                     .categories = {"a"},
                     .on_unknown = model::UnknownPolicy::kError});
  auto trees = builder.ensemble();
  trees.settings().features = model::column_range(0, 6);
  trees.settings().base = {0};
  trees.begin_tree();
  trees.split(0, 1, model::Split::kLess, 0.5, true, 1, 2);
  trees.leaf(1, 1);
  trees.leaf(2, 2);
  trees.end_tree();
  const model::ColumnId score = builder.trees(trees.finish());
  const model::ColumnId sum = builder.linear(
      {.intercept = {0},
       .terms = {{.column = score, .coefficients = {1}}, {.column = 4, .coefficients = {2}}}});
  builder.output().values = {{"value", sum}};
  builder.output().raw = {2};
  const std::vector<bool> used = used_by(builder.finish());
  EXPECT_EQ(used, (std::vector<bool>{false, true, true, false, true, false, true, false, true}));
}

}  // namespace
}  // namespace pgscore::plan
