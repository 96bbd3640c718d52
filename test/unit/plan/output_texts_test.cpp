// Tests labels and texts of outputs. The number that a row computes stands for one of the model's
// texts or for none, the same in every kernel, row by row and in blocks. The numbers of leaves are
// integers of SQL.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/builder.hpp"
#include "base/index.hpp"
#include "kernels/kernel.hpp"
#include "kernels/tree_kernel.hpp"
#include "plan/output_texts.hpp"
#include "support/damaged_plan.hpp"

namespace pgscore::plan {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Code {
  double number;
  std::optional<std::string_view> label, text;
};
/// Numbers that a row may compute, in a model with the labels "good" and "bad" and an output with
/// three texts.
const Code kCodes[] = {
    {0, "good", "late"},
    {-0.0, "good", "late"},
    {5e-324, "good", "late"},
    {0.5, "good", "late"},
    {1, "bad", "lost"},
    {std::nextafter(2, 0), "bad", "lost"},
    {2, {}, "new"},
    {std::nextafter(3, 0), {}, "new"},
    {3, {}, {}},
    {100, {}, {}},
    {100000, {}, {}},
    {2147483648.0, {}, {}},
    {4294967295.0, {}, {}},
    {4294967296.0, {}, {}},  // 0 in 32 bits
    {4294967297.0, {}, {}},
    {18446744073709551616.0, {}, {}},
    {1e300, {}, {}},
    {kInfinity, {}, {}},
    {-5e-324, {}, {}},
    {-0.5, {}, {}},
    {-1, {}, {}},
    {-4294967295.0, {}, {}},
    {-1e300, {}, {}},
    {-kInfinity, {}, {}},
    {model::kMissing, {}, {}},
    {-model::kMissing, {}, {}},
};

/// The class, and which text, are what the feature says.
model::Model coded() {
  model::Builder builder;
  builder.add_input({.name = "code"});
  const model::ColumnId one_less =
      builder.apply(model::Op::kSubtract, {model::Operand::value(1), model::Operand::of(0)});
  model::Output &output = builder.output();
  output.task = model::Task::kClassification;
  output.labels = {"good", "bad"};
  output.probabilities = {one_less, 0};
  output.class_code = 0;
  output.more = {{"reason", 0, {"late", "lost", "new"}}};
  return builder.finish();
}

TEST(OutputTexts, are_those_of_the_model_or_none) {
  const PlanMemory memory(compile(coded(), {}, {}));
  verify_plan(memory.bytes());
  const Plan plan(memory.data());
  for (const Code &code : kCodes) {
    EXPECT_EQ(label_of(plan, code.number), code.label) << code.number;
    EXPECT_EQ(text_of_output(plan, 0, code.number), code.text) << code.number;
  }
}

TEST(OutputTexts, are_the_same_from_every_kernel) {
  const PlanMemory memory(compile(coded(), {}, {}));
  const Plan plan(memory.data());
  const std::size_t width = kernels::output_width(plan, kernels::Want::kAll), code_at = 2,
                    text_at = 3;
  ASSERT_EQ(width, 4u);
  constexpr std::size_t kRows = 513;
  std::vector<double> codes(kRows), out(kRows * width), class_out(kRows);
  for (std::size_t r = 0; r < kRows; ++r) codes[r] = kCodes[r % std::size(kCodes)].number;
  for (const kernels::TreeKernel *kernel : kernels::kernel_table()) {
    if (!kernel->runs_on_this_cpu()) continue;
    kernels::Scratch scratch(plan, kernels::kBlockRows, kernel->name), one(plan, 1, kernel->name);
    kernels::score(plan, {codes.data(), kRows, kRows}, kernels::Want::kAll, scratch, out.data());
    kernels::score(plan, {codes.data(), kRows, kRows}, kernels::Want::kClass, scratch,
                   class_out.data());
    for (std::size_t r = 0; r < kRows; ++r) {
      const Code &code = kCodes[r % std::size(kCodes)];
      EXPECT_EQ(label_of(plan, out[r * width + code_at]), code.label)
          << kernel->name << " " << code.number;
      EXPECT_EQ(label_of(plan, class_out[r]), code.label) << kernel->name << " " << code.number;
      EXPECT_EQ(text_of_output(plan, 0, out[r * width + text_at]), code.text)
          << kernel->name << " " << code.number;
      double alone[4] = {};
      kernels::score(plan, {&codes[r], 1, 1}, kernels::Want::kAll, one, alone);
      EXPECT_EQ(label_of(plan, alone[code_at]), code.label) << kernel->name << " " << code.number;
    }
  }
}

TEST(OutputTexts, of_numbers_there_are_none) {
  model::Builder builder;
  builder.add_input({.name = "x"});
  builder.output().values = {{"y", 0}};
  const PlanMemory memory(compile(builder.finish(), {}, {}));
  const Plan plan(memory.data());
  for (const Code &code : kCodes) {
    EXPECT_EQ(label_of(plan, code.number), std::nullopt) << code.number;
    EXPECT_EQ(text_of_output(plan, 0, code.number), std::nullopt) << code.number;
  }
}

TEST(Index, is_one_of_as_many_elements) {
  EXPECT_TRUE(is_index(0, 1));
  EXPECT_TRUE(is_index(std::nextafter(1, 0), 1));
  EXPECT_FALSE(is_index(1, 1));
  for (const Code &code : kCodes) EXPECT_FALSE(is_index(code.number, 0)) << code.number;
  EXPECT_TRUE(is_index(9007199254740991.0, std::size_t{1} << 53));
  EXPECT_FALSE(is_index(9007199254740992.0, std::size_t{1} << 53));
}

model::Model tree_with_leaf(std::uint32_t id) {
  model::Builder builder;
  builder.add_input({.name = "x"});
  model::EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = {0};
  trees.settings().base = {0};
  trees.begin_tree(0, 3'000'000'001);
  // The numbers of splits are shown nowhere
  trees.split(3'000'000'001, 0, model::Split::kLess, 0.5, true, 7, id);
  trees.leaf(7, 1);
  trees.leaf(id, 2);
  trees.end_tree();
  const model::ColumnId sum = builder.trees(trees.finish());
  builder.output().values = {{"y", sum}};
  return builder.finish();
}

TEST(LeafIds, are_integers_of_sql) {
  const PlanMemory memory(compile(tree_with_leaf(INT32_MAX), {}, {}));
  verify_plan(memory.bytes());
  const Plan plan(memory.data());
  kernels::Scratch scratch(plan);
  double x = 2, leaf = 0;
  kernels::score(plan, {&x, 1, 1}, kernels::Want::kLeaves, scratch, &leaf);
  EXPECT_EQ(leaf, INT32_MAX);
  for (const std::uint32_t id : {2'147'483'648u, 3'000'000'000u, 4'294'967'295u}) {
    try {
      tree_with_leaf(id);
      ADD_FAILURE() << id;
    } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidModel);
      EXPECT_EQ(error.message(), "tree 0: node " + std::to_string(id) +
                                     ": the number of a leaf is above 2147483647, the greatest "
                                     "that predict_leaf can return");
    }
  }
  for (const TreeLayout layout :
       {TreeLayout::kCodes8, TreeLayout::kDirect, TreeLayout::kOblivious8})
    expect_refusals(tree_with_leaf(INT32_MAX), layout,
                    {{"A leaf id is out of range.", [](DamagedPlan &p) {
                        ASSERT_EQ(p.ensemble().leaf_id_size, 4);
                        for (std::size_t i = 0; i < p.ensemble().leaf_ids.count; ++i)
                          p.at<std::uint32_t>(p.ensemble().leaf_ids, i) |= 0x8000'0000;
                      }}});
}

}  // namespace
}  // namespace pgscore::plan
