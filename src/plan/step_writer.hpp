// Nodes of a model's graph -> step records and the pools that they refer to.
#pragma once
#include <cstdint>
#include <vector>

#include "base/pace.hpp"
#include "model/model.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

/// Calls use(column) for each column that the node reads.
template <class F>
void for_each_input(const model::Node &node, F use);

class StepWriter {
 public:
  /// `column`: column of the model -> column of the plan. Must outlive the writer.
  StepWriter(const std::vector<std::uint32_t> &column, Interrupt interrupt)
      : column_(column), interrupt_(interrupt), pace_(interrupt) {}

  /// Appends the step of the node, and what it refers to, to the pools below; nodes come in the
  /// order of evaluation. `wants`: StepWants. A tree ensemble is kept as a pointer: its node
  /// outlives the writer. May throw what the Interrupt throws.
  void add(const model::Node &node, std::uint8_t wants);
  /// One step for a layer and the link kRectify of its outputs.
  void add_rectified(const model::Dense &layer, const model::Node &link, std::uint8_t wants);

  // In the order of the header's sections.
  std::vector<StepRecord> steps;
  std::vector<OperandRecord> operands;
  std::vector<double> numbers;
  std::vector<float> weights;
  std::vector<std::uint32_t> columns;
  std::vector<BranchRecord> branches;
  std::vector<TermRecord> terms;
  std::vector<HashTableRecord> hash_tables;
  std::vector<std::uint64_t> hash_keys;
  std::vector<std::uint32_t> hash_buckets;
  std::vector<float> hash_values;
  std::vector<const model::TreeEnsemble *> ensembles;

 private:
  void fill(StepRecord &step, const model::Apply &apply);
  void fill(StepRecord &step, const model::LookUp &table);
  void fill(StepRecord &step, const model::Discretize &bins);
  void fill(StepRecord &step, const model::HashLookUp &table);
  void fill(StepRecord &step, const model::TreeEnsemble &ensemble);
  void fill(StepRecord &step, const model::Linear &linear);
  void fill(StepRecord &step, const model::Link &link);
  void fill(StepRecord &step, const model::ArgMax &node);
  void fill(StepRecord &step, const model::Reduce &node);
  void fill(StepRecord &step, const model::Rank &node);
  void fill(StepRecord &step, const model::PredicateTree &tree);
  void fill(StepRecord &step, const model::Dense &layer);
  void fill(StepRecord &step, const model::KernelMachine &machine);
  void fill(StepRecord &step, const model::PairwiseCoupling &coupling);
  void fill(StepRecord &step, const model::Distances &distances);

  StepRecord begin(const model::Node &node, std::uint8_t wants) const;
  OperandRecord operand(const model::Operand &arg) const;
  void add_numbers(const std::vector<double> &values);
  void begin_numbers(StepRecord &step) const;
  void end_numbers(StepRecord &step) const;
  void add_columns(StepRecord &step, const std::vector<model::ColumnId> &inputs);

  const std::vector<std::uint32_t> &column_;
  Interrupt interrupt_;
  Pace pace_;
};

// ---- implementation of the template -------------------------------------------------------------

namespace detail {
template <class F>
struct InputVisitor {
  F &use;
  /// Each calls use(column) for the columns of one kind of node, as often as the node names them.
  /// Constants are left out.
  void operator()(const model::Apply &apply) const {
    for (const model::Operand &arg : apply.args)
      if (!arg.is_constant()) use(arg.column);
  }
  void operator()(const model::LookUp &table) const { use(table.input); }
  void operator()(const model::Discretize &bins) const { use(bins.input); }
  void operator()(const model::TreeEnsemble &ensemble) const { all(ensemble.features); }
  void operator()(const model::Linear &linear) const {
    for (const model::LinearTerm &term : linear.terms) use(term.column);
  }
  void operator()(const model::PredicateTree &tree) const {
    for (const model::PredicateTree::Node &node : tree.nodes)
      if (!node.predicate.is_constant()) use(node.predicate.column);
  }
  void operator()(const model::Distances &distances) const {
    for (const model::Distances::Field &field : distances.fields) use(field.column);
  }
  void operator()(const auto &node) const { all(node.inputs); }

 private:
  void all(const std::vector<model::ColumnId> &columns) const {
    for (model::ColumnId column : columns) use(column);
  }
};
}  // namespace detail

template <class F>
void for_each_input(const model::Node &node, F use) {
  std::visit(detail::InputVisitor<F>{use}, node.body);
}

}  // namespace pgscore::plan
