// The table of operators in docs/formats/onnx.md is the one in the code.
#include "formats/onnx/operator.hpp"
#include "formats/onnx/schema.hpp"
#include "support/made_page.hpp"

namespace pgscore {
namespace {

TEST(OnnxTable, page_is_up_to_date) {
  test::expect_on_page("onnx.md", "<!-- operators: made by formats_onnx_table_test -->\n",
                       "<!-- end of operators -->\n", formats::onnx::operator_table());
}

TEST(OnnxTable, names_are_distinct) {
  const auto operators = formats::onnx::operators();
  for (const formats::onnx::Operator &op : operators)
    EXPECT_EQ(formats::onnx::find_operator(op.domain, op.name), &op);
}

TEST(OnnxTable, every_operator_has_a_schema) {
  for (const formats::onnx::Operator &op : formats::onnx::operators()) {
    const formats::onnx::Schema *schema = formats::onnx::find_schema(op.domain, op.name);
    ASSERT_NE(schema, nullptr) << op.name;
    EXPECT_GE(schema->max_inputs(schema->since), 1u) << op.name;
    for (const formats::onnx::AttributeRule &rule : schema->rules()) {
      EXPECT_FALSE(rule.name.empty()) << op.name;
      EXPECT_LT(rule.since, rule.until) << op.name << " " << rule.name;
    }
  }
}

}  // namespace
}  // namespace pgscore
