// Writes nodes of the graph for readers whose files are made of operations (ONNX, PMML). What
// constants alone decide is computed at once, as the interpreter computes it, and adds no node.
#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "formats/graph/budget.hpp"
#include "model/builder.hpp"

namespace pgscore::formats {

class NodeWriter {
 public:
  using ColumnId = model::ColumnId;
  using Op = model::Op;
  using Operand = model::Operand;
  using Precision = model::Precision;

  /// Keeps references to both, which must outlive the writer. Every function may throw what the
  /// builder and the budget throw.
  NodeWriter(model::Builder &builder, Budget &budget) : builder_(builder), budget_(budget) {}

  /// Each gives what the constructor was given; the limits are the builder's.
  model::Builder &builder() { return builder_; }
  const Limits &limits() const { return builder_.limits(); }
  Budget &budget() { return budget_; }

  /// Applies `op` to operands of the count that it takes.
  Operand apply(Op op, std::span<const Operand> args, Precision precision = Precision::kFloat64);
  Operand apply(Op op, std::initializer_list<Operand> args,
                Precision precision = Precision::kFloat64) {
    return apply(op, std::span(args.begin(), args.size()), precision);
  }
  /// Gives x, or `otherwise` where x is missing.
  Operand if_missing(Operand x, Operand otherwise, Precision precision = Precision::kFloat64) {
    return apply(Op::kIfMissing, {x, otherwise}, precision);
  }
  /// Gives `yes` where the condition is true, `no` where it is false, and a missing value where it
  /// is missing.
  Operand select(Operand condition, Operand yes, Operand no,
                 Precision precision = Precision::kFloat64);
  /// Reduces one or more inputs, without weights. Refuses an empty list.
  Operand reduce(model::Reduction function, const std::vector<Operand> &inputs,
                 Precision precision = Precision::kFloat64, bool skip_missing = false);
  /// Gives one result for each input.
  std::vector<Operand> link(model::LinkFunction function, const std::vector<Operand> &inputs,
                            Precision precision = Precision::kFloat64);
  /// Gives the number of the greatest input, the first of equal ones. Refuses an empty list.
  Operand arg_max(const std::vector<Operand> &inputs);
  /// Gives the numbers of the `count` greatest (least) inputs in that order, the first of equal
  /// ones first. NaN is none of them: where inputs run out, results are missing.
  std::vector<Operand> rank(const std::vector<Operand> &inputs, std::size_t count,
                            bool ascending = false);
  /// Gives the outputs of a dense layer.
  std::vector<Operand> dense(model::Dense layer);

  /// Gives values[index]; `index` is a category or a whole number. NaN gives `missing`, anything
  /// else that is no index gives `unknown`.
  Operand look_up(Operand index, std::vector<double> values, double unknown, double missing);
  /// Gives the number that belongs to an equal key. Keys come in any order; of equal keys the first
  /// counts.
  Operand look_up(Operand x, std::vector<std::pair<double, double>> table, double unknown,
                  double missing);

  /// Gives a column that holds the operand, for nodes that take no constants: the same column for
  /// the same constant.
  ColumnId column(Operand operand);
  std::vector<ColumnId> columns(const std::vector<Operand> &operands);
  /// Names the `count` columns from `first` on.
  static std::vector<Operand> range(ColumnId first, std::size_t count);

 private:
  /// Counts what a node of the graph keeps, and the work of making it.
  void hold_node(std::uint64_t count, std::uint64_t size);

  model::Builder &builder_;
  Budget &budget_;
  std::unordered_map<std::uint64_t, ColumnId> constants_;  // by their bits
};

}  // namespace pgscore::formats
