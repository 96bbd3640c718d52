// The second part of the specification (interpret.cpp): reductions, ranks, trees of predicates.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "model/interpret.hpp"
#include "model/interpret_nodes.hpp"

namespace pgscore::model {
namespace {

template <class Number>
double reduce_values(Reduction function, std::vector<Number> values) {
  auto fold = [&](Number start, auto step) {
    for (Number value : values) start = step(start, value);
    return start;
  };
  switch (function) {
    case Reduction::kSum:
      return fold(0, [](Number s, Number x) { return s + x; });
    case Reduction::kProduct:
      return fold(1, [](Number s, Number x) { return s * x; });
    case Reduction::kMin:
      return fold(values[0], [](Number s, Number x) { return x < s ? x : s; });
    case Reduction::kMax:
      return fold(values[0], [](Number s, Number x) { return s < x ? x : s; });
    case Reduction::kMean:
      return fold(0, [](Number s, Number x) { return s + x; }) / static_cast<Number>(values.size());
    case Reduction::kSumSquares:
      return fold(0, [](Number s, Number x) { return s + x * x; });
    case Reduction::kSumSizes:
      return fold(0, [](Number s, Number x) { return s + std::fabs(x); });
    case Reduction::kMedian:
    case Reduction::kWeightedMedian:
      break;
  }
  std::sort(values.begin(), values.end());
  // A zero has no sign here: sorting leaves the order of -0 and 0 open.
  const std::size_t middle = values.size() / 2;
  const Number upper = values[middle] + Number{0};
  return values.size() % 2 == 1 ? upper : ((values[middle - 1] + Number{0}) + upper) / 2;
}

template <class Number>
double weighted_median(const std::vector<Number> &values, const std::vector<Number> &weights) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  Number total = 0;
  for (Number weight : weights) total = total + weight;
  double so_far = 0;
  for (std::size_t i : order) {
    so_far += weights[i];
    // A zero has no sign here either.
    if (so_far >= 0.5 * static_cast<double>(total)) return values[i] + Number{0};
  }
  return kMissing;
}

template <class Number>
double reduce(const Reduce &node, const std::vector<double> &columns) {
  std::vector<Number> values, weights;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const double x = columns[node.inputs[i]];
    if (std::isnan(x)) {
      if (!node.skip_missing) return kMissing;
      continue;
    }
    values.push_back(static_cast<Number>(x));
    if (!node.weights.empty()) weights.push_back(static_cast<Number>(node.weights[i]));
  }
  if (values.empty()) return kMissing;
  if (node.function == Reduction::kWeightedMedian) return weighted_median(values, weights);
  return reduce_values<Number>(node.function, std::move(values));
}

template <class Number>
double reduce(Reduction function, bool skip_missing, std::span<const double> inputs) {
  std::vector<Number> values;
  values.reserve(inputs.size());
  for (const double x : inputs) {
    if (!std::isnan(x))
      values.push_back(static_cast<Number>(x));
    else if (!skip_missing)
      return kMissing;
  }
  return values.empty() ? kMissing : reduce_values<Number>(function, std::move(values));
}

}  // namespace

double apply_reduction(Reduction function, Precision precision, bool skip_missing,
                       std::span<const double> values) {
  return precision == Precision::kFloat32 ? reduce<float>(function, skip_missing, values)
                                          : reduce<double>(function, skip_missing, values);
}

void interpret_node(const Reduce &node, const std::vector<double> &columns, double *out) {
  *out = node.precision == Precision::kFloat32 ? reduce<float>(node, columns)
                                               : reduce<double>(node, columns);
}

void interpret_node(const Rank &node, const std::vector<double> &columns, double *out) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < node.inputs.size(); ++i)
    if (!std::isnan(columns[node.inputs[i]])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double x = columns[node.inputs[a]], y = columns[node.inputs[b]];
    return node.ascending ? x < y : x > y;
  });
  for (std::size_t k = 0; k < node.count; ++k)
    out[k] = k < order.size() ? static_cast<double>(order[k]) : kMissing;
}

void interpret_node(const PredicateTree &tree, const std::vector<double> &columns, double *out) {
  auto truth = [&](std::uint32_t node) { return operand(tree.nodes[node].predicate, columns); };
  out[0] = kMissing;
  out[1] = 0;
  std::uint32_t at = 0;
  if (const double root = truth(0); std::isnan(root) || root == 0) return;
  for (bool walking = true; walking;) {
    const PredicateTree::Node &node = tree.nodes[at];
    if (node.num_children == 0) break;
    walking = false;
    bool decided = false;  // by a missing predicate
    for (std::uint32_t child = node.first_child;
         child < node.first_child + node.num_children && !walking && !decided; ++child) {
      const double predicate = truth(child);
      if (std::isnan(predicate)) {
        switch (tree.on_missing) {
          case PredicateTree::OnMissing::kFalse:
            break;
          case PredicateTree::OnMissing::kLast:
            decided = true;
            break;
          case PredicateTree::OnMissing::kNone:
            return;
          case PredicateTree::OnMissing::kDefaultChild:
            if (node.default_child == PredicateTree::kNoChild) return;
            at = node.default_child;
            out[1] += 1;
            walking = true;
            break;
        }
      } else if (predicate != 0) {
        at = child;
        walking = true;
      }
    }
    if (!walking && !decided && tree.no_true_child == PredicateTree::NoTrueChild::kNone) return;
  }
  out[0] = at;
}

}  // namespace pgscore::model
