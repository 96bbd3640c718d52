// TreeModel (PMML 4.4, TreeModel).
#include "formats/pmml/models/tree.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/models/tree_mixture.hpp"

namespace pgscore::formats::pmml {

using model::kMissing;
using model::Op;
using model::Operand;

namespace {

struct Strategy {
  std::string_view name;
  Tree::OnMissing value;
};
constexpr std::array kStrategies = {
    Strategy{"none", Tree::OnMissing::kNone},
    Strategy{"lastPrediction", Tree::OnMissing::kLast},
    Strategy{"nullPrediction", Tree::OnMissing::kNull},
    Strategy{"defaultChild", Tree::OnMissing::kDefaultChild},
    Strategy{"weightedConfidence", Tree::OnMissing::kWeightedConfidence},
    Strategy{"aggregateNodes", Tree::OnMissing::kAggregateNodes},
};

/// One number for each node -> the number of the node that the walk ends at.
Operand by_node(Graph &graph, Operand node, const std::vector<double> &values) {
  if (std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end() &&
      !std::isnan(values[0]))
    return graph.choose(graph.apply(Op::kIsMissing, {node}), Operand::value(kMissing),
                        Operand::value(values[0]));
  std::vector<std::pair<double, double>> entries;
  for (std::size_t i = 0; i < values.size(); ++i)
    entries.emplace_back(static_cast<double>(i), values[i]);
  return graph.number_table(node, std::move(entries), kMissing);
}

double regression_score(const TreeNode &node, model::Precision precision) {
  const std::optional<std::string> score = score_attribute(node.element);
  if (!score) return kMissing;
  const auto kind =
      precision == model::Precision::kFloat32 ? Type::Kind::kFloat : Type::Kind::kDouble;
  const std::optional<double> number = parse_value(*score, {kind, 1970});
  if (!number) node.element.refuse("score " + shown(*score) + " is not a number");
  return *number;
}

/// The walk as a PredicateTree: the node, and the number of default children on the way.
std::pair<Operand, Operand> walk(const Tree &tree, Scope &scope) {
  using OnMissing = Tree::OnMissing;
  model::PredicateTree out;
  out.on_missing = tree.on_missing == OnMissing::kNone   ? model::PredicateTree::OnMissing::kFalse
                   : tree.on_missing == OnMissing::kLast ? model::PredicateTree::OnMissing::kLast
                   : tree.on_missing == OnMissing::kDefaultChild
                       ? model::PredicateTree::OnMissing::kDefaultChild
                       : model::PredicateTree::OnMissing::kNone;
  out.no_true_child = tree.no_true_child_is_last ? model::PredicateTree::NoTrueChild::kLast
                                                 : model::PredicateTree::NoTrueChild::kNone;
  for (const TreeNode &node : tree.nodes) {
    model::PredicateTree::Node to;
    to.predicate = evaluate_predicate(predicate_of(node.element), scope);
    to.num_children = node.num_children;
    if (node.num_children > 0) to.first_child = node.first_child;
    if (node.default_child) to.default_child = *node.default_child;
    out.nodes.push_back(to);
  }
  const model::ColumnId first = scope.builder().predicate_tree(std::move(out));
  return {Operand::of(first), Operand::of(first + 1)};
}

/// On how many nodes of the way to `node` a surrogate decided: the first part of the predicate was
/// unknown.
Operand surrogates_on_the_way(const Tree &tree, Operand node, Scope &scope) {
  Graph &graph = scope.graph();
  std::vector<Operand> on_the_way(tree.nodes.size(), Operand::value(0));
  Operand result = Operand::value(0);
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const XmlElement predicate = predicate_of(tree.nodes[i].element);
    if (predicate.attribute("booleanOperator") == "surrogate")
      if (const auto first = predicate.first_child()) {
        const Operand is_unknown = graph.apply(Op::kIsMissing, {evaluate_predicate(*first, scope)});
        on_the_way[i] = graph.apply(Op::kAdd, {on_the_way[i], is_unknown});
      }
    for (std::uint32_t k = 0; k < tree.nodes[i].num_children; ++k)
      on_the_way[tree.nodes[i].first_child + k] = on_the_way[i];
    if (on_the_way[i].is_constant() && on_the_way[i].constant == 0) continue;
    const Operand is_here = graph.apply(Op::kEqual, {node, Operand::value(static_cast<double>(i))});
    result = graph.choose(is_here, on_the_way[i], result);
  }
  return result;
}

bool has_surrogates(const Tree &tree) {
  return std::any_of(tree.nodes.begin(), tree.nodes.end(), [](const TreeNode &node) {
    return predicate_of(node.element).attribute("booleanOperator") == "surrogate";
  });
}

/// The walk by the fast kernels, where that is possible: the number of the node.
std::optional<Operand> walk_fast(const Tree &tree, Scope &scope) {
  Ensemble ensemble(scope);
  ensemble.announce(tree, scope);
  ensemble.builder().settings().base = {0};
  const bool added = ensemble.add(
      tree, scope, 0, [&](model::EnsembleBuilder &builder, std::uint32_t id, const TreeNode *node) {
        builder.leaf(id,
                     node == nullptr ? kMissing : static_cast<double>(node - tree.nodes.data()));
      });
  if (!added) return std::nullopt;
  return Operand::of(ensemble.finish());
}

/// Whether an OutputField may be about the node that predicts. Those of a model around this one may
/// ask for it where it has an Output of its own.
bool asks_for_node(const XmlElement &model, const Scope &scope) {
  const auto output = model.child("Output");
  if (!output) return false;
  if (!scope.is_outermost()) return true;
  for (const XmlElement field : output->children("OutputField"))
    if (field.attribute("feature").value_or("").ends_with("Id")) return true;
  return false;
}

Result regress(const Tree &tree, Scope &scope) {
  if (tree.on_missing == Tree::OnMissing::kWeightedConfidence ||
      tree.on_missing == Tree::OnMissing::kAggregateNodes)
    tree.model.refuse_unsupported("this missingValueStrategy is not supported in a regression");
  const model::Precision precision = precision_of(tree.model);
  Result result;
  std::vector<double> scores;
  for (const TreeNode &node : tree.nodes) scores.push_back(regression_score(node, precision));
  const auto kind =
      precision == model::Precision::kFloat32 ? Type::Kind::kFloat : Type::Kind::kDouble;
  if (!asks_for_node(tree.model, scope)) {
    Ensemble ensemble(scope);
    ensemble.announce(tree, scope);
    ensemble.builder().settings().base = {0};
    if (ensemble.add(tree, scope, 0,
                     [&](model::EnsembleBuilder &builder, std::uint32_t id, const TreeNode *node) {
                       builder.leaf(
                           id, node == nullptr
                                   ? kMissing
                                   : scores[static_cast<std::size_t>(node - tree.nodes.data())]);
                     })) {
      result.value = number_column(Operand::of(ensemble.finish()), kind);
      result.raw = {result.value.operand};
      return result;
    }
  }
  const std::optional<Operand> fast = walk_fast(tree, scope);
  const Operand node = fast ? *fast : walk(tree, scope).first;
  result.value = number_column(by_node(scope.graph(), node, scores), kind);
  result.raw = {result.value.operand};
  result.entities = {tree_entity(tree, node)};
  return result;
}

Result classify(const Tree &tree, Scope &scope) {
  Graph &graph = scope.graph();
  Scores scores_found(scope.builder().limits());
  scores_found.add(tree);
  const std::vector<std::string> labels =
      labels_of(read_target(tree.model, scope), scores_found.found());
  check_limit(std::uint64_t{tree.nodes.size()} * labels.size(), scope.builder().limits().max_nodes,
              "classes in its trees");
  if (tree.on_missing == Tree::OnMissing::kWeightedConfidence ||
      tree.on_missing == Tree::OnMissing::kAggregateNodes)
    return mix_tree(tree, labels, scope);

  const bool has_penalty =
      tree.missing_penalty != 1 &&
      (tree.on_missing == Tree::OnMissing::kDefaultChild || has_surrogates(tree));
  std::optional<Operand> fast;
  if (!has_penalty) fast = walk_fast(tree, scope);
  const auto [node, defaults] = fast ? std::pair(*fast, Operand::value(0)) : walk(tree, scope);
  // "for each Node where either surrogate rules had to be used or the defaultChild strategy had to
  // be applied"
  Operand penalty = Operand::value(1);
  if (has_penalty) {
    const Operand times =
        graph.apply(Op::kAdd, {defaults, surrogates_on_the_way(tree, node, scope)});
    penalty = graph.apply(Op::kPower, {Operand::value(tree.missing_penalty), times});
  }

  Result result;
  result.task = Task::kClassification;
  result.labels = labels;
  std::vector<double> scores;
  std::vector<std::vector<double>> probabilities(labels.size()), confidences(labels.size());
  bool has_distribution = false, confidences_differ = has_penalty;
  for (const TreeNode &at : tree.nodes) {
    const std::optional<std::string> score = score_attribute(at.element);
    scores.push_back(score ? static_cast<double>(*find_label(labels, *score)) : kMissing);
    const std::vector<double> p = distribution_of(at.element, labels, false),
                              c = distribution_of(at.element, labels, true);
    has_distribution = has_distribution || !p.empty();
    for (std::size_t i = 0; i < labels.size(); ++i) {
      probabilities[i].push_back(p.empty() ? kMissing : p[i]);
      confidences[i].push_back(c.empty() ? kMissing : c[i]);
      confidences_differ = confidences_differ || (!p.empty() && p[i] != c[i]);
    }
  }
  result.value = {by_node(graph, node, scores), {Type::Kind::kString, 1970}, Texts::closed(labels)};
  for (std::size_t i = 0; has_distribution && i < labels.size(); ++i) {
    result.probabilities.push_back(by_node(graph, node, probabilities[i]));
    if (!confidences_differ) continue;
    Operand confidence = by_node(graph, node, confidences[i]);
    if (has_penalty) confidence = graph.apply(Op::kMultiply, {confidence, penalty});
    result.confidences.push_back(confidence);
  }
  if (!confidences_differ) result.confidences = result.probabilities;
  result.entities = {tree_entity(tree, node)};
  return result;
}

}  // namespace

namespace {

/// The children from `first` on: one whose predicate another has had before is never reached. R's
/// pmml 2.6.0 writes both children of a split on a logical column so.
void warn_of_equal_siblings(const Tree &tree, std::size_t first, model::Builder &builder) {
  constexpr std::size_t kMaxChildren = 8;  // what would take long to compare is no split of R's
  if (tree.nodes.size() - first > kMaxChildren) return;
  for (std::size_t i = first + 1; i < tree.nodes.size(); ++i)
    for (std::size_t k = first; k < i; ++k) {
      const XmlElement a = predicate_of(tree.nodes[k].element),
                       b = predicate_of(tree.nodes[i].element);
      if (!a.is("SimplePredicate") || !b.is("SimplePredicate")) continue;
      bool is_same = true;
      for (const char *name : {"field", "operator", "value"})
        is_same = is_same && a.attribute(name) == b.attribute(name);
      if (is_same)
        builder.warn("field " + shown(b.attribute("field").value_or("")) +
                         ": two children of a node have the same predicate",
                     b.place() + ": no row ever reaches the second of them.",
                     "R's pmml writes splits on logical columns so: make the column a factor, and "
                     "train and export the model again.");
    }
}

}  // namespace

Tree parse_tree(const XmlElement &model, Reading &reading) {
  Tree tree{model};
  const std::string_view on_missing = model.attribute("missingValueStrategy").value_or("none");
  const auto strategy = std::find_if(kStrategies.begin(), kStrategies.end(),
                                     [&](const Strategy &s) { return s.name == on_missing; });
  if (strategy == kStrategies.end())
    model.refuse("unknown missingValueStrategy " + shown(on_missing));
  tree.on_missing = strategy->value;
  const std::string_view no_true_child =
      model.attribute("noTrueChildStrategy").value_or("returnNullPrediction");
  if (no_true_child != "returnNullPrediction" && no_true_child != "returnLastPrediction")
    model.refuse("unknown noTrueChildStrategy " + shown(no_true_child));
  tree.no_true_child_is_last = no_true_child == "returnLastPrediction";
  tree.missing_penalty = model.number("missingValuePenalty").value_or(1);

  tree.nodes.push_back({model.required_child("Node"), 0, 0, {}});
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    if (i % 4096 == 0) {
      reading.builder().interrupt().check();
      check_limit(tree.nodes.size(), reading.builder().limits().max_nodes, "tree nodes");
    }
    const XmlElement element = tree.nodes[i].element;
    const auto first = static_cast<std::uint32_t>(tree.nodes.size());
    const auto default_child = element.attribute("defaultChild");
    for (const XmlElement child : element.children()) {
      if (child.is("Regression") || child.is("DecisionTree"))
        child.refuse_unsupported("models within a node are not supported");
      if (!child.is("Node")) continue;
      if (default_child && child.attribute("id") == default_child)
        tree.nodes[i].default_child = static_cast<std::uint32_t>(tree.nodes.size());
      tree.nodes.push_back({child, 0, 0, {}});
    }
    warn_of_equal_siblings(tree, first, reading.builder());
    if (default_child && !tree.nodes[i].default_child && tree.nodes.size() > first &&
        tree.on_missing == Tree::OnMissing::kDefaultChild)
      element.refuse("default child " + shown(*default_child) + " is no child of the node");
    tree.nodes[i].first_child = first;
    tree.nodes[i].num_children = static_cast<std::uint32_t>(tree.nodes.size()) - first;
  }
  return tree;
}

std::optional<std::string> score_attribute(const XmlElement &node) {
  if (const auto score = node.attribute("score")) return std::string(*score);
  std::optional<std::string> best;
  double most = -1;
  for (const XmlElement part : node.children("ScoreDistribution")) {
    const double count = part.required_number("recordCount");
    if (count > most) {
      most = count;
      best = std::string(part.required("value"));
    }
  }
  return best;
}

std::vector<double> distribution_of(const XmlElement &node, const std::vector<std::string> &labels,
                                    bool confidences) {
  std::vector<double> out;
  double total = 0;
  for (const XmlElement part : node.children("ScoreDistribution"))
    total += part.number("recordCount").value_or(0);
  for (const XmlElement part : node.children("ScoreDistribution")) {
    if (out.empty()) out.assign(labels.size(), 0);
    const auto index = find_label(labels, part.required("value"));
    if (!index) part.refuse("value " + shown(part.required("value")) + " is no class");
    double value =
        part.number("probability").value_or(part.number("recordCount").value_or(0) / total);
    if (confidences) value = part.number("confidence").value_or(value);
    out[*index] = value;
  }
  return out;
}

void Scores::add(std::string_view score) {
  if (std::find(found_.begin(), found_.end(), score) == found_.end()) found_.emplace_back(score);
  check_limit(++num_nodes_ * found_.size(), limits_.max_nodes, "classes in its trees");
}

void Scores::add(const Tree &tree) {
  for (const TreeNode &node : tree.nodes) {
    for (const XmlElement part : node.element.children("ScoreDistribution"))
      add(part.required("value"));
    if (const auto score = node.element.attribute("score")) add(*score);
  }
}

Column tree_entity(const Tree &tree, Operand node) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const auto id = tree.nodes[i].element.attribute("id");
    ids.push_back(id ? std::string(*id) : std::to_string(i + 1));
  }
  const auto texts = Texts::closed(ids);
  // Ids that name more than one node name none
  if (texts->size() != ids.size()) return missing_column();
  return {node, {Type::Kind::kString, 1970}, texts};
}

Result read_tree(const XmlElement &model, Scope &scope) {
  const Tree tree = parse_tree(model, scope.reading());
  switch (task_of(model)) {
    case Task::kRegression:
      return regress(tree, scope);
    case Task::kClassification:
      return classify(tree, scope);
    case Task::kClustering:
    case Task::kMixed:
      break;
  }
  model.refuse("a tree does not cluster");
}

}  // namespace pgscore::formats::pmml
