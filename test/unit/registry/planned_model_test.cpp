// The text of the constant that the planner writes into a call is read back unchanged.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "registry/planned_model.hpp"

namespace pgscore::registry {
namespace {

void expect_same(const std::string &text) {
  SCOPED_TRACE(text);
  EXPECT_EQ(to_text(parse_planned_model(text)), text);
}

TEST(PlannedModel, the_text_is_the_value) {
  expect_same("credit version 3 #9f86d081884c (age, \"Monthly income\")");
  expect_same("\"a b\" version 1 #000000000000 (\"\", \"say \"\"x\"\"\", \"a, b\")");
  expect_same("credit@champion version 3 #9f86d081884c (*)");
  expect_same("credit@3 #9f86d081884c (=)");
  const PlannedModel planned = parse_planned_model("credit version 3 #9f86d081884c (age, income)");
  EXPECT_EQ(planned.reference, "credit");
  EXPECT_EQ(planned.version, 3);
  EXPECT_EQ(planned.identity, 0x9f86d081884cu);
  EXPECT_EQ(planned.input, PlannedInput::kColumns);
  EXPECT_EQ(planned.columns, (std::vector<std::string>{"age", "income"}));
}

TEST(PlannedModel, elsewhere_a_name_is_the_version_that_it_stood_for) {
  for (const char *text :
       {"credit version 3 #9f86d081884c (age)", "credit@champion version 3 #9f86d081884c (age)",
        "credit@3 #9f86d081884c (age)"})
    EXPECT_EQ(to_text(as_planned_elsewhere(parse_planned_model(text))),
              "credit@3 #9f86d081884c (age)");
}

TEST(PlannedModel, other_texts_are_refused) {
  const std::string good = "credit version 3 #9f86d081884c (age, \"Monthly income\")";
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_THROW(parse_planned_model(good.substr(0, size)), Error) << good.substr(0, size);
  for (const char *text :
       {"credit version 3 #9f86d081884c (age) ", "credit version 3 #9f86d081884c ()",
        "credit version 0 #9f86d081884c (age)", "credit version -1 #9f86d081884c (age)",
        "credit version 3 #9f86d081884 (age)", "credit version 3 #9F86D081884G (age)",
        "credit version 3 (age)", "credit@3 version 3 #9f86d081884c (age)",
        "credit version 3 #9f86d081884c (age,income)", "credit version 3 #9f86d081884c (a b)",
        "credit version 99999999999 #9f86d081884c (age)"})
    EXPECT_THROW(parse_planned_model(text), Error) << text;
}

}  // namespace
}  // namespace pgscore::registry
