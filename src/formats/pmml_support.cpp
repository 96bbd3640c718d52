// What is supported, from the tables of the code itself.
#include "formats/pmml_model.hpp"

namespace pgscore::formats {
namespace {

/// "| title | a, b |", those that are not supported in a line of their own.
std::string lines(const std::string &title, const std::vector<PmmlSupport> &list) {
  std::string supported, others;
  for (const PmmlSupport &entry : list) {
    std::string &names = entry.is_supported ? supported : others;
    names += (names.empty() ? "`" : ", `") + std::string(entry.name) + "`";
  }
  return "| " + title + " | " + supported + " | " + (others.empty() ? "" : others) + " |\n";
}

}  // namespace

std::string pmml_support_tables() {
  std::string text = "| model | supported | remark |\n|---|---|---|\n";
  for (const PmmlModelKind &kind : pmml_model_kinds())
    text += "| " + std::string(kind.element) + " | " + (kind.read != nullptr ? "yes" : "no") +
            " | " + std::string(kind.remark) + " |\n";
  text += "\n| | supported | refused, or missing |\n|---|---|---|\n";
  text += lines("methods of MiningModel", pmml_methods());
  text += lines("expressions", pmml_expressions());
  text += lines("functions", pmml_functions());
  text += lines("features of Output", pmml_features());
  return text;
}

}  // namespace pgscore::formats
