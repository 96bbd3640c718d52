// Random nodes of the kinds that are neither trees nor transforms, for random_model.hpp.
#pragma once
#include <vector>

#include "model/builder.hpp"

namespace pgscore::test {

/// Adds one node that reads `inputs` (one or more columns), with finite parameters from `number`.
/// Returns its number of columns. `Choices`: random_model.hpp.
template <class Choices, class Number>
std::uint32_t add_random_machine(Choices &choices, model::Builder &builder,
                                 const std::vector<model::ColumnId> &inputs,
                                 model::Precision precision, Number number) {
  auto numbers = [&](std::size_t count) {
    std::vector<double> out(count);
    for (double &x : out) x = number(precision);
    return out;
  };
  const auto width = static_cast<std::uint32_t>(inputs.size());
  switch (choices.below(7)) {
    case 0: {
      model::Reduce reduce{static_cast<model::Reduction>(choices.below(9)), precision,
                           choices.coin(), inputs};
      if (reduce.function == model::Reduction::kWeightedMedian)
        for (std::size_t i = 0; i < inputs.size(); ++i)
          reduce.weights.push_back(choices.below(5) * 0.1);
      builder.reduce(reduce);
      return 1;
    }
    case 1: {
      model::Rank rank{choices.coin(), choices.between(1, width), inputs};
      builder.rank(rank);
      return rank.count;
    }
    case 2: {
      model::PredicateTree tree;
      tree.on_missing = static_cast<model::PredicateTree::OnMissing>(choices.below(4));
      tree.no_true_child = static_cast<model::PredicateTree::NoTrueChild>(choices.below(2));
      tree.nodes.resize(1);
      for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        tree.nodes[i].predicate = choices.one_in(4)
                                      ? model::Operand::value(choices.below(2))
                                      : model::Operand::of(inputs[choices.below(width)]);
        if (tree.nodes.size() > 20 || (i > 0 && choices.coin())) continue;
        const auto first = static_cast<std::uint32_t>(tree.nodes.size()),
                   count = choices.between(1, 3);
        tree.nodes[i].first_child = first;
        tree.nodes[i].num_children = count;
        if (choices.coin()) tree.nodes[i].default_child = first + choices.below(count);
        tree.nodes.resize(first + count);
      }
      builder.predicate_tree(tree);
      return 2;
    }
    case 3: {
      model::Dense layer;
      layer.precision = precision;
      layer.inputs = inputs;
      layer.num_outputs = choices.one_in(3) ? choices.between(1, 70) : choices.between(1, 14);
      layer.weights = numbers(inputs.size() * layer.num_outputs);
      layer.bias = numbers(layer.num_outputs);
      const model::ColumnId first = builder.dense(layer);
      if (!choices.coin()) return layer.num_outputs;
      builder.link({model::LinkFunction::kRectify,
                    choices.one_in(4) ? model::Precision::kFloat64 : precision,
                    model::column_range(first, layer.num_outputs)});
      return 2 * layer.num_outputs;
    }
    case 4: {
      model::KernelMachine machine;
      machine.kernel = static_cast<model::KernelMachine::Kernel>(choices.below(4));
      machine.precision = precision;
      machine.gamma = number(precision);
      machine.offset = number(precision);
      machine.degree = choices.between(1, 4);
      machine.inputs = inputs;
      machine.num_outputs = choices.between(1, 3);
      const std::size_t num_vectors = choices.between(0, 6);
      machine.vectors = numbers(num_vectors * inputs.size());
      machine.coefficients = numbers(num_vectors * machine.num_outputs);
      for (double &coefficient : machine.coefficients)
        if (choices.one_in(4)) coefficient = 0;
      machine.intercept = numbers(machine.num_outputs);
      builder.kernel_machine(machine);
      return machine.num_outputs;
    }
    case 5: {
      model::PairwiseCoupling coupling;
      coupling.precision = precision;
      coupling.num_classes = choices.between(2, 4);
      for (std::uint32_t i = coupling.num_classes * (coupling.num_classes - 1) / 2; i > 0; --i)
        coupling.inputs.push_back(inputs[choices.below(width)]);
      builder.pairwise_coupling(coupling);
      return coupling.num_classes;
    }
    default: {
      model::Distances node;
      node.measure = static_cast<model::Distances::Measure>(choices.below(6));
      node.exponent = choices.coin() ? 3 : 0.5;
      if (node.measure == model::Distances::Measure::kBinary)
        node.binary = {1, 0, 0, 1, 1, 2, 2, 1};
      for (model::ColumnId input : inputs)
        node.fields.push_back({input, static_cast<model::Distances::Compare>(choices.below(4)),
                               static_cast<double>(choices.below(4)), 0.25 + choices.below(4)});
      node.num_points = choices.between(1, 8);
      node.points = numbers(node.num_points * inputs.size());
      for (double &value : node.points)
        if (choices.one_in(8)) value = model::kMissing;
      node.nearest = choices.coin() ? choices.between(1, node.num_points) : 0;
      builder.distances(node);
      return node.nearest != 0 ? 2 * node.nearest : node.num_points;
    }
  }
}

}  // namespace pgscore::test
