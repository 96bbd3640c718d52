// Arrays and tables (PMML 4.4, General Structure: Arrays; Taxonomy: InlineTable).
#include <cmath>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"

namespace pgscore::formats::pmml {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::vector<std::string> split(const XmlElement &array) {
  const std::string text = array.text();
  std::vector<std::string> elements;
  for (std::size_t i = 0; i < text.size();) {
    if (is_blank(text[i])) {
      ++i;
      continue;
    }
    std::string element;
    if (text[i] == '"') {
      for (++i;; ++i) {
        if (i >= text.size()) array.refuse("a quote is not closed");
        if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\'))
          ++i;
        else if (text[i] == '"')
          break;
        element += text[i];
      }
      ++i;
    } else {
      while (i < text.size() && !is_blank(text[i])) element += text[i++];
    }
    elements.push_back(std::move(element));
  }
  return elements;
}

double number_of(const XmlElement &array, const std::string &text) {
  const std::optional<double> number = parse_float64(text);
  if (!number || std::isnan(*number)) array.refuse("element " + shown(text) + " is not a number");
  return *number;
}

}  // namespace

std::vector<std::string> read_array(const XmlElement &array) {
  std::vector<std::string> elements = split(array);
  if (const auto n = array.count("n"); n && *n != elements.size())
    array.refuse("it has " + std::to_string(elements.size()) + " elements, not " +
                 std::to_string(*n));
  return elements;
}

std::vector<double> read_numbers(const XmlElement &array) {
  std::vector<double> numbers;
  if (array.is("Array")) {
    for (const std::string &element : read_array(array))
      numbers.push_back(number_of(array, element));
    return numbers;
  }
  if (!array.is("REAL-SparseArray") && !array.is("INT-SparseArray"))
    array.refuse("an array is expected here");
  const std::string entries_name = array.is("REAL-SparseArray") ? "REAL-Entries" : "INT-Entries";
  std::vector<std::string> indices, entries;
  if (const auto element = array.child("Indices")) indices = split(*element);
  if (const auto element = array.child(entries_name)) entries = split(*element);
  if (indices.size() != entries.size()) array.refuse("it has not one index per entry");
  std::vector<std::size_t> places;
  std::size_t size = 0;
  for (const std::string &index : indices) {
    const std::optional<std::int64_t> place = parse_integer(index);
    if (!place || *place < 1) array.refuse("index " + shown(index) + " is out of range");
    places.push_back(static_cast<std::size_t>(*place - 1));
    size = std::max(size, places.back() + 1);
  }
  // Without n, whoever asks knows how long it has to be; zeros at its end cost nothing here.
  const std::optional<std::uint32_t> n = array.count("n");
  constexpr std::size_t kMaxSize = 65'535;
  if (n && *n < size) array.refuse("an index is out of range");
  if (n) size = *n;
  if (size > kMaxSize) array.refuse("it is too long");
  numbers.assign(size, array.number("defaultValue").value_or(0));
  for (std::size_t i = 0; i < places.size(); ++i) numbers[places[i]] = number_of(array, entries[i]);
  return numbers;
}

std::vector<std::vector<std::optional<std::string>>> read_inline_table(
    const XmlElement &parent, const std::vector<std::string> &columns) {
  if (const auto locator = parent.child("TableLocator"))
    locator->refuse_unsupported("tables outside of the document are not supported");
  std::vector<std::vector<std::optional<std::string>>> rows;
  for (const XmlElement row : parent.required_child("InlineTable").children("row")) {
    // Rows may leave cells out, so that a table can be much larger than its text.
    constexpr std::size_t kMaxCells = 20'000'000;
    check_limit((rows.size() + 1) * columns.size(), kMaxCells, "cells of a table");
    std::vector<std::optional<std::string>> cells(columns.size());
    for (const XmlElement cell : row.all_children())
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::size_t colon = columns[i].find(':');
        if (cell.name() == (colon == std::string::npos
                                ? std::string_view(columns[i])
                                : std::string_view(columns[i]).substr(colon + 1)))
          cells[i] = cell.text();
      }
    rows.push_back(std::move(cells));
  }
  return rows;
}

}  // namespace pgscore::formats::pmml
