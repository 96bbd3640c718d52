// LinearRegressor and LinearClassifier of ai.onnx.ml: a product with constant weights (ONNX Runtime
// 1.21, ml/linearregressor.cc, ml/linearclassifier.cc).
#include "formats/onnx/operators/post_transform.hpp"
#include "formats/onnx/operators/tree_set.hpp"

namespace pgscore::formats::onnx {

using model::Op;
using model::Operand;
using model::Precision;

std::vector<Operand> linear_sums(const Call &call, std::vector<double> added) {
  const Value &row = feature_row(call);
  const auto coefficients = call.floats("coefficients");
  const std::size_t outputs = added.size();
  if (coefficients.size() < outputs * row.size())
    refuse("there are " + std::to_string(coefficients.size()) + " coefficients for " +
           std::to_string(row.size()) + " features and " + std::to_string(outputs) + " outputs");
  model::Dense layer{
      Precision::kFloat32, {}, static_cast<std::uint32_t>(outputs), {}, std::move(added)};
  for (std::size_t k = 0; k < row.size(); ++k)
    for (std::size_t j = 0; j < outputs; ++j)
      layer.weights.push_back(coefficients[j * row.size() + k]);
  layer.inputs = call.graph().arguments(row);
  return call.graph().dense(std::move(layer));
}

void read_linear_regressor(const Call &call) {
  const std::int64_t targets = call.integer("targets", 1);
  if (targets < 1) refuse("targets is " + std::to_string(targets));
  check_limit(static_cast<std::uint64_t>(targets), call.graph().limits().max_outputs, "outputs");
  const auto intercepts = call.floats("intercepts");
  const auto count = static_cast<std::size_t>(targets);
  // Another number of intercepts than targets is none at all.
  std::vector<double> added(count, 0);
  if (intercepts.size() == count) added.assign(intercepts.begin(), intercepts.end());
  const std::vector<Operand> sums = linear_sums(call, std::move(added));
  const PostTransform transform = post_transform_of(call);
  output_scores(call, 0, Type::kFloat,
                count > 1 ? transformed(call.graph(), transform, sums)
                          : one_score(call.graph(), transform, sums[0]));
}

void read_linear_classifier(const Call &call) {
  Graph &graph = call.graph();
  Labels labels = labels_of(call, "classlabels_strings", "classlabels_ints");
  const PostTransform transform = post_transform_of(call);
  const auto intercepts = call.floats("intercepts");
  const std::size_t count = intercepts.size();
  // No labels for two classes: they are 0 and 1, and there is one score
  if (count == 1 && labels.texts.size() != 2) {
    labels = zero_and_one(labels.type());
    const std::vector<Operand> sums = linear_sums(call, {intercepts[0]});
    const Operand index =
        graph.compare(Op::kGreater, sums[0], Operand::value(0), Precision::kFloat32);
    return output_classes(call, labels, index, one_score(graph, transform, sums[0]));
  }
  if (count < 1) refuse("there are no intercepts");
  if (count != labels.texts.size() && !(count == 1 && labels.texts.size() == 2))
    refuse("there are " + std::to_string(count) + " intercepts for " +
           std::to_string(labels.texts.size()) + " classes");
  std::vector<Operand> scores = linear_sums(call, {intercepts.begin(), intercepts.end()});
  if (count > 1) {
    const Operand index = graph.arg_max(scores);
    return output_classes(call, labels, index, transformed(graph, transform, std::move(scores)));
  }
  const Operand index =
      graph.compare(Op::kGreater, scores[0], Operand::value(0), Precision::kFloat32);
  output_classes(call, labels, index,
                 {second_score(graph, SecondScore::kComplement, transform, scores[0]), scores});
}

}  // namespace pgscore::formats::onnx
