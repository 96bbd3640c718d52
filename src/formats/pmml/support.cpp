// What is supported, from the tables of the code itself.
#include "formats/long_cells.hpp"
#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {
namespace {

/// "| title | a, b | c |": those that are supported, and the others.
std::string line(const std::string &title, const std::vector<Support> &list, LongCells &cells) {
  std::string supported, others;
  for (const Support &entry : list) {
    std::string &names = entry.is_supported ? supported : others;
    names += (names.empty() ? "`" : ", `") + std::string(entry.name) + "`";
  }
  return "| " + title + " | " + cells.cell("Supported " + title, supported) + " | " + others +
         " |\n";
}

}  // namespace

std::string support_tables() {
  std::string text = "| model | supported | remark |\n|---|---|---|\n";
  for (const ModelKind &kind : model_kinds())
    text += "| " + std::string(kind.element) + " | " + (kind.read != nullptr ? "yes" : "no") +
            " | " + std::string(kind.remark) + " |\n";
  LongCells cells;
  text += "\n| | supported | refused, or missing |\n|---|---|---|\n";
  text += line("methods of MiningModel", supported_methods(), cells);
  text += line("expressions", supported_expressions(), cells);
  text += line("functions", supported_functions(), cells);
  text += line("features of Output", supported_features(), cells);
  return text + cells.notes();
}

}  // namespace pgscore::formats::pmml
