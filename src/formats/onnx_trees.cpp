// TreeEnsembleRegressor, TreeEnsembleClassifier and TreeEnsemble of ai.onnx.ml. What ONNX leaves open is done as ONNX
// Runtime 1.21 does it: core/providers/cpu/ml/tree_ensemble_aggregator.h, FinalizeScores and FinalizeScores1.
#include <algorithm>
#include <limits>

#include "formats/onnx_post_transform.hpp"
#include "formats/onnx_tree_set.hpp"

namespace pgscore::formats {
namespace {

using model::Op;
using model::Operand;
using model::Precision;

Precision sum_precision(const OnnxCall &call) {
  return precision_of(call.input(0).type == OnnxType::kDouble ? OnnxType::kDouble : OnnxType::kFloat);
}

std::vector<double> base_values(const OnnxCall &call) {
  const OnnxTensor *tensor = call.tensor("base_values_as_tensor");
  if (tensor != nullptr) return tensor->numbers;
  const auto floats = call.floats("base_values");
  return {floats.begin(), floats.end()};
}

/// One score has no transform but PROBIT; more have all.
std::vector<Operand> finish_scores(const OnnxCall &call, PostTransform transform, std::vector<Operand> scores) {
  if (scores.size() >= 2) return transform_scores(call.graph(), transform, std::move(scores));
  if (transform == PostTransform::kProbit) scores[0] = onnx_probit(call.graph(), scores[0]);
  return scores;
}

void output_scores(const OnnxCall &call, std::size_t output, OnnxType type, std::vector<Operand> scores) {
  // Sums of doubles become the float32 of the output.
  if (type == OnnxType::kFloat && sum_precision(call) == Precision::kFloat64)
    for (Operand &score : scores) score = call.graph().apply(Op::kToFloat32, {score}, Precision::kFloat64);
  call.output(output, type, {1, static_cast<std::int64_t>(scores.size())}, scores);
}

/// Of two classes. `has_second`: whether the second one has a score of its own.
struct BinaryResult {
  Operand index;
  std::vector<Operand> scores;
};

class Classifier {
 public:
  Classifier(const OnnxCall &call, const OnnxLabels &labels, const OnnxTreeSet &set)
      : call_(call),
        graph_(call.graph()),
        labels_(labels),
        base_(base_values(call)),
        precision_(sum_precision(call)),
        transform_(onnx_post_transform(call)) {
    std::vector<bool> used(labels.texts.size(), false);
    for (const OnnxTreeSet::Weight &weight : set.weights) {
      used[weight.target] = true;
      all_positive_ = all_positive_ && !(weight.value < 0);
    }
    one_class_ = labels.texts.size() == 2 && std::count(used.begin(), used.end(), true) == 1;
  }

  /// `certain`: a class has a score whatever the row; `present`: whether the row's leaves give it one.
  void run(std::vector<Operand> sums, const std::vector<bool> &certain, const std::vector<Operand> &present) {
    if (sums.size() == 2) {
      if (!certain[0]) first_present_ = present[0];
      return binary(std::move(sums), certain, present);
    }
    for (std::size_t k = 0; k < sums.size() && k < base_.size(); ++k) sums[k] = add(sums[k], base_[k]);
    // The greatest of the classes that have a score.
    std::vector<Operand> candidates = sums;
    for (std::size_t k = 0; k < sums.size(); ++k)
      if (k >= base_.size() && !certain[k])
        candidates[k] = graph_.select(present[k], sums[k], Operand::value(-std::numeric_limits<double>::infinity()), precision_);
    write(graph_.arg_max(candidates), transform_scores(graph_, transform_, std::move(sums)));
  }

 private:
  Operand add(Operand x, double y) { return graph_.apply(Op::kAdd, {x, Operand::value(y)}, precision_); }

  void write(Operand index, std::vector<Operand> scores) {
    if (precision_ == Precision::kFloat64)
      for (Operand &score : scores) score = graph_.apply(Op::kToFloat32, {score}, precision_);
    output_classes(call_, labels_, index, scores);
  }

  void binary(std::vector<Operand> sums, const std::vector<bool> &certain, const std::vector<Operand> &present) {
    if (certain[1] || (present[1].is_constant() && present[1].constant == 0)) {
      const BinaryResult result = binary(sums, certain[1]);
      return write(result.index, result.scores);
    }
    const BinaryResult with = binary(sums, true), without = binary(sums, false);
    std::vector<Operand> scores;
    for (std::size_t k = 0; k < 2; ++k)
      scores.push_back(graph_.select(present[1], with.scores[k], without.scores[k], precision_));
    write(graph_.select(present[1], with.index, without.index, Precision::kFloat64), scores);
  }

  BinaryResult binary(std::vector<Operand> sums, bool has_second) {
    bool single = false;
    if (base_.size() == 2 && has_second) {  // as it is written there: the first class's sum and the second one's base value
      sums[1] = add(sums[0], base_[1]);
      sums[0] = where_first_is(graph_.apply(Op::kNegate, {sums[1]}, precision_));
    } else if (base_.size() == 2) {
      sums[1] = Operand::value(0);
      sums[0] = where_first_is(add(sums[0], base_[0]));
    } else {
      if (base_.size() == 1) sums[0] = where_first_is(add(sums[0], base_[0]));
      single = !has_second;
    }
    BinaryResult result;
    const Operand decisive = has_second ? sums[1] : sums[0];
    const double limit = one_class_ && all_positive_ ? 0.5 : 0;
    result.index = graph_.compare(Op::kGreater, decisive, Operand::value(limit), precision_);
    if (!one_class_) result.index = literal_label(result.index);
    if (!single)
      result.scores = transform_scores(graph_, transform_, std::move(sums));
    else if (base_.size() == 1 && !one_class_)  // written as it is; ONNX Runtime leaves the second one unset
      result.scores = {transform_ == PostTransform::kProbit ? onnx_probit(graph_, sums[0]) : sums[0], Operand::value(0)};
    else
      result.scores = second_score(graph_, one_class_ && all_positive_ ? SecondScore::kComplement : SecondScore::kNegative,
                                   transform_, sums[0], precision_);
    return result;
  }

  /// A class without a score is written as 0, whatever its base value.
  Operand where_first_is(Operand score) {
    return first_present_ ? graph_.select(*first_present_, score, Operand::value(0), precision_) : score;
  }

  /// With scores for both classes the label is the integer 1 or 0 itself, where labels are integers.
  Operand literal_label(Operand index) {
    if (labels_.numbers.size() == 2 && labels_.numbers[0] == 1 && labels_.numbers[1] == 0)
      return graph_.apply(Op::kNot, {index}, Precision::kFloat64);
    return index;
  }

  const OnnxCall &call_;
  OnnxGraph &graph_;
  const OnnxLabels &labels_;
  std::vector<double> base_;
  Precision precision_;
  PostTransform transform_;
  bool all_positive_ = true;
  bool one_class_ = false;
  std::optional<Operand> first_present_;  // none: the first class has a score for every row
};

/// Whether some tree gives the target a weight in every leaf.
std::vector<bool> certain_targets(const OnnxTreeSet &set) {
  std::vector<bool> certain(set.num_targets, false);
  std::vector<std::uint32_t> count(set.num_targets, 0);
  for (const OnnxTreeSet::Tree &tree : set.trees) {
    std::uint32_t leaves = 0;
    auto for_each_leaf = [&](auto f) {
      for (std::uint32_t i = tree.first; i < tree.first + tree.count; ++i)
        if (set.nodes[i].mode == OnnxNodeMode::kLeaf) f(set.nodes[i]);
    };
    auto for_each_weight = [&](const OnnxTreeNode &leaf, auto f) {
      for (std::uint32_t k = leaf.first_weight; k < leaf.first_weight + leaf.num_weights; ++k) f(set.weights[k].target);
    };
    for_each_leaf([&](const OnnxTreeNode &leaf) {
      ++leaves;
      for_each_weight(leaf, [&](std::uint32_t target) { ++count[target]; });
    });
    for_each_leaf([&](const OnnxTreeNode &leaf) {
      for_each_weight(leaf, [&](std::uint32_t target) { certain[target] = certain[target] || count[target] == leaves; });
    });
    for_each_leaf([&](const OnnxTreeNode &leaf) { for_each_weight(leaf, [&](std::uint32_t target) { count[target] = 0; }); });
  }
  return certain;
}

/// A target that no leaf of the row has a weight for is written as 0, whatever its base value.
void add_base(const OnnxCall &call, const OnnxTreeSet &set, const std::vector<double> &base, std::vector<Operand> &scores) {
  OnnxGraph &graph = call.graph();
  const Precision precision = sum_precision(call);
  const std::vector<bool> certain = certain_targets(set);
  const bool several = scores.size() > 1;
  std::vector<Operand> present(scores.size(), Operand::value(1));
  if (several && std::find(certain.begin(), certain.end(), false) != certain.end()) present = add_onnx_trees(call, set, true);
  for (std::size_t k = 0; k < scores.size(); ++k) {
    scores[k] = graph.apply(Op::kAdd, {scores[k], Operand::value(base[k])}, precision);
    if (several && !certain[k]) scores[k] = graph.select(present[k], scores[k], Operand::value(0), precision);
  }
}

}  // namespace

void read_onnx_tree_regressor(const OnnxCall &call) {
  const std::int64_t targets = call.integer("n_targets", 0);
  if (targets < 1) refuse_onnx("n_targets is " + std::to_string(targets));
  check_limit(static_cast<std::uint64_t>(targets), call.graph().limits().max_outputs, "outputs");
  const OnnxTreeSet set = read_onnx_trees(call, "target", static_cast<std::uint32_t>(targets));
  std::vector<Operand> scores = add_onnx_trees(call, set);
  const std::vector<double> base = base_values(call);
  if (base.size() == scores.size() && std::any_of(base.begin(), base.end(), [](double b) { return b != 0; }))
    add_base(call, set, base, scores);
  output_scores(call, 0, OnnxType::kFloat, finish_scores(call, onnx_post_transform(call), std::move(scores)));
}

void read_onnx_tree_classifier(const OnnxCall &call) {
  const OnnxLabels labels = onnx_labels(call, "classlabels_strings", "classlabels_int64s");
  const auto count = static_cast<std::uint32_t>(labels.texts.size());
  const OnnxTreeSet set = read_onnx_trees(call, "class", count);
  const std::vector<bool> certain = certain_targets(set);
  std::vector<bool> used(count, false);
  for (const OnnxTreeSet::Weight &weight : set.weights) used[weight.target] = true;
  std::vector<Operand> present(count, Operand::value(0));
  bool uncertain = false;
  for (std::uint32_t k = 0; k < count; ++k) uncertain = uncertain || (used[k] && !certain[k]);
  if (uncertain) {
    present = add_onnx_trees(call, set, true);
    for (std::uint32_t k = 0; k < count; ++k)
      if (!used[k]) present[k] = Operand::value(0);
  }
  std::vector<Operand> sums = add_onnx_trees(call, set);
  Classifier(call, labels, set).run(std::move(sums), certain, present);
}

void read_onnx_tree_ensemble(const OnnxCall &call) {
  constexpr std::int64_t kTransforms = 5;
  const std::int64_t transform = call.integer("post_transform", 0);
  if (transform < 0 || transform >= kTransforms) refuse_onnx("unknown post_transform " + std::to_string(transform));
  std::vector<Operand> scores = add_onnx_trees(call, read_onnx_trees_5(call));
  output_scores(call, 0, call.input(0).type, finish_scores(call, static_cast<PostTransform>(transform), std::move(scores)));
}

}  // namespace pgscore::formats
