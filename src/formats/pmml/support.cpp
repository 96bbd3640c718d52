// What is supported, from the tables of the code itself.
#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {
namespace {

/// "| title | a, b |", those that are not supported in a line of their own.
std::string lines(const std::string &title, const std::vector<Support> &list) {
  std::string supported, others;
  for (const Support &entry : list) {
    std::string &names = entry.is_supported ? supported : others;
    names += (names.empty() ? "`" : ", `") + std::string(entry.name) + "`";
  }
  return "| " + title + " | " + supported + " | " + (others.empty() ? "" : others) + " |\n";
}

}  // namespace

std::string support_tables() {
  std::string text = "| model | supported | remark |\n|---|---|---|\n";
  for (const ModelKind &kind : model_kinds())
    text += "| " + std::string(kind.element) + " | " + (kind.read != nullptr ? "yes" : "no") +
            " | " + std::string(kind.remark) + " |\n";
  text += "\n| | supported | refused, or missing |\n|---|---|---|\n";
  text += lines("methods of MiningModel", supported_methods());
  text += lines("expressions", supported_expressions());
  text += lines("functions", supported_functions());
  text += lines("features of Output", supported_features());
  return text;
}

}  // namespace pgscore::formats::pmml
