// AnomalyDetectionModel (PMML 4.4, Anomaly Detection): a model inside whose value becomes a score.
#include <cmath>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

using model::Op;
using model::Operand;

namespace {

/// 2^(-h / c(n)) with the average path h through the trees, c(n) = 2 H(n - 1) - 2 (n - 1) / n, H(x)
/// = ln(x) + Euler's constant as the standard writes it.
Operand isolation_score(const XmlElement &model, Operand path, Graph &graph) {
  const double n = model.required_number("sampleDataSize");
  if (!(n > 2) || std::isinf(n)) model.refuse("sampleDataSize is out of range");
  constexpr double kEuler = 0.57721566;
  const double c = 2 * (std::log(n - 1) + kEuler) - 2 * (n - 1) / n;
  const Operand exponent =
      graph.apply(Op::kNegate, {graph.apply(Op::kDivide, {path, Operand::value(c)})});
  return graph.apply(Op::kPower, {Operand::value(2), exponent});
}

/// The distance to the nearest cluster over the mean distance in that cluster.
Operand cluster_score(const XmlElement &model, const Result &inner, Graph &graph) {
  const XmlElement distances = model.required_child("MeanClusterDistances");
  const auto array = distances.first_child();
  if (!array) distances.refuse("it has no array");
  std::vector<double> means = read_numbers(*array);
  if (inner.task != Task::kClustering || inner.affinities.empty())
    model.refuse("it has no ClusteringModel");
  if (means.size() != inner.labels.size())
    distances.refuse("it has " + std::to_string(means.size()) + " distances, not " +
                     std::to_string(inner.labels.size()));
  const Operand mean = graph.text_table(inner.value, std::move(means), model::kMissing);
  return graph.apply(Op::kDivide, {inner.affinities[0], mean});
}

}  // namespace

Result read_anomaly_detection(const XmlElement &model, Scope &scope) {
  Graph &graph = scope.graph();
  if (task_of(model) != Task::kRegression)
    model.refuse("unknown function " + shown(model.required("functionName")));
  std::optional<XmlElement> element;
  for (const XmlElement child : model.children())
    if (is_model(child)) {
      if (element) child.refuse("there are two models");
      element = child;
    }
  if (!element) model.refuse("it has no model");
  const Result inner = read_model(*element, scope.reading(), &scope).result;
  const std::string_view type = model.required("algorithmType");
  Result result;
  if (type == "clusterMeanDist") {
    result.value = number_column(cluster_score(model, inner, graph));
    return result;
  }
  if (type != "iforest" && type != "ocsvm" && type != "other")
    model.refuse("unknown algorithmType " + shown(type));
  if (inner.task != Task::kRegression) element->refuse("it is no regression");
  result.value = number_column(
      type == "iforest" ? isolation_score(model, inner.value.operand, graph) : inner.value.operand);
  return result;
}

}  // namespace pgscore::formats::pmml
