// The steps of a plan, in the order in which they are evaluated, and the records that they refer
// to. A step computes columns from columns that earlier steps have written.
#pragma once
#include "plan/section_layout.hpp"

namespace pgscore::plan {

/// Who needs a step. A step runs when the wanted output is among these.
enum StepWants : std::uint8_t {
  kWantValues = 1,
  kWantRaw = 2,
  kWantProbabilities = 4,
  kWantClass = 8,
  // The step's columns lead to a tree ensemble. (Ensembles themselves report leaves without it.)
  kWantLeaves = 16,
  kWantMore = 32,
};

enum class StepKind : std::uint8_t {
  kApply,
  kLookUp,
  kDiscretize,
  kTrees,
  kLinear,
  kLink,
  kArgMax,
  kHashLookUp,
  kReduce,
  kRank,
  kPredicateTree,
  kDense,
  kKernelMachine,
  kPairwiseCoupling,
  kDistances,
};

/// A node of the model's graph. Fields that a kind does not name are 0 (precision: kFloat64).
struct StepRecord {
  StepKind kind;
  std::uint8_t wants;  // StepWants
  // kApply: model::Op. kLink: model::LinkFunction. kReduce: model::Reduction. kPredicateTree:
  // OnMissing. kKernelMachine: Kernel. kDistances: Measure.
  std::uint8_t function;
  // model::Precision: kApply, kLinear, kLink, kReduce, kDense, kKernelMachine, kPairwiseCoupling.
  std::uint8_t precision;
  // kLookUp: the column is a category. kDiscretize: upper_open. kLinear: intercept_first. kReduce:
  // skip_missing. kRank: ascending. kPredicateTree: no_true_child is kLast. kDistances: nearest.
  // kDense: what is below 0 becomes 0 (a link kRectify of all outputs).
  std::uint8_t flag;
  std::uint8_t on_missing;     // kLinear: model::Linear::OnMissing
  std::uint8_t reserved[2];    // 0
  std::uint32_t first_output;  // the column of the first output
  std::uint32_t num_outputs;
  std::uint32_t column;  // kLookUp, kDiscretize: the input column
  // kApply: operands. kPredicateTree: operands and branches. kLinear: terms. kTrees: the ensemble.
  // Other kinds with many inputs: columns.
  std::uint32_t first_item;
  std::uint32_t num_items;  // kTrees: 1
  // kHashLookUp: the table. kPredicateTree: in `branches`, num_items of them. kDense in float32: in
  // `weights`, as below. The others: in `numbers`:
  //   kLookUp         unknown, missing, keys, values
  //   kDiscretize     missing, cuts, values
  //   kLinear         intercepts (num_outputs), then the coefficients of the terms, one after the
  //                   other
  //   kReduce         the weights of a weighted median
  //   kKernelMachine  gamma, offset, degree, intercepts, then for each vector its coefficients and
  //                   its values
  //   kDistances      DistanceNumbers
  //   kDense          weights as in model::Dense, then the biases
  std::uint32_t first_number;
  std::uint32_t num_numbers;  // of `numbers` and `weights` only
};

/// The numbers of kDistances: exponent, 8 parameters of a binary similarity (else 0), then for each
/// field its model::Distances::Compare, weight and scale, then the points.
struct DistanceNumbers {
  static constexpr std::uint32_t kExponent = 0, kBinary = 1, kFields = 9, kFieldSize = 3;
};

/// A node of a predicate tree; its predicate is the operand of the same number. As
/// model::PredicateTree::Node.
struct BranchRecord {
  std::uint32_t first_child;  // within the tree
  std::uint32_t num_children;
  std::uint32_t default_child;
};

struct OperandRecord {
  std::uint32_t column;    // or kConstant
  std::uint32_t reserved;  // 0
  double constant;         // 0 unless kConstant
  static constexpr std::uint32_t kConstant = UINT32_MAX;
};

/// A linear term. Its coefficients are the next num_outputs numbers, or num_levels * num_outputs.
struct TermRecord {
  std::uint32_t column;
  std::uint32_t by_level;    // 0 or 1
  std::uint32_t num_levels;  // by_level; else 0
  std::uint32_t first_number;
};

/// A table of 64-bit keys: num_keys ascending keys, and an index of them. Keys are well mixed, so a
/// key is looked for only among those with the same first bits. Those for which
/// key >> (64 - bucket_bits) is b are the keys [buckets[b], buckets[b + 1]), counted from the
/// table's first; `hash_buckets` has 2^bucket_bits + 1 elements for it. Its values are num_outputs
/// for what is unknown, then as many for each key.
struct HashTableRecord {
  std::uint32_t first_key;
  std::uint32_t num_keys;
  std::uint32_t first_bucket;
  std::uint32_t bucket_bits;  // 1 .. 31
  std::uint32_t first_value;
};

static_assert(kIsPlain<StepRecord, 36> && offsetof(StepRecord, first_output) == 8 &&
              offsetof(StepRecord, num_numbers) == 32);
static_assert(kIsPlain<OperandRecord, 16> && offsetof(OperandRecord, constant) == 8);
static_assert(kIsPlain<BranchRecord, 12>);
static_assert(kIsPlain<TermRecord, 16> && kIsPlain<HashTableRecord, 20>);

}  // namespace pgscore::plan
