// The specification: one row, one node after the other, one obvious loop each. It is not meant to
// be fast. The comments that define behaviour stand at the nodes' structs (model.hpp).
#include "model/interpret.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/index.hpp"
#include "model/hashed_category.hpp"
#include "model/interpret_nodes.hpp"

namespace pgscore::model {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

double rounded(double value, Precision precision) {
  return precision == Precision::kFloat32 ? static_cast<double>(static_cast<float>(value)) : value;
}

double look_up(const LookUp &table, double x) {
  if (std::isnan(x)) return table.missing;
  if (table.keys.empty()) {  // a category
    if (!is_index(x, table.values.size())) return table.unknown;
    return table.values[static_cast<std::size_t>(x)];
  }
  for (std::size_t i = 0; i < table.keys.size(); ++i)
    if (table.keys[i] == x) return table.values[i];
  return table.unknown;
}

double discretize(const Discretize &bins, double x) {
  if (std::isnan(x)) return bins.missing;
  std::size_t bin = 0;
  for (double cut : bins.cuts)
    if (bins.upper_open ? cut <= x : cut < x) ++bin;
  return bins.values[bin];
}

void hash_look_up(const HashLookUp &table, const std::vector<double> &columns, double *out) {
  const std::size_t width = table.unknown.size();
  std::uint64_t key = 0;
  bool known = true;
  for (ColumnId input : table.inputs) known = known && mix_hash(key, columns[input]);
  const float *found = table.unknown.data();
  for (std::size_t i = 0; known && i < table.keys.size(); ++i)
    if (table.keys[i] == key) found = &table.values[i * width];
  for (std::size_t k = 0; k < width; ++k) out[k] = static_cast<double>(found[k]);
}

bool in_set(const TreeEnsemble &ensemble, std::uint32_t index, double x) {
  const CategorySet &set = ensemble.sets[index];
  if (!is_index(x, std::size_t{32} * set.num_words)) return false;
  const auto category = static_cast<std::uint32_t>(x);
  return (ensemble.set_words[set.first_word + category / 32] >> (category % 32) & 1) != 0;
}

bool goes_left(const TreeEnsemble &ensemble, const TreeNode &node, double x) {
  x = rounded(x, ensemble.compare);
  switch (node.missing) {
    case MissingKind::kNan:
      if (std::isnan(x)) return node.default_left;
      break;
    case MissingKind::kNanIsZero:
      if (std::isnan(x)) x = 0;
      break;
    case MissingKind::kZeroOrNan:
      if (std::isnan(x) || std::fabs(x) <= kZeroThreshold) return node.default_left;
      break;
  }
  switch (node.split) {
    case Split::kLess:
      return x < node.value;
    case Split::kLessEqual:
      return x <= node.value;
    case Split::kInSet:
      return in_set(ensemble, node.index, x);
    case Split::kInSetTruncated:
      return in_set(ensemble, node.index, std::trunc(x));
    case Split::kLeaf:
      break;
  }
  throw Error(ErrorCode::kInternal, "a leaf was asked for a direction");
}

const TreeNode &find_leaf(const TreeEnsemble &ensemble, const Tree &tree,
                          const std::vector<double> &columns) {
  const TreeNode *node = &ensemble.nodes[tree.first_node];
  while (node->split != Split::kLeaf) {
    const double x = columns[ensemble.features[node->feature]];
    node = &ensemble.nodes[goes_left(ensemble, *node, x) ? node->left : node->right];
  }
  return *node;
}

/// Gives what a leaf adds.
template <class Number>
Number leaf_value(const TreeEnsemble &ensemble, const TreeNode &leaf,
                  const std::vector<double> &columns) {
  if (!ensemble.linear_leaves) return static_cast<Number>(leaf.value);
  const LeafFunction &function = ensemble.leaf_functions[leaf.index];
  auto y = static_cast<Number>(function.constant);
  for (std::uint32_t i = 0; i < function.num_terms; ++i) {
    const LeafTerm &term = ensemble.leaf_terms[function.first_term + i];
    double x = columns[ensemble.features[term.feature]];
    if (std::isnan(x)) return static_cast<Number>(leaf.value);
    if (std::fabs(x) <= kZeroThreshold) x = 0;
    y = y + static_cast<Number>(term.coefficient) * static_cast<Number>(x);
  }
  return y;
}

template <class Number>
void sum_trees(const TreeEnsemble &ensemble, const std::vector<double> &columns, double *out) {
  std::vector<Number> sum(ensemble.base.begin(), ensemble.base.end());
  for (const Tree &tree : ensemble.trees) {
    const TreeNode &leaf = find_leaf(ensemble, tree, columns);
    if (ensemble.leaf_width == 1) {
      sum[tree.group] = sum[tree.group] + leaf_value<Number>(ensemble, leaf, columns);
    } else {
      const double *vector = &ensemble.leaf_vectors[std::size_t{leaf.index} * ensemble.leaf_width];
      for (std::size_t g = 0; g < sum.size(); ++g) sum[g] = sum[g] + static_cast<Number>(vector[g]);
    }
  }
  for (std::size_t g = 0; g < sum.size(); ++g)
    out[g] = ensemble.aggregate == Aggregate::kAverage
                 ? sum[g] / static_cast<Number>(ensemble.divisor)
                 : sum[g];
}

template <class Number>
void sum_terms(const Linear &linear, const std::vector<double> &columns, double *out) {
  for (std::uint32_t k = 0; k < linear.num_outputs; ++k) {
    Number sum = linear.intercept_first ? static_cast<Number>(linear.intercept[k]) : Number{0};
    bool missing = false;
    for (const LinearTerm &term : linear.terms) {
      const double x = columns[term.column];
      const std::size_t num_levels = term.coefficients.size() / linear.num_outputs;
      if (term.by_level ? !is_index(x, num_levels) : std::isnan(x)) {
        missing = true;
        continue;
      }
      if (term.by_level)
        sum = sum + static_cast<Number>(
                        term.coefficients[static_cast<std::size_t>(x) * linear.num_outputs + k]);
      else
        sum = sum + static_cast<Number>(x) * static_cast<Number>(term.coefficients[k]);
    }
    if (!linear.intercept_first) sum = sum + static_cast<Number>(linear.intercept[k]);
    out[k] = missing && linear.on_missing == Linear::OnMissing::kPropagate
                 ? kMissing
                 : static_cast<double>(sum);
  }
}

double arg_max(const ArgMax &node, const std::vector<double> &columns) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (std::isnan(columns[node.inputs[i]])) return kMissing;
    if (columns[node.inputs[i]] > columns[node.inputs[best]]) best = i;
  }
  return static_cast<double>(best);
}

}  // namespace

std::vector<double> interpret(const Model &model, std::span<const double> inputs) {
  if (inputs.size() != model.inputs.size())
    throw Error(ErrorCode::kInternal, "wrong number of inputs");
  std::vector<double> columns(inputs.begin(), inputs.end());
  columns.resize(model.num_columns, kMissing);
  for (const Node &node : model.nodes) {
    double *out = &columns[node.first_output];
    std::visit(Overloaded{
                   [&](const Apply &apply) {
                     double args[3];
                     for (std::size_t i = 0; i < apply.args.size(); ++i)
                       args[i] = operand(apply.args[i], columns);
                     *out = apply_op(apply.op, apply.precision, {args, apply.args.size()});
                   },
                   [&](const LookUp &table) { *out = look_up(table, columns[table.input]); },
                   [&](const Discretize &bins) { *out = discretize(bins, columns[bins.input]); },
                   [&](const HashLookUp &table) { hash_look_up(table, columns, out); },
                   [&](const TreeEnsemble &ensemble) {
                     if (ensemble.sum == Precision::kFloat32)
                       sum_trees<float>(ensemble, columns, out);
                     else
                       sum_trees<double>(ensemble, columns, out);
                   },
                   [&](const Linear &linear) {
                     if (linear.precision == Precision::kFloat32)
                       sum_terms<float>(linear, columns, out);
                     else
                       sum_terms<double>(linear, columns, out);
                   },
                   [&](const Link &link) {
                     for (std::size_t i = 0; i < link.inputs.size(); ++i)
                       out[i] = columns[link.inputs[i]];
                     apply_link(link.function, link.precision, {out, link.inputs.size()});
                   },
                   [&](const ArgMax &node) { *out = arg_max(node, columns); },
                   [&](const auto &node) { interpret_node(node, columns, out); },
               },
               node.body);
  }
  return columns;
}

std::vector<std::uint32_t> interpret_leaves(const Model &model, std::span<const double> inputs) {
  const std::vector<double> columns = interpret(model, inputs);
  std::vector<std::uint32_t> ids;
  for (const Node &node : model.nodes)
    if (const auto *ensemble = std::get_if<TreeEnsemble>(&node.body))
      for (const Tree &tree : ensemble->trees)
        ids.push_back(find_leaf(*ensemble, tree, columns).id);
  return ids;
}

}  // namespace pgscore::model
