#include "model/verify_machines.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/refuse.hpp"

namespace pgscore::model {
namespace {

void check_column(ColumnId id, const NodeScope &scope) {
  if (id >= scope.num_columns) refuse("column " + std::to_string(id) + " is used before it exists");
}
void check_columns(const std::vector<ColumnId> &columns, const NodeScope &scope,
                   const char *when_empty) {
  require(!columns.empty(), when_empty);
  for (ColumnId column : columns) check_column(column, scope);
}

/// Checks that parameters are finite, and exactly representable where the arithmetic is float32.
void check_parameters(const std::vector<double> &values, Precision precision, const char *what) {
  for (double value : values) {
    if (!std::isfinite(value)) refuse(std::string(what) + " is not finite");
    if (precision == Precision::kFloat32 && static_cast<double>(static_cast<float>(value)) != value)
      refuse(std::string(what) + " is not a float32");
  }
}

}  // namespace

std::uint64_t check_node(const Reduce &node, const NodeScope &scope) {
  check_columns(node.inputs, scope, "a reduction has no input");
  require(
      node.weights.size() == (node.function == Reduction::kWeightedMedian ? node.inputs.size() : 0),
      "a reduction has not its weights");
  for (double weight : node.weights)
    require(std::isfinite(weight), "a weight of a reduction is not finite");
  return 1;
}

std::uint64_t check_node(const Rank &node, const NodeScope &scope) {
  check_columns(node.inputs, scope, "a rank has no input");
  require(node.count >= 1 && node.count <= node.inputs.size(),
          "a rank has more places than inputs");
  return node.count;
}

std::uint64_t check_node(const PredicateTree &tree, const NodeScope &scope) {
  require(!tree.nodes.empty(), "a predicate tree has no node");
  check_limit(tree.nodes.size(), scope.limits.max_nodes, "tree nodes");
  // Children stand behind their parents, in the order of these, so that each node but the root has
  // one parent.
  std::uint64_t next = 1;
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const PredicateTree::Node &node = tree.nodes[i];
    if (!node.predicate.is_constant()) check_column(node.predicate.column, scope);
    if (node.num_children == 0) {
      require(node.first_child == 0 && node.default_child == PredicateTree::kNoChild,
              "a node without children refers to one");
      continue;
    }
    require(node.first_child == next && next > i && node.num_children <= tree.nodes.size() - next,
            "the children of a predicate tree are out of place");
    next += node.num_children;
    require(node.default_child == PredicateTree::kNoChild ||
                (node.default_child >= node.first_child && node.default_child < next),
            "a default child is no child");
  }
  require(next == tree.nodes.size(), "a node of a predicate tree has no parent");
  return 2;
}

std::uint64_t check_node(const Dense &layer, const NodeScope &scope) {
  check_columns(layer.inputs, scope, "a layer has no input");
  require(layer.num_outputs >= 1, "a layer has no output");
  require(layer.weights.size() == layer.inputs.size() * layer.num_outputs,
          "a layer has not one weight per input and output");
  require(layer.bias.size() == layer.num_outputs, "a layer has not one bias per output");
  check_parameters(layer.weights, layer.precision, "a weight");
  check_parameters(layer.bias, layer.precision, "a bias");
  return layer.num_outputs;
}

std::uint64_t check_node(const KernelMachine &machine, const NodeScope &scope) {
  check_columns(machine.inputs, scope, "a kernel machine has no input");
  require(machine.num_outputs >= 1, "a kernel machine has no output");
  const std::size_t width = machine.inputs.size(), num_vectors = machine.vectors.size() / width;
  check_limit(num_vectors, scope.limits.max_nodes, "support vectors");
  require(machine.vectors.size() == num_vectors * width,
          "a support vector has not one value per input");
  require(machine.coefficients.size() == num_vectors * machine.num_outputs,
          "a kernel machine has not one coefficient per vector and output");
  require(machine.intercept.size() == machine.num_outputs,
          "a kernel machine has not one intercept per output");
  check_parameters({machine.gamma, machine.offset, machine.degree}, machine.precision,
                   "a parameter of a kernel function");
  check_parameters(machine.vectors, machine.precision, "a value of a support vector");
  check_parameters(machine.coefficients, machine.precision, "a coefficient");
  check_parameters(machine.intercept, machine.precision, "an intercept");
  return machine.num_outputs;
}

std::uint64_t check_node(const PairwiseCoupling &coupling, const NodeScope &scope) {
  check_columns(coupling.inputs, scope, "a coupling of pairs has no input");
  require(coupling.num_classes >= 2, "a coupling of pairs has fewer than two classes");
  require(coupling.inputs.size() ==
              std::uint64_t{coupling.num_classes} * (coupling.num_classes - 1) / 2,
          "a coupling of pairs has not one input per pair");
  check_limit(coupling.num_classes, 1'000, "classes for a coupling of pairs");
  return coupling.num_classes;
}

std::uint64_t check_node(const Distances &node, const NodeScope &scope) {
  require(!node.fields.empty(), "distances have no field");
  require(node.num_points >= 1, "distances have no point");
  const bool binary = node.measure == Distances::Measure::kBinary;
  require(node.binary.size() == (binary ? 8u : 0u), "a binary similarity has not eight parameters");
  check_parameters(node.binary, Precision::kFloat64, "a parameter of a similarity");
  require(std::isfinite(node.exponent) && node.exponent > 0,
          "the exponent of a distance is not positive");
  for (const Distances::Field &field : node.fields) {
    check_column(field.column, scope);
    require(std::isfinite(field.weight) && field.weight >= 0, "the weight of a field is negative");
    require(std::isfinite(field.scale) && field.scale > 0, "the scale of a field is not positive");
  }
  check_limit(node.points.size(), scope.limits.max_nodes, "values of points");
  require(node.points.size() == std::uint64_t{node.num_points} * node.fields.size(),
          "a point has not one value per field");
  require(node.nearest <= node.num_points, "more nearest points are wanted than there are");
  return node.nearest != 0 ? std::uint64_t{2} * node.nearest : node.num_points;
}

}  // namespace pgscore::model
