// Rows with known scores that a model file brings along: what the program that made the file
// computed. An import scores them and refuses a file whose model gives something else.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pgscore::model {

/// A row, and what is expected of it.
struct TestRow {
  /// A number (NaN is missing), or the text of a category or an output.
  using Cell = std::variant<double, std::string>;
  /// What is expected of one named output (Output::values, Output::more).
  struct Named {
    std::string output;
    Cell expected;
    double tolerance = 0;       // largest relative difference; 0: bit for bit
    double zero_threshold = 0;  // expected and computed numbers at most this far from 0 are equal
  };

  std::string place = {};    // in the file, for messages: "line 12: row"; empty: messages give the
                             // number of the row
  std::vector<Cell> inputs;  // one per input of the model
  // What was recorded, in the order of the model's columns; empty when it was not.
  std::vector<double> values = {}, raw = {}, probabilities = {};
  std::optional<std::string> label = {};
  std::vector<Named> outputs = {};
};

struct TestRows {
  // The largest relative difference of values, raw and probabilities that is no failure. 0: bit for
  // bit.
  double tolerance = 0;
  std::vector<TestRow> rows;
};

}  // namespace pgscore::model
