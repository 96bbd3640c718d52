// What tests read: whole files, and tables of comma-separated values.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace pgscore::test {

inline std::string read_file(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) ADD_FAILURE() << "cannot read " << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

struct CsvTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  /// Index of the column, or npos.
  std::size_t find(const std::string &name) const {
    for (std::size_t i = 0; i < header.size(); ++i)
      if (header[i] == name) return i;
    return std::string::npos;
  }
};

/// Reads RFC 4180. An empty line is a row only where the header has one column. `null`: the text of
/// an empty cell without quotes.
inline CsvTable read_csv(const std::filesystem::path &path, const std::string &null = "") {
  CsvTable table;
  std::vector<std::string> cells;
  std::string cell;
  bool quoted = false, was_quoted = false;
  auto end_cell = [&] {
    cells.push_back(cell.empty() && !was_quoted ? null : cell);
    cell.clear();
    was_quoted = false;
  };
  auto end_line = [&] {
    const bool is_empty = cells.empty() && cell.empty() && !was_quoted;
    if (is_empty && table.header.size() != 1) return;
    end_cell();
    if (table.header.empty())
      table.header = cells;
    else
      table.rows.push_back(cells);
    cells.clear();
  };
  const std::string text = read_file(path);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"')
      cell += text[++i];
    else if (c == '"')
      quoted = !quoted, was_quoted = true;
    else if (quoted)
      cell += c;
    else if (c == ',')
      end_cell();
    else if (c == '\n')
      end_line();
    else if (c != '\r')
      cell += c;
  }
  if (!text.empty() && text.back() != '\n') end_line();
  return table;
}

}  // namespace pgscore::test
