#include "formats/onnx/operators/post_transform.hpp"

#include <numbers>

namespace pgscore::formats::onnx {
namespace {

using model::Op;
using model::Operand;
using model::Precision;
using model::Reduction;

/// float32 arithmetic in few words.
class Float {
 public:
  explicit Float(Graph &graph) : graph_(graph) {}
  Operand op(Op op, Operand x) { return graph_.apply(op, {x}, Precision::kFloat32); }
  Operand op(Op op, Operand x, Operand y) { return graph_.apply(op, {x, y}, Precision::kFloat32); }
  Operand op(Op op, Operand x, float y) { return this->op(op, x, Operand::value(y)); }
  Operand op(Op op, float x, Operand y) { return this->op(op, Operand::value(x), y); }
  Operand select(Operand condition, Operand yes, Operand no) {
    return graph_.select(condition, yes, no, Precision::kFloat32);
  }
  Operand reduce(Reduction function, const std::vector<Operand> &inputs) {
    return graph_.reduce(function, inputs, Precision::kFloat32);
  }

 private:
  Graph &graph_;
};

Operand logistic(Graph &graph, Operand x) {
  Float f(graph);
  const Operand size = f.op(Op::kExp, f.op(Op::kNegate, f.op(Op::kAbs, x)));
  const Operand positive = f.op(Op::kDivide, 1.0f, f.op(Op::kAdd, 1.0f, size));
  return f.select(f.op(Op::kLess, x, 0.0f), f.op(Op::kSubtract, 1.0f, positive), positive);
}

std::vector<Operand> softmax(Graph &graph, std::vector<Operand> scores) {
  Float f(graph);
  const Operand greatest = f.reduce(Reduction::kMax, scores);
  for (Operand &score : scores) score = f.op(Op::kExp, f.op(Op::kSubtract, score, greatest));
  const Operand sum = f.reduce(Reduction::kSum, scores);
  for (Operand &score : scores) score = f.op(Op::kDivide, score, sum);
  return scores;
}

/// Scores next to zero stay out of the sum.
std::vector<Operand> softmax_zero(Graph &graph, std::vector<Operand> scores) {
  constexpr float kZero = 0.0000001f;
  Float f(graph);
  const Operand greatest = f.reduce(Reduction::kMax, scores);
  const Operand factor = f.op(Op::kExp, f.op(Op::kNegate, greatest));
  std::vector<Operand> summed;
  for (Operand &score : scores) {
    const Operand counts = f.op(Op::kGreater, f.op(Op::kAbs, score), kZero);
    const Operand power = f.op(Op::kExp, f.op(Op::kSubtract, score, greatest));
    summed.push_back(f.select(counts, power, Operand::value(0)));
    score = f.select(counts, power, f.op(Op::kMultiply, score, factor));
  }
  const Operand sum = f.reduce(Reduction::kSum, summed);
  for (Operand &score : scores) score = f.op(Op::kDivide, score, sum);
  return scores;
}

PostTransform transform_named(const std::string &name) {
  // Anything unknown is taken for PROBIT (MakeTransform).
  if (name == "NONE") return PostTransform::kNone;
  if (name == "SOFTMAX") return PostTransform::kSoftmax;
  if (name == "LOGISTIC") return PostTransform::kLogistic;
  if (name == "SOFTMAX_ZERO") return PostTransform::kSoftmaxZero;
  if (name == "PROBIT") return PostTransform::kProbit;
  refuse("unknown post_transform \"" + name + "\"");
}

}  // namespace

PostTransform post_transform_of(const Call &call) {
  return transform_named(call.text("post_transform", "NONE"));
}

/// ComputeProbit and ErfInv: Winitzki's approximation.
Operand probit(Graph &graph, Operand score) {
  constexpr float kSqrt2 = std::numbers::sqrt2_v<float>;
  Float f(graph);
  const Operand x = f.op(Op::kSubtract, f.op(Op::kMultiply, 2.0f, score), 1.0f);
  const Operand log =
      f.op(Op::kLog, f.op(Op::kMultiply, f.op(Op::kSubtract, 1.0f, x), f.op(Op::kAdd, 1.0f, x)));
  const Operand v =
      f.op(Op::kAdd, 2 / (std::numbers::pi_v<float> * 0.147f), f.op(Op::kMultiply, 0.5f, log));
  const Operand v2 = f.op(Op::kMultiply, 1 / 0.147f, log);
  const Operand root = f.op(Op::kSqrt, f.op(Op::kSubtract, f.op(Op::kMultiply, v, v), v2));
  const Operand size = f.op(Op::kSqrt, f.op(Op::kAdd, f.op(Op::kNegate, v), root));
  const Operand inverse = f.select(f.op(Op::kLess, x, 0.0f), f.op(Op::kNegate, size), size);
  return f.op(Op::kMultiply, kSqrt2, inverse);
}

std::vector<Operand> transform_scores(Graph &graph, PostTransform transform,
                                      std::vector<Operand> scores) {
  switch (transform) {
    case PostTransform::kSoftmax:
      return softmax(graph, std::move(scores));
    case PostTransform::kSoftmaxZero:
      return softmax_zero(graph, std::move(scores));
    case PostTransform::kLogistic:
      for (Operand &score : scores) score = logistic(graph, score);
      return scores;
    case PostTransform::kProbit:
      for (Operand &score : scores) score = probit(graph, score);
      return scores;
    case PostTransform::kNone:
      break;
  }
  return scores;
}

std::vector<Operand> second_score(Graph &graph, SecondScore kind, PostTransform transform,
                                  Operand score, Precision precision) {
  // write_scores: PROBIT has one score only, in front.
  if (transform == PostTransform::kProbit) return {probit(graph, score), Operand::value(0)};
  if (kind == SecondScore::kComplement)
    return {graph.apply(Op::kSubtract, {Operand::value(1), score}, precision), score};
  const Operand negative = graph.apply(Op::kNegate, {score}, precision);
  if (transform == PostTransform::kLogistic)
    return {logistic(graph, negative), logistic(graph, score)};
  return {negative, score};
}

Labels labels_of(const Call &call, std::string_view texts, std::string_view integers) {
  Labels labels{call.texts(texts), {}};
  if (labels.texts.empty()) {
    for (const std::int64_t label : call.integers(integers)) {
      labels.numbers.push_back(exact_number(label));
      labels.texts.push_back(std::to_string(label));
    }
  }
  check_limit(labels.texts.size(), call.graph().limits().max_outputs, "classes");
  return labels;
}

Labels zero_and_one(Type type) {
  return {{"0", "1"}, type == Type::kString ? std::vector<double>() : std::vector<double>{0, 1}};
}

Scores one_score(Graph &graph, PostTransform transform, Operand score) {
  return {{transform == PostTransform::kProbit ? probit(graph, score) : score}, {score}};
}

Scores transformed(Graph &graph, PostTransform transform, std::vector<Operand> scores) {
  std::vector<Operand> margins = scores;
  return {transform_scores(graph, transform, std::move(scores)), std::move(margins)};
}

void output_scores(const Call &call, std::size_t output, Type type, Scores scores) {
  Value value =
      call.numbers(type, {1, static_cast<std::int64_t>(scores.scores.size())}, scores.scores);
  value.margins = std::move(scores.margins);
  value.of_pairs = scores.of_pairs;
  call.output(output, std::move(value));
}

void output_classes(const Call &call, const Labels &labels, Operand index, Scores scores) {
  Value label = make_value(labels.type(), {1});
  label.elements = {call.graph().domain_element(index, labels.texts, labels.numbers)};
  call.output(0, std::move(label));
  output_scores(call, 1, Type::kFloat, std::move(scores));
}

}  // namespace pgscore::formats::onnx
