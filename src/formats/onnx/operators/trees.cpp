// TreeEnsembleRegressor, TreeEnsembleClassifier and TreeEnsemble of ai.onnx.ml. What ONNX leaves
// open is done as ONNX Runtime 1.21 does it: core/providers/cpu/ml/tree_ensemble_aggregator.h,
// FinalizeScores and FinalizeScores1.
#include <algorithm>
#include <limits>

#include "formats/onnx/operators/post_transform.hpp"
#include "formats/onnx/operators/tree_set.hpp"

namespace pgscore::formats::onnx {
namespace {

using model::Op;
using model::Operand;
using model::Precision;

Precision sum_precision(const Call &call) {
  return precision_of(call.input(0).type == Type::kDouble ? Type::kDouble : Type::kFloat);
}

std::vector<double> base_values(const Call &call) {
  const Tensor *tensor = call.tensor("base_values_as_tensor");
  if (tensor != nullptr) return tensor->numbers;
  const auto floats = call.floats("base_values");
  return {floats.begin(), floats.end()};
}

Scores finish_scores(const Call &call, PostTransform transform, std::vector<Operand> sums) {
  if (sums.size() >= 2) return transformed(call.graph(), transform, std::move(sums));
  return one_score(call.graph(), transform, sums[0]);
}

/// Sums of doubles become the float32 of the output.
void round_scores(Graph &graph, Scores &scores) {
  const bool same = std::equal(
      scores.scores.begin(), scores.scores.end(), scores.margins.begin(), scores.margins.end(),
      [](const Operand &a, const Operand &b) { return !a.is_constant() && a.column == b.column; });
  for (Operand &score : scores.scores)
    score = graph.apply(Op::kToFloat32, {score}, Precision::kFloat64);
  if (same)
    scores.margins = scores.scores;
  else
    for (Operand &margin : scores.margins)
      margin = graph.apply(Op::kToFloat32, {margin}, Precision::kFloat64);
}

void output_regression(const Call &call, Type type, Scores scores) {
  if (type == Type::kFloat && sum_precision(call) == Precision::kFloat64)
    round_scores(call.graph(), scores);
  output_scores(call, 0, type, std::move(scores));
}

/// Of two classes.
struct BinaryResult {
  Operand index;
  Scores scores;
};

class Classifier {
 public:
  Classifier(const Call &call, const Labels &labels, const TreeSet &set)
      : call_(call),
        graph_(call.graph()),
        labels_(labels),
        base_(base_values(call)),
        precision_(sum_precision(call)),
        transform_(post_transform_of(call)) {
    std::vector<bool> used(labels.texts.size(), false);
    for (const TreeSet::Weight &weight : set.weights) {
      used[weight.target] = true;
      all_positive_ = all_positive_ && !(weight.value < 0);
    }
    one_class_ = labels.texts.size() == 2 && std::count(used.begin(), used.end(), true) == 1;
  }

  /// `certain`: a class has a score whatever the row; `present`: whether the row's leaves give it
  /// one.
  void run(std::vector<Operand> sums, const std::vector<bool> &certain,
           const std::vector<Operand> &present) {
    if (sums.size() == 2) {
      if (!certain[0]) first_present_ = present[0];
      return binary(sums, certain, present);
    }
    for (std::size_t k = 0; k < sums.size() && k < base_.size(); ++k)
      sums[k] = add(sums[k], base_[k]);
    // The greatest of the classes that have a score.
    std::vector<Operand> candidates = sums;
    for (std::size_t k = 0; k < sums.size(); ++k)
      if (k >= base_.size() && !certain[k])
        candidates[k] =
            graph_.select(present[k], sums[k],
                          Operand::value(-std::numeric_limits<double>::infinity()), precision_);
    write(graph_.arg_max(candidates), transformed(graph_, transform_, std::move(sums)));
  }

 private:
  Operand add(Operand x, double y) {
    return graph_.apply(Op::kAdd, {x, Operand::value(y)}, precision_);
  }

  void write(Operand index, Scores scores) {
    if (precision_ == Precision::kFloat64) round_scores(graph_, scores);
    output_classes(call_, labels_, index, std::move(scores));
  }

  void binary(const std::vector<Operand> &sums, const std::vector<bool> &certain,
              const std::vector<Operand> &present) {
    if (certain[1] || (present[1].is_constant() && present[1].constant == 0)) {
      BinaryResult result = binary(sums, certain[1]);
      return write(result.index, std::move(result.scores));
    }
    BinaryResult with = binary(sums, true), without = binary(sums, false);
    if (without.scores.margins.size() == 1)
      without.scores.margins = two_scores(PostTransform::kNone, without.scores.margins[0]);
    auto either = [&](const std::vector<Operand> &yes, const std::vector<Operand> &no) {
      std::vector<Operand> list;
      for (std::size_t k = 0; k < 2; ++k)
        list.push_back(graph_.select(present[1], yes[k], no[k], precision_));
      return list;
    };
    write(graph_.select(present[1], with.index, without.index, Precision::kFloat64),
          {either(with.scores.scores, without.scores.scores),
           either(with.scores.margins, without.scores.margins)});
  }

  /// `has_second`: whether the second class has a score of its own.
  BinaryResult binary(std::vector<Operand> sums, bool has_second) {
    bool single = false;
    // As it is written there: the first class's sum and the second one's base value
    if (base_.size() == 2 && has_second) {
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
    if (single)
      result.scores = {two_scores(transform_, sums[0]), {sums[0]}};
    else
      result.scores = transformed(graph_, transform_, std::move(sums));
    return result;
  }

  /// The scores that the only one is written as.
  std::vector<Operand> two_scores(PostTransform transform, Operand score) {
    if (base_.size() == 1 && !one_class_)  // as it is; ONNX Runtime leaves the second one unset
      return {transform == PostTransform::kProbit ? probit(graph_, score) : score,
              Operand::value(0)};
    return second_score(
        graph_, one_class_ && all_positive_ ? SecondScore::kComplement : SecondScore::kNegative,
        transform, score, precision_);
  }

  /// A class without a score is written as 0, whatever its base value.
  Operand where_first_is(Operand score) {
    return first_present_ ? graph_.select(*first_present_, score, Operand::value(0), precision_)
                          : score;
  }

  /// With scores for both classes the label is the integer 1 or 0 itself, where labels are
  /// integers.
  Operand literal_label(Operand index) {
    if (labels_.numbers.size() == 2 && labels_.numbers[0] == 1 && labels_.numbers[1] == 0)
      return graph_.apply(Op::kNot, {index}, Precision::kFloat64);
    return index;
  }

  const Call &call_;
  Graph &graph_;
  const Labels &labels_;
  std::vector<double> base_;
  Precision precision_;
  PostTransform transform_;
  bool all_positive_ = true;
  bool one_class_ = false;
  std::optional<Operand> first_present_;  // none: the first class has a score for every row
};

/// Whether some tree gives the target a weight in every leaf.
std::vector<bool> certain_targets(const TreeSet &set) {
  std::vector<bool> certain(set.num_targets, false);
  std::vector<std::uint32_t> count(set.num_targets, 0);
  for (const TreeSet::Tree &tree : set.trees) {
    std::uint32_t leaves = 0;
    auto for_each_leaf = [&](auto f) {
      for (std::uint32_t i = tree.first; i < tree.first + tree.count; ++i)
        if (set.nodes[i].mode == NodeMode::kLeaf) f(set.nodes[i]);
    };
    auto for_each_weight = [&](const TreeNode &leaf, auto f) {
      for (std::uint32_t k = leaf.first_weight; k < leaf.first_weight + leaf.num_weights; ++k)
        f(set.weights[k].target);
    };
    for_each_leaf([&](const TreeNode &leaf) {
      ++leaves;
      for_each_weight(leaf, [&](std::uint32_t target) { ++count[target]; });
    });
    for_each_leaf([&](const TreeNode &leaf) {
      for_each_weight(leaf, [&](std::uint32_t target) {
        certain[target] = certain[target] || count[target] == leaves;
      });
    });
    for_each_leaf([&](const TreeNode &leaf) {
      for_each_weight(leaf, [&](std::uint32_t target) { count[target] = 0; });
    });
  }
  return certain;
}

/// A target that no leaf of the row has a weight for is written as 0, whatever its base value.
void add_base(const Call &call, const TreeSet &set, const std::vector<double> &base,
              std::vector<Operand> &scores) {
  Graph &graph = call.graph();
  const Precision precision = sum_precision(call);
  const std::vector<bool> certain = certain_targets(set);
  const bool several = scores.size() > 1;
  std::vector<Operand> present(scores.size(), Operand::value(1));
  if (several && std::find(certain.begin(), certain.end(), false) != certain.end())
    present = add_trees(call, set, true);
  for (std::size_t k = 0; k < scores.size(); ++k) {
    scores[k] = graph.apply(Op::kAdd, {scores[k], Operand::value(base[k])}, precision);
    if (several && !certain[k])
      scores[k] = graph.select(present[k], scores[k], Operand::value(0), precision);
  }
}

/// One label: the class is 1 where the score is positive, otherwise 0, whatever the label is; there
/// is one score.
void one_class(const Call &call, const Labels &labels, const TreeSet &set) {
  Graph &graph = call.graph();
  if (labels.type() == Type::kString)
    refuse_unsupported("the classifier has one class label, which is a text");
  const Precision precision = sum_precision(call);
  Operand sum = add_trees(call, set)[0];
  if (const std::vector<double> base = base_values(call); base.size() == 1)
    sum = graph.apply(Op::kAdd, {sum, Operand::value(base[0])}, precision);
  const Operand index = graph.compare(Op::kGreater, sum, Operand::value(0), precision);
  Scores scores = one_score(graph, post_transform_of(call), sum);
  if (precision == Precision::kFloat64) round_scores(graph, scores);
  output_classes(call, zero_and_one(labels.type()), index, std::move(scores));
}

}  // namespace

void read_tree_regressor(const Call &call) {
  const std::int64_t targets = call.integer("n_targets", 0);
  if (targets < 1) refuse("n_targets is " + std::to_string(targets));
  check_limit(static_cast<std::uint64_t>(targets), call.graph().limits().max_outputs, "outputs");
  const TreeSet set = read_trees(call, "target", static_cast<std::uint32_t>(targets));
  std::vector<Operand> scores = add_trees(call, set);
  const std::vector<double> base = base_values(call);
  if (base.size() == scores.size() &&
      std::any_of(base.begin(), base.end(), [](double b) { return b != 0; }))
    add_base(call, set, base, scores);
  output_regression(call, Type::kFloat,
                    finish_scores(call, post_transform_of(call), std::move(scores)));
}

void read_tree_classifier(const Call &call) {
  const Labels labels = labels_of(call, "classlabels_strings", "classlabels_int64s");
  const auto count = static_cast<std::uint32_t>(labels.texts.size());
  if (count == 0) refuse_unsupported("the classifier has no class labels");
  const TreeSet set = read_trees(call, "class", count);
  if (count == 1) return one_class(call, labels, set);
  const std::vector<bool> certain = certain_targets(set);
  std::vector<bool> used(count, false);
  for (const TreeSet::Weight &weight : set.weights) used[weight.target] = true;
  std::vector<Operand> present(count, Operand::value(0));
  bool uncertain = false;
  for (std::uint32_t k = 0; k < count; ++k) uncertain = uncertain || (used[k] && !certain[k]);
  if (uncertain) {
    present = add_trees(call, set, true);
    for (std::uint32_t k = 0; k < count; ++k)
      if (!used[k]) present[k] = Operand::value(0);
  }
  std::vector<Operand> sums = add_trees(call, set);
  Classifier(call, labels, set).run(std::move(sums), certain, present);
}

void read_tree_ensemble(const Call &call) {
  constexpr std::int64_t kTransforms = 5;
  const std::int64_t transform = call.integer("post_transform", 0);
  if (transform < 0 || transform >= kTransforms)
    refuse("unknown post_transform " + std::to_string(transform));
  std::vector<Operand> scores = add_trees(call, read_trees_5(call));
  output_regression(call, call.input(0).type,
                    finish_scores(call, static_cast<PostTransform>(transform), std::move(scores)));
}

}  // namespace pgscore::formats::onnx
