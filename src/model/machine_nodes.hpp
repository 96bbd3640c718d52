// Predictors that are no trees: linear functions, layers, kernel machines, distances.
#pragma once
#include <cstdint>
#include <vector>

#include "model/columns.hpp"

namespace pgscore::model {

/// One term of a linear predictor: coefficient times column, or the coefficient of the level.
struct LinearTerm {
  ColumnId column = 0;
  bool by_level = false;             // the column is a category: its level picks one of
                                     // `coefficients`
  std::vector<double> coefficients;  // numeric: num_outputs. by_level: num_levels * num_outputs,
                                     // level-major
};

/// A linear function: intercept + sum of terms, added one by one in the order of the terms, in
/// `precision`. Result: `num_outputs` number columns.
struct Linear {
  enum class OnMissing : std::uint8_t {
    kSkip,       // a missing (or unknown-level) term adds nothing (XGBoost's gblinear)
    kPropagate,  // the result is missing (R)
  };
  Precision precision = Precision::kFloat64;
  OnMissing on_missing = OnMissing::kPropagate;
  // False: the sum of the terms starts at 0 and the intercept is added at the end (scikit-learn).
  bool intercept_first = true;
  std::uint32_t num_outputs = 1;
  std::vector<double> intercept;  // num_outputs
  std::vector<LinearTerm> terms;
};

/// A fully connected layer: y_j = s + bias_j after s = 0; s = fma(x_k, weight_kj, s) for each input
/// k in order; all in `precision`, arguments rounded to it first. fma rounds once. Result:
/// `num_outputs` number columns; a missing input makes all of them missing.
struct Dense {
  Precision precision = Precision::kFloat32;
  std::vector<ColumnId> inputs;
  std::uint32_t num_outputs = 1;
  std::vector<double> weights;  // input k, output j: weights[k * num_outputs + j]
  std::vector<double> bias;     // num_outputs
};

/// Sums of kernel functions: a support vector machine. y_j = s + intercept_j after s = 0; s = s +
/// coefficient_ij * K(x, v_i) for each vector i in order, but those whose coefficient is 0. Result:
/// `num_outputs` number columns; a missing input makes all of them missing. d below is x_1 * v_1 +
/// x_2 * v_2 + ..., added to 0 in order, and e is (x_1 - v_1)^2 + ... likewise.
struct KernelMachine {
  enum class Kernel : std::uint8_t {
    kLinear,      // d
    kPolynomial,  // pow(gamma * d + offset, degree)
    kRadial,      // exp(-gamma * e)
    kSigmoid,     // tanh(gamma * d + offset)
  };
  Kernel kernel = Kernel::kLinear;
  Precision precision = Precision::kFloat64;  // of every operation and argument
  double gamma = 1, offset = 0, degree = 1;
  std::vector<ColumnId> inputs;
  std::uint32_t num_outputs = 1;
  std::vector<double> vectors;       // vector i, input k: vectors[i * inputs.size() + k]
  std::vector<double> coefficients;  // vector i, output j: coefficients[i * num_outputs + j]
  std::vector<double> intercept;     // num_outputs
};

/// Probabilities of classes, made of those of pairs of them: the second method of Wu, Lin and Weng
/// (2004) as libsvm computes it (svm.cpp multiclass_probability: at most max(100, n) rounds, until
/// no error is above 0.005 / n). Result: num_classes number columns that sum to 1. `inputs` has,
/// for the pairs (0,1), (0,2), ... (1,2), ..., the probability of the first; a missing one makes
/// all missing.
struct PairwiseCoupling {
  Precision precision = Precision::kFloat64;
  std::uint32_t num_classes = 2;
  std::vector<ColumnId> inputs;  // num_classes * (num_classes - 1) / 2
};

/// Distances, or similarities, between the row and points: clusterings, nearest neighbours (PMML
/// 4.4, ComparisonMeasure). A field is left out where its column or the point's value is missing;
/// when all are, the distance is missing. Computed in double.
struct Distances {
  enum class Compare : std::uint8_t {
    kAbsDiff,  // c = |x - y|
    kGauss,    // c = exp(-ln(2) * (x - y)^2 / scale^2)
    kDelta,    // c = 0 when equal, else 1
    kEqual,    // c = 1 when equal, else 0
  };
  enum class Measure : std::uint8_t {
    // Distances. z is sum of weight over all fields / sum of weight over those not left out; sums
    // are made in the order of the fields.
    kEuclidean,         // sqrt(z * sum of weight * c * c)
    kSquaredEuclidean,  // z * sum of weight * c * c
    kCityBlock,         // z * sum of weight * c
    kChebychev,         // greatest weight * c
    kMinkowski,         // pow(z * sum of weight * pow(c, exponent), 1 / exponent)

    // The similarity of truth values: (n_11 a_11 + n_10 a_10 + n_01 a_01 + n_00 a_00) / (d_11 a_11
    // + ...). a_ij is the number of fields where the row is i and the point is j (not 0 counts as
    // 1); `binary` holds n_11, n_10, n_01, n_00, d_11 ...
    kBinary,
  };
  struct Field {
    ColumnId column = 0;
    Compare compare = Compare::kAbsDiff;
    double weight = 1;
    double scale = 1;
  };
  Measure measure = Measure::kEuclidean;
  double exponent = 2;
  std::vector<double> binary;  // kBinary: 8 numbers
  std::vector<Field> fields;
  std::uint32_t num_points = 0;
  std::vector<double> points;  // point i, field k: points[i * fields.size() + k]
  /// If it is 0, the result is num_points number columns, the distances. Otherwise it is 2 *
  /// nearest columns: the indices of the nearest points (of the most similar, for kBinary), equal
  /// ones in the order of the points, then their distances; missing where there are fewer.
  std::uint32_t nearest = 0;
};

}  // namespace pgscore::model
