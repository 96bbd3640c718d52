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

class Forest {
 public:
  Forest(const Segmentation &segmentation, Scope &scope)
      : segmentation_(segmentation),
        scope_(scope),
        graph_(scope.graph()),
        precision_(precision_of(segmentation.model)),
        ensemble_(scope) {}

  std::optional<Result> regress() {
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
    if (!announce()) return std::nullopt;
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
    return result;
  }

  /// `counts_missing`: the votes of trees without a prediction are a group of their own behind the
  /// classes. Without it there is none, and kNeedsMissing where it turns out to be needed: few
  /// forests do.
  enum class Outcome : std::uint8_t { kDone, kNotATreeEnsemble, kNeedsMissing };
  Outcome classify(bool counts_missing, Result &result) {
    const bool votes = segmentation_.votes();
    const bool averages = segmentation_.method == Combination::kAverage ||
                          segmentation_.method == Combination::kWeightedAverage;
    const bool weighs = segmentation_.method == Combination::kWeightedMajorityVote ||
                        segmentation_.method == Combination::kWeightedAverage;
    const bool missing_matters =
        votes && !segmentation_.returns_missing &&
        (!segmentation_.skips_missing || segmentation_.missing_threshold < 1);
    if ((!votes && !averages) || (averages && segmentation_.skips_missing))
      return Outcome::kNotATreeEnsemble;
    // The missing votes and their share of the weight would be two numbers.
    if (missing_matters && !weighs && !segmentation_.skips_missing &&
        segmentation_.missing_threshold < 1)
      return Outcome::kNotATreeEnsemble;
    if (!announce()) return Outcome::kNotATreeEnsemble;
    Scores scores(scope_.builder().limits());
    std::uint64_t num_nodes = 0;
    for (const Segment &segment : segmentation_.segments) {
      const Tree tree = parse_tree(segment.model, scope_.reading());
      num_nodes += tree.nodes.size();
      scores.add(tree);
    }
    const std::vector<std::string> labels =
        labels_of(read_target(segmentation_.model, scope_), scores.found());
    check_limit(num_nodes * labels.size(), scope_.builder().limits().max_nodes,
                "classes in its trees");
    if (labels.size() < 2) return Outcome::kNotATreeEnsemble;
    const std::size_t width = labels.size() + (counts_missing ? 1 : 0);
    model::TreeEnsemble &settings = ensemble_.builder().settings();
    settings.num_groups = settings.leaf_width = static_cast<std::uint32_t>(width);
    settings.base.assign(width, 0);
    double total_weight = 0;
    for (const Segment &segment : segmentation_.segments)
      total_weight += weighs ? segment.weight : 1;
    if (averages) {
      if (total_weight == 0) return Outcome::kNotATreeEnsemble;
      settings.aggregate = model::Aggregate::kAverage;
      settings.divisor = total_weight;
    }
    std::vector<double> vector(width);
    bool has_missing = false;
    for (std::size_t t = 0; t < segmentation_.segments.size(); ++t) {
      const double weight = weighs ? segmentation_.segments[t].weight : 1;
      if (!add(t, [&](model::EnsembleBuilder &builder, std::uint32_t id, const TreeNode *node) {
            vector.assign(width, votes && !segmentation_.returns_missing ? 0 : kMissing);
            const std::optional<std::string> score =
                node == nullptr || !votes ? std::nullopt : score_attribute(node->element);
            if (score) {
              vector.assign(width, 0);
              vector[*find_label(labels, *score)] = weight;
            } else if (votes) {
              has_missing = true;
              if (counts_missing)
                vector.back() =
                    segmentation_.skips_missing ? segmentation_.segments[t].weight : weight;
            } else if (node != nullptr) {
              const std::vector<double> distribution =
                  distribution_of(node->element, labels, false);
              if (distribution.empty())
                node->element.unsupported("it has no ScoreDistribution, which an average needs");
              for (std::size_t c = 0; c < labels.size(); ++c) vector[c] = distribution[c] * weight;
            }
            builder.leaf_vector(id, vector);
          }))
        return Outcome::kNotATreeEnsemble;
    }
    if (has_missing && missing_matters && !counts_missing) return Outcome::kNeedsMissing;
    const model::ColumnId first = ensemble_.finish();
    std::vector<Operand> totals;
    for (std::size_t c = 0; c < labels.size(); ++c)
      totals.push_back(Operand::of(first + static_cast<model::ColumnId>(c)));
    if (counts_missing) {
      const Operand missing = Operand::of(first + static_cast<model::ColumnId>(labels.size()));
      totals.front() =
          graph_.choose(has_no_result(missing, totals), Operand::value(kMissing), totals.front());
    }
    result = classification_of(scope_, labels, averages ? totals : shares_of(graph_, totals));
    return Outcome::kDone;
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
    if (!number) node.element.fail("score " + shown(*score) + " is not a number");
    return *number;
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

  bool announce() {
    for (const Segment &segment : segmentation_.segments) {
      scopes_.push_back(std::make_unique<Scope>(scope_.reading(), &scope_, segment.model));
      ensemble_.announce(parse_tree(segment.model, scope_.reading()), *scopes_.back());
    }
    return true;
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

}  // namespace

std::optional<Result> read_forest(const Segmentation &segmentation, Scope &scope) {
  const Task task = task_of(segmentation.model);
  if (task == Task::kClustering || segmentation.has_variable_weights ||
      !std::all_of(segmentation.segments.begin(), segmentation.segments.end(),
                   [&](const Segment &segment) { return is_plain(segment, task); }))
    return std::nullopt;
  if (task == Task::kRegression) return Forest(segmentation, scope).regress();
  for (const bool counts_missing : {false, true}) {
    Result result;
    const Forest::Outcome outcome = Forest(segmentation, scope).classify(counts_missing, result);
    if (outcome == Forest::Outcome::kDone) return result;
    if (outcome == Forest::Outcome::kNotATreeEnsemble) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace pgscore::formats::pmml
