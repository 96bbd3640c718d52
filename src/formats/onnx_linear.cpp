// LinearRegressor and LinearClassifier of ai.onnx.ml: a product with constant weights (ONNX Runtime 1.21, ml/linearregressor.cc,
// ml/linearclassifier.cc).
#include "formats/onnx_post_transform.hpp"
#include "formats/onnx_tree_set.hpp"

namespace pgscore::formats {
namespace {

using model::Op;
using model::Operand;
using model::Precision;

/// coefficients: one row of features for each output.
std::vector<Operand> linear(const OnnxCall &call, std::size_t outputs, std::span<const float> intercepts) {
  OnnxGraph &graph = call.graph();
  const OnnxValue &row = feature_row(call);
  const auto coefficients = call.floats("coefficients");
  if (coefficients.size() != outputs * row.size())
    refuse_onnx("there are " + std::to_string(coefficients.size()) + " coefficients for " + std::to_string(row.size()) +
                " features and " + std::to_string(outputs) + " outputs");
  model::Dense layer{Precision::kFloat32, {}, static_cast<std::uint32_t>(outputs), {}, {}};
  for (std::size_t k = 0; k < row.size(); ++k)
    for (std::size_t j = 0; j < outputs; ++j) layer.weights.push_back(coefficients[j * row.size() + k]);
  layer.bias.assign(outputs, 0);
  for (std::size_t j = 0; j < intercepts.size(); ++j) layer.bias[j] = intercepts[j];
  layer.inputs = graph.arguments(row);
  return graph.dense(std::move(layer));
}

}  // namespace

void read_onnx_linear_regressor(const OnnxCall &call) {
  const std::int64_t targets = call.integer("targets", 1);
  if (targets < 1) refuse_onnx("targets is " + std::to_string(targets));
  check_limit(static_cast<std::uint64_t>(targets), call.graph().limits().max_outputs, "outputs");
  const auto intercepts = call.floats("intercepts");
  const auto count = static_cast<std::size_t>(targets);
  // Another number of intercepts than targets is none at all.
  const std::vector<Operand> sums = linear(call, count, intercepts.size() == count ? intercepts : std::span<const float>());
  const PostTransform transform = onnx_post_transform(call);
  OnnxScores scores{sums, sums};
  if (count > 1)
    scores = transformed(call.graph(), transform, sums);
  else if (transform == PostTransform::kProbit)
    scores.scores = {onnx_probit(call.graph(), sums[0])};
  output_scores(call, 0, OnnxType::kFloat, std::move(scores));
}

void read_onnx_linear_classifier(const OnnxCall &call) {
  OnnxGraph &graph = call.graph();
  const OnnxLabels labels = onnx_labels(call, "classlabels_strings", "classlabels_ints");
  const PostTransform transform = onnx_post_transform(call);
  const auto intercepts = call.floats("intercepts");
  const std::size_t count = intercepts.size();
  if (count != labels.texts.size() && !(count == 1 && labels.texts.size() == 2))
    refuse_onnx("there are " + std::to_string(count) + " intercepts for " + std::to_string(labels.texts.size()) + " classes");
  std::vector<Operand> scores = linear(call, count, intercepts);
  if (count > 1) {
    const Operand index = graph.arg_max(scores);
    return output_classes(call, labels, index, transformed(graph, transform, std::move(scores)));
  }
  const Operand index = graph.compare(Op::kGreater, scores[0], Operand::value(0), Precision::kFloat32);
  output_classes(call, labels, index, {second_score(graph, SecondScore::kComplement, transform, scores[0]), scores});
}

}  // namespace pgscore::formats
