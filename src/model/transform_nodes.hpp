// Nodes that make columns of columns: scalar operations, tables, bins, reductions, predicates.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/columns.hpp"

namespace pgscore::model {

/// Scalar operations. Unless said otherwise a missing argument makes the result missing. Truth is
/// 1, falsehood 0, and any number but 0 counts as true.
enum class Op : std::uint8_t {
  // Of (x, y), as IEEE 754 has them.
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,

  // Of (x, y).
  kMin,
  kMax,
  kPower,  // pow

  // Of x.
  kNegate,
  kAbs,
  kSqrt,
  kExp,
  kExpm1,
  kLog,
  kLog1p,
  kFloor,
  kCeil,
  kRound,  // half away from zero

  // Comparisons of (x, y): 0 or 1.
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,

  // Logic of (x, y), and kNot of x, three-valued as in SQL: false and missing = false.
  kAnd,
  kOr,
  kNot,

  // With a treatment of missing arguments of their own.
  kIsMissing,  // (x) -> 0 or 1, never missing
  kIfMissing,  // (x, y): x, or y when x is missing (impute)
  kIf,         // (c, x, y): x where c is true, y where it is false, missing where c is missing
  kIndicator,  // (x, y) -> 1 when both are present and equal, else 0; never missing (one-hot)

  // Of x, but for kModulo.
  kToFloat32,  // rounded to float32
  kModulo,     // (x, y): x - y * floor(x / y)
  kRint,       // half to even
  kTruncate,
  kSign,  // -1, 0 or 1
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
  kNormalQuantile,  // the z with normal_cdf(z) = x; missing outside of [0, 1]
};

/// Gives the number of arguments that an operation takes.
constexpr std::size_t arity(Op op) {
  switch (op) {
    case Op::kIf:
      return 3;
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kMin:
    case Op::kMax:
    case Op::kPower:
    case Op::kModulo:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kAnd:
    case Op::kOr:
    case Op::kIfMissing:
    case Op::kIndicator:
      return 2;
    default:
      return 1;
  }
}

/// A scalar operation. Result: one number column.
struct Apply {
  Op op = Op::kAdd;
  Precision precision = Precision::kFloat64;
  std::vector<Operand> args;
};

/// A table. The value is values[code] for a kCategory input, and that of the equal key in `keys`
/// (ascending) for a kNumber input. Result: one number column; it is missing where the value is
/// NaN.
struct LookUp {
  ColumnId input = 0;
  std::vector<double> keys;  // empty for a category input
  std::vector<double> values;
  double unknown = kMissing;  // kUnknownCategory, or no equal key
  double missing = kMissing;
};

/// Bins. With cuts c0 < c1 < ... the value is values[k], k = number of cuts that are <= x
/// (upper_open) or < x (otherwise). Result: one number column.
struct Discretize {
  ColumnId input = 0;
  std::vector<double> cuts;
  bool upper_open = true;
  std::vector<double> values;  // cuts.size() + 1
  double missing = kMissing;
};

/// A table by several columns together. Their values, integers, are mixed into a key (mix_hash,
/// hashed_category.hpp). Result: the values of the key, a number column for each.
struct HashLookUp {
  std::vector<ColumnId> inputs;
  std::vector<std::uint64_t> keys;  // ascending
  std::vector<float> values;        // key after key, all of its values
  std::vector<float> unknown;       // the values where there is no equal key, or an input is
                                    // missing or no integer
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
  // The least value for which the weights of the values up to it are at least half of all weights.
  // Weights are added in double, of equal values in the order of the inputs; all weights in the
  // order of the inputs, in `precision`. (JPMML-Evaluator 1.7, ValueAggregator.weightedMedian;
  // scikit-learn's AdaBoostRegressor takes the same one.)
  kWeightedMedian,
};

/// Makes one column of many, in their order: s = 0; s = s + x1; s = s + x2; ... each operation in
/// `precision` (the median sorts first). Result: one number column.
struct Reduce {
  Reduction function = Reduction::kSum;
  Precision precision = Precision::kFloat64;
  // True: missing inputs are left out, and the result is missing when all are. False: one is
  // enough.
  bool skip_missing = false;
  std::vector<ColumnId> inputs;
  std::vector<double> weights = {};  // kWeightedMedian: of each input
};

/// Which inputs are greatest. Result: `count` columns, the k-th with the index of the k-th greatest
/// input (least, with `ascending`); equal ones in the order of the inputs. Missing inputs are left
/// out; columns for which no input is left are missing.
struct Rank {
  bool ascending = false;
  std::uint32_t count = 1;
  std::vector<ColumnId> inputs;
};

/// A tree whose branches are truth columns: PMML's TreeModel where predicates are not splits of one
/// column, rule sets where the first true rule counts, segments of which one is selected. Result:
/// two columns, the index of the node that the walk ends in (missing when it ends in none), and the
/// number of default children on the way.
///
/// The walk begins at node 0 if its predicate is true, otherwise there is no node. From a node it
/// goes to the first child whose predicate is true. A missing predicate before that ends the search
/// as `on_missing` says. A node without children ends the walk; one whose children are all false
/// ends it as `no_true_child` says (PMML 4.4, TreeModel).
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

}  // namespace pgscore::model
