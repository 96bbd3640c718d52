// A MiningModel of trees as one TreeEnsemble.
#include <algorithm>
#include <cmath>
#include <memory>

#include "base/shown_text.hpp"
#include "formats/pmml_mining.hpp"
#include "formats/pmml_tree.hpp"

namespace pgscore::formats {

using model::kMissing;
using model::Operand;
using model::Precision;

namespace {

/// What has a meaning of its own in a segment keeps it from being a mere tree.
bool is_plain(const PmmlSegment &segment, PmmlTask task) {
  const XmlElement &model = segment.model;
  return segment.predicate.is("True") && model.is("TreeModel") && pmml_task(model) == task && !model.child("Output") &&
         !model.child("Targets") && !model.child("LocalTransformations") && model.boolean("isScorable", true);
}

class Forest {
 public:
  Forest(const PmmlSegmentation &segmentation, PmmlScope &scope)
      : segmentation_(segmentation),
        scope_(scope),
        graph_(scope.graph()),
        precision_(pmml_precision(segmentation.model)),
        ensemble_(scope) {}

  std::optional<PmmlResult> regress() {
    model::TreeEnsemble &settings = ensemble_.builder().settings();
    const bool separately = segmentation_.method == PmmlCombination::kMedian ||
                            segmentation_.method == PmmlCombination::kWeightedMedian ||
                            segmentation_.method == PmmlCombination::kMax || segmentation_.skips_missing;
    double total_weight = 0;
    for (const PmmlSegment &segment : segmentation_.segments) total_weight += segment.weight;
    bool weighs = false;
    settings.sum = precision_;
    switch (segmentation_.method) {
      case PmmlCombination::kSum:
        break;
      case PmmlCombination::kWeightedSum:
        weighs = true;
        break;
      case PmmlCombination::kAverage:
        settings.aggregate = model::Aggregate::kAverage;
        settings.divisor = static_cast<double>(segmentation_.segments.size());
        break;
      case PmmlCombination::kWeightedAverage:
        weighs = true;
        settings.aggregate = model::Aggregate::kAverage;
        settings.divisor = rounded(total_weight);
        break;
      case PmmlCombination::kMedian:
      case PmmlCombination::kWeightedMedian:
      case PmmlCombination::kMax:
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
      if (!add(t, [&](model::EnsembleBuilder &builder, std::uint32_t id, const PmmlTreeNode *node) {
            builder.leaf(id, node == nullptr ? kMissing : rounded(score_of(*node) * weight));
          }))
        return std::nullopt;
    }
    PmmlResult result;
    result.value = pmml_number(Operand::of(ensemble_.finish()),
                               precision_ == Precision::kFloat32 ? PmmlType::Kind::kFloat : PmmlType::Kind::kDouble);
    return result;
  }

  std::optional<PmmlResult> classify() {
    const bool votes =
        segmentation_.method == PmmlCombination::kMajorityVote || segmentation_.method == PmmlCombination::kWeightedMajorityVote;
    const bool averages =
        segmentation_.method == PmmlCombination::kAverage || segmentation_.method == PmmlCombination::kWeightedAverage;
    const bool weighs = segmentation_.method == PmmlCombination::kWeightedMajorityVote ||
                        segmentation_.method == PmmlCombination::kWeightedAverage;
    if ((!votes && !averages) || (averages && segmentation_.skips_missing)) return std::nullopt;
    if (!announce()) return std::nullopt;
    PmmlScores scores(scope_.builder().limits());
    std::uint64_t num_nodes = 0;
    for (const PmmlSegment &segment : segmentation_.segments) {
      const PmmlTree tree = parse_pmml_tree(segment.model, scope_.reading());
      num_nodes += tree.nodes.size();
      scores.add(tree);
    }
    const std::vector<std::string> labels = pmml_labels(pmml_target(segmentation_.model, scope_), scores.found());
    check_limit(num_nodes * labels.size(), scope_.builder().limits().max_nodes, "classes in its trees");
    if (labels.size() < 2) return std::nullopt;
    model::TreeEnsemble &settings = ensemble_.builder().settings();
    settings.num_groups = settings.leaf_width = static_cast<std::uint32_t>(labels.size());
    settings.base.assign(labels.size(), 0);
    double total_weight = 0;
    for (const PmmlSegment &segment : segmentation_.segments) total_weight += weighs ? segment.weight : 1;
    if (averages) {
      if (total_weight == 0) return std::nullopt;
      settings.aggregate = model::Aggregate::kAverage;
      settings.divisor = total_weight;
    }
    std::vector<double> vector(labels.size());
    for (std::size_t t = 0; t < segmentation_.segments.size(); ++t) {
      const double weight = weighs ? segmentation_.segments[t].weight : 1;
      if (!add(t, [&](model::EnsembleBuilder &builder, std::uint32_t id, const PmmlTreeNode *node) {
            vector.assign(labels.size(), votes && !segmentation_.returns_missing ? 0 : kMissing);
            if (node != nullptr && votes) {
              if (const std::optional<std::string> score = pmml_score(node->element)) {
                vector.assign(labels.size(), 0);
                vector[*pmml_label_index(labels, *score)] = weight;
              }
            } else if (node != nullptr) {
              const std::vector<double> distribution = pmml_distribution(node->element, labels, false);
              if (distribution.empty()) node->element.unsupported("it has no ScoreDistribution, which an average needs");
              for (std::size_t c = 0; c < labels.size(); ++c) vector[c] = distribution[c] * weight;
            }
            builder.leaf_vector(id, vector);
          }))
        return std::nullopt;
    }
    const model::ColumnId first = ensemble_.finish();
    std::vector<Operand> totals;
    for (std::size_t c = 0; c < labels.size(); ++c) totals.push_back(Operand::of(first + static_cast<model::ColumnId>(c)));
    return pmml_classify(scope_, labels, averages ? totals : pmml_shares(graph_, totals));
  }

 private:
  double rounded(double value) const {
    return precision_ == Precision::kFloat32 ? static_cast<double>(static_cast<float>(value)) : value;
  }

  double score_of(const PmmlTreeNode &node) const {
    const std::optional<std::string> score = pmml_score(node.element);
    if (!score) return kMissing;
    const auto kind = precision_ == Precision::kFloat32 ? PmmlType::Kind::kFloat : PmmlType::Kind::kDouble;
    const std::optional<double> number = parse_pmml_value(*score, {kind, 1970});
    if (!number) node.element.fail("score " + shown(*score) + " is not a number");
    return *number;
  }

  bool announce() {
    for (const PmmlSegment &segment : segmentation_.segments) {
      scopes_.push_back(std::make_unique<PmmlScope>(scope_.reading(), &scope_, segment.model));
      ensemble_.announce(parse_pmml_tree(segment.model, scope_.reading()), *scopes_.back());
    }
    return true;
  }

  bool add(std::size_t t, const PmmlEnsemble::Leaf &leaf) {
    return ensemble_.add(parse_pmml_tree(segmentation_.segments[t].model, scope_.reading()), *scopes_[t], 0, leaf);
  }

  const PmmlSegmentation &segmentation_;
  PmmlScope &scope_;
  PmmlGraph &graph_;
  Precision precision_;
  PmmlEnsemble ensemble_;
  std::vector<std::unique_ptr<PmmlScope>> scopes_;  // of the segments
};

}  // namespace

std::optional<PmmlResult> read_pmml_forest(const PmmlSegmentation &segmentation, PmmlScope &scope) {
  const PmmlTask task = pmml_task(segmentation.model);
  if (task == PmmlTask::kClustering || !std::all_of(segmentation.segments.begin(), segmentation.segments.end(),
                                                    [&](const PmmlSegment &segment) { return is_plain(segment, task); }))
    return std::nullopt;
  Forest forest(segmentation, scope);
  return task == PmmlTask::kRegression ? forest.regress() : forest.classify();
}

}  // namespace pgscore::formats
