// Tests text operations: each alone, several at once against copies of the text made one after the
// other, and the plan's look-up with them.
#include "model/builder.hpp"
#include "model/text_operation.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/utf8.hpp"
#include "plan/compile.hpp"
#include "plan/plan.hpp"
#include "plan/plan_memory.hpp"
#include "support/choices.hpp"

namespace pgscore::model {
namespace {

using enum TextFunction;

std::string done(std::string_view text, const std::vector<TextOperation> &operations) {
  return normal_text(operations, text).str();
}
std::string part(std::string_view text, std::uint32_t first, std::uint32_t count) {
  return done(text, {{kSubstring, first, count}});
}

TEST(TextOperation, substring) {
  EXPECT_EQ(part("abcdef", 1, 3), "abc");
  EXPECT_EQ(part("abcdef", 3, 2), "cd");
  EXPECT_EQ(part("abcdef", 5, 9), "ef");
  EXPECT_EQ(part("abcdef", 6, UINT32_MAX), "f");
  EXPECT_EQ(part("abcdef", 7, 1), "");
  EXPECT_EQ(part("abcdef", UINT32_MAX, UINT32_MAX), "");
  EXPECT_EQ(part("abcdef", 1, 0), "");
  EXPECT_EQ(part("", 1, 5), "");
  // Characters, not bytes: of two, three and four bytes.
  EXPECT_EQ(part("äöü", 2, 1), "ö");
  EXPECT_EQ(part("a€b", 2, 2), "€b");
  EXPECT_EQ(part("x😀y", 2, 1), "😀");
  EXPECT_EQ(part("x😀y", 3, 7), "y");
  // Bytes that are no UTF-8 are not read beyond.
  EXPECT_EQ(part("\xE4", 1, 1), "\xE4");
  EXPECT_EQ(part("\x80\x80z", 2, 1), "z");
}

TEST(TextOperation, case_and_blanks) {
  EXPECT_EQ(done("aZ[`{@ä", {{kUpper, 0, 0}}), "AZ[`{@ä");
  EXPECT_EQ(done("aZ[`{@Ä", {{kLower, 0, 0}}), "az[`{@Ä");
  EXPECT_EQ(done("  a b  ", {{kTrim, 0, 0}}), "a b");
  EXPECT_EQ(done("\ta\t ", {{kTrim, 0, 0}}), "\ta\t");
  EXPECT_EQ(done("    ", {{kTrim, 0, 0}}), "");
  EXPECT_EQ(done("", {{kTrim, 0, 0}}), "");
  EXPECT_EQ(done(" aB", {{kUpper, 0, 0}, {kLower, 0, 0}}), " ab");
}

TEST(TextOperation, compares_as_the_text_it_stands_for) {
  const NormalText upper = normal_text(std::vector<TextOperation>{{kUpper, 0, 0}}, "b\xC3\xA4");
  EXPECT_EQ(upper.compare("B\xC3\xA4"), 0);
  EXPECT_TRUE(upper == "B\xC3\xA4");
  EXPECT_FALSE(upper == "b\xC3\xA4");
  EXPECT_GT(upper.compare("B"), 0);
  EXPECT_LT(upper.compare("B\xC3\xA4z"), 0);
  EXPECT_LT(upper.compare("C"), 0);
  EXPECT_GT(upper.compare("A\xFF"), 0);
  EXPECT_LT(upper.compare("B\xC4"), 0);  // bytes have no sign
  EXPECT_GT(upper.compare("Bz"), 0);
}

/// The same by copies.
std::string slow(const std::vector<TextOperation> &operations, std::string text) {
  for (const TextOperation &operation : operations) {
    std::string out;
    if (operation.function == kSubstring) {
      std::uint64_t place = 0;
      for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 0 || (text[i] & 0xC0) != 0x80) ++place;
        if (place >= operation.first && place < std::uint64_t{operation.first} + operation.count)
          out += text[i];
      }
    } else if (operation.function == kTrim) {
      out = text;
      while (!out.empty() && out.front() == ' ') out.erase(0, 1);
      while (!out.empty() && out.back() == ' ') out.pop_back();
    } else {
      for (char c : text)
        out +=
            static_cast<char>(operation.function == kUpper ? (c >= 'a' && c <= 'z' ? c - 32 : c)
                                                           : (c >= 'A' && c <= 'Z' ? c + 32 : c));
    }
    text = out;
  }
  return text;
}

std::string any_text(test::Choices &choices) {
  constexpr std::string_view kPieces[] = {"a", "B", "z", " ", "  ", "ä", "€", "Z", "\x80", "1"};
  std::string text;
  for (std::uint32_t i = choices.below(9); i > 0; --i)
    text += kPieces[choices.below(std::size(kPieces))];
  return text;
}

TEST(TextOperation, random_ones_and_the_plan) {
  test::Choices choices(std::uint64_t{5});
  std::size_t found = 0, unknown = 0;
  for (int round = 0; round < 300; ++round) {
    Input input;
    input.name = "c";
    input.type = ColumnType::kCategory;
    for (std::uint32_t i = choices.below(5); i > 0; --i) {
      TextOperation operation{static_cast<TextFunction>(choices.below(4)), 0, 0};
      if (operation.function == kSubstring)
        operation = {kSubstring, choices.between(1, 4), choices.below(6)};
      input.text_operations.push_back(operation);
    }
    std::vector<std::string> texts;
    for (int i = 0; i < 40; ++i) {
      texts.push_back(any_text(choices));
      const std::string normal = slow(input.text_operations, texts.back());
      ASSERT_EQ(normal_text(input.text_operations, texts.back()).str(), normal);
      // A text of a row may be anything, a category is UTF-8.
      const bool listed = std::find(input.categories.begin(), input.categories.end(), normal) !=
                          input.categories.end();
      if (i % 2 == 0 && !listed && is_utf8(normal)) input.categories.push_back(normal);
    }
    Builder builder;
    builder.add_input({.name = "before",
                       .type = ColumnType::kCategory,
                       .categories = {"p"},
                       .text_operations = {{kLower, 0, 0}}});
    builder.add_input(input);
    builder.output().values = {{"v", 1}};
    const plan::PlanMemory memory(plan::compile(builder.finish()));
    plan::verify_plan(memory.bytes());
    const plan::Plan plan(memory.data());
    EXPECT_EQ(plan.find_category(0, "P"), 0);
    for (const std::string &text : texts) {
      const std::string normal = slow(input.text_operations, text);
      const auto at = std::find(input.categories.begin(), input.categories.end(), normal);
      const std::int64_t code = at == input.categories.end() ? -1 : at - input.categories.begin();
      ASSERT_EQ(plan.find_category(1, text), code) << text;
      ++(code >= 0 ? found : unknown);
      for (std::uint32_t c = 0; c < plan.num_categories(1); ++c)
        ASSERT_EQ(plan.is_category(1, c, text), c == code) << text;
    }
  }
  EXPECT_GT(found, 1000u);
  EXPECT_GT(unknown, 300u);
}

TEST(TextOperation, the_plan_says_whether_it_counts_characters) {
  Builder builder;
  builder.add_input({.name = "a",
                     .type = ColumnType::kCategory,
                     .categories = {"p"},
                     .text_operations = {{kUpper, 0, 0}, {kTrim, 0, 0}}});
  builder.add_input({.name = "b",
                     .type = ColumnType::kCategory,
                     .categories = {"p"},
                     .text_operations = {{kUpper, 0, 0}, {kSubstring, 1, 1}}});
  builder.add_input({.name = "c", .type = ColumnType::kCategory, .categories = {"p"}});
  builder.output().values = {{"v", 1}};
  const plan::PlanMemory memory(plan::compile(builder.finish()));
  const plan::Plan plan(memory.data());
  EXPECT_FALSE(plan.counts_characters(0));
  EXPECT_TRUE(plan.counts_characters(1));
  EXPECT_FALSE(plan.counts_characters(2));
}

}  // namespace
}  // namespace pgscore::model
