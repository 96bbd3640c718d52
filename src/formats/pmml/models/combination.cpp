// How a MiningModel makes one result of those of its segments (PMML 4.4, MultipleModels; what it
// leaves open as JPMML-Evaluator 1.7 has it, SegmentationlUtil.java and
// ProbabilityAggregator.java).
#include <algorithm>

#include "formats/pmml/models/mining.hpp"

namespace pgscore::formats::pmml {

using model::kMissing;
using model::Op;
using model::Operand;
using model::Precision;
using model::Reduction;

namespace {

class Combiner {
 public:
  Combiner(const Segmentation &segmentation, const std::vector<Part> &parts, Scope &scope)
      : segmentation_(segmentation), parts_(parts), scope_(scope), graph_(scope.graph()) {
    all_apply_ =
        std::all_of(parts.begin(), parts.end(), [](const Part &part) { return part.is_always(); });
  }

  Result run() {
    if (task_of(segmentation_.model) == Task::kRegression) return regress();
    return segmentation_.votes() ? vote() : mix();
  }

 private:
  Operand number(double value) const { return Operand::value(value); }
  Operand where(const Part &part, Operand value) {
    return graph_.choose(part.applies, value, number(kMissing));
  }
  Operand product(Operand a, Operand b) { return graph_.apply(Op::kMultiply, {a, b}); }

  /// 1 where the part applies and gives no value.
  Operand is_missing(const Part &part) {
    return graph_.apply(Op::kAnd, {part.applies, graph_.is_missing(part.model.result.value)});
  }
  /// The weight of the segments where `condition` of them is true.
  template <class Condition>
  Operand weight_where(Condition condition) {
    std::vector<Operand> weights;
    for (const Part &part : parts_)
      weights.push_back(graph_.choose(condition(part), part.weight, number(0)));
    return graph_.sum(weights);
  }
  /// 1 where the segments without a value weigh more than missingThreshold allows, of those that
  /// apply.
  Operand is_too_much_missing() {
    if (segmentation_.missing_threshold == 1) return number(0);
    const Operand missing = weight_where([&](const Part &part) { return is_missing(part); });
    const Operand all = weight_where([](const Part &part) { return part.applies; });
    return graph_.apply(Op::kGreater, {graph_.apply(Op::kDivide, {missing, all}),
                                       number(segmentation_.missing_threshold)});
  }
  /// 1 where there is no result for what is missing: but for skipSegment, a missing value of any
  /// segment that applies.
  Operand has_no_result() {
    if (segmentation_.skips_missing) return is_too_much_missing();
    if (all_apply_) return number(0);  // whatever is missing is missing in the combination
    Operand any = number(0);
    for (const Part &part : parts_) any = graph_.apply(Op::kOr, {any, is_missing(part)});
    return any;
  }

  // ---- numbers ----------------------------------------------------------------------------------

  /// Whether a missing number of a segment is left out: it does not apply, or is to be skipped.
  bool skips() const { return segmentation_.skips_missing || !all_apply_; }

  Operand reduce(Reduction function, const std::vector<Operand> &values) {
    const model::Precision precision = precision_of(segmentation_.model);
    if (function != Reduction::kWeightedMedian)
      return graph_.reduce(function, values, precision, skips());
    model::Reduce node{function, precision, skips(), graph_.columns(values)};
    for (const Part &part : parts_) {
      if (!part.weight.is_constant())
        part.element.refuse_unsupported(
            "a VariableWeight is not supported with the method weightedMedian");
      node.weights.push_back(part.weight.constant);
    }
    return Operand::of(graph_.builder().reduce(std::move(node)));
  }

  /// One number of each segment, missing where it does not apply.
  Operand combine(const std::vector<Operand> &values) {
    auto weighted = [&] {
      std::vector<Operand> out;
      for (std::size_t i = 0; i < values.size(); ++i)
        out.push_back(product(values[i], parts_[i].weight));
      return out;
    };
    switch (segmentation_.method) {
      case Combination::kSum:
        return reduce(Reduction::kSum, values);
      case Combination::kWeightedSum:
        return reduce(Reduction::kSum, weighted());
      case Combination::kAverage:
        return reduce(Reduction::kMean, values);
      case Combination::kWeightedAverage: {
        std::vector<Operand> weights;
        for (std::size_t i = 0; i < values.size(); ++i) {
          const Operand is_out = graph_.apply(Op::kIsMissing, {values[i]});
          weights.push_back(skips() ? graph_.choose(is_out, number(kMissing), parts_[i].weight)
                                    : parts_[i].weight);
        }
        return graph_.apply(
            Op::kDivide, {reduce(Reduction::kSum, weighted()), reduce(Reduction::kSum, weights)});
      }
      case Combination::kMedian:
        return reduce(Reduction::kMedian, values);
      case Combination::kWeightedMedian:
        return reduce(Reduction::kWeightedMedian, values);
      case Combination::kMax:
        return reduce(Reduction::kMax, values);
      default:
        segmentation_.element.refuse("this method does not apply to numbers");
    }
  }

  Result regress() {
    std::vector<Operand> values;
    for (const Part &part : parts_) {
      if (part.model.result.value.is_text())
        segmentation_.element.refuse("a segment gives a class in place of a number");
      values.push_back(where(part, part.model.result.value.operand));
    }
    const bool is_float = precision_of(segmentation_.model) == Precision::kFloat32;
    const Operand value = graph_.choose(has_no_result(), number(kMissing), combine(values));
    Result result;
    result.value = number_column(value, is_float ? Type::Kind::kFloat : Type::Kind::kDouble);
    return result;
  }

  // ---- classes ----------------------------------------------------------------------------------

  Result vote() {
    const bool weighs = segmentation_.method == Combination::kWeightedMajorityVote;
    const std::vector<std::string> labels = common_labels(segmentation_, parts_, scope_);
    const auto list = Texts::closed(labels);
    std::vector<std::vector<Operand>> votes(labels.size());
    std::vector<Operand> of_nothing;
    for (const Part &part : parts_) {
      const Operand winner = where(part, class_of(part, list, graph_)),
                    weight = weighs ? part.weight : number(1);
      for (std::size_t c = 0; c < labels.size(); ++c) {
        const Operand is_it = graph_.apply(Op::kEqual, {winner, number(static_cast<double>(c))});
        votes[c].push_back(graph_.choose(is_it, weight, number(0)));
      }
      of_nothing.push_back(graph_.choose(is_missing(part), weight, number(0)));
    }
    std::vector<Operand> totals;
    for (const std::vector<Operand> &of_class : votes) totals.push_back(graph_.sum(of_class));
    const Operand missing = graph_.sum(of_nothing);
    Operand no_result = is_too_much_missing();
    if (segmentation_.returns_missing) no_result = graph_.apply(Op::kGreater, {missing, number(0)});
    // "The missing result is returned if it gets the most (possibly weighted) votes."
    if (!segmentation_.returns_missing && !segmentation_.skips_missing)
      no_result = graph_.apply(Op::kOr, {no_result, missing_wins(graph_, missing, totals)});
    totals.front() = graph_.choose(no_result, number(kMissing), totals.front());
    return classification_of(scope_, labels, shares_of(graph_, totals));
  }

  /// Means of probabilities. The median and the greatest choose: the class whose combined
  /// probability is greatest wins, and the result is the mean of those segments that gave it that
  /// probability.
  Result mix() {
    const std::vector<std::string> labels = common_labels(segmentation_, parts_, scope_);
    const Combination method = segmentation_.method;
    // Medians of probabilities with weights would be no distribution, and nobody defines them;
    // neither are sums.
    if (method != Combination::kAverage && method != Combination::kWeightedAverage &&
        method != Combination::kMedian && method != Combination::kMax)
      segmentation_.element.refuse("this method does not apply to classes");
    std::vector<std::vector<Operand>> by_label;  // of each segment
    for (const std::string &label : labels) {
      std::vector<Operand> &values = by_label.emplace_back();
      for (const Part &part : parts_) {
        if (part.model.result.probabilities.empty())
          segmentation_.element.refuse_unsupported("a segment gives no probabilities");
        values.push_back(where(part, probability_of(part, label)));
      }
    }
    std::vector<Operand> probabilities;
    for (const std::vector<Operand> &values : by_label) probabilities.push_back(combine(values));
    if (method == Combination::kMedian || method == Combination::kMax)
      probabilities = means_of_contributors(by_label, probabilities);
    const Operand no_result = has_no_result();
    for (Operand &probability : probabilities)
      probability = graph_.choose(no_result, number(kMissing), probability);
    return classification_of(scope_, labels, std::move(probabilities));
  }

  /// `by_label`: of each label the probabilities by segment; `combined`: of each label their
  /// median, or the greatest.
  std::vector<Operand> means_of_contributors(const std::vector<std::vector<Operand>> &by_label,
                                             const std::vector<Operand> &combined) {
    const Operand winner = graph_.arg_max(combined);
    auto of_winner = [&](auto value_of) {
      Operand value = number(kMissing);
      for (std::size_t c = 0; c < by_label.size(); ++c)
        value = graph_.choose(graph_.apply(Op::kEqual, {winner, number(static_cast<double>(c))}),
                              value_of(c), value);
      return value;
    };
    const Operand wanted = of_winner([&](std::size_t c) { return combined[c]; });
    // How far each is from the probability; of an even number none need be there, and the nearest
    // count.
    std::vector<Operand> distances;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const Operand own = of_winner([&](std::size_t c) { return by_label[c][i]; });
      distances.push_back(graph_.apply(Op::kAbs, {graph_.apply(Op::kSubtract, {wanted, own})}));
    }
    const Operand least = reduce(Reduction::kMin, distances);
    std::vector<Operand> contributes;
    for (const Operand &distance : distances)
      contributes.push_back(
          graph_.if_missing(graph_.apply(Op::kLessEqual, {distance, least}), number(0)));
    const Operand count = graph_.sum(contributes);
    std::vector<Operand> means;
    for (const std::vector<Operand> &values : by_label) {
      std::vector<Operand> terms;
      for (std::size_t i = 0; i < values.size(); ++i)
        terms.push_back(graph_.choose(contributes[i], values[i], number(0)));
      means.push_back(graph_.apply(Op::kDivide, {graph_.sum(terms), count}));
    }
    return means;
  }

  const Segmentation &segmentation_;
  const std::vector<Part> &parts_;
  Scope &scope_;
  Graph &graph_;
  bool all_apply_ = true;
};

}  // namespace

Result combine_parts(const Segmentation &segmentation, const std::vector<Part> &parts,
                     Scope &scope) {
  return Combiner(segmentation, parts, scope).run();
}

std::vector<std::string> common_labels(const Segmentation &segmentation,
                                       const std::vector<Part> &parts, Scope &scope) {
  std::vector<std::string> found;
  for (const Part &part : parts) {
    if (part.model.result.task == Task::kRegression)
      segmentation.element.refuse("a segment gives a number in place of a class");
    for (const std::string &label : part.model.result.labels) found.push_back(label);
  }
  return labels_of(read_target(segmentation.model, scope), found);
}

Operand class_of(const Part &part, const std::shared_ptr<Texts> &labels, Graph &graph) {
  return graph.with_texts(part.model.result.value, labels).operand;
}

Operand probability_of(const Part &part, const std::string &label) {
  const auto index = find_label(part.model.result.labels, label);
  return index ? part.model.result.probabilities[*index] : Operand::value(0);
}

Operand missing_wins(Graph &graph, Operand missing, const std::vector<Operand> &totals) {
  return graph.apply(Op::kGreater, {missing, graph.reduce(Reduction::kMax, totals)});
}

std::vector<Operand> shares_of(Graph &graph, const std::vector<Operand> &totals) {
  const Operand total = graph.sum(totals);
  std::vector<Operand> shares;
  for (const Operand &part : totals) {
    const Operand share = graph.apply(Op::kDivide, {part, total});  // of nothing: missing
    shares.push_back(graph.choose(graph.apply(Op::kEqual, {total, Operand::value(0)}),
                                  Operand::value(kMissing), share));
  }
  return shares;
}

}  // namespace pgscore::formats::pmml
