// The third part of the specification (interpret.cpp): layers, kernel machines, distances.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/interpret.hpp"
#include "model/interpret_nodes.hpp"

namespace pgscore::model {
namespace {

bool any_missing(const std::vector<ColumnId> &inputs, const std::vector<double> &columns) {
  return std::any_of(inputs.begin(), inputs.end(),
                     [&](ColumnId input) { return std::isnan(columns[input]); });
}

template <class Number>
void dense(const Dense &layer, const std::vector<double> &columns, double *out) {
  for (std::uint32_t j = 0; j < layer.num_outputs; ++j) {
    Number sum = 0;
    for (std::size_t k = 0; k < layer.inputs.size(); ++k)
      sum = std::fma(static_cast<Number>(columns[layer.inputs[k]]),
                     static_cast<Number>(layer.weights[k * layer.num_outputs + j]), sum);
    out[j] = sum + static_cast<Number>(layer.bias[j]);
  }
}

template <class Number>
Number kernel_function(const KernelMachine &machine, const std::vector<double> &columns,
                       const double *vector) {
  Number product = 0, distance = 0;
  for (std::size_t k = 0; k < machine.inputs.size(); ++k) {
    const auto x = static_cast<Number>(columns[machine.inputs[k]]),
               v = static_cast<Number>(vector[k]), difference = x - v;
    product = product + x * v;
    distance = distance + difference * difference;
  }
  return apply_kernel(machine.kernel,
                      machine.kernel == KernelMachine::Kernel::kRadial ? distance : product,
                      static_cast<Number>(machine.gamma), static_cast<Number>(machine.offset),
                      static_cast<Number>(machine.degree));
}

template <class Number>
void kernel_machine(const KernelMachine &machine, const std::vector<double> &columns, double *out) {
  const std::size_t width = machine.inputs.size();
  for (std::uint32_t j = 0; j < machine.num_outputs; ++j) {
    Number sum = 0;
    for (std::size_t i = 0; i * machine.num_outputs < machine.coefficients.size(); ++i) {
      const auto coefficient =
          static_cast<Number>(machine.coefficients[i * machine.num_outputs + j]);
      if (coefficient != 0)
        sum = sum +
              coefficient * kernel_function<Number>(machine, columns, &machine.vectors[i * width]);
    }
    out[j] = sum + static_cast<Number>(machine.intercept[j]);
  }
}

double compare(const Distances::Field &field, double x, double y) {
  switch (field.compare) {
    case Distances::Compare::kAbsDiff:
      return std::fabs(x - y);
    case Distances::Compare::kGauss:
      return gauss_similarity(x, y, field.scale);
    case Distances::Compare::kDelta:
      return x == y ? 0 : 1;
    case Distances::Compare::kEqual:
      break;
  }
  return x == y ? 1 : 0;
}

double similarity(const Distances &node, const std::vector<double> &columns, const double *point) {
  double counts[4] = {};  // a_11, a_10, a_01, a_00
  bool any = false;
  for (std::size_t k = 0; k < node.fields.size(); ++k) {
    const double x = columns[node.fields[k].column], y = point[k];
    if (std::isnan(x) || std::isnan(y)) continue;
    any = true;
    counts[(x != 0 ? 0 : 2) + (y != 0 ? 0 : 1)] += 1;
  }
  return any ? binary_similarity(node.binary.data(), counts) : kMissing;
}

double distance(const Distances &node, const std::vector<double> &columns, const double *point) {
  if (node.measure == Distances::Measure::kBinary) return similarity(node, columns, point);
  double all = 0, present = 0, sum = 0, greatest = 0;
  bool any = false;
  for (std::size_t k = 0; k < node.fields.size(); ++k) {
    const Distances::Field &field = node.fields[k];
    const double x = columns[field.column], y = point[k];
    all = all + field.weight;
    if (std::isnan(x) || std::isnan(y)) continue;
    any = true;
    present = present + field.weight;
    const double c = compare(field, x, y);
    switch (node.measure) {
      case Distances::Measure::kCityBlock:
        sum = sum + field.weight * c;
        break;
      case Distances::Measure::kChebychev:
        greatest = std::max(greatest, field.weight * c);
        break;
      case Distances::Measure::kMinkowski:
        sum = sum + field.weight * std::pow(c, node.exponent);
        break;
      default:
        sum = sum + field.weight * (c * c);
    }
  }
  if (!any) return kMissing;
  return finish_distance(node.measure, node.exponent, sum, greatest, all / present);
}

}  // namespace

void interpret_node(const Dense &layer, const std::vector<double> &columns, double *out) {
  if (any_missing(layer.inputs, columns))
    std::fill_n(out, layer.num_outputs, kMissing);
  else if (layer.precision == Precision::kFloat32)
    dense<float>(layer, columns, out);
  else
    dense<double>(layer, columns, out);
}

void interpret_node(const KernelMachine &machine, const std::vector<double> &columns, double *out) {
  if (any_missing(machine.inputs, columns))
    std::fill_n(out, machine.num_outputs, kMissing);
  else if (machine.precision == Precision::kFloat32)
    kernel_machine<float>(machine, columns, out);
  else
    kernel_machine<double>(machine, columns, out);
}

void interpret_node(const PairwiseCoupling &coupling, const std::vector<double> &columns,
                    double *out) {
  std::vector<double> pairs, work(coupling.num_classes);
  for (ColumnId input : coupling.inputs) pairs.push_back(columns[input]);
  Pace pace;
  couple_pairs(coupling.precision, coupling.num_classes, pairs.data(), work.data(), out, pace);
}

void interpret_node(const Distances &node, const std::vector<double> &columns, double *out) {
  std::vector<double> distances(node.num_points);
  for (std::size_t i = 0; i < node.num_points; ++i)
    distances[i] = distance(node, columns, &node.points[i * node.fields.size()]);
  if (node.nearest == 0) {
    std::copy(distances.begin(), distances.end(), out);
    return;
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < distances.size(); ++i)
    if (!std::isnan(distances[i])) order.push_back(i);
  const bool most = node.measure == Distances::Measure::kBinary;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return most ? distances[a] > distances[b] : distances[a] < distances[b];
  });
  for (std::size_t k = 0; k < node.nearest; ++k) {
    out[k] = k < order.size() ? static_cast<double>(order[k]) : kMissing;
    out[node.nearest + k] = k < order.size() ? distances[order[k]] : kMissing;
  }
}

}  // namespace pgscore::model
