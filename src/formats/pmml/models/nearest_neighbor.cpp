// NearestNeighborModel (PMML 4.4, KNN).
#include <algorithm>
#include <cmath>
#include <functional>

#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/models/comparison.hpp"

namespace pgscore::formats::pmml {

using model::kMissing;
using model::Op;
using model::Operand;

namespace {

class NearestNeighborReader {
 public:
  NearestNeighborReader(const XmlElement &model, Scope &scope)
      : model_(model), scope_(scope), graph_(scope.graph()) {}

  Result read() {
    std::vector<ComparedField> fields;
    const XmlElement inputs = model_.required_child("KNNInputs");
    for (const XmlElement input : inputs.children("KNNInput"))
      fields.push_back({input, scope_.field(input.required("field"), input)});
    Comparison comparison(model_.required_child("ComparisonMeasure"), std::move(fields), scope_);
    read_instances(comparison);
    const std::uint32_t k = model_.count("numberOfNeighbors").value_or(0);
    if (k < 1 || k > comparison.num_points())
      model_.refuse("the number of neighbors is out of range",
                    "It is " + std::to_string(k) + ", and there are " +
                        std::to_string(comparison.num_points()) + " instances.");
    const std::uint32_t count = std::max(k, greatest_rank(model_, comparison.num_points()));
    Comparison::Nearest nearest = comparison.nearest(count);
    Comparison::Nearest neighbors = nearest;
    neighbors.points.resize(k);
    neighbors.distances.resize(k);
    Result result;
    if (targets_.empty()) result.task = Task::kClustering;  // the nearest instance itself
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      Result own = predict(targets_[i], neighbors, comparison.is_similarity());
      own.target = targets_[i].target.name;
      if (i == 0)
        result = std::move(own);
      else
        result.others.push_back(std::move(own));
    }
    add_entities(nearest, result);
    for (Result &other : result.others) {
      other.entities = result.entities;
      other.affinities = result.affinities;
    }
    return result;
  }

 private:
  /// A target and its value in each instance.
  struct InstanceTarget {
    Target target;
    std::size_t place = 0;  // in a row
    std::vector<std::string> values = {};
  };

  Result predict(const InstanceTarget &target, const Comparison::Nearest &neighbors,
                 bool is_similarity) {
    const Task task = task_of(model_);
    const bool is_number =
        task == Task::kMixed ? target.target.is_continuous : task == Task::kRegression;
    return is_number ? average(target, neighbors, is_similarity)
                     : vote(target, neighbors, is_similarity);
  }

  /// All targets of the MiningSchema; the model's first one first.
  void read_targets(const XmlElement &instances,
                    const std::function<std::optional<std::size_t>(std::string_view)> &place_of) {
    if (task_of(model_) == Task::kClustering) return;
    std::vector<std::string> names = scope_.targets();
    const std::string first = read_target(model_, scope_).name;
    std::erase(names, first);
    names.insert(names.begin(), first);
    for (const std::string &name : names) {
      const auto place = place_of(name);
      if (!place)
        instances.refuse("they have no field for the target", "The target is " + shown(name) + ".");
      targets_.push_back({find_target(name, model_, scope_), *place});
    }
  }

  void read_instances(Comparison &comparison) {
    const XmlElement instances = model_.required_child("TrainingInstances");
    std::vector<std::string> names, columns;
    for (const XmlElement field :
         instances.required_child("InstanceFields").children("InstanceField")) {
      names.emplace_back(field.required("field"));
      columns.emplace_back(field.attribute("column").value_or(names.back()));
    }
    // Otherwise the values of derived fields would have to be made of the instances' own.
    if (!instances.boolean("isTransformed", false))
      for (const ComparedField &field : comparison.fields())
        if (scope_.is_derived(field.element.required("field")))
          field.element.refuse_unsupported(
              "a derived field needs training instances that are transformed",
              "Their isTransformed is false.");
    auto place_of = [&](std::string_view name) -> std::optional<std::size_t> {
      const auto found = std::find(names.begin(), names.end(), name);
      return found == names.end() ? std::nullopt
                                  : std::optional<std::size_t>(found - names.begin());
    };
    std::vector<std::size_t> places;
    for (const ComparedField &field : comparison.fields()) {
      const XmlElement &element = field.element;
      const std::string_view name = element.required("field");
      const auto place = place_of(name);
      if (!place)
        element.refuse_unsupported(
            "inputs that the training instances do not have are not supported",
            "It is " + shown(name) + ".");
      places.push_back(*place);
    }
    read_targets(instances, place_of);
    std::optional<std::size_t> id_place;
    if (const auto name = model_.attribute("instanceIdVariable")) {
      id_place = place_of(*name);
      if (!id_place) instances.refuse("they have no field " + shown(*name));
    }
    for (std::vector<std::optional<std::string>> &row : read_inline_table(instances, columns)) {
      std::vector<std::optional<std::string>> point;
      for (std::size_t place : places) point.push_back(row[place]);
      comparison.add_point(point, instances);
      for (InstanceTarget &target : targets_) {
        if (!row[target.place]) instances.refuse("an instance has no value of the target");
        target.values.push_back(*row[target.place]);
      }
      // Instances without an id are counted from 1.
      ids_.push_back(id_place && row[*id_place] ? *row[*id_place]
                                                : std::to_string(ids_.size() + 1));
    }
    if (ids_.empty()) instances.refuse("there are none");
  }

  /// `values` of the instance that `point` is the index of.
  Operand of_instance(Operand point, const std::vector<double> &values) {
    return graph_.text_table({point, {}, nullptr}, values, kMissing);
  }
  /// 1 / (distance + threshold).
  Operand weight(Operand distance) {
    const Operand threshold = Operand::value(model_.number("threshold").value_or(0.001));
    return graph_.apply(Op::kDivide,
                        {Operand::value(1), graph_.apply(Op::kAdd, {distance, threshold})});
  }

  Result average(const InstanceTarget &target, const Comparison::Nearest &nearest,
                 bool is_similarity) {
    std::vector<double> numbers;
    for (const std::string &text : target.values) {
      const auto number = parse_value(text, {});
      if (!number)
        model_.refuse("the target has a value that is no number", "It is " + shown(text) + ".");
      numbers.push_back(*number);
    }
    std::vector<Operand> values, weighted, weights;
    for (const Operand &point : nearest.points) values.push_back(of_instance(point, numbers));
    const std::string_view method = model_.attribute("continuousScoringMethod").value_or("average");
    Result result;
    if (method == "average" || method == "median") {
      result.value = number_column(graph_.reduce(
          method == "average" ? model::Reduction::kMean : model::Reduction::kMedian, values));
    } else if (method == "weightedAverage") {
      if (is_similarity) model_.refuse("similarities are averaged by distance");
      for (std::size_t i = 0; i < values.size(); ++i) {
        weights.push_back(weight(nearest.distances[i]));
        weighted.push_back(graph_.apply(Op::kMultiply, {weights[i], values[i]}));
      }
      result.value =
          number_column(graph_.apply(Op::kDivide, {graph_.sum(weighted), graph_.sum(weights)}));
    } else {
      model_.refuse("unknown continuousScoringMethod " + shown(method));
    }
    return result;
  }

  /// "In case of a tie, the category with the largest number of cases in the training data is the
  /// winner"; of these the smallest in lexical order. The probabilities are the shares of the
  /// votes.
  Result vote(const InstanceTarget &target, const Comparison::Nearest &nearest,
              bool is_similarity) {
    const std::string_view method =
        model_.attribute("categoricalScoringMethod").value_or("majorityVote");
    if (method != "majorityVote" && method != "weightedMajorityVote")
      model_.refuse("unknown categoricalScoringMethod " + shown(method));
    const bool is_weighted = method == "weightedMajorityVote";
    if (is_weighted && is_similarity) model_.refuse("similarities vote by distance");
    const auto found = Texts::open({});
    for (const std::string &text : target.values) found->find(text);
    const std::vector<std::string> labels = labels_of(target.target, found->texts());
    check_limit(labels.size(), scope_.builder().limits().max_outputs, "classes");
    std::vector<std::size_t> label_of_text, cases(labels.size(), 0);
    for (const std::string &text : found->texts())
      label_of_text.push_back(*find_label(labels, text));
    std::vector<double> codes;
    for (const std::string &text : target.values) {
      codes.push_back(static_cast<double>(label_of_text[*found->find(text)]));
      ++cases[static_cast<std::size_t>(codes.back())];
    }
    std::vector<Operand> voted, weights;
    for (std::size_t i = 0; i < nearest.points.size(); ++i) {
      voted.push_back(of_instance(nearest.points[i], codes));
      weights.push_back(is_weighted ? weight(nearest.distances[i]) : Operand::value(1));
    }
    const Operand total =
        is_weighted ? graph_.sum(weights) : Operand::value(static_cast<double>(weights.size()));
    std::vector<Operand> votes, probabilities;
    for (std::size_t label = 0; label < labels.size(); ++label) {
      std::vector<Operand> of_label;
      for (std::size_t i = 0; i < voted.size(); ++i) {
        const Operand is_it =
            graph_.apply(Op::kEqual, {voted[i], Operand::value(static_cast<double>(label))});
        of_label.push_back(
            is_weighted ? graph_.apply(Op::kIf, {is_it, weights[i], Operand::value(0)}) : is_it);
      }
      votes.push_back(graph_.sum(of_label));
      probabilities.push_back(graph_.apply(Op::kDivide, {votes.back(), total}));
    }
    std::vector<std::size_t> order(labels.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return cases[a] != cases[b] ? cases[a] > cases[b] : labels[a] < labels[b];
    });
    std::vector<Operand> candidates;
    std::vector<double> label_of_candidate;
    for (std::size_t label : order) {
      candidates.push_back(votes[label]);
      label_of_candidate.push_back(static_cast<double>(label));
    }
    const Operand winner = graph_.arg_max(candidates);
    Result result;
    result.task = Task::kClassification;
    result.value = {of_instance(winner, label_of_candidate),
                    {Type::Kind::kString, 1970},
                    Texts::closed(labels)};
    result.labels = labels;
    result.probabilities = std::move(probabilities);
    return result;
  }

  /// The neighbours by rank: their ids and distances.
  void add_entities(const Comparison::Nearest &nearest, Result &result) {
    const Type text_type{Type::Kind::kString, 1970};
    const auto texts = Texts::closed(ids_);
    const bool is_distinct = texts->size() == ids_.size();
    std::vector<double> indices;
    for (const std::string &id : ids_) indices.push_back(*texts->find(id));
    for (const Operand &point : nearest.points)
      result.entities.push_back(
          {is_distinct ? point : of_instance(point, indices), text_type, texts});
    result.affinities = nearest.distances;
    // A model without a target: the nearest instance itself
    if (result.task == Task::kClustering) {
      result.labels = texts->texts();
      result.value = result.entities.front();
    }
  }

  const XmlElement &model_;
  Scope &scope_;
  Graph &graph_;
  std::vector<InstanceTarget> targets_;
  std::vector<std::string> ids_;  // by instance
};

}  // namespace

Result read_nearest_neighbor(const XmlElement &model, Scope &scope) {
  return NearestNeighborReader(model, scope).read();
}

}  // namespace pgscore::formats::pmml
