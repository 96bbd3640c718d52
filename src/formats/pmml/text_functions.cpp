#include "formats/pmml/text_functions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "base/float_text.hpp"

namespace pgscore::formats::pmml {

using model::Op;
using model::Operand;

namespace {

const std::vector<std::string> &finite_texts(const Column &text, const XmlElement &at) {
  if (!text.is_text()) at.refuse_unsupported("a function of strings is applied to a number");
  if (text.texts->is_open())
    at.refuse_unsupported(
        "this function of strings is applied to a field without declared values",
        "Texts are computed at import: declare the field's values in the DataDictionary.");
  return text.texts->texts();
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

Column change_text(const Column &text, const model::TextOperation &operation, Graph &graph,
                   const XmlElement &at) {
  if (text.is_text() && text.texts->is_open()) {
    if (!text.texts->is_of_input(text.operand))
      at.refuse_unsupported(
          "a function of strings is applied to a field without declared values",
          "Such a field is changed when it is read, before anything else is done with "
          "it: declare the field's values in "
          "the DataDictionary.");
    return {text.operand, text.type, text.texts->after(operation, at)};
  }
  std::vector<std::string> results;
  for (const std::string &source : finite_texts(text, at))
    results.push_back(model::normal_text(std::span(&operation, 1), source).str());
  const auto list = Texts::closed(results);
  std::vector<double> values;
  for (const std::string &result : results) values.push_back(*list->find(result));
  return {graph.text_table(text, std::move(values), model::kUnknownCategory), text.type, list};
}

Column substring_of(const Column &text, double first, double length, Graph &graph,
                    const XmlElement &at) {
  // "The first character of a string is located at position 1"; before it, or of a negative length,
  // there is nothing to say (JPMML-Evaluator 1.7, Functions.java, raises an error). What lies
  // behind the end is empty.
  if (!(first >= 1) || !(length >= 0) || std::trunc(first) != first || std::trunc(length) != length)
    at.refuse("the part of the string is out of range",
              "It begins at " + float64_text(first) + " and has " + float64_text(length) +
                  " characters; these are whole numbers, and the first character is 1.");
  // No text has more characters
  constexpr double kMost = std::numeric_limits<std::uint32_t>::max();
  return change_text(
      text,
      {model::TextFunction::kSubstring, static_cast<std::uint32_t>(std::min(first, kMost)),
       static_cast<std::uint32_t>(std::min(length, kMost))},
      graph, at);
}

Column length_of_text(const Column &text, Graph &graph, const XmlElement &at) {
  std::vector<double> values;
  for (const std::string &s : finite_texts(text, at))
    values.push_back(static_cast<double>(
        std::count_if(s.begin(), s.end(), [](char c) { return !continues(c); })));
  return number_column(graph.text_table(text, std::move(values), model::kMissing),
                       Type::Kind::kInteger);
}

Column concatenate_texts(const std::vector<Column> &parts, Graph &graph, const XmlElement &at) {
  constexpr std::size_t kMaxTexts = 100'000;
  const Type type{Type::Kind::kString, 1970};
  Column result = graph.text_constant("");
  for (Column part : parts) {
    if (!part.is_text()) part = graph.cast(part, type, at);
    const std::vector<std::string> &left = finite_texts(result, at),
                                   &right = finite_texts(part, at);
    if (left.size() * right.size() > kMaxTexts)
      at.refuse_unsupported("too many strings are joined");
    std::vector<std::string> texts;
    for (const std::string &a : left)
      for (const std::string &b : right) texts.push_back(a + b);
    const auto list = Texts::closed(texts);
    std::vector<std::pair<double, double>> entries;
    for (std::size_t i = 0; i < texts.size(); ++i)
      entries.emplace_back(static_cast<double>(i), *list->find(texts[i]));
    const Operand code = graph.apply(
        Op::kAdd, {graph.apply(Op::kMultiply,
                               {result.operand, Operand::value(static_cast<double>(right.size()))}),
                   part.operand});
    result = {graph.number_table(code, std::move(entries), model::kUnknownCategory), type, list};
  }
  return result;
}

}  // namespace pgscore::formats::pmml
