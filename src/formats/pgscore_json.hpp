// pgscore JSON: the interchange format of pgscore, documented in models/export/README.md. It maps one to one onto
// model/model.hpp and is meant to be written by exporters in any language.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "formats/format.hpp"

namespace pgscore::formats {

bool sniff_pgscore_json(Bytes bytes);
void load_pgscore_json(const Source &source, model::Builder &builder);

/// A row with the scores that the training library gave for it, shipped inside the model file.
struct TestRow {
  using Cell = std::variant<double, std::string>;  // a number (NaN is missing) or the text of a category
  std::vector<Cell> inputs;                        // one per input of the model
  // What was recorded; empty: not recorded.
  std::vector<double> values, raw, probabilities;
  std::optional<std::string> label;
};
struct TestRows {
  double tolerance = 0;  // largest relative difference that is no failure; 0: bit for bit
  std::vector<TestRow> rows;
};

/// The test rows of a file that load_pgscore_json accepts; none when it has none.
TestRows pgscore_json_test_rows(Bytes bytes, const Limits &limits = {}, Interrupt interrupt = {});

}  // namespace pgscore::formats
