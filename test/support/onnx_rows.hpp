// Rows and outputs of ONNX models by the names that ONNX gives them: "X_3" is element 3 of tensor
// X, "probability(yes)" the value that a map has for the key "yes".
#pragma once
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "base/float_text.hpp"
#include "model/model.hpp"
#include "support/files.hpp"

namespace pgscore::test {

/// Where `empty_is_text`, an empty cell of a text is the empty text, otherwise NULL.
inline double encode_onnx(const model::Input &input, const std::string &cell, bool empty_is_text) {
  if (input.type != model::ColumnType::kCategory)
    return cell.empty() ? model::kMissing : *parse_float64(cell);
  if (cell.empty() && !empty_is_text) return model::kMissing;
  const auto at = std::find(input.categories.begin(), input.categories.end(), cell);
  return at == input.categories.end() ? model::kUnknownCategory
                                      : static_cast<double>(at - input.categories.begin());
}

/// By position when there are as many cells as inputs, otherwise by name: keys that a map has not
/// are missing.
inline std::vector<double> encode_onnx_row(const model::Model &model, const CsvTable &table,
                                           const std::vector<std::string> &cells,
                                           bool empty_is_text = false) {
  const bool by_position = table.header.size() == model.inputs.size();
  std::vector<double> row;
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const std::size_t column = by_position ? i : table.find(model.inputs[i].name);
    row.push_back(column == std::string::npos
                      ? model::kMissing
                      : encode_onnx(model.inputs[i], cells.at(column), empty_is_text));
  }
  return row;
}

/// Every output as a text; "" is missing. Scores of classes stand under "(label)" and "_number",
/// the class under "class", predict_raw under "margin_number".
inline std::map<std::string, std::string> name_onnx_outputs(const model::Output &output,
                                                            const std::vector<double> &columns) {
  std::map<std::string, std::string> named;
  auto number = [&](model::ColumnId column) {
    return std::isnan(columns[column]) ? "" : float64_text(columns[column]);
  };
  auto text = [&](model::ColumnId column, const std::vector<std::string> &texts) -> std::string {
    const double code = columns[column];
    return code >= 0 && code < static_cast<double>(texts.size())
               ? texts[static_cast<std::size_t>(code)]
               : "";
  };
  for (const auto &value : output.values) named[value.name] = number(value.column);
  for (const auto &value : output.more)
    named[value.name] =
        value.texts.empty() ? number(value.column) : text(value.column, value.texts);
  for (std::size_t k = 0; k < output.probabilities.size(); ++k) {
    named["(" + output.labels[k] + ")"] = number(output.probabilities[k]);
    named["_" + std::to_string(k)] = number(output.probabilities[k]);
  }
  for (std::size_t k = 0; k < output.raw.size(); ++k)
    named["margin_" + std::to_string(k)] = number(output.raw[k]);
  if (output.class_code != model::Operand::kNoColumn)
    named["class"] = text(output.class_code, output.labels);
  return named;
}

inline std::string find_onnx_output(const std::map<std::string, std::string> &named,
                                    const std::string &name) {
  std::vector<std::string> candidates{name};
  if (name.find('(') != std::string::npos) candidates.push_back(name.substr(name.find('(')));
  if (name.find('_') != std::string::npos) candidates.push_back(name.substr(name.rfind('_')));
  for (const std::string &candidate : candidates)
    if (const auto at = named.find(candidate); at != named.end()) return at->second;
  ADD_FAILURE() << "no output " << name;
  return "";
}

/// |got - wanted| in units of 1 + |wanted|; 0 when they are equal, infinite when one of them is
/// missing or a text.
inline double onnx_distance(const std::string &wanted, const std::string &got) {
  if (wanted == got) return 0;
  const auto a = parse_float64(wanted), b = parse_float64(got);
  if (!a || !b) return INFINITY;
  return *a == *b ? 0 : std::fabs(*a - *b) / (1 + std::fabs(*a));
}

}  // namespace pgscore::test
