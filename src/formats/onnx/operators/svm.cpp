// SVMRegressor and SVMClassifier of ai.onnx.ml (ONNX Runtime 1.21, ml/svmregressor.cc,
// ml/svmclassifier.cc).
//
// ONNX Runtime computes kernel functions in float32 and sums them in double; here all is computed
// in double, so the last digits of a float32 can differ.
#include <algorithm>

#include "formats/onnx/operators/post_transform.hpp"
#include "formats/onnx/operators/tree_set.hpp"

namespace pgscore::formats::onnx {
namespace {

using model::KernelMachine;
using model::Op;
using model::Operand;
using model::Precision;

KernelMachine kernel_machine(const Call &call) {
  KernelMachine machine;
  const std::string kernel = call.text("kernel_type", "LINEAR");
  if (kernel == "LINEAR")
    machine.kernel = KernelMachine::Kernel::kLinear;
  else if (kernel == "POLY")
    machine.kernel = KernelMachine::Kernel::kPolynomial;
  else if (kernel == "RBF")
    machine.kernel = KernelMachine::Kernel::kRadial;
  else if (kernel == "SIGMOID")
    machine.kernel = KernelMachine::Kernel::kSigmoid;
  else
    refuse("unknown kernel_type \"" + kernel + "\"");
  const auto parameters = call.floats("kernel_params");
  if (!parameters.empty()) {
    if (parameters.size() != 3) refuse("kernel_params are not three numbers");
    machine.gamma = parameters[0];
    machine.offset = parameters[1];
    machine.degree = parameters[2];
  }
  for (const Graph::Column column : call.graph().columns(feature_row(call)))
    machine.inputs.push_back(column);
  return machine;
}

std::vector<Operand> run(Graph &graph, KernelMachine machine) {
  const std::uint32_t count = machine.num_outputs;
  const Graph::Column first = graph.builder().kernel_machine(std::move(machine));
  std::vector<Operand> results;
  // The machine's sums are doubles; the operator's output is float32.
  for (std::uint32_t k = 0; k < count; ++k)
    results.push_back(graph.apply(Op::kToFloat32, {Operand::of(first + k)}, Precision::kFloat64));
  return results;
}

void set_vectors(KernelMachine &machine, std::span<const float> vectors, std::size_t count) {
  const std::size_t features = machine.inputs.size();
  if (features == 0 || vectors.size() != count * features)
    refuse("there are " + std::to_string(vectors.size()) + " numbers in support_vectors, " +
           std::to_string(count) + " vectors of " + std::to_string(features) +
           " features need another number");
  machine.vectors.assign(vectors.begin(), vectors.end());
}

float first_rho(const Call &call) {
  const auto rho = call.floats("rho");
  if (rho.empty()) refuse("attribute \"rho\" is missing");
  return rho[0];
}

/// One machine for each pair of classes: the vectors of both, with the coefficients that each has
/// against the other.
class Pairs {
 public:
  Pairs(const Call &call, std::size_t classes, std::span<const std::int64_t> vectors_per_class)
      : call_(call), classes_(classes) {
    if (vectors_per_class.size() != classes)
      refuse("vectors_per_class has not one number per class");
    for (const std::int64_t count : vectors_per_class) {
      if (count < 0 || count > INT32_MAX) refuse("vectors_per_class is out of range");
      first_.push_back(num_vectors_);
      num_vectors_ += static_cast<std::size_t>(count);
    }
    first_.push_back(num_vectors_);
  }

  std::size_t count() const { return classes_ * (classes_ - 1) / 2; }

  std::vector<Operand> scores() {
    KernelMachine machine = kernel_machine(call_);
    set_vectors(machine, call_.floats("support_vectors"), num_vectors_);
    const auto coefficients = call_.floats("coefficients"), rho = call_.floats("rho");
    if (coefficients.size() < (classes_ - 1) * num_vectors_)
      refuse("there are too few coefficients");
    if (rho.size() < count()) refuse("there are too few numbers in rho");
    check_limit(count(), call_.graph().limits().max_outputs, "outputs");
    check_limit(count() * num_vectors_, call_.graph().limits().max_nodes,
                "coefficients of a kernel machine");
    call_.graph().budget().hold(count() * num_vectors_, sizeof(double));
    machine.num_outputs = static_cast<std::uint32_t>(count());
    machine.coefficients.assign(num_vectors_ * count(), 0);
    std::size_t pair = 0;
    for (std::size_t i = 0; i < classes_; ++i)
      for (std::size_t j = i + 1; j < classes_; ++j, ++pair) {
        for (std::size_t v = first_[i]; v < first_[i + 1]; ++v)
          machine.coefficients[v * count() + pair] = coefficients[(j - 1) * num_vectors_ + v];
        for (std::size_t v = first_[j]; v < first_[j + 1]; ++v)
          machine.coefficients[v * count() + pair] = coefficients[i * num_vectors_ + v];
        machine.intercept.push_back(rho[pair]);
      }
    return run(call_.graph(), std::move(machine));
  }

  /// The class with the most wins, the first of equal ones.
  Operand winner(const std::vector<Operand> &scores) const {
    Graph &graph = call_.graph();
    std::vector<std::vector<Operand>> votes(classes_);
    std::size_t pair = 0;
    for (std::size_t i = 0; i < classes_; ++i)
      for (std::size_t j = i + 1; j < classes_; ++j, ++pair) {
        const Operand first =
            graph.compare(Op::kGreater, scores[pair], Operand::value(0), Precision::kFloat32);
        votes[i].push_back(first);
        votes[j].push_back(graph.apply(Op::kNot, {first}, Precision::kFloat64));
      }
    std::vector<Operand> counts;
    for (const std::vector<Operand> &list : votes)
      counts.push_back(graph.reduce(model::Reduction::kSum, list, Precision::kFloat64));
    return graph.arg_max(counts);
  }

  /// Platt's sigmoid of each pair, then the coupling.
  std::vector<Operand> probabilities(const std::vector<Operand> &scores) const {
    Graph &graph = call_.graph();
    const auto a = call_.floats("prob_a"), b = call_.floats("prob_b");
    if (a.size() < count() || b.size() != a.size())
      refuse("prob_a and prob_b have not one number for each pair of classes");
    auto op = [&](Op op, Operand x, Operand y) {
      return graph.apply(op, {x, y}, Precision::kFloat32);
    };
    std::vector<Operand> pairs;
    for (std::size_t p = 0; p < count(); ++p) {
      const Operand value =
          op(Op::kAdd, op(Op::kMultiply, scores[p], Operand::value(a[p])), Operand::value(b[p]));
      const Operand logistic = transform_scores(graph, PostTransform::kLogistic, {value})[0];
      Operand probability = op(Op::kSubtract, Operand::value(1), logistic);
      probability = op(Op::kMax, probability, Operand::value(1.0e-7f));
      pairs.push_back(op(Op::kMin, probability, Operand::value(1 - 1.0e-7f)));
    }
    const auto classes = static_cast<std::uint32_t>(classes_);
    const Graph::Column first =
        graph.builder().pairwise_coupling({Precision::kFloat32, classes, graph.columns(pairs)});
    std::vector<Operand> results;
    for (std::uint32_t k = 0; k < classes; ++k) results.push_back(Operand::of(first + k));
    return results;
  }

 private:
  const Call &call_;
  std::size_t classes_, num_vectors_ = 0;
  std::vector<std::size_t> first_;  // vector of each class, and their number
};

/// ChooseClass: of two classes with one score each.
Operand choose_of_two(Graph &graph, const std::vector<Operand> &scores, bool all_positive) {
  const Operand greatest = graph.reduce(model::Reduction::kMax, scores, Precision::kFloat32);
  const Operand second =
      all_positive
          ? graph.compare(Op::kGreaterEqual, greatest, Operand::value(0.5), Precision::kFloat32)
          : graph.compare(Op::kGreater, greatest, Operand::value(0), Precision::kFloat32);
  return graph.select(second, Operand::value(1), graph.arg_max(scores), Precision::kFloat64);
}

}  // namespace

void read_svm_regressor(const Call &call) {
  Graph &graph = call.graph();
  const std::int64_t count = call.integer("n_supports", 0);
  if (count < 0 || count > INT32_MAX) refuse("n_supports is " + std::to_string(count));
  Operand score;
  if (count == 0) {
    if (call.floats("coefficients").size() != feature_row(call).size())
      refuse("there are " + std::to_string(call.floats("coefficients").size()) +
             " coefficients for " + std::to_string(feature_row(call).size()) + " features");
    score = linear_sums(call, {first_rho(call)})[0];
  } else {
    KernelMachine machine = kernel_machine(call);
    set_vectors(machine, call.floats("support_vectors"), static_cast<std::size_t>(count));
    const auto coefficients = call.floats("coefficients");
    if (coefficients.size() != static_cast<std::size_t>(count))
      refuse("there is not one coefficient per support vector");
    machine.coefficients.assign(coefficients.begin(), coefficients.end());
    machine.intercept = {first_rho(call)};
    score = run(graph, std::move(machine))[0];
  }
  Scores scores{{score}, {score}};
  if (call.integer("one_class", 0) != 0)
    scores.scores[0] =
        graph.select(graph.compare(Op::kGreater, score, Operand::value(0), Precision::kFloat32),
                     Operand::value(1), Operand::value(-1), Precision::kFloat32);
  output_scores(call, 0, Type::kFloat, std::move(scores));
}

void read_svm_classifier(const Call &call) {
  Graph &graph = call.graph();
  const Labels labels = labels_of(call, "classlabels_strings", "classlabels_ints");
  const std::size_t classes = labels.texts.size();
  if (classes < 2) refuse_unsupported("the classifier has fewer than two class labels");
  const PostTransform transform = post_transform_of(call);
  const auto vectors_per_class = call.integers("vectors_per_class");
  if (std::all_of(vectors_per_class.begin(), vectors_per_class.end(),
                  [](std::int64_t n) { return n == 0; })) {
    const auto coefficients = call.floats("coefficients");
    // The number of features is a quotient there.
    if (coefficients.size() / classes != feature_row(call).size())
      refuse("there are " + std::to_string(coefficients.size()) + " coefficients for " +
             std::to_string(feature_row(call).size()) + " features and " + std::to_string(classes) +
             " outputs");
    const bool all_positive =
        std::all_of(coefficients.begin(), coefficients.end(), [](float c) { return c >= 0; });
    // One number for all
    std::vector<Operand> scores = linear_sums(call, std::vector<double>(classes, first_rho(call)));
    const Operand index =
        classes == 2 ? choose_of_two(graph, scores, all_positive) : graph.arg_max(scores);
    return output_classes(call, labels, index, transformed(graph, transform, std::move(scores)));
  }
  Pairs pairs(call, classes, vectors_per_class);
  const std::vector<Operand> decisions = pairs.scores();
  Scores scores{{}, decisions};
  if (!call.floats("prob_a").empty()) {
    scores.scores = transform_scores(graph, transform, pairs.probabilities(decisions));
  } else if (classes == 2) {
    scores.scores = second_score(
        graph,
        transform == PostTransform::kNone ? SecondScore::kNegative : SecondScore::kComplement,
        transform, decisions[0]);
  } else {
    scores.scores = transform_scores(graph, transform, decisions);
    scores.of_pairs = true;
  }
  output_classes(call, labels, pairs.winner(decisions), std::move(scores));
}

}  // namespace pgscore::formats::onnx
