// The tables in docs/formats/pmml.md are those in the code. After a change of the code, with
// PGSCORE_WRITE_TABLES=1 this test writes the page anew.
#include <cstdlib>
#include <fstream>

#include "formats/pmml/model.hpp"
#include "support/files.hpp"

namespace pgscore {
namespace {

constexpr std::string_view kBegin = "<!-- tables: made by formats_pmml_table_test -->\n",
                           kEnd = "<!-- end of tables -->\n";

TEST(PmmlTable, page_is_up_to_date) {
  const std::filesystem::path path =
      std::filesystem::path(PGSCORE_SOURCE_DIR) / "docs" / "formats" / "pmml.md";
  const std::string page = test::read_file(path);
  const std::size_t begin = page.find(kBegin), end = page.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::size_t first = begin + kBegin.size();
  const std::string table = formats::pmml::support_tables();
  if (std::getenv("PGSCORE_WRITE_TABLES") != nullptr)
    std::ofstream(path, std::ios::binary) << page.substr(0, first) << table << page.substr(end);
  else
    EXPECT_EQ(page.substr(first, end - first), table)
        << "run formats_pmml_table_test with PGSCORE_WRITE_TABLES=1";
}

}  // namespace
}  // namespace pgscore
