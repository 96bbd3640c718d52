// Rows with known scores: given to import_model, checked there, stored, and checked again by
// verify_model.
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
// In the catalog, each is as many rows as it has outputs.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.hpp"
#include "plan/plan.hpp"

namespace pgscore::pg {

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

struct TestResult {
  std::vector<double> got;
  std::int64_t ulp = 0;  // largest distance of an element, see ulp_distance
  bool ok = false;
};

/// The plan and the name of the model, for messages.
struct TestedModel {
  plan::Plan plan;
  std::string name;
};

/// The test_rows of import_model. Throws kInvalidArgument, naming the row.
std::vector<TestRow> parse_test_rows(std::string_view json, plan::Plan plan);

/// The test rows that a model file brought along. Throws kInvalidModel when they do not fit the
/// model.
std::vector<TestRow> embedded_test_rows(const model::TestRows &file, plan::Plan plan);

/// Scores one row as the SQL functions do. A row without a result (a policy of the model makes it
/// NULL) gives NaN. Throws Error when the input does not fit the model.
TestResult run_test(const TestRow &row, const TestedModel &model);

/// Throws kInvalidModel for the first row whose score is not as expected.
void require_expected_scores(const std::vector<TestRow> &rows, const TestedModel &model);

/// Number of representable numbers between a and b: float32 numbers when both are float32 numbers,
/// double otherwise. Two NaNs are equal, a NaN and a number are as far apart as it gets.
std::int64_t ulp_distance(double a, double b);

}  // namespace pgscore::pg
