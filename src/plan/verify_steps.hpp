// The part of verify_plan that proves the steps: every column written before it is read, by a step
// that runs whenever its reader does, and every element of a pool used once, front to back.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/pace.hpp"
#include "plan/expect.hpp"
#include "plan/plan_layout.hpp"

namespace pgscore::plan {

/// A section that steps use front to back.
template <class T>
class Pool {
 public:
  Pool() = default;
  /// Views the elements of a section; they outlive the pool.
  Pool(std::span<const T> elements) : elements_(elements) {}

  /// Gives the next `count` elements, which a record says to be those from `first` on. Throws
  /// kCorruptedPlan when they are not.
  std::span<const T> take(std::uint32_t first, std::uint64_t count) {
    expect(first == next_ && count <= elements_.size() - next_,
           "A step refers to elements out of place.");
    next_ += count;
    return elements_.subspan(first, static_cast<std::size_t>(count));
  }
  /// Count all elements, and say whether take() has given all of them.
  std::size_t size() const { return elements_.size(); }
  bool is_used_up() const { return next_ == elements_.size(); }

 private:
  std::span<const T> elements_;
  std::uint64_t next_ = 0;
};

/// The sections that steps refer to.
struct StepPools {
  Pool<OperandRecord> operands;
  Pool<double> numbers;
  Pool<float> weights;
  Pool<std::uint32_t> columns;
  Pool<BranchRecord> branches;
  Pool<TermRecord> terms;
  Pool<HashTableRecord> hash_tables;
  Pool<std::uint64_t> hash_keys;
  Pool<std::uint32_t> hash_buckets;
  Pool<float> hash_values;
  Pool<EnsembleRecord> ensembles;
};

/// All functions throw kCorruptedPlan.
class StepsVerifier {
 public:
  /// Every output needs a byte of memory here, so that there may be no more than `max_columns`
  /// columns. `pools` and `pace` outlive this.
  StepsVerifier(StepPools &pools, std::size_t num_inputs, std::size_t max_columns, Pace &pace);

  /// Checks the next step, which outlives this. Its ensemble, if it has one, is not looked into.
  void check(const StepRecord &step);

  /// After the last step: checks that nothing is left of the pools.
  void check_pools() const;

  /// Checks that a column exists, and is computed for all of `wants` (StepWants).
  void read_column(std::uint32_t column, std::uint8_t wants) const;

  /// Give, for each column so far, who its step runs for (inputs: everybody), and for each ensemble
  /// its step.
  std::span<const std::uint8_t> column_wants() const { return column_wants_; }
  std::span<const StepRecord *const> tree_steps() const { return tree_steps_; }

 private:
  void check_body(const StepRecord &step);
  void check_apply(const StepRecord &step);
  void check_table(const StepRecord &step);
  void check_hash_look_up(const StepRecord &step);
  void check_trees(const StepRecord &step);
  void check_linear(const StepRecord &step);
  void check_columns_step(const StepRecord &step);
  void check_reduce(const StepRecord &step, std::size_t num_inputs);
  void check_predicate_tree(const StepRecord &step);
  void check_dense(const StepRecord &step);
  void check_kernel_machine(const StepRecord &step);
  void check_distances(const StepRecord &step);
  void check_operands(const StepRecord &step);
  void check_ascending(std::span<const double> values);
  std::span<const std::uint32_t> take_columns(const StepRecord &step, const char *when_empty);

  StepPools &pools_;
  const std::size_t max_columns_;
  Pace &pace_;
  std::vector<std::uint8_t> column_wants_;
  std::vector<const StepRecord *> tree_steps_;
};

}  // namespace pgscore::plan
