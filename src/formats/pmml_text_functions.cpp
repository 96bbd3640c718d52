#include "formats/pmml_text_functions.hpp"

#include <algorithm>
#include <cmath>

namespace pgscore::formats {

using model::Op;
using model::Operand;

namespace {

const std::vector<std::string> &finite_texts(const PmmlColumn &text, const XmlElement &at) {
  if (!text.is_text()) at.unsupported("a function of strings is applied to a number");
  if (text.texts->is_open())
    at.unsupported("a function of strings is applied to a field without declared values",
                   "Texts are computed at import: declare the field's values in the DataDictionary.");
  return text.texts->texts();
}

template <class Function>
PmmlColumn map_texts(const PmmlColumn &text, PmmlGraph &graph, const XmlElement &at, Function function) {
  std::vector<std::string> results;
  for (const std::string &source : finite_texts(text, at)) results.push_back(function(source));
  const auto list = PmmlTexts::closed(results);
  std::vector<double> values;
  for (const std::string &result : results) values.push_back(*list->find(result));
  return {graph.text_table(text, std::move(values), model::kUnknownCategory), text.type, list};
}

// Letters of ASCII; of other letters the case would depend on a locale.
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

PmmlColumn pmml_uppercase(const PmmlColumn &text, PmmlGraph &graph, const XmlElement &at) {
  return map_texts(text, graph, at, [](std::string s) {
    std::transform(s.begin(), s.end(), s.begin(), upper);
    return s;
  });
}

PmmlColumn pmml_lowercase(const PmmlColumn &text, PmmlGraph &graph, const XmlElement &at) {
  return map_texts(text, graph, at, [](std::string s) {
    std::transform(s.begin(), s.end(), s.begin(), lower);
    return s;
  });
}

PmmlColumn pmml_trim_blanks(const PmmlColumn &text, PmmlGraph &graph, const XmlElement &at) {
  return map_texts(text, graph, at, [](const std::string &s) {
    const std::size_t first = s.find_first_not_of(' ');
    return first == s.npos ? std::string() : s.substr(first, s.find_last_not_of(' ') - first + 1);
  });
}

PmmlColumn pmml_string_length(const PmmlColumn &text, PmmlGraph &graph, const XmlElement &at) {
  std::vector<double> values;
  for (const std::string &s : finite_texts(text, at))
    values.push_back(static_cast<double>(std::count_if(s.begin(), s.end(), [](char c) { return !continues(c); })));
  return pmml_number(graph.text_table(text, std::move(values), model::kMissing), PmmlType::Kind::kInteger);
}

PmmlColumn pmml_substring(const PmmlColumn &text, double first, double length, PmmlGraph &graph, const XmlElement &at) {
  if (!(first >= 1) || !(length >= 0)) at.fail("the part of the string is out of range");
  return map_texts(text, graph, at, [first, length](const std::string &s) {
    std::string out;
    double place = 0;
    for (char c : s) {
      if (!continues(c)) ++place;
      if (place >= first && place - first < length) out += c;
    }
    return out;
  });
}

PmmlColumn pmml_concat(const std::vector<PmmlColumn> &parts, PmmlGraph &graph, const XmlElement &at) {
  constexpr std::size_t kMaxTexts = 100'000;
  const PmmlType type{PmmlType::Kind::kString, 1970};
  PmmlColumn result = graph.text_constant("");
  for (PmmlColumn part : parts) {
    if (!part.is_text()) part = graph.cast(part, type, at);
    const std::vector<std::string> &left = finite_texts(result, at), &right = finite_texts(part, at);
    if (left.size() * right.size() > kMaxTexts) at.unsupported("too many strings are joined");
    std::vector<std::string> texts;
    for (const std::string &a : left)
      for (const std::string &b : right) texts.push_back(a + b);
    const auto list = PmmlTexts::closed(texts);
    std::vector<std::pair<double, double>> entries;
    for (std::size_t i = 0; i < texts.size(); ++i) entries.emplace_back(static_cast<double>(i), *list->find(texts[i]));
    const Operand code = graph.apply(
        Op::kAdd,
        {graph.apply(Op::kMultiply, {result.operand, Operand::value(static_cast<double>(right.size()))}), part.operand});
    result = {graph.number_table(code, std::move(entries), model::kUnknownCategory), type, list};
  }
  return result;
}

}  // namespace pgscore::formats
