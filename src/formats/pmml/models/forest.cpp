// A MiningModel of trees as one TreeEnsemble.
#include <algorithm>
#include <cmath>
#include <memory>

#include "base/shown_text.hpp"
#include "formats/pmml/models/mining.hpp"
#include "formats/pmml/models/tree.hpp"

namespace pgscore::formats::pmml {

using model::kMissing;
using model::Op;
using model::Operand;
using model::Precision;

namespace {

/// What has a meaning of its own in a segment keeps it from being a mere tree.
bool is_plain(const Segment &segment, Task task) {
  const XmlElement &model = segment.model;
  return segment.predicate.is("True") && model.is("TreeModel") && task_of(model) == task &&
         !model.child("Output") && !model.child("Targets") &&
         !model.child("LocalTransformations") && model.boolean("isScorable", true);
}

/// The trees of a segmentation, which become one ensemble.
class Forest {
 protected:
  Forest(const Segmentation &segmentation, Scope &scope)
      : segmentation_(segmentation),
        scope_(scope),
        graph_(scope.graph()),
        precision_(precision_of(segmentation.model)),
        ensemble_(scope) {}

  void announce() {
    for (const Segment &segment : segmentation_.segments) {
      scopes_.push_back(std::make_unique<Scope>(scope_.reading(), &scope_, segment.model));
      ensemble_.announce(parse_tree(segment.model, scope_.reading()), *scopes_.back());
    }
  }

  bool add(std::size_t t, const Ensemble::Leaf &leaf) {
    return ensemble_.add(parse_tree(segmentation_.segments[t].model, scope_.reading()), *scopes_[t],
                         0, leaf);
  }

  const Segmentation &segmentation_;
  Scope &scope_;
  Graph &graph_;
  Precision precision_;
  Ensemble ensemble_;
  std::vector<std::unique_ptr<Scope>> scopes_;  // of the segments
};

class RegressionForest : Forest {
 public:
  RegressionForest(const Segmentation &segmentation, Scope &scope) : Forest(segmentation, scope) {}

  /// Gives nullopt when the segments have to be combined one by one.
  std::optional<Result> read() {
    model::TreeEnsemble &settings = ensemble_.builder().settings();
    const bool separately = segmentation_.method == Combination::kMedian ||
                            segmentation_.method == Combination::kWeightedMedian ||
                            segmentation_.method == Combination::kMax ||
                            segmentation_.skips_missing;
    double total_weight = 0;
    for (const Segment &segment : segmentation_.segments) total_weight += segment.weight;
    bool weighs = false;
    settings.sum = precision_;
    switch (segmentation_.method) {
      case Combination::kSum:
        break;
      case Combination::kWeightedSum:
        weighs = true;
        break;
      case Combination::kAverage:
        settings.aggregate = model::Aggregate::kAverage;
        settings.divisor = static_cast<double>(segmentation_.segments.size());
        break;
      case Combination::kWeightedAverage:
        weighs = true;
        settings.aggregate = model::Aggregate::kAverage;
        settings.divisor = rounded(total_weight);
        break;
      case Combination::kMedian:
      case Combination::kWeightedMedian:
      case Combination::kMax:
        break;
      default:
        return std::nullopt;
    }
    if (separately) return std::nullopt;  // the segments one by one
    if (settings.divisor == 0) return std::nullopt;
    settings.base = {0};
    announce();
    for (std::size_t t = 0; t < segmentation_.segments.size(); ++t) {
      const double weight = weighs ? segmentation_.segments[t].weight : 1;
      if (!add(t, [&](model::EnsembleBuilder &builder, std::uint32_t id, const TreeNode *node) {
            builder.leaf(id, node == nullptr ? kMissing : rounded(score_of(*node) * weight));
          }))
        return std::nullopt;
    }
    Result result;
    result.value =
        number_column(Operand::of(ensemble_.finish()),
                      precision_ == Precision::kFloat32 ? Type::Kind::kFloat : Type::Kind::kDouble);
    result.raw = {result.value.operand};
    return result;
  }

 private:
  double rounded(double value) const {
    return precision_ == Precision::kFloat32 ? static_cast<double>(static_cast<float>(value))
                                             : value;
  }

  double score_of(const TreeNode &node) const {
    const std::optional<std::string> score = score_attribute(node.element);
    if (!score) return kMissing;
    const auto kind = precision_ == Precision::kFloat32 ? Type::Kind::kFloat : Type::Kind::kDouble;
    const std::optional<double> number = parse_value(*score, {kind, 1970});
    if (!number) node.element.refuse("score " + shown(*score) + " is not a number");
    return *number;
  }
};

/// Each leaf votes for a class, or has the probabilities of all.
class ClassForest : Forest {
 public:
  enum class Outcome : std::uint8_t { kDone, kNotATreeEnsemble, kNeedsMissing };

  /// With `counts_missing` the votes of trees without a prediction are a group of their own behind
  /// the classes. Without it there is no such group, and read() gives kNeedsMissing where one turns
  /// out to be needed: few forests need it.
  ClassForest(const Segmentation &segmentation, Scope &scope, bool counts_missing)
      : Forest(segmentation, scope),
        counts_missing_(counts_missing),
        votes_(segmentation.votes()),
        averages_(segmentation.method == Combination::kAverage ||
                  segmentation.method == Combination::kWeightedAverage),
        weighs_(segmentation.method == Combination::kWeightedMajorityVote ||
                segmentation.method == Combination::kWeightedAverage),
        missing_matters_(votes_ && !segmentation.returns_missing &&
                         (!segmentation.skips_missing || segmentation.missing_threshold < 1)) {}

  Outcome read(Result &result) {
    if (!is_ensemble()) return Outcome::kNotATreeEnsemble;
    announce();
    labels_ = find_labels();
    if (labels_.size() < 2 || !set_up()) return Outcome::kNotATreeEnsemble;
    for (std::size_t t = 0; t < segmentation_.segments.size(); ++t) {
      const Segment &segment = segmentation_.segments[t];
      if (!add(t, [&](model::EnsembleBuilder &builder, std::uint32_t id, const TreeNode *node) {
            if (votes_)
              vote(segment, node);
            else
              distribute(segment, node);
            builder.leaf_vector(id, leaf_);
          }))
        return Outcome::kNotATreeEnsemble;
    }
    if (has_missing_ && missing_matters_ && !counts_missing_) return Outcome::kNeedsMissing;
    const std::vector<Operand> totals = sums();
    result = classification_of(scope_, labels_, averages_ ? totals : shares_of(graph_, totals));
    if (averages_) result.raw = totals;
    return Outcome::kDone;
  }

 private:
  bool is_ensemble() const {
    if (averages_) return !segmentation_.skips_missing;
    if (!votes_) return false;
    // Otherwise the missing votes and their share of the weight would be two numbers.
    return !missing_matters_ || weighs_ || segmentation_.skips_missing ||
           segmentation_.missing_threshold >= 1;
  }

  std::vector<std::string> find_labels() {
    Scores scores(scope_.builder().limits());
    std::uint64_t num_nodes = 0;
    for (const Segment &segment : segmentation_.segments) {
      const Tree tree = parse_tree(segment.model, scope_.reading());
      num_nodes += tree.nodes.size();
      scores.add(tree);
    }
    std::vector<std::string> labels =
        labels_of(read_target(segmentation_.model, scope_), scores.found());
    check_limit(num_nodes * labels.size(), scope_.builder().limits().max_nodes,
                "classes in its trees");
    return labels;
  }

  double weight_of(const Segment &segment) const { return weighs_ ? segment.weight : 1; }

  /// Gives false when nothing is left to divide by.
  bool set_up() {
    const std::size_t width = labels_.size() + (counts_missing_ ? 1 : 0);
    leaf_.resize(width);
    model::TreeEnsemble &settings = ensemble_.builder().settings();
    settings.num_groups = settings.leaf_width = static_cast<std::uint32_t>(width);
    settings.base.assign(width, 0);
    if (!averages_) return true;
    settings.aggregate = model::Aggregate::kAverage;
    settings.divisor = 0;
    for (const Segment &segment : segmentation_.segments) settings.divisor += weight_of(segment);
    return settings.divisor != 0;
  }

  void vote(const Segment &segment, const TreeNode *node) {
    const std::optional<std::string> score =
        node == nullptr ? std::nullopt : score_attribute(node->element);
    std::fill(leaf_.begin(), leaf_.end(), score || !segmentation_.returns_missing ? 0 : kMissing);
    if (score) {
      leaf_[*find_label(labels_, *score)] = weight_of(segment);
      return;
    }
    has_missing_ = true;
    if (counts_missing_)
      leaf_.back() = segmentation_.skips_missing ? segment.weight : weight_of(segment);
  }

  void distribute(const Segment &segment, const TreeNode *node) {
    std::fill(leaf_.begin(), leaf_.end(), kMissing);
    if (node == nullptr) return;
    const std::vector<double> distribution = distribution_of(node->element, labels_, false);
    if (distribution.empty())
      node->element.refuse_unsupported("it has no ScoreDistribution, which an average needs");
    for (std::size_t c = 0; c < labels_.size(); ++c)
      leaf_[c] = distribution[c] * weight_of(segment);
  }

  /// The sums of the classes; the first is missing where the forest has no result.
  std::vector<Operand> sums() {
    const model::ColumnId first = ensemble_.finish();
    std::vector<Operand> totals = Graph::range(first, labels_.size());
    if (!counts_missing_) return totals;
    const Operand missing = Operand::of(first + static_cast<model::ColumnId>(labels_.size()));
    totals.front() =
        graph_.choose(has_no_result(missing, totals), Operand::value(kMissing), totals.front());
    return totals;
  }

  /// `missing`: the weight of the trees without a prediction, as skipSegment or continue counts it.
  Operand has_no_result(Operand missing, const std::vector<Operand> &totals) {
    Operand no_result = Operand::value(0);
    if (segmentation_.missing_threshold < 1) {
      double all = 0;
      for (const Segment &segment : segmentation_.segments) all += segment.weight;
      const Operand share = graph_.apply(Op::kDivide, {missing, Operand::value(all)});
      no_result =
          graph_.apply(Op::kGreater, {share, Operand::value(segmentation_.missing_threshold)});
    }
    if (segmentation_.skips_missing) return no_result;
    return graph_.apply(Op::kOr, {no_result, missing_wins(graph_, missing, totals)});
  }

  bool counts_missing_, votes_, averages_, weighs_, missing_matters_;
  std::vector<std::string> labels_;
  std::vector<double> leaf_;  // of the node that is read
  bool has_missing_ = false;  // some tree has no prediction for some row
};

}  // namespace

std::optional<Result> read_forest(const Segmentation &segmentation, Scope &scope) {
  const Task task = task_of(segmentation.model);
  if (task == Task::kClustering || segmentation.has_variable_weights ||
      !std::all_of(segmentation.segments.begin(), segmentation.segments.end(),
                   [&](const Segment &segment) { return is_plain(segment, task); }))
    return std::nullopt;
  if (task == Task::kRegression) return RegressionForest(segmentation, scope).read();
  for (const bool counts_missing : {false, true}) {
    Result result;
    const auto outcome = ClassForest(segmentation, scope, counts_missing).read(result);
    if (outcome == ClassForest::Outcome::kDone) return result;
    if (outcome == ClassForest::Outcome::kNotATreeEnsemble) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace pgscore::formats::pmml
