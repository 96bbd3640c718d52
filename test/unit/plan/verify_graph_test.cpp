// What the verifier says of damage to the steps of a plan, its inputs, texts and hash tables.
#include <gtest/gtest.h>

#include "support/damaged_plan.hpp"
#include "support/plan_samples.hpp"

namespace pgscore::plan {
namespace {

void expect_sample_refusals(const std::vector<Damage> &damages) {
  expect_refusals(sample_model(), TreeLayout::kCodes8, damages);
}

TEST(PlanVerify, names_what_is_wrong_with_the_header) {
  expect_sample_refusals({
      {"Section \"categories\" is out of place.",
       [](DamagedPlan &p) { p.header().categories.offset += 64; }},
      {"Section \"steps\" is out of place.",
       [](DamagedPlan &p) { p.header().steps.count = UINT64_MAX / 2; }},
      {"The number of outputs is wrong.", [](DamagedPlan &p) { ++p.header().num_raw; }},
      {"The number of columns is wrong.", [](DamagedPlan &p) { ++p.header().num_columns; }},
      {"The number of trees is wrong.", [](DamagedPlan &p) { ++p.header().num_trees; }},
      {"The number of labels is wrong.", [](DamagedPlan &p) { p.header().positive = 3; }},
      {"The task is unknown.", [](DamagedPlan &p) { p.header().task = 2; }},
      {"A step reads a column that does not exist yet.",
       [](DamagedPlan &p) { p.at<std::uint32_t>(p.header().outputs) = 999; }},
      {"Padding is not zero.",
       [](DamagedPlan &p) { p.memory().data()[sizeof(Header) + 1] = std::byte{1}; }},
  });
}

TEST(PlanVerify, names_what_is_wrong_with_inputs_and_texts) {
  expect_sample_refusals({
      {"An input has an unknown type or policy.",
       [](DamagedPlan &p) { p.at<InputRecord>(p.header().inputs).type = 3; }},
      {"The categories of an input are out of place.",
       [](DamagedPlan &p) { p.at<InputRecord>(p.header().inputs, 1).num_categories = 4; }},
      {"The text operations of an input are out of place.",
       [](DamagedPlan &p) { ++p.at<InputRecord>(p.header().inputs, 1).num_operations; }},
      {"The text operations of an input are out of place.",
       [](DamagedPlan &p) { p.at<InputRecord>(p.header().inputs, 1).num_operations = UINT32_MAX; }},
      {"The text operations of an input are out of place.",
       [](DamagedPlan &p) { p.at<InputRecord>(p.header().inputs, 1).first_operation = 1; }},
      {"The text operations of an input are out of place.",
       [](DamagedPlan &p) {  // of a number
         p.at<InputRecord>(p.header().inputs, 0).num_operations = 1;
         p.at<InputRecord>(p.header().inputs, 1).first_operation = 1;
         p.at<InputRecord>(p.header().inputs, 1).num_operations = 1;
       }},
      {"There are text operations of no input.",
       [](DamagedPlan &p) { --p.at<InputRecord>(p.header().inputs, 1).num_operations; }},
      {"A text operation is malformed.",
       [](DamagedPlan &p) { p.at<TextOperationRecord>(p.header().text_operations).function = 4; }},
      {"A text operation is malformed.",
       [](DamagedPlan &p) { p.at<TextOperationRecord>(p.header().text_operations).first = 0; }},
      {"A text operation is malformed.",
       [](DamagedPlan &p) { p.at<TextOperationRecord>(p.header().text_operations, 1).first = 1; }},
      {"A text operation is malformed.",
       [](DamagedPlan &p) { p.at<TextOperationRecord>(p.header().text_operations, 1).count = 1; }},
      {"A text operation is malformed.",
       [](DamagedPlan &p) {
         p.at<TextOperationRecord>(p.header().text_operations).reserved[2] = 1;
       }},
      {"Names are not in order.",
       [](DamagedPlan &p) {
         std::swap(p.at<std::uint32_t>(p.header().category_order, 0),
                   p.at<std::uint32_t>(p.header().category_order, 1));
       }},
      {"Names are not in order.",
       [](DamagedPlan &p) { p.at<std::uint32_t>(p.header().input_order, 0) = 9; }},
      {"A text is out of place.", [](DamagedPlan &p) { ++p.at<Text>(p.header().labels).length; }},
  });
}

TEST(PlanVerify, names_what_is_wrong_with_steps) {
  expect_sample_refusals({
      {"A step is of an unknown kind.",
       [](DamagedPlan &p) { p.step(StepKind::kLink).kind = static_cast<StepKind>(15); }},
      {"A step is needed by nobody.", [](DamagedPlan &p) { p.step(StepKind::kLink).wants = 0; }},
      {"The columns of a step are out of place.",
       [](DamagedPlan &p) { ++p.step(StepKind::kLink).first_output; }},
      {"A step reads a column that does not exist yet.",
       [](DamagedPlan &p) {
         p.at<OperandRecord>(p.header().operands).column = p.step(StepKind::kApply).first_output;
       }},
      {"A step reads a column that is not always computed before it.",
       [](DamagedPlan &p) { p.step(StepKind::kTrees).wants = kWantRaw; }},
      {"An operation is unknown.", [](DamagedPlan &p) { p.step(StepKind::kApply).function = 47; }},
      {"An operation has the wrong number of arguments.",
       [](DamagedPlan &p) { p.step(StepKind::kApply).function = 0; }},
      {"A link function is unknown.",
       [](DamagedPlan &p) { p.step(StepKind::kLink).function = 14; }},
  });
}

TEST(PlanVerify, names_what_is_wrong_with_what_steps_refer_to) {
  expect_sample_refusals({
      {"A step refers to elements out of place.",
       [](DamagedPlan &p) { ++p.step(StepKind::kLink).first_item; }},
      {"A step refers to elements out of place.",
       [](DamagedPlan &p) { p.step(StepKind::kDiscretize).num_numbers = 1u << 30; }},
      {"Keys or cuts are not ascending.",
       [](DamagedPlan &p) {
         p.at<double>(p.header().numbers, p.step(StepKind::kLookUp).first_number + 3) = 1;
       }},
      {"A table has not one value per key.",
       [](DamagedPlan &p) {
         ++p.step(StepKind::kLookUp).num_numbers;
         p.step(StepKind::kDiscretize).first_number += 1;
       }},
      {"The coefficients of a linear term are out of place.",
       [](DamagedPlan &p) { p.at<TermRecord>(p.header().terms).first_number = 0; }},
      {"The coefficients of a linear term are out of range.",
       [](DamagedPlan &p) {
         TermRecord &term = p.at<TermRecord>(p.header().terms, 1);
         term.by_level = 1;
         term.num_levels = 9;
       }},
      {"A step has the wrong number of outputs.",
       [](DamagedPlan &p) { ++p.step(StepKind::kLink).num_outputs; }},
      {"A tree ensemble has the wrong number of outputs.",
       [](DamagedPlan &p) { ++p.step(StepKind::kTrees).num_outputs; }},
      {"A tree ensemble is out of place.",
       [](DamagedPlan &p) { p.step(StepKind::kTrees).first_item = 1; }},
  });
}

model::Model hash_table_model() {
  model::Builder builder;
  builder.add_input({.name = "a"});
  builder.add_input({.name = "b", .type = model::ColumnType::kHash});
  model::HashLookUp table;
  table.inputs = {0, 1};
  table.keys = {1, 1u << 20, std::uint64_t{1} << 62, std::uint64_t{3} << 62, UINT64_MAX};
  table.unknown = {-1, -2};
  table.values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const auto first = builder.hash_look_up(table);
  builder.output().values = {{"x", first}, {"y", first + 1}};
  return builder.finish();
}

TEST(PlanVerify, names_what_is_wrong_with_hash_tables) {
  EXPECT_EQ(verdict(DamagedPlan(hash_table_model()).memory().bytes()), "");
  expect_refusals(
      hash_table_model(), TreeLayout::kCodes8,
      {
          {"A step reads a column that does not exist yet.",
           [](DamagedPlan &p) { p.at<std::uint32_t>(p.header().columns, 1) = 2; }},
          {"A hash table has no columns or no values.",
           [](DamagedPlan &p) { p.step(StepKind::kHashLookUp).num_outputs = 0; }},
          {"A step refers to elements out of place.",
           [](DamagedPlan &p) { p.step(StepKind::kHashLookUp).first_number = 1; }},
          {"The index of a hash table has a wrong size.",
           [](DamagedPlan &p) { p.at<HashTableRecord>(p.header().hash_tables).bucket_bits = 0; }},
          {"The index of a hash table has a wrong size.",
           [](DamagedPlan &p) { p.at<HashTableRecord>(p.header().hash_tables).bucket_bits = 64; }},
          {"A step refers to elements out of place.",
           [](DamagedPlan &p) { p.at<HashTableRecord>(p.header().hash_tables).bucket_bits = 31; }},
          {"A step refers to elements out of place.",
           [](DamagedPlan &p) { p.at<HashTableRecord>(p.header().hash_tables).num_keys = 6; }},
          {"A hash table has too few values.",
           [](DamagedPlan &p) { p.step(StepKind::kHashLookUp).num_outputs = 3; }},
          {"A step refers to elements out of place.",
           [](DamagedPlan &p) { p.at<HashTableRecord>(p.header().hash_tables).first_value = 1; }},
          {"A pool has elements that no step uses.",
           [](DamagedPlan &p) {
             p.step(StepKind::kHashLookUp).num_outputs = 1;
             --p.header().num_columns;
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
      });
}

}  // namespace
}  // namespace pgscore::plan
