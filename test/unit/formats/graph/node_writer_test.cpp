#include "formats/graph/node_writer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "formats/graph/shape.hpp"
#include "model/interpret.hpp"

namespace pgscore::formats {
namespace {

using model::Op;
using model::Operand;
using model::Reduction;

/// A writer of a model with one number "x" and one category "c" of "a", "b", "c".
struct Writing {
  model::Builder builder;
  Budget budget{Interrupt{}};
  NodeWriter writer{builder, budget};
  Operand x, c;

  Writing() {
    x = Operand::of(builder.add_input({.name = "x"}));
    model::Input category;
    category.name = "c";
    category.type = model::ColumnType::kCategory;
    category.categories = {"a", "b", "c"};
    c = Operand::of(builder.add_input(std::move(category)));
  }

  /// What `operands` are for a row.
  std::vector<double> evaluate(const std::vector<Operand> &operands, double x_value,
                               double c_value) {
    const std::vector<model::ColumnId> columns = writer.columns(operands);
    model::Output &output = builder.output();
    for (std::size_t i = 0; i < columns.size(); ++i)
      output.values.push_back({"v" + std::to_string(i), columns[i]});
    output.raw = {columns[0]};
    const model::Model model = builder.finish();
    const std::vector<double> row{x_value, c_value};
    const std::vector<double> all = model::interpret(model, row);
    std::vector<double> values;
    for (const model::ColumnId column : columns) values.push_back(all[column]);
    return values;
  }
};

TEST(NodeWriter, constants_are_computed_at_once) {
  Writing w;
  const Operand two = Operand::value(2), three = Operand::value(3);
  EXPECT_EQ(w.writer.apply(Op::kMultiply, {two, three}).constant, 6);
  EXPECT_EQ(w.writer.reduce(Reduction::kMax, {two, three}).constant, 3);
  EXPECT_EQ(w.writer.arg_max({two, three, three}).constant, 1);
  EXPECT_EQ(w.writer.link(model::LinkFunction::kExp, {two})[0].constant, std::exp(2.0));
  EXPECT_EQ(w.writer.rank({two, Operand::value(NAN), three}, 3)[0].constant, 2);
  EXPECT_TRUE(std::isnan(w.writer.rank({two, Operand::value(NAN), three}, 3)[2].constant));
  EXPECT_EQ(w.writer.select(Operand::value(1), two, w.x).constant, 2);
  EXPECT_EQ(w.writer.look_up(Operand::value(1), {5, 6}, -1, -2).constant, 6);
  EXPECT_EQ(w.writer.look_up(Operand::value(7), {5, 6}, -1, -2).constant, -1);
  EXPECT_EQ(w.writer.look_up(Operand::value(NAN), {5, 6}, -1, -2).constant, -2);
  EXPECT_EQ(w.writer.builder().num_inputs(), 2u);
  // No node was made: the first one writes the first column behind the inputs.
  EXPECT_EQ(w.writer.apply(Op::kAdd, {w.x, two}).column, 2u);
}

TEST(NodeWriter, computes_constants_as_the_interpreter_does) {
  for (const Op op : {Op::kAdd, Op::kDivide, Op::kMin, Op::kModulo, Op::kGreater, Op::kEqual}) {
    for (const double b : {3.0, 0.0, -2.5, static_cast<double>(NAN)}) {
      Writing w;
      const Operand folded = w.writer.apply(op, {Operand::value(7), Operand::value(b)});
      ASSERT_TRUE(folded.is_constant());
      const Operand node = w.writer.apply(op, {w.x, Operand::value(b)});
      const double value = w.evaluate({node}, 7, 0)[0];
      EXPECT_TRUE(value == folded.constant || (std::isnan(value) && std::isnan(folded.constant)));
    }
  }
}

TEST(NodeWriter, a_constant_has_one_column) {
  Writing w;
  EXPECT_EQ(w.writer.column(Operand::value(2)), w.writer.column(Operand::value(2)));
  EXPECT_NE(w.writer.column(Operand::value(0.0)), w.writer.column(Operand::value(-0.0)));
  EXPECT_EQ(w.writer.column(w.x), w.x.column);
}

TEST(NodeWriter, looks_up_categories_and_keys_in_any_order) {
  Writing w;
  // The table is shorter than the list of categories, and a key stands twice.
  const Operand of_category = w.writer.look_up(w.c, {10, 20}, -1, -2);
  const Operand of_number = w.writer.look_up(w.x, {{5, 50}, {1, 10}, {5, 99}}, -1, -2);
  const Operand none = w.writer.look_up(w.x, std::vector<std::pair<double, double>>(), -1, -2);
  EXPECT_EQ(w.evaluate({of_category, of_number, none}, 5, 1), (std::vector<double>{20, 50, -1}));
}

TEST(NodeWriter, refuses_reductions_of_nothing) {
  Writing w;
  EXPECT_THROW(w.writer.reduce(Reduction::kSum, {}), Error);
  EXPECT_THROW(w.writer.arg_max({}), Error);
  EXPECT_TRUE(w.writer.link(model::LinkFunction::kSoftmax, {}).empty());
}

TEST(Shape, broadcasts_by_numpys_rule) {
  Budget budget{Interrupt{}};
  EXPECT_EQ(broadcast_shape({2, 1}, {3}), (Shape{2, 3}));
  EXPECT_EQ(broadcast_elements(budget, {2, 1}, {2, 3}),
            (std::vector<std::size_t>{0, 0, 0, 1, 1, 1}));
  EXPECT_EQ(broadcast_elements(budget, {3}, {2, 3}), (std::vector<std::size_t>{0, 1, 2, 0, 1, 2}));
  EXPECT_THROW(broadcast_shape({2}, {3}), Error);
}

TEST(Shape, counts_and_splits) {
  EXPECT_EQ(element_count(Shape{}), 1u);
  EXPECT_EQ(element_count(Shape{2, 0, 5}), 0u);
  EXPECT_THROW(element_count(Shape{-1}), Error);
  EXPECT_THROW(element_count(Shape{INT64_MAX, 4}), Error);
  const SplitShape split = split_at({2, 3, 4, 5}, 1);
  EXPECT_EQ(split.outer, 2u);
  EXPECT_EQ(split.axis, 3u);
  EXPECT_EQ(split.inner, 20u);
  EXPECT_EQ(resolve_axis(-1, 3), 2u);
  EXPECT_THROW(resolve_axis(3, 3), Error);
}

}  // namespace
}  // namespace pgscore::formats
