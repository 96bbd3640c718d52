// The tables in docs/formats/pmml.md are those in the code.
#include "formats/pmml/model.hpp"
#include "support/made_page.hpp"

namespace pgscore {
namespace {

TEST(PmmlTable, page_is_up_to_date) {
  test::expect_on_page("pmml.md", "<!-- tables: made by formats_pmml_table_test -->\n",
                       "<!-- end of tables -->\n", formats::pmml::support_tables());
}

}  // namespace
}  // namespace pgscore
