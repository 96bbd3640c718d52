#include "plan/step_writer.hpp"

#include <algorithm>
#include <bit>

#include "base/enumerators.hpp"
#include "base/error.hpp"
#include "base/grow.hpp"

namespace pgscore::plan {
namespace {

// Plans hold these enumerators as numbers. To add, drop or reorder one is to make a new plan
// format: it needs a new kPlanVersion.
static_assert(kNumEnumerators<model::Op> == 47 && static_cast<int>(model::Op::kIf) == 28 &&
              static_cast<int>(model::Op::kNormalQuantile) == 46);
static_assert(kNumEnumerators<model::LinkFunction> == 14 &&
              static_cast<int>(model::LinkFunction::kTanh) == 13);
static_assert(kNumEnumerators<model::Precision> == 2 &&
              static_cast<int>(model::Precision::kFloat64) == 1);
static_assert(kNumEnumerators<model::MissingKind> == 3 &&
              static_cast<int>(model::MissingKind::kZeroOrNan) == 2);
static_assert(kNumEnumerators<model::Task> == 2 &&
              static_cast<int>(model::Task::kClassification) == 1);
static_assert(kNumEnumerators<model::ColumnType> == 3 &&
              static_cast<int>(model::ColumnType::kHash) == 2);
static_assert(kNumEnumerators<model::UnknownPolicy> == 4 &&
              static_cast<int>(model::UnknownPolicy::kNull) == 3);
static_assert(kNumEnumerators<model::MissingPolicy> == 3 &&
              static_cast<int>(model::MissingPolicy::kNull) == 2);
static_assert(kNumEnumerators<model::NumberRange> == 3 &&
              static_cast<int>(model::NumberRange::kFloat32) == 2);
static_assert(kNumEnumerators<model::Unit> == 4 &&
              static_cast<int>(model::Unit::kSecondsOfDay) == 3);
static_assert(kNumEnumerators<model::TextFunction> == 4 &&
              static_cast<int>(model::TextFunction::kTrim) == 3);
static_assert(kNumEnumerators<model::Linear::OnMissing> == 2 &&
              static_cast<int>(model::Linear::OnMissing::kPropagate) == 1);
static_assert(kNumEnumerators<model::Reduction> == 9 &&
              static_cast<int>(model::Reduction::kWeightedMedian) == 8);
static_assert(kNumEnumerators<model::PredicateTree::OnMissing> == 4 &&
              static_cast<int>(model::PredicateTree::OnMissing::kDefaultChild) == 3);
static_assert(kNumEnumerators<model::KernelMachine::Kernel> == 4 &&
              static_cast<int>(model::KernelMachine::Kernel::kSigmoid) == 3);
static_assert(kNumEnumerators<model::Distances::Compare> == 4 &&
              static_cast<int>(model::Distances::Compare::kEqual) == 3);
static_assert(kNumEnumerators<model::Distances::Measure> == 6 &&
              static_cast<int>(model::Distances::Measure::kBinary) == 5);
static_assert(kNumEnumerators<StepKind> == 15 && static_cast<int>(StepKind::kDistances) == 14);
static_assert(kNumEnumerators<TreeLayout> == 5 && static_cast<int>(TreeLayout::kOblivious16) == 4);

template <class T>
std::uint32_t position(const std::vector<T> &pool) {
  if (pool.size() > UINT32_MAX)
    throw Error(ErrorCode::kLimitExceeded, "model has too many numbers");
  return static_cast<std::uint32_t>(pool.size());
}
template <class Enum>
std::uint8_t byte(Enum value) {
  return static_cast<std::uint8_t>(value);
}

}  // namespace

StepRecord StepWriter::begin(const model::Node &node, std::uint8_t wants) const {
  StepRecord step{};
  step.wants = wants;
  step.precision = byte(model::Precision::kFloat64);
  step.first_output = column_[node.first_output];
  step.num_outputs = node.num_outputs;
  return step;
}

void StepWriter::add(const model::Node &node, std::uint8_t wants) {
  StepRecord step = begin(node, wants);
  std::visit([&](const auto &body) { fill(step, body); }, node.body);
  steps.push_back(step);
}

void StepWriter::add_rectified(const model::Dense &layer, const model::Node &link,
                               std::uint8_t wants) {
  StepRecord step = begin(link, wants);
  fill(step, layer);
  step.flag = 1;
  steps.push_back(step);
}

OperandRecord StepWriter::operand(const model::Operand &arg) const {
  return arg.is_constant() ? OperandRecord{OperandRecord::kConstant, 0, arg.constant}
                           : OperandRecord{column_[arg.column], 0, 0};
}
void StepWriter::add_numbers(const std::vector<double> &values) {
  reserve_in_pieces(numbers, numbers.size() + values.size(), interrupt_);
  for (std::size_t at = 0; at < values.size(); at += kPieceOf<double>) {
    const std::size_t count = std::min(kPieceOf<double>, values.size() - at);
    pace_.spend(count);
    numbers.insert(numbers.end(), values.data() + at, values.data() + at + count);
  }
}
void StepWriter::begin_numbers(StepRecord &step) const { step.first_number = position(numbers); }
void StepWriter::end_numbers(StepRecord &step) const {
  step.num_numbers = position(numbers) - step.first_number;
}
void StepWriter::add_columns(StepRecord &step, const std::vector<model::ColumnId> &inputs) {
  step.first_item = position(columns);
  step.num_items = static_cast<std::uint32_t>(inputs.size());
  for (model::ColumnId input : inputs) columns.push_back(column_[input]);
}

void StepWriter::fill(StepRecord &step, const model::Apply &apply) {
  step.kind = StepKind::kApply;
  step.function = byte(apply.op);
  step.precision = byte(apply.precision);
  step.first_item = position(operands);
  step.num_items = static_cast<std::uint32_t>(apply.args.size());
  for (const model::Operand &arg : apply.args) operands.push_back(operand(arg));
}

void StepWriter::fill(StepRecord &step, const model::LookUp &table) {
  step.kind = StepKind::kLookUp;
  step.flag = table.keys.empty();
  step.column = column_[table.input];
  begin_numbers(step);
  numbers.push_back(table.unknown);
  numbers.push_back(table.missing);
  add_numbers(table.keys);
  add_numbers(table.values);
  end_numbers(step);
}

void StepWriter::fill(StepRecord &step, const model::Discretize &bins) {
  step.kind = StepKind::kDiscretize;
  step.flag = bins.upper_open;
  step.column = column_[bins.input];
  begin_numbers(step);
  numbers.push_back(bins.missing);
  add_numbers(bins.cuts);
  add_numbers(bins.values);
  end_numbers(step);
}

void StepWriter::fill(StepRecord &step, const model::HashLookUp &table) {
  step.kind = StepKind::kHashLookUp;
  add_columns(step, table.inputs);
  step.first_number = position(hash_tables);
  const auto num_keys = static_cast<std::uint32_t>(table.keys.size());
  const auto bucket_bits =
      std::clamp<std::uint32_t>(static_cast<std::uint32_t>(std::bit_width(num_keys)), 1, 31);
  hash_tables.push_back(
      {position(hash_keys), num_keys, position(hash_buckets), bucket_bits, position(hash_values)});
  hash_keys.insert(hash_keys.end(), table.keys.begin(), table.keys.end());
  std::uint32_t next = 0;
  for (std::uint64_t bucket = 0; bucket <= std::uint64_t{1} << bucket_bits; ++bucket) {
    while (next < num_keys && table.keys[next] >> (64 - bucket_bits) < bucket) ++next;
    hash_buckets.push_back(next);
  }
  hash_values.insert(hash_values.end(), table.unknown.begin(), table.unknown.end());
  hash_values.insert(hash_values.end(), table.values.begin(), table.values.end());
  position(hash_values);
}

void StepWriter::fill(StepRecord &step, const model::TreeEnsemble &ensemble) {
  step.kind = StepKind::kTrees;
  step.first_item = static_cast<std::uint32_t>(ensembles.size());
  step.num_items = 1;
  ensembles.push_back(&ensemble);
}

void StepWriter::fill(StepRecord &step, const model::Linear &linear) {
  step.kind = StepKind::kLinear;
  step.precision = byte(linear.precision);
  step.flag = linear.intercept_first;
  step.on_missing = byte(linear.on_missing);
  step.first_item = position(terms);
  step.num_items = static_cast<std::uint32_t>(linear.terms.size());
  begin_numbers(step);
  add_numbers(linear.intercept);
  for (const model::LinearTerm &term : linear.terms) {
    const std::size_t levels = term.by_level ? term.coefficients.size() / linear.num_outputs : 0;
    terms.push_back({column_[term.column], term.by_level, static_cast<std::uint32_t>(levels),
                     position(numbers)});
    add_numbers(term.coefficients);
  }
  end_numbers(step);
}

void StepWriter::fill(StepRecord &step, const model::Link &link) {
  step.kind = StepKind::kLink;
  step.function = byte(link.function);
  step.precision = byte(link.precision);
  add_columns(step, link.inputs);
}

void StepWriter::fill(StepRecord &step, const model::ArgMax &node) {
  step.kind = StepKind::kArgMax;
  add_columns(step, node.inputs);
}

void StepWriter::fill(StepRecord &step, const model::Reduce &node) {
  step.kind = StepKind::kReduce;
  step.function = byte(node.function);
  step.precision = byte(node.precision);
  step.flag = node.skip_missing;
  add_columns(step, node.inputs);
  if (node.weights.empty()) return;
  begin_numbers(step);
  add_numbers(node.weights);
  end_numbers(step);
}

void StepWriter::fill(StepRecord &step, const model::Rank &node) {
  step.kind = StepKind::kRank;
  step.flag = node.ascending;
  add_columns(step, node.inputs);
}

void StepWriter::fill(StepRecord &step, const model::PredicateTree &tree) {
  step.kind = StepKind::kPredicateTree;
  step.function = byte(tree.on_missing);
  step.flag = tree.no_true_child == model::PredicateTree::NoTrueChild::kLast;
  step.first_item = position(operands);
  step.num_items = static_cast<std::uint32_t>(tree.nodes.size());
  step.first_number = position(branches);
  for (const model::PredicateTree::Node &node : tree.nodes) {
    operands.push_back(operand(node.predicate));
    branches.push_back({node.first_child, node.num_children, node.default_child});
  }
}

void StepWriter::fill(StepRecord &step, const model::Dense &layer) {
  step.kind = StepKind::kDense;
  step.precision = byte(layer.precision);
  add_columns(step, layer.inputs);
  if (layer.precision == model::Precision::kFloat64) {
    begin_numbers(step);
    add_numbers(layer.weights);
    add_numbers(layer.bias);
    return end_numbers(step);
  }
  step.first_number = position(weights);
  reserve_in_pieces(weights, weights.size() + layer.weights.size() + layer.bias.size(), interrupt_);
  for (const std::vector<double> *values : {&layer.weights, &layer.bias})
    for (double value : *values) {
      pace_.spend(2);
      weights.push_back(static_cast<float>(value));
    }
  step.num_numbers = position(weights) - step.first_number;
}

void StepWriter::fill(StepRecord &step, const model::KernelMachine &machine) {
  step.kind = StepKind::kKernelMachine;
  step.function = byte(machine.kernel);
  step.precision = byte(machine.precision);
  add_columns(step, machine.inputs);
  begin_numbers(step);
  add_numbers({machine.gamma, machine.offset, machine.degree});
  add_numbers(machine.intercept);
  const std::size_t width = machine.inputs.size(), outputs = machine.num_outputs;
  reserve_in_pieces(numbers, numbers.size() + machine.vectors.size() + machine.coefficients.size(),
                    interrupt_);
  for (std::size_t i = 0; i * width < machine.vectors.size(); ++i) {
    const double *coefficients = machine.coefficients.data() + i * outputs,
                 *vector = machine.vectors.data() + i * width;
    pace_.spend(4 + outputs + width);
    numbers.insert(numbers.end(), coefficients, coefficients + outputs);
    numbers.insert(numbers.end(), vector, vector + width);
  }
  end_numbers(step);
}

void StepWriter::fill(StepRecord &step, const model::PairwiseCoupling &coupling) {
  step.kind = StepKind::kPairwiseCoupling;
  step.precision = byte(coupling.precision);
  add_columns(step, coupling.inputs);
}

void StepWriter::fill(StepRecord &step, const model::Distances &distances) {
  step.kind = StepKind::kDistances;
  step.function = byte(distances.measure);
  step.flag = distances.nearest != 0;
  step.first_item = position(columns);
  step.num_items = static_cast<std::uint32_t>(distances.fields.size());
  begin_numbers(step);
  numbers.push_back(distances.exponent);
  add_numbers(distances.binary.empty() ? std::vector<double>(8) : distances.binary);
  for (const model::Distances::Field &field : distances.fields) {
    columns.push_back(column_[field.column]);
    add_numbers({static_cast<double>(field.compare), field.weight, field.scale});
  }
  add_numbers(distances.points);
  end_numbers(step);
}

}  // namespace pgscore::plan
