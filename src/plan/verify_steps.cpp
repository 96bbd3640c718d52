#include "plan/verify_steps.hpp"

#include <cmath>

#include "base/index.hpp"
#include "model/model.hpp"
#include "model/names.hpp"

namespace pgscore::plan {
namespace {

constexpr std::uint8_t kWantAll =
    kWantValues | kWantRaw | kWantProbabilities | kWantClass | kWantLeaves | kWantMore;

bool is_function(const StepRecord &step, model::Reduction function) {
  return step.function == static_cast<std::uint8_t>(function);
}

/// Checks the index of a hash table: it covers the keys, which ascend, and each is in the bucket of
/// its first bits.
void check_buckets(std::uint32_t bucket_bits, std::span<const std::uint32_t> buckets,
                   std::span<const std::uint64_t> keys, Pace &pace) {
  expect(buckets.front() == 0 && buckets.back() == keys.size(),
         "The index of a hash table does not cover it.");
  for (std::size_t b = 0; b + 1 < buckets.size(); ++b) {
    pace.spend(4);
    expect(buckets[b] <= buckets[b + 1] && buckets[b + 1] <= keys.size(),
           "The index of a hash table is not ascending.");
    for (std::uint32_t i = buckets[b]; i < buckets[b + 1]; ++i)
      expect(keys[i] >> (64 - bucket_bits) == b && (i == 0 || keys[i - 1] < keys[i]),
             "The keys of a hash table are out of place.");
  }
}

/// Checks that children stand behind their parents, in the order of these, so that a walk ends and
/// each node but the root has one parent.
void check_branches(std::span<const BranchRecord> nodes, Pace &pace) {
  constexpr std::uint32_t kNoChild = model::PredicateTree::kNoChild;
  std::uint64_t next = 1;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    pace.spend(2);
    const BranchRecord &node = nodes[i];
    if (node.num_children == 0) {
      expect(node.first_child == 0 && node.default_child == kNoChild,
             "A leaf of a predicate tree is malformed.");
      continue;
    }
    expect(node.first_child == next && next > i && node.num_children <= nodes.size() - next,
           "The children of a predicate tree are out of place.");
    next += node.num_children;
    expect(node.default_child == kNoChild ||
               (node.default_child >= node.first_child && node.default_child < next),
           "A default child of a predicate tree is out of place.");
  }
  expect(next == nodes.size(), "A node of a predicate tree has no parent.");
}

}  // namespace

StepsVerifier::StepsVerifier(StepPools &pools, std::size_t num_inputs, std::size_t max_columns,
                             Pace &pace)
    : pools_(pools), max_columns_(max_columns), pace_(pace), column_wants_(num_inputs, kWantAll) {}

void StepsVerifier::check(const StepRecord &step) {
  pace_.spend(16);
  expect(is_enumerator<StepKind>(static_cast<std::uint8_t>(step.kind)),
         "A step is of an unknown kind.");
  expect(step.wants <= kWantAll && (step.wants != 0 || step.kind == StepKind::kTrees),
         "A step is needed by nobody.");
  expect(is_enumerator<model::Precision>(step.precision) && is_flag(step.flag) &&
             is_enumerator<model::Linear::OnMissing>(step.on_missing) && all_zero(step.reserved),
         "A flag of a step is out of range.");
  expect(step.first_output == column_wants_.size(), "The columns of a step are out of place.");
  check_body(step);
  expect(column_wants_.size() + step.num_outputs <= max_columns_, "A step has too many outputs.");
  column_wants_.insert(column_wants_.end(), step.num_outputs, step.wants);
}

void StepsVerifier::check_pools() const {
  expect(pools_.operands.is_used_up() && pools_.numbers.is_used_up() &&
             pools_.columns.is_used_up() && pools_.terms.is_used_up() &&
             pools_.hash_tables.is_used_up() && pools_.weights.is_used_up() &&
             pools_.branches.is_used_up() && pools_.hash_keys.is_used_up() &&
             pools_.hash_buckets.is_used_up() && pools_.hash_values.is_used_up() &&
             pools_.ensembles.is_used_up(),
         "A pool has elements that no step uses.");
}

void StepsVerifier::read_column(std::uint32_t column, std::uint8_t wants) const {
  expect(column < column_wants_.size(), "A step reads a column that does not exist yet.");
  expect((wants & ~column_wants_[column]) == 0,
         "A step reads a column that is not always computed before it.");
}

void StepsVerifier::check_body(const StepRecord &step) {
  switch (step.kind) {
    case StepKind::kApply:
      return check_apply(step);
    case StepKind::kLookUp:
    case StepKind::kDiscretize:
      return check_table(step);
    case StepKind::kHashLookUp:
      return check_hash_look_up(step);
    case StepKind::kTrees:
      return check_trees(step);
    case StepKind::kLinear:
      return check_linear(step);
    case StepKind::kLink:
    case StepKind::kArgMax:
    case StepKind::kReduce:
    case StepKind::kRank:
    case StepKind::kPairwiseCoupling:
      return check_columns_step(step);
    case StepKind::kPredicateTree:
      return check_predicate_tree(step);
    case StepKind::kDense:
      return check_dense(step);
    case StepKind::kKernelMachine:
      return check_kernel_machine(step);
    case StepKind::kDistances:
      return check_distances(step);
  }
}

void StepsVerifier::check_operands(const StepRecord &step) {
  for (const OperandRecord &operand : pools_.operands.take(step.first_item, step.num_items)) {
    pace_.spend(2);
    expect(operand.reserved == 0, "An operand is malformed.");
    if (operand.column != OperandRecord::kConstant) read_column(operand.column, step.wants);
  }
}

std::span<const std::uint32_t> StepsVerifier::take_columns(const StepRecord &step,
                                                           const char *when_empty) {
  const auto columns = pools_.columns.take(step.first_item, step.num_items);
  expect(!columns.empty(), when_empty);
  for (std::uint32_t column : columns) {
    pace_.spend(1);
    read_column(column, step.wants);
  }
  return columns;
}

void StepsVerifier::check_ascending(std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    pace_.spend(1);
    expect(!std::isnan(values[i]) && (i == 0 || values[i - 1] < values[i]),
           "Keys or cuts are not ascending.");
  }
}

void StepsVerifier::check_apply(const StepRecord &step) {
  expect(is_enumerator<model::Op>(step.function), "An operation is unknown.");
  expect(step.num_items == model::arity(static_cast<model::Op>(step.function)) &&
             step.num_items <= 3 && step.num_outputs == 1,
         "An operation has the wrong number of arguments.");
  check_operands(step);
}

void StepsVerifier::check_table(const StepRecord &step) {
  read_column(step.column, step.wants);
  expect(step.num_outputs == 1 && step.num_items == 0 && step.first_item == 0,
         "A table has the wrong number of outputs.");
  const auto numbers = pools_.numbers.take(step.first_number, step.num_numbers);
  expect(numbers.size() >= 2, "A table is too short.");
  // By code: unknown, missing, values. Nothing else to check.
  if (step.kind == StepKind::kLookUp && step.flag != 0) return;
  // LookUp: unknown, missing, keys, values. Discretize: missing, cuts, one value more than cuts.
  expect(numbers.size() % 2 == 0, "A table has not one value per key.");
  const std::size_t keys = numbers.size() / 2 - 1;
  check_ascending(numbers.subspan(step.kind == StepKind::kLookUp ? 2 : 1, keys));
}

void StepsVerifier::check_trees(const StepRecord &step) {
  expect(step.first_item == tree_steps_.size() && step.num_items == 1 &&
             step.first_item < pools_.ensembles.size(),
         "A tree ensemble is out of place.");
  const EnsembleRecord &ensemble = pools_.ensembles.take(step.first_item, 1)[0];
  expect(ensemble.num_groups == step.num_outputs,
         "A tree ensemble has the wrong number of outputs.");
  tree_steps_.push_back(&step);
}

void StepsVerifier::check_linear(const StepRecord &step) {
  const auto terms = pools_.terms.take(step.first_item, step.num_items);
  const auto numbers = pools_.numbers.take(step.first_number, step.num_numbers);
  expect(step.num_outputs >= 1 && step.num_outputs <= numbers.size(),
         "A linear predictor has the wrong number of outputs.");
  std::uint64_t next = std::uint64_t{step.first_number} + step.num_outputs;
  for (const TermRecord &term : terms) {
    pace_.spend(4);
    read_column(term.column, step.wants);
    expect(term.by_level <= 1 && (term.by_level != 0 || term.num_levels == 0),
           "A linear term is malformed.");
    expect(term.first_number == next, "The coefficients of a linear term are out of place.");
    next += std::uint64_t{term.by_level != 0 ? term.num_levels : 1} * step.num_outputs;
    expect(next <= step.first_number + numbers.size(),
           "The coefficients of a linear term are out of range.");
  }
  expect(next == step.first_number + numbers.size(),
         "A linear predictor has the wrong number of coefficients.");
}

void StepsVerifier::check_columns_step(const StepRecord &step) {
  const std::uint64_t num_inputs = take_columns(step, "A step reads nothing.").size();
  switch (step.kind) {
    case StepKind::kLink:
      expect(is_enumerator<model::LinkFunction>(step.function), "A link function is unknown.");
      expect(step.num_outputs == num_inputs, "A step has the wrong number of outputs.");
      break;
    case StepKind::kReduce:
      check_reduce(step, num_inputs);
      break;
    case StepKind::kRank:
      expect(step.num_outputs >= 1 && step.num_outputs <= num_inputs,
             "A rank has the wrong number of outputs.");
      break;
    case StepKind::kPairwiseCoupling:
      expect(step.num_outputs >= 2 &&
                 std::uint64_t{step.num_outputs} * (step.num_outputs - 1) / 2 == num_inputs,
             "A coupling of pairs has the wrong number of outputs.");
      break;
    default:
      expect(step.num_outputs == 1, "A step has the wrong number of outputs.");
  }
}

void StepsVerifier::check_reduce(const StepRecord &step, std::size_t num_inputs) {
  expect(is_enumerator<model::Reduction>(step.function), "A reduction is unknown.");
  const bool weighted = is_function(step, model::Reduction::kWeightedMedian);
  expect(step.num_numbers == (weighted ? num_inputs : 0),
         "A reduction has the wrong number of weights.");
  if (step.num_numbers != 0) pools_.numbers.take(step.first_number, step.num_numbers);
  expect(step.num_outputs == 1, "A step has the wrong number of outputs.");
}

void StepsVerifier::check_predicate_tree(const StepRecord &step) {
  expect(is_enumerator<model::PredicateTree::OnMissing>(step.function) && step.num_outputs == 2 &&
             step.num_items >= 1,
         "A predicate tree is malformed.");
  check_operands(step);
  check_branches(pools_.branches.take(step.first_number, step.num_items), pace_);
}

void StepsVerifier::check_dense(const StepRecord &step) {
  const auto columns = take_columns(step, "A step reads nothing.");
  expect(step.num_outputs >= 1 &&
             (columns.size() + 1) * std::uint64_t{step.num_outputs} == step.num_numbers,
         "A layer has the wrong number of weights.");
  if (step.precision == static_cast<std::uint8_t>(model::Precision::kFloat32))
    pools_.weights.take(step.first_number, step.num_numbers);
  else
    pools_.numbers.take(step.first_number, step.num_numbers);
}

void StepsVerifier::check_kernel_machine(const StepRecord &step) {
  const auto columns = take_columns(step, "A step reads nothing.");
  pools_.numbers.take(step.first_number, step.num_numbers);
  expect(is_enumerator<model::KernelMachine::Kernel>(step.function),
         "A kernel function is unknown.");
  const std::uint64_t head = 3 + std::uint64_t{step.num_outputs},
                      vector = step.num_outputs + columns.size();
  expect(
      step.num_outputs >= 1 && step.num_numbers >= head && (step.num_numbers - head) % vector == 0,
      "A kernel machine has the wrong number of numbers.");
}

void StepsVerifier::check_distances(const StepRecord &step) {
  const std::size_t num_fields = take_columns(step, "A step reads nothing.").size();
  const auto numbers = pools_.numbers.take(step.first_number, step.num_numbers);
  expect(is_enumerator<model::Distances::Measure>(step.function), "A distance is unknown.");
  const std::uint64_t head = DistanceNumbers::kFields + DistanceNumbers::kFieldSize * num_fields;
  expect(numbers.size() > head && (numbers.size() - head) % num_fields == 0,
         "Distances have the wrong number of numbers.");
  const std::uint64_t points = (numbers.size() - head) / num_fields;
  const bool nearest = step.flag != 0;
  expect(nearest
             ? step.num_outputs >= 2 && step.num_outputs % 2 == 0 && step.num_outputs / 2 <= points
             : step.num_outputs == points,
         "Distances have the wrong number of outputs.");
  for (std::size_t k = 0; k < num_fields; ++k) {
    const double compare = numbers[DistanceNumbers::kFields + k * DistanceNumbers::kFieldSize];
    expect(is_index(compare, kNumEnumerators<model::Distances::Compare>) &&
               compare == std::trunc(compare),
           "The comparison of a field is unknown.");
  }
}

void StepsVerifier::check_hash_look_up(const StepRecord &step) {
  constexpr const char *kEmpty = "A hash table has no columns or no values.";
  take_columns(step, kEmpty);
  expect(step.num_outputs >= 1 && step.num_numbers == 0, kEmpty);
  const HashTableRecord &table = pools_.hash_tables.take(step.first_number, 1)[0];
  expect(table.bucket_bits >= 1 && table.bucket_bits <= 31,
         "The index of a hash table has a wrong size.");
  const auto keys = pools_.hash_keys.take(table.first_key, table.num_keys);
  const auto buckets =
      pools_.hash_buckets.take(table.first_bucket, (std::uint64_t{1} << table.bucket_bits) + 1);
  const std::uint64_t num_values = (std::uint64_t{table.num_keys} + 1) * step.num_outputs;
  expect(num_values <= pools_.hash_values.size(), "A hash table has too few values.");
  pools_.hash_values.take(table.first_value, num_values);
  check_buckets(table.bucket_bits, buckets, keys, pace_);
}

}  // namespace pgscore::plan
