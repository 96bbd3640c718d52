// Test rows are rows with known scores. The caller of import_model gives them, or a model's file
// brings them along. An import checks and stores them; verify_model checks them again.
//
// In SQL they are a jsonb array of objects:
//   {"input": {"age": 30, "job": "skilled"},   by name, or an array by position; read as predict
//                                              reads a jsonb object
//    "expected": 0.25,                         what predict returns, or an object with one of
//                                              value, raw (array), probabilities (array),
//                                              class (label), outputs (what predict_outputs
//                                              returns: {"name": number or text, ...})
//    "tolerance": 1e-9}                        largest relative difference; default 0: bit for bit
//
// The catalog has a row for each output of each of them. All texts here are UTF-8.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/interrupt.hpp"
#include "model/test_rows.hpp"
#include "plan/plan.hpp"

namespace pgscore::registry {

/// One output of one row: a row of catalog_test.
struct TestRow {
  int row_no = 0;
  std::string input;             // JSON: object or array
  std::string output;            // value, raw, probabilities, class, or "outputs." and the name of
                                 // an output
  std::vector<double> expected;  // class and outputs that are texts: the index of the label or text
  double tolerance = 0;
  double zero_threshold = 0;  // numbers at most this far from 0, both, are equal
  std::string place = {};     // in the file that brought the row along, for messages; not stored
};

/// Reads the argument test_rows of import_model. Throws kInvalidArgument, naming the row.
std::vector<TestRow> parse_test_rows(std::string_view json, plan::Plan plan);

/// Converts the test rows that a model file brought along into the form of the argument. Throws
/// kInvalidModel when they do not fit the model.
std::vector<TestRow> embedded_test_rows(const model::TestRows &file, plan::Plan plan,
                                        Interrupt interrupt = {});

/// Gives the input of a test row as a JSON object by name. Throws kInvalidArgument for what is
/// neither a JSON object nor an array with a value for each input of the model.
std::string input_by_name(const std::string &input, plan::Plan plan);

/// Adds the place of a test row to an error about it, before the message: where the row stands in
/// the file that brought it along, or its number.
Error about(const TestRow &row, const Error &error);

/// What to do about a model file whose own test rows fail.
inline constexpr const char *kWithoutFilesRows =
    "The argument test_rows takes the place of the file's own rows: '[]' leaves them out.";

}  // namespace pgscore::registry
