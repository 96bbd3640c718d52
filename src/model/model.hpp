// What a model means, independent of the file it came from and of how fast it is computed.
//
// A Model is a small acyclic graph over columns. A column holds one double per row:
//   - a number column holds the number; NaN is "missing" (SQL NULL).
//   - a hash column holds hashed_category() of a category's text, an integer, for models that know categories by that only; NaN
//     is "missing". To the graph it is a number.
//   - a category column holds the index of a category in the column's own list; NaN is "missing", kUnknownCategory is a
//     value that is present but not in the list.
// Columns 0 .. inputs-1 are the inputs. Each node reads earlier columns and writes `num_outputs` new ones, so the order of
// `nodes` is an evaluation order and no cycle can be said. The usual boosted model is inputs -> TreeEnsemble -> Link.
//
// interpret.cpp evaluates this, slowly and obviously: it is the specification. Comments here say what it must do where a
// reader would otherwise have to guess. Models are made by Builder only, which refuses nonsense.
#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "model/text_operation.hpp"

namespace pgscore::model {

using ColumnId = std::uint32_t;

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kUnknownCategory = -1.0;

enum class ColumnType : std::uint8_t { kNumber, kCategory, kHash };

/// Precision in which one operation rounds: kFloat32 rounds the arguments and the result of every single operation.
enum class Precision : std::uint8_t { kFloat32, kFloat64 };

// ---- inputs ---------------------------------------------------------------------------------------------------------

/// What happens to a category that is not in the list.
enum class UnknownPolicy : std::uint8_t {
  kMissing,  // it is missing
  kKeep,     // it is kUnknownCategory: the graph has its own treatment (one-hot of an unknown level is all zeros)
  kError,    // the row is an error
  kNull,     // the result is NULL
};
/// What happens to a missing value.
enum class MissingPolicy : std::uint8_t {
  kNative,  // what the training library does
  kError,   // the row is an error
  kNull,    // the result is NULL
};
/// Which numbers the training library takes; any other is an error. NaN is missing, whatever the range.
enum class NumberRange : std::uint8_t {
  kAny,
  kFinite,   // no infinities
  kFloat32,  // finite when rounded to float32 (scikit-learn's trees, utils/validation.py _assert_all_finite)
};

/// What a number column counts, for inputs that SQL gives as dates and times.
enum class Unit : std::uint8_t {
  kNone,          // a number
  kDays,          // a date: days since 1970-01-01
  kSeconds,       // a timestamp: seconds since 1970-01-01 00:00, leap seconds not counted
  kSecondsOfDay,  // a time of day: seconds since midnight
};

struct Input {
  std::string name;
  ColumnType type = ColumnType::kNumber;
  std::vector<std::string> categories;  // kCategory: code i stands for categories[i]; distinct, may be empty strings
  UnknownPolicy on_unknown = UnknownPolicy::kMissing;
  MissingPolicy on_missing = MissingPolicy::kNative;
  NumberRange range = NumberRange::kAny;  // kNumber
  Unit unit = Unit::kNone;                // kNumber
  // kCategory: done with a text before it is looked up, in this order. (Tables and trees see codes, as ever.)
  std::vector<TextOperation> text_operations = {};
};

// ---- transforms -----------------------------------------------------------------------------------------------------

/// An argument: a column, or a constant.
struct Operand {
  static constexpr ColumnId kNoColumn = UINT32_MAX;
  ColumnId column = kNoColumn;
  double constant = 0;
  bool is_constant() const { return column == kNoColumn; }
  static Operand of(ColumnId column) { return {column, 0}; }
  static Operand value(double constant) { return {kNoColumn, constant}; }
};

/// Scalar operations. Unless said otherwise a missing argument makes the result missing. Truth is 1, falsehood 0, and any
/// number but 0 counts as true.
enum class Op : std::uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,  // (x, y), IEEE 754
  kMin,
  kMax,    // (x, y)
  kPower,  // (x, y) pow
  kNegate,
  kAbs,
  kSqrt,
  kExp,
  kExpm1,
  kLog,
  kLog1p,
  kFloor,
  kCeil,
  kRound,  // (x); kRound: half away from zero
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,  // (x, y) -> 0 or 1
  kAnd,
  kOr,
  kNot,        // three-valued as in SQL: false and missing = false
  kIsMissing,  // (x) -> 0 or 1, never missing
  kIfMissing,  // (x, y): x, or y when x is missing (impute)
  kIf,         // (c, x, y): x where c is true, y where it is false, missing where c is missing
  kIndicator,  // (x, y) -> 1 when both are present and equal, else 0; never missing (one-hot)
  kToFloat32,  // (x) rounded to float32
  kModulo,     // (x, y): x - y * floor(x / y)
  kRint,       // (x) half to even
  kTruncate,
  kSign,  // (x): -1, 0 or 1
  kLog10,
  kSin,
  kCos,
  kTan,
  kAsin,
  kAcos,
  kAtan,
  kSinh,
  kCosh,
  kTanh,
  kErf,
  kNormalQuantile,  // (x): the z with normal_cdf(z) = x; missing outside of [0, 1]
};

/// One scalar operation. Result: one number column.
struct Apply {
  Op op = Op::kAdd;
  Precision precision = Precision::kFloat64;
  std::vector<Operand> args;
};

/// A table. kCategory input: the value is values[code]. kNumber input: the value belongs to the equal key in `keys`
/// (ascending). Result: one number column; may itself be missing where the table says NaN.
struct LookUp {
  ColumnId input = 0;
  std::vector<double> keys;  // empty for a category input
  std::vector<double> values;
  double unknown = kMissing;  // kUnknownCategory, or no equal key
  double missing = kMissing;
};

/// Bins. With cuts c0 < c1 < ... the value is values[k], k = number of cuts that are <= x (upper_open) or < x (otherwise).
/// Result: one number column.
struct Discretize {
  ColumnId input = 0;
  std::vector<double> cuts;
  bool upper_open = true;
  std::vector<double> values;  // cuts.size() + 1
  double missing = kMissing;
};

/// A table by several columns together. Their values, integers, are mixed into a key (mix_hash, hashed_category.hpp); the
/// results are the key's values. Result: as many number columns as there are values for one key.
struct HashLookUp {
  std::vector<ColumnId> inputs;
  std::vector<std::uint64_t> keys;  // ascending
  std::vector<float> values;        // for each key, one after the other, all of its values
  std::vector<float> unknown;       // the values where there is no equal key, or an input is missing or no integer
};

enum class Reduction : std::uint8_t {
  kSum,
  kProduct,
  kMin,
  kMax,
  kMean,        // sum / number of values
  kMedian,      // of an even number of values the mean of the two in the middle, (a + b) / 2
  kSumSquares,  // sum of x * x
  kSumSizes,    // sum of |x|
  // The least value for which the weights of the values up to it are half of all weights or more. Weights are added in double, of
  // equal values in the order of the inputs; all weights in the order of the inputs, in `precision`. (JPMML-Evaluator 1.7,
  // ValueAggregator.weightedMedian; scikit-learn's AdaBoostRegressor takes the same one.)
  kWeightedMedian,
};

/// Many columns to one, in their order: s = 0; s = s + x1; s = s + x2; ... each operation in `precision` (the median sorts
/// first). Result: one number column.
struct Reduce {
  Reduction function = Reduction::kSum;
  Precision precision = Precision::kFloat64;
  bool skip_missing = false;  // true: missing inputs are left out, and the result is missing when all are. false: one is enough
  std::vector<ColumnId> inputs;
  std::vector<double> weights = {};  // kWeightedMedian: of each input
};

/// Which inputs are greatest. Result: `count` columns, the k-th with the index of the k-th greatest input (least, with
/// `ascending`); equal ones in the order of the inputs. Missing inputs are left out, and columns beyond the others are missing.
struct Rank {
  bool ascending = false;
  std::uint32_t count = 1;
  std::vector<ColumnId> inputs;
};

/// A tree whose branches are truth columns: PMML's TreeModel where predicates are not splits of one column, rule sets where the
/// first true one counts, segments of which one is selected. Result: two columns, the index of the node that the walk ends in
/// (missing: none), and the number of default children on the way.
///
/// The walk begins at node 0 if its predicate is true, otherwise there is no node. From a node it goes to the first child whose
/// predicate is true. A missing predicate before that ends the search as `on_missing` says. A node without children ends the
/// walk; one whose children are all false ends it as `no_true_child` says (PMML 4.4, TreeModel).
struct PredicateTree {
  enum class OnMissing : std::uint8_t {
    kFalse,         // as a false one
    kLast,          // the walk ends here
    kNone,          // there is no node
    kDefaultChild,  // the walk goes on at default_child; without one there is no node
  };
  enum class NoTrueChild : std::uint8_t { kNone, kLast };
  static constexpr std::uint32_t kNoChild = UINT32_MAX;
  struct Node {
    Operand predicate;
    std::uint32_t first_child = 0;  // children stand one after the other, behind their parent
    std::uint32_t num_children = 0;
    std::uint32_t default_child = kNoChild;  // index in `nodes`, one of the children
  };
  OnMissing on_missing = OnMissing::kFalse;
  NoTrueChild no_true_child = NoTrueChild::kNone;
  std::vector<Node> nodes;
};

// ---- predictors -----------------------------------------------------------------------------------------------------

enum class Split : std::uint8_t {
  kLeaf,
  kLess,       // left when x <  threshold
  kLessEqual,  // left when x <= threshold
  // Left when the category, x without its fraction, is in the set; categories beyond the set are not in it. Which numbers above
  // -1 are category 0:
  kInSet,           // x >= 0, tested before the fraction goes: -0.5 is in no set (XGBoost, src/common/categorical.h InvalidCat)
  kInSetTruncated,  // x > -1: -0.5 is cut to category 0 first (LightGBM, include/LightGBM/tree.h CategoricalDecision)
};
inline bool is_set_split(Split split) { return split == Split::kInSet || split == Split::kInSetTruncated; }

/// LightGBM's zero: numbers up to this size. The float 1e-35f in a double (include/LightGBM/meta.h kZeroThreshold).
inline constexpr double kZeroThreshold = 1e-35f;

/// What counts as missing at one split.
enum class MissingKind : std::uint8_t {
  kNan,        // NaN is missing: goes in the default direction
  kNanIsZero,  // nothing is missing: NaN counts as 0 (LightGBM missing_type None)
  kZeroOrNan,  // NaN and |x| <= 1e-35 are missing (LightGBM missing_type Zero)
};

/// 32 bytes. Children stand behind their parent in TreeEnsemble::nodes, so a walk always ends.
struct TreeNode {
  // split: threshold (never NaN, may be infinite). leaf: the value, when leaf_width == 1 (with a leaf function: what stands in
  // for it when one of its features is missing)
  double value = 0;
  std::uint32_t left = 0;  // absolute index in TreeEnsemble::nodes
  std::uint32_t right = 0;
  std::uint32_t feature = 0;  // split: index in TreeEnsemble::features
  std::uint32_t index = 0;    // set split: in TreeEnsemble::sets. leaf: its vector (leaf_width > 1) or function (linear_leaves)
  std::uint32_t id = 0;       // the number the training library reports for this node (predict_leaf)
  Split split = Split::kLeaf;
  MissingKind missing = MissingKind::kNan;
  bool default_left = false;
};

struct Tree {
  std::uint32_t first_node = 0;  // the root
  std::uint32_t num_nodes = 0;
  std::uint32_t group = 0;  // the output that leaves add to, when leaf_width == 1
};

/// A set of categories: bit c of the words [first_word, first_word + num_words) of TreeEnsemble::set_words.
struct CategorySet {
  std::uint32_t first_word = 0;
  std::uint32_t num_words = 0;
};

/// A leaf that is a linear function of features, as LightGBM's linear_tree makes them (include/LightGBM/tree.h Tree::Predict):
/// y = constant; y = y + coefficient * x for each term, in order; each operation in the ensemble's `sum` precision, x too. An
/// x up to kZeroThreshold in size is 0 (src/c_api.cpp RowPairFunctionFromDenseMatric). When any of its features is NaN, the leaf
/// is worth TreeNode::value instead. A split's kind of missing value means nothing here: 0 is a number, and NaN is never taken
/// for 0.
struct LeafFunction {
  double constant = 0;
  std::uint32_t first_term = 0;  // in TreeEnsemble::leaf_terms, which functions use front to back
  std::uint32_t num_terms = 0;   // 0: the leaf is worth the constant
};
struct LeafTerm {
  std::uint32_t feature = 0;  // index in TreeEnsemble::features
  double coefficient = 0;
};

enum class Aggregate : std::uint8_t {
  kSum,      // base + t1 + t2 + ...
  kAverage,  // (base + t1 + t2 + ...) / divisor
};

/// Result: `num_groups` number columns, never missing unless a leaf is NaN.
/// Every operation of a group is done in `sum` precision, in the order of the trees: s = base; s = s + leaf(t) for each
/// tree of the group; then the division. Nothing is fused or re-associated.
struct TreeEnsemble {
  std::vector<ColumnId> features;
  Precision compare = Precision::kFloat32;  // features are rounded to this before they are compared (with a double threshold)
  Precision sum = Precision::kFloat32;      // leaf values and base are exactly representable in it
  std::uint32_t num_groups = 1;
  std::uint32_t leaf_width = 1;  // 1: a leaf adds to the tree's group. num_groups: a leaf adds a vector to all groups
  std::vector<double> base;      // num_groups
  Aggregate aggregate = Aggregate::kSum;
  double divisor = 1;
  std::vector<Tree> trees;
  std::vector<TreeNode> nodes;
  std::vector<double> leaf_vectors;  // leaf_width > 1: vector i at i * leaf_width
  bool linear_leaves = false;        // every leaf has a function: TreeNode::index. Only when leaf_width == 1
  std::vector<LeafFunction> leaf_functions;
  std::vector<LeafTerm> leaf_terms;
  std::vector<CategorySet> sets;
  std::vector<std::uint32_t> set_words;
};

/// One term of a linear predictor: coefficient times column, or the coefficient of the level.
struct LinearTerm {
  ColumnId column = 0;
  bool by_level = false;             // the column is a category: its level picks one of `coefficients`
  std::vector<double> coefficients;  // numeric: num_outputs. by_level: num_levels * num_outputs, level-major
};

/// Result: `num_outputs` number columns: intercept + sum of terms, added one by one in the order of the terms, in `precision`.
struct Linear {
  enum class OnMissing : std::uint8_t {
    kSkip,       // a missing (or unknown-level) term adds nothing (XGBoost's gblinear)
    kPropagate,  // the result is missing (R)
  };
  Precision precision = Precision::kFloat64;
  OnMissing on_missing = OnMissing::kPropagate;
  bool intercept_first = true;  // false: the sum of the terms starts at 0 and the intercept is added at the end (scikit-learn)
  std::uint32_t num_outputs = 1;
  std::vector<double> intercept;  // num_outputs
  std::vector<LinearTerm> terms;
};

/// A fully connected layer: y_j = s + bias_j after s = 0; s = fma(x_k, weight_kj, s) for each input k in order; all in
/// `precision`, arguments rounded to it first. fma rounds once. Result: `num_outputs` number columns; a missing input makes all
/// of them missing.
struct Dense {
  Precision precision = Precision::kFloat32;
  std::vector<ColumnId> inputs;
  std::uint32_t num_outputs = 1;
  std::vector<double> weights;  // input k, output j: weights[k * num_outputs + j]
  std::vector<double> bias;     // num_outputs
};

/// Sums of kernel functions: a support vector machine. y_j = s + intercept_j after s = 0; s = s + coefficient_ij * K(x, v_i) for
/// each vector i in order, but those whose coefficient is 0. Result: `num_outputs` number columns; a missing input makes all of
/// them missing.
/// With d = x_1 * v_1 + x_2 * v_2 + ... from 0 in order, and e = (x_1 - v_1)^2 + ... likewise:
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

/// Probabilities of classes from those of pairs of them: the second method of Wu, Lin and Weng (2004) as libsvm computes it
/// (svm.cpp multiclass_probability: at most max(100, n) rounds, until no error is above 0.005 / n). Result: num_classes number
/// columns that sum to 1. `inputs`: for the pairs (0,1), (0,2), ... (1,2), ... the probability of the first; a missing one makes
/// all missing.
struct PairwiseCoupling {
  Precision precision = Precision::kFloat64;
  std::uint32_t num_classes = 2;
  std::vector<ColumnId> inputs;  // num_classes * (num_classes - 1) / 2
};

/// Distances, or similarities, between the row and points: clusterings, nearest neighbours (PMML 4.4, ComparisonMeasure). A field
/// is left out where its column or the point's value is missing; when all are, the distance is missing. Computed in double.
struct Distances {
  enum class Compare : std::uint8_t {
    kAbsDiff,  // c = |x - y|
    kGauss,    // c = exp(-ln(2) * (x - y)^2 / scale^2)
    kDelta,    // c = 0 when equal, else 1
    kEqual,    // c = 1 when equal, else 0
  };
  enum class Measure : std::uint8_t {
    // Distances. With z = sum of weight over all fields / sum of weight over those not left out, sums in the order of the fields:
    kEuclidean,         // sqrt(z * sum of weight * c * c)
    kSquaredEuclidean,  // z * sum of weight * c * c
    kCityBlock,         // z * sum of weight * c
    kChebychev,         // greatest weight * c
    kMinkowski,         // pow(z * sum of weight * pow(c, exponent), 1 / exponent)
    // Similarity of truth values. With a_ij the number of fields where the row is i and the point is j (not 0 counts as 1):
    kBinary,  // (n_11 a_11 + n_10 a_10 + n_01 a_01 + n_00 a_00) / (d_11 a_11 + ...); n_11, n_10, n_01, n_00, d_11 ... in `binary`
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
  /// 0: the result is num_points number columns, the distances. Otherwise 2 * nearest columns: the indices of the nearest points
  /// (of the most similar, for kBinary), equal ones in the order of the points, then their distances; missing where there are
  /// fewer.
  std::uint32_t nearest = 0;
};

// ---- links and decisions --------------------------------------------------------------------------------------------

/// Inverse link functions. kSoftmax and kNormalize need all of their inputs, the others work on each input by itself.
enum class LinkFunction : std::uint8_t {
  kLogistic,     // 1 / (1 + exp(-x)). In kFloat32 as XGBoost: 1 / (exp(min(-x, 88.7)) + 1 + 1e-16)
  kLogisticGlm,  // R's logit: t / (1 + t), t = exp(x) held in [2^-52, 2^52]  (stats/src/family.c logit_linkinv)
  kExp,
  kSoftmax,        // exp(x - max) / sum, summed in double for kFloat32 as XGBoost does (common/math.h)
  kNormalize,      // x / sum; all equal when the sum is 0 (scikit-learn, one vs rest)
  kNormalCdf,      // probit
  kCloglog,        // 1 - exp(-exp(x))
  kLoglog,         // exp(-exp(-x))
  kCauchit,        // atan(x) / pi + 1/2
  kReciprocal,     // 1 / x
  kInverseSquare,  // 1 / sqrt(x)   (link 1/mu^2)
  kSquare,         // x * x         (link sqrt)
  kRectify,        // max(x, 0)
  kTanh,
};

/// Result: as many number columns as there are inputs. A missing input makes the result missing (all of them for the
/// functions that need all inputs).
struct Link {
  LinkFunction function = LinkFunction::kLogistic;
  Precision precision = Precision::kFloat64;
  std::vector<ColumnId> inputs;
};

/// The first input that is greatest. Result: one column with its index; missing when any input is missing. (Rank leaves missing
/// ones out.)
struct ArgMax {
  std::vector<ColumnId> inputs;
};

struct Node {
  std::variant<Apply, LookUp, Discretize, HashLookUp, TreeEnsemble, Linear, Link, ArgMax, Reduce, Rank, PredicateTree, Dense,
               KernelMachine, PairwiseCoupling, Distances>
      body;
  ColumnId first_output = 0;
  std::uint32_t num_outputs = 1;
};

// ---- outputs --------------------------------------------------------------------------------------------------------

enum class Task : std::uint8_t { kRegression, kClassification };

struct NamedColumn {
  std::string name;
  ColumnId column = 0;
  std::vector<std::string> texts =
      {};  // empty: a number. Otherwise the column is an index into these; any other value gives NULL
};

/// Which columns the scoring functions return.
struct Output {
  Task task = Task::kRegression;
  /// What the library's own predict returns, one per target. predict() needs exactly one. Binary classification: P(positive),
  /// or what the library gives instead. Empty for multi-class.
  std::vector<NamedColumn> values;
  std::vector<ColumnId> raw;            // margins before the link, in the library's order (predict_raw)
  std::vector<ColumnId> probabilities;  // classification: one per label; empty when the model has none (predict_proba)
  std::vector<std::string> labels;      // classification
  // Classification: column with an index into labels (predict_class); none when labels do not exclude each other (multi-label).
  ColumnId class_code = Operand::kNoColumn;
  std::uint32_t positive = 1;  // binary classification: index of the positive label
  /// Whatever else the model computes (PMML's Output, reason codes, further tensors): predict_outputs returns these, too.
  std::vector<NamedColumn> more;
};

/// Facts about the file for people; nothing computes with them. Order is kept.
struct Fact {
  std::string name, value;
};

struct Model {
  std::string format;     // "xgboost-json", ...
  std::string objective;  // in the library's own words; empty when the file has none
  std::vector<Fact> facts;
  std::vector<Input> inputs;
  std::vector<Node> nodes;
  std::uint32_t num_columns = 0;  // inputs and outputs of all nodes
  Output output;

  std::uint64_t num_trees() const;
  std::uint64_t num_tree_nodes() const;
};

}  // namespace pgscore::model
