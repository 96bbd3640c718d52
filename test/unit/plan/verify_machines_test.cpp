// What the verifier says of damage to reductions, predicate trees, layers, kernel machines,
// distances and outputs with texts.
#include <gtest/gtest.h>

#include "model/builder.hpp"
#include "support/damaged_plan.hpp"

namespace pgscore::plan {
namespace {

model::Model sample() {
  model::Builder builder;
  const auto x = builder.add_input({.name = "x"}), y = builder.add_input({.name = "y"});
  std::vector<model::NamedColumn> more;
  auto give = [&](const char *name, model::ColumnId column) { more.push_back({name, column, {}}); };
  give("median",
       builder.reduce({model::Reduction::kMedian, model::Precision::kFloat64, true, {x, y}}));
  give("rank", builder.rank({false, 2, {x, y}}));
  model::PredicateTree tree;
  tree.nodes = {
      {model::Operand::value(1), 1, 2, 1}, {model::Operand::of(x)}, {model::Operand::of(y)}};
  give("node", builder.predicate_tree(tree));
  more.back().texts = {"root", "left", "right"};
  for (model::Precision precision : {model::Precision::kFloat32, model::Precision::kFloat64})
    give(precision == model::Precision::kFloat32 ? "float" : "double",
         builder.dense({precision, {x, y}, 3, {1, 2, 3, 4, 5, 6}, {0, 1, 2}}));
  model::KernelMachine machine;
  machine.kernel = model::KernelMachine::Kernel::kRadial;
  machine.inputs = {x, y};
  machine.num_outputs = 2;
  machine.vectors = {1, 2, 3, 4};
  machine.coefficients = {1, 0, -1, 1};
  machine.intercept = {0, 1};
  give("machine", builder.kernel_machine(machine));
  give("coupled", builder.pairwise_coupling({model::Precision::kFloat64, 3, {x, y, x}}));
  model::Distances distances;
  distances.fields = {{x}, {y}};
  distances.num_points = 3;
  distances.points = {0, 0, 1, 1, 2, 2};
  distances.nearest = 2;
  give("nearest", builder.distances(distances));
  builder.output().values = {more[0]};
  builder.output().more = {more.begin() + 1, more.end()};
  return builder.finish();
}

TEST(PlanVerifyMachines, accepts_what_the_compiler_makes) {
  EXPECT_EQ(verdict(DamagedPlan(sample()).memory().bytes()), "");
}

void expect_sample_refusals(const std::vector<Damage> &damages) {
  expect_refusals(sample(), TreeLayout::kCodes8, damages);
}

TEST(PlanVerifyMachines, names_what_is_wrong_with_outputs_and_reductions) {
  expect_sample_refusals({
      {"The number of outputs is wrong.", [](DamagedPlan &p) { ++p.header().num_more; }},
      {"The texts of an output are out of place.",
       [](DamagedPlan &p) { p.at<NamedOutputRecord>(p.header().named_outputs, 2).num_texts = 4; }},
      {"There are texts of no output.",
       [](DamagedPlan &p) {
         for (std::size_t i = 2; i < p.header().named_outputs.count; ++i)
           p.at<NamedOutputRecord>(p.header().named_outputs, i).first_text = i == 2 ? 0 : 2;
         p.at<NamedOutputRecord>(p.header().named_outputs, 2).num_texts = 2;
       }},
      {"An input has an unknown type or policy.",
       [](DamagedPlan &p) { p.at<InputRecord>(p.header().inputs).unit = 4; }},
      {"A reduction is unknown.", [](DamagedPlan &p) { p.step(StepKind::kReduce).function = 9; }},
      {"A reduction has the wrong number of weights.",
       [](DamagedPlan &p) { p.step(StepKind::kReduce).function = 8; }},
      {"A step has the wrong number of outputs.",
       [](DamagedPlan &p) { p.step(StepKind::kReduce).num_outputs = 2; }},
      {"A step reads a column that does not exist yet.",
       [](DamagedPlan &p) {
         p.at<std::uint32_t>(p.header().columns, p.step(StepKind::kReduce).first_item) = 99;
       }},
      {"A rank has the wrong number of outputs.",
       [](DamagedPlan &p) { p.step(StepKind::kRank).num_outputs = 3; }},
  });
}

TEST(PlanVerifyMachines, names_what_is_wrong_with_predicate_trees) {
  auto branch = [](DamagedPlan &p, std::size_t i) -> BranchRecord & {
    return p.at<BranchRecord>(p.header().branches, i);
  };
  expect_sample_refusals({
      {"A predicate tree is malformed.",
       [](DamagedPlan &p) { p.step(StepKind::kPredicateTree).function = 4; }},
      {"The children of a predicate tree are out of place.",
       [&](DamagedPlan &p) { branch(p, 0).first_child = 0; }},
      {"The children of a predicate tree are out of place.",
       [&](DamagedPlan &p) { branch(p, 0).num_children = 3; }},
      {"A node of a predicate tree has no parent.",
       [&](DamagedPlan &p) { branch(p, 0).num_children = 1; }},
      {"A default child of a predicate tree is out of place.",
       [&](DamagedPlan &p) { branch(p, 0).default_child = 0; }},
      {"A leaf of a predicate tree is malformed.",
       [&](DamagedPlan &p) { branch(p, 1).default_child = 2; }},
      {"A step refers to elements out of place.",
       [](DamagedPlan &p) { ++p.step(StepKind::kPredicateTree).first_number; }},
  });
}

TEST(PlanVerifyMachines, names_what_is_wrong_with_machines) {
  expect_sample_refusals({
      {"A layer has the wrong number of weights.",
       [](DamagedPlan &p) { p.step(StepKind::kDense).num_outputs = 4; }},
      {"A step refers to elements out of place.",
       [](DamagedPlan &p) { ++p.step(StepKind::kDense).first_number; }},
      {"A kernel function is unknown.",
       [](DamagedPlan &p) { p.step(StepKind::kKernelMachine).function = 4; }},
      {"A kernel machine has the wrong number of numbers.",
       [](DamagedPlan &p) { p.step(StepKind::kKernelMachine).num_outputs = 3; }},
      {"A coupling of pairs has the wrong number of outputs.",
       [](DamagedPlan &p) { p.step(StepKind::kPairwiseCoupling).num_outputs = 4; }},
      {"A distance is unknown.", [](DamagedPlan &p) { p.step(StepKind::kDistances).function = 6; }},
      {"The comparison of a field is unknown.",
       [](DamagedPlan &p) {
         const StepRecord &step = p.step(StepKind::kDistances);
         p.at<double>(p.header().numbers, step.first_number + DistanceNumbers::kFields) = 0.5;
       }},
      {"Distances have the wrong number of outputs.",
       [](DamagedPlan &p) { p.step(StepKind::kDistances).num_outputs = 8; }},
      {"Distances have the wrong number of outputs.",
       [](DamagedPlan &p) { p.step(StepKind::kDistances).flag = 0; }},
  });
}

TEST(PlanVerifyMachines, every_changed_byte_is_refused_or_harmless) {
  DamagedPlan plan(sample());
  for (std::size_t at = offsetof(Header, task); at < plan.memory().size(); ++at)
    for (const std::byte change : {std::byte{1}, std::byte{0x80}}) {
      plan.memory().data()[at] ^= change;
      plan.seal();
      if (verdict(plan.memory().bytes()).empty()) score_everything(plan.memory());
      plan.memory().data()[at] ^= change;
    }
}

}  // namespace
}  // namespace pgscore::plan
