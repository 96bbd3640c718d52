#include "formats/pmml/models/tree_mixture.hpp"

#include "formats/pmml/expression.hpp"

namespace pgscore::formats::pmml {

using model::kMissing;
using model::Op;
using model::Operand;

namespace {

/// For each class a number: confidences, or numbers of records.
using Vector = std::vector<Operand>;

}  // namespace

/// From the leaves to the root: each node is what the first child with a true predicate is; when
/// one before it is unknown, the mean of all children whose predicates are not false, weighted by
/// their records, or the sum of their records.
Result mix_tree(const Tree &tree, const std::vector<std::string> &labels, Scope &scope) {
  Graph &graph = scope.graph();
  const bool counts = tree.on_missing == Tree::OnMissing::kAggregateNodes;
  constexpr std::size_t kMaxColumns = 100'000;
  if (tree.nodes.size() * labels.size() > kMaxColumns)
    tree.model.refuse_unsupported("the tree is too large for this missingValueStrategy");
  std::vector<Operand> truth;
  for (const TreeNode &node : tree.nodes)
    truth.push_back(evaluate_predicate(predicate_of(node.element), scope));
  std::vector<Vector> mixed(tree.nodes.size());
  for (std::size_t i = tree.nodes.size(); i-- > 0;) {
    const TreeNode &node = tree.nodes[i];
    const double records = node.element.number("recordCount").value_or(0);
    Vector own;
    const std::vector<double> distribution = distribution_of(node.element, labels, !counts);
    if (distribution.empty() && node.num_children == 0)
      node.element.refuse("it has no ScoreDistribution");
    for (std::size_t c = 0; c < labels.size(); ++c)
      own.push_back(Operand::value(
          distribution.empty() ? kMissing : distribution[c] * (counts ? records : 1)));
    const Vector none(labels.size(), Operand::value(kMissing));
    mixed[i] = node.num_children == 0 || tree.no_true_child_is_last ? own : none;
    if (node.num_children == 0) continue;

    const std::size_t first = node.first_child, end = first + node.num_children;
    Operand total = Operand::value(0);
    Vector mixture(labels.size(), Operand::value(0));
    for (std::size_t k = first; k < end; ++k) {
      const Operand is_possible = graph.apply(
          Op::kNotEqual, {graph.if_missing(truth[k], Operand::value(1)), Operand::value(0)});
      const double weight = counts ? 1 : tree.nodes[k].element.number("recordCount").value_or(1);
      const Operand share = graph.choose(is_possible, Operand::value(weight), Operand::value(0));
      total = graph.apply(Op::kAdd, {total, share});
      for (std::size_t c = 0; c < labels.size(); ++c) {
        const Operand part = graph.apply(Op::kMultiply, {mixed[k][c], share});
        mixture[c] =
            graph.apply(Op::kAdd, {mixture[c], graph.choose(is_possible, part, Operand::value(0))});
      }
    }
    if (!counts)
      for (Operand &part : mixture) part = graph.apply(Op::kDivide, {part, total});
    for (std::size_t k = end; k-- > first;)
      for (std::size_t c = 0; c < labels.size(); ++c) {
        const Operand when_known = graph.choose(truth[k], mixed[k][c], mixed[i][c]);
        mixed[i][c] = graph.choose(graph.apply(Op::kIsMissing, {truth[k]}), mixture[c], when_known);
      }
  }
  Vector confidences = mixed[0];
  for (Operand &confidence : confidences)
    confidence = graph.choose(truth[0], confidence, Operand::value(kMissing));
  if (counts) {
    const Operand total = graph.sum(confidences);
    for (Operand &confidence : confidences)
      confidence = graph.apply(Op::kDivide, {confidence, total});
  }
  Result result = classification_of(scope, labels, confidences);
  result.confidences = std::move(confidences);
  return result;
}

}  // namespace pgscore::formats::pmml
