// Random nodes of the kinds that are neither trees nor transforms, for random_model.hpp.
#pragma once
#include <cstdint>
#include <vector>

#include "model/builder.hpp"
#include "support/choices.hpp"

namespace pgscore::test {

class RandomMachine {
 public:
  /// A node of `builder` that reads `inputs` (one or more columns), with finite parameters.
  RandomMachine(Choices &choices, model::Builder &builder,
                const std::vector<model::ColumnId> &inputs, model::Precision precision)
      : choices_(choices), builder_(builder), inputs_(inputs), precision_(precision) {}

  /// Adds one node, or a layer with its link. Returns how many columns were added.
  std::uint32_t add() {
    switch (choices_.below(7)) {
      case 0:
        return add_reduce();
      case 1:
        return add_rank();
      case 2:
        return add_predicate_tree();
      case 3:
        return add_dense();
      case 4:
        return add_kernel_machine();
      case 5:
        return add_pairwise_coupling();
      default:
        return add_distances();
    }
  }

 private:
  std::uint32_t width() const { return static_cast<std::uint32_t>(inputs_.size()); }
  model::ColumnId any_input() { return inputs_[choices_.below(width())]; }
  double number() {
    return in_precision(static_cast<double>(choices_.below(2001)) / 512 - 2, precision_);
  }
  std::vector<double> numbers(std::size_t count) {
    std::vector<double> out(count);
    for (double &x : out) x = number();
    return out;
  }

  std::uint32_t add_reduce() {
    model::Reduce reduce{static_cast<model::Reduction>(choices_.below(9)), precision_,
                         choices_.coin(), inputs_};
    if (reduce.function == model::Reduction::kWeightedMedian)
      for (std::size_t i = 0; i < inputs_.size(); ++i)
        reduce.weights.push_back(choices_.below(5) * 0.1);
    builder_.reduce(reduce);
    return 1;
  }

  std::uint32_t add_rank() {
    model::Rank rank{choices_.coin(), choices_.between(1, width()), inputs_};
    builder_.rank(rank);
    return rank.count;
  }

  std::uint32_t add_predicate_tree() {
    model::PredicateTree tree;
    tree.on_missing = static_cast<model::PredicateTree::OnMissing>(choices_.below(4));
    tree.no_true_child = static_cast<model::PredicateTree::NoTrueChild>(choices_.below(2));
    tree.nodes.resize(1);
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
      tree.nodes[i].predicate = choices_.one_in(4) ? model::Operand::value(choices_.below(2))
                                                   : model::Operand::of(any_input());
      if (tree.nodes.size() > 20 || (i > 0 && choices_.coin())) continue;
      const auto first = static_cast<std::uint32_t>(tree.nodes.size()),
                 count = choices_.between(1, 3);
      tree.nodes[i].first_child = first;
      tree.nodes[i].num_children = count;
      if (choices_.coin()) tree.nodes[i].default_child = first + choices_.below(count);
      tree.nodes.resize(first + count);
    }
    builder_.predicate_tree(tree);
    return 2;
  }

  std::uint32_t add_dense() {
    model::Dense layer;
    layer.precision = precision_;
    layer.inputs = inputs_;
    layer.num_outputs = choices_.one_in(3) ? choices_.between(1, 70) : choices_.between(1, 14);
    layer.weights = numbers(inputs_.size() * layer.num_outputs);
    layer.bias = numbers(layer.num_outputs);
    const model::ColumnId first = builder_.dense(layer);
    if (!choices_.coin()) return layer.num_outputs;
    builder_.link({model::LinkFunction::kRectify,
                   choices_.one_in(4) ? model::Precision::kFloat64 : precision_,
                   model::column_range(first, layer.num_outputs)});
    return 2 * layer.num_outputs;
  }

  std::uint32_t add_kernel_machine() {
    model::KernelMachine machine;
    machine.kernel = static_cast<model::KernelMachine::Kernel>(choices_.below(4));
    machine.precision = precision_;
    machine.gamma = number();
    machine.offset = number();
    machine.degree = choices_.between(1, 4);
    machine.inputs = inputs_;
    machine.num_outputs = choices_.between(1, 3);
    const std::size_t num_vectors = choices_.between(0, 6);
    machine.vectors = numbers(num_vectors * inputs_.size());
    machine.coefficients = numbers(num_vectors * machine.num_outputs);
    for (double &coefficient : machine.coefficients)
      if (choices_.one_in(4)) coefficient = 0;
    machine.intercept = numbers(machine.num_outputs);
    builder_.kernel_machine(machine);
    return machine.num_outputs;
  }

  std::uint32_t add_pairwise_coupling() {
    model::PairwiseCoupling coupling;
    coupling.precision = precision_;
    coupling.num_classes = choices_.between(2, 4);
    for (std::uint32_t i = coupling.num_classes * (coupling.num_classes - 1) / 2; i > 0; --i)
      coupling.inputs.push_back(any_input());
    builder_.pairwise_coupling(coupling);
    return coupling.num_classes;
  }

  std::uint32_t add_distances() {
    model::Distances node;
    node.measure = static_cast<model::Distances::Measure>(choices_.below(6));
    node.exponent = choices_.coin() ? 3 : 0.5;
    if (node.measure == model::Distances::Measure::kBinary) node.binary = {1, 0, 0, 1, 1, 2, 2, 1};
    for (model::ColumnId input : inputs_)
      node.fields.push_back({input, static_cast<model::Distances::Compare>(choices_.below(4)),
                             static_cast<double>(choices_.below(4)), 0.25 + choices_.below(4)});
    node.num_points = choices_.between(1, 8);
    node.points = numbers(node.num_points * inputs_.size());
    for (double &value : node.points)
      if (choices_.one_in(8)) value = model::kMissing;
    node.nearest = choices_.coin() ? choices_.between(1, node.num_points) : 0;
    builder_.distances(node);
    return node.nearest != 0 ? 2 * node.nearest : node.num_points;
  }

  Choices &choices_;
  model::Builder &builder_;
  const std::vector<model::ColumnId> &inputs_;
  model::Precision precision_;
};

}  // namespace pgscore::test
