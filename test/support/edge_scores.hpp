// Models of models/edge against the scores that lie beside them, which their library gave:
// NAME.rows.csv has a column for each feature; NAME.scores.csv has columns whose names begin with
// "margin" or "raw", "prediction" and "leaf", and perhaps "class".
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/float_text.hpp"
#include "model/interpret.hpp"
#include "support/files.hpp"
#include "support/model_folders.hpp"

namespace pgscore::test {

/// What a library's files need to be compared.
struct EdgeRules {
  /// A cell of the rows as the interpreter takes it.
  double (*encode)(const model::Input &input, const std::string &cell);
  /// What the library's predict returns, of a row's `columns`.
  std::vector<double> (*predictions)(const model::Model &model, const std::vector<double> &columns);
  bool (*same_margin)(double got, const std::string &cell);
  bool (*same_prediction)(double got, const std::string &cell);
  bool gives_classes = false;  // the scores of a classifier have the column "class"
};

/// What predict returns in most libraries: the values, or the probabilities where there is none.
inline std::vector<double> values_or_probabilities(const model::Model &model,
                                                   const std::vector<double> &columns) {
  std::vector<double> out;
  for (const model::NamedColumn &value : model.output.values) out.push_back(columns[value.column]);
  if (out.empty())
    for (const model::ColumnId id : model.output.probabilities) out.push_back(columns[id]);
  return out;
}

/// Compares one row, encoded, with its `expected` cells under `header`. All margins, predictions
/// and leaves of the model must be there.
inline void check_edge_row(const model::Model &model, const std::vector<double> &row,
                           const std::vector<std::string> &header,
                           const std::vector<std::string> &expected, const EdgeRules &rules) {
  const std::vector<double> columns = model::interpret(model, row);
  const std::vector<std::uint32_t> leaves = model::interpret_leaves(model, row);
  const std::vector<double> predicted = rules.predictions(model, columns);
  std::size_t margin = 0, prediction = 0, leaf = 0;
  bool has_class = false;
  for (std::size_t c = 0; c < header.size(); ++c) {
    SCOPED_TRACE(header[c]);
    if (header[c].starts_with("margin") || header[c].starts_with("raw")) {
      ASSERT_LT(margin, model.output.raw.size());
      const double got = columns[model.output.raw[margin++]];
      EXPECT_TRUE(rules.same_margin(got, expected[c]))
          << float64_text(got) << " for " << expected[c];
    } else if (header[c].starts_with("prediction")) {
      ASSERT_LT(prediction, predicted.size());
      const double got = predicted[prediction++];
      EXPECT_TRUE(rules.same_prediction(got, expected[c]))
          << float64_text(got) << " for " << expected[c];
    } else if (header[c] == "class") {
      has_class = true;
      EXPECT_EQ(model.output.labels.at(static_cast<std::size_t>(columns[model.output.class_code])),
                expected[c]);
    } else {
      ASSERT_LT(leaf, leaves.size());
      EXPECT_EQ(static_cast<double>(leaves[leaf++]), *parse_float64(expected[c]));
    }
  }
  EXPECT_EQ(margin, model.output.raw.size());
  EXPECT_EQ(prediction, predicted.size());
  EXPECT_EQ(leaf, leaves.size());
  EXPECT_EQ(has_class, rules.gives_classes && model.output.class_code != model::Operand::kNoColumn);
}

/// Compares every row of the model that was read from `path`. Returns the rows, encoded.
inline std::vector<std::vector<double>> check_edge_model(const std::filesystem::path &path,
                                                         const model::Model &model,
                                                         const EdgeRules &rules) {
  const CsvTable table = read_csv(beside(path, ".rows.csv")),
                 scores = read_csv(beside(path, ".scores.csv"));
  EXPECT_EQ(table.rows.size(), scores.rows.size());
  EXPECT_EQ(table.header.size(), model.inputs.size());
  std::vector<std::vector<double>> rows;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    SCOPED_TRACE("row " + std::to_string(r + 1));
    std::vector<double> row;
    for (const model::Input &input : model.inputs)
      row.push_back(rules.encode(input, table.rows[r].at(table.find(input.name))));
    check_edge_row(model, row, scores.header, scores.rows.at(r), rules);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace pgscore::test
