// From the nodes of a model's graph to step records and the pools that they refer to.
#pragma once
#include <cstdint>
#include <vector>

#include "base/pace.hpp"
#include "model/model.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

class StepWriter {
 public:
  /// `column` has the column of the plan for each column of the model; it must outlive the writer.
  StepWriter(const std::vector<std::uint32_t> &column, Interrupt interrupt)
      : column_(column), interrupt_(interrupt), pace_(interrupt) {}

  /// Appends the step of the node, and what it refers to, to the pools below. Nodes come in the
  /// order of evaluation. `wants` are StepWants. A tree ensemble is kept as a pointer: its node
  /// must outlive the writer. May throw what the Interrupt throws.
  void add(const model::Node &node, std::uint8_t wants);
  /// Appends one step for a layer and the link kRectify of its outputs.
  void add_rectified(const model::Dense &layer, const model::Node &link, std::uint8_t wants);

  // The pools, in the order of the header's sections.
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

}  // namespace pgscore::plan
