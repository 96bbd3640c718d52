// Parts of pages of docs/formats that the code makes.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/files.hpp"

namespace pgscore::test {

/// Expects `text` between the lines `begin` and `end` of docs/formats/<page>. With
/// PGSCORE_WRITE_TABLES=1 it writes the text there.
inline void expect_on_page(const char *page_name, const std::string &begin, const std::string &end,
                           const std::string &text) {
  const std::filesystem::path path =
      std::filesystem::path(PGSCORE_SOURCE_DIR) / "docs" / "formats" / page_name;
  const std::string page = read_file(path);
  const std::size_t at = page.find(begin), last = page.find(end);
  ASSERT_NE(at, page.npos);
  ASSERT_NE(last, page.npos);
  const std::size_t first = at + begin.size();
  if (std::getenv("PGSCORE_WRITE_TABLES") != nullptr)
    std::ofstream(path, std::ios::binary) << page.substr(0, first) << text << page.substr(last);
  else
    EXPECT_EQ(page.substr(first, last - first), text)
        << "run this test with PGSCORE_WRITE_TABLES=1";
}

}  // namespace pgscore::test
