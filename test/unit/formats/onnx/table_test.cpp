// The table of operators in docs/formats/onnx.md is the one in the code. After a change of the
// code, with PGSCORE_WRITE_TABLES=1 this test writes the page anew.
#include <cstdlib>
#include <fstream>

#include "formats/onnx/operator.hpp"
#include "formats/onnx/schema.hpp"
#include "support/files.hpp"

namespace pgscore {
namespace {

constexpr std::string_view kBegin = "<!-- operators: made by formats_onnx_table_test -->\n",
                           kEnd = "<!-- end of operators -->\n";

TEST(OnnxTable, page_is_up_to_date) {
  const std::filesystem::path path =
      std::filesystem::path(PGSCORE_SOURCE_DIR) / "docs" / "formats" / "onnx.md";
  const std::string page = test::read_file(path);
  const std::size_t begin = page.find(kBegin), end = page.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::size_t first = begin + kBegin.size();
  const std::string table = formats::onnx::operator_table();
  if (std::getenv("PGSCORE_WRITE_TABLES") != nullptr)
    std::ofstream(path, std::ios::binary) << page.substr(0, first) << table << page.substr(end);
  else
    EXPECT_EQ(page.substr(first, end - first), table)
        << "run formats_onnx_table_test with PGSCORE_WRITE_TABLES=1";
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
