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

/// RFC 4180 without line breaks in cells. Empty lines are not rows.
inline CsvTable read_csv(const std::filesystem::path &path) {
  CsvTable table;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    std::vector<std::string> cells{""};
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
        cells.back() += line[++i];
      else if (line[i] == '"')
        quoted = !quoted;
      else if (line[i] == ',' && !quoted)
        cells.emplace_back();
      else
        cells.back() += line[i];
    }
    if (table.header.empty())
      table.header = cells;
    else
      table.rows.push_back(cells);
  }
  return table;
}

}  // namespace pgscore::test
