#include "formats/pmml/models/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "base/shown_text.hpp"

namespace pgscore::formats::pmml {

using model::Distances;
using model::Op;
using model::Operand;

Comparison::Comparison(const XmlElement &measure, std::vector<ComparedField> fields, Scope &scope)
    : scope_(scope), fields_(std::move(fields)) {
  read_measure(measure);
  for (ComparedField &field : fields_) {
    const XmlElement &element = field.element;
    Distances::Field out;
    const DataField *data_field =
        scope.reading().dictionary().field(element.attribute("field").value_or(""));
    if (data_field != nullptr && data_field->element.boolean("isCyclic", false))
      element.refuse_unsupported("distances of a cyclic field are not supported");
    out.compare = read_compare(measure, element);
    field.weight = element.number("fieldWeight").value_or(1);
    if (!(field.weight >= 0) || std::isinf(field.weight))
      element.refuse("the weight is out of range");
    out.weight = field.weight;
    if (out.compare == Distances::Compare::kGauss) {
      out.scale = element.required_number("similarityScale");
      if (!(out.scale > 0) || std::isinf(out.scale))
        element.refuse("the similarityScale is out of range");
    }
    const bool by_equality =
        out.compare == Distances::Compare::kDelta || out.compare == Distances::Compare::kEqual;
    if (field.column.is_text() && (!by_equality || is_similarity_))
      element.refuse("a string is compared as a number");
    out.column = scope.graph().column(field.column.operand);
    node_.fields.push_back(out);
  }
  if (fields_.empty()) measure.refuse("there is no field to compare");
}

void Comparison::read_measure(const XmlElement &measure) {
  const std::string_view kind = measure.attribute("kind").value_or("distance");
  if (kind != "distance" && kind != "similarity") measure.refuse("unknown kind " + shown(kind));
  is_similarity_ = kind == "similarity";
  const auto child = measure.first_child();
  if (!child) measure.refuse("it has no measure");
  auto binary = [&](std::vector<double> parameters) {
    if (!is_similarity_) measure.refuse(std::string(child->name()) + " is no distance");
    node_.measure = Distances::Measure::kBinary;
    node_.binary = std::move(parameters);
  };
  // n_11, n_10, n_01, n_00 / d_11, d_10, d_01, d_00
  if (child->is("simpleMatching")) return binary({1, 0, 0, 1, 1, 1, 1, 1});
  if (child->is("jaccard")) return binary({1, 0, 0, 0, 1, 1, 1, 0});
  if (child->is("tanimoto")) return binary({1, 0, 0, 1, 1, 2, 2, 1});
  if (child->is("binarySimilarity")) {
    std::vector<double> parameters;
    for (const char *name : {"c11-parameter", "c10-parameter", "c01-parameter", "c00-parameter",
                             "d11-parameter", "d10-parameter", "d01-parameter", "d00-parameter"})
      parameters.push_back(child->required_number(name));
    return binary(std::move(parameters));
  }
  if (is_similarity_) child->refuse("it is no similarity");
  if (child->is("euclidean")) {
    node_.measure = Distances::Measure::kEuclidean;
  } else if (child->is("squaredEuclidean")) {
    node_.measure = Distances::Measure::kSquaredEuclidean;
  } else if (child->is("cityBlock")) {
    node_.measure = Distances::Measure::kCityBlock;
  } else if (child->is("chebychev")) {
    node_.measure = Distances::Measure::kChebychev;
  } else if (child->is("minkowski")) {
    node_.measure = Distances::Measure::kMinkowski;
    node_.exponent = child->required_number("p-parameter");
    if (!(node_.exponent > 0) || std::isinf(node_.exponent))
      child->refuse("the p-parameter is not positive");
  } else {
    child->refuse("unknown measure");
  }
}

Distances::Compare Comparison::read_compare(const XmlElement &measure,
                                            const XmlElement &field) const {
  const auto own = field.attribute("compareFunction");
  const std::string_view name =
      own ? *own : measure.attribute("compareFunction").value_or("absDiff");
  if (name == "absDiff") return Distances::Compare::kAbsDiff;
  if (name == "gaussSim") return Distances::Compare::kGauss;
  if (name == "delta") return Distances::Compare::kDelta;
  if (name == "equal") return Distances::Compare::kEqual;
  if (name == "table") field.refuse_unsupported("compareFunction \"table\" is not supported");
  field.refuse("unknown compareFunction " + shown(name));
}

void Comparison::set_missing_value_weights(std::vector<double> weights, const XmlElement &at) {
  if (weights.size() != fields_.size())
    at.refuse("it has " + std::to_string(weights.size()) + " weights, not " +
              std::to_string(fields_.size()));
  for (double weight : weights)
    if (!(weight >= 0) || std::isinf(weight)) at.refuse("a weight is out of range");
  missing_value_weights_ = std::move(weights);
}

void Comparison::add_point(const std::vector<std::optional<std::string>> &values,
                           const XmlElement &at) {
  if (values.size() != fields_.size())
    at.refuse("it has " + std::to_string(values.size()) + " values, not " +
              std::to_string(fields_.size()));
  check_limit((std::uint64_t{node_.num_points} + 1) * fields_.size(),
              scope_.builder().limits().max_nodes, "values of points");
  for (std::size_t i = 0; i < values.size(); ++i) {
    double value = model::kMissing;
    if (values[i]) {
      const Column &column = fields_[i].column;
      if (column.is_text()) {
        const auto index = column.texts->find(*values[i]);
        value = index ? *index : model::kUnknownCategory - 1;  // nothing is this
      } else {
        const auto number = parse_value(
            *values[i], column.type.kind == Type::Kind::kInteger ? Type{} : column.type);
        if (!number)
          at.refuse("value " + shown(*values[i]) + " does not fit the type of the field");
        value = *number;
      }
    }
    node_.points.push_back(value);
  }
  ++node_.num_points;
}

std::optional<Operand> Comparison::adjustment() {
  // A distance is multiplied by the sum of all weights over the sum of those of the fields that are
  // there. The node takes the weights of the fields for that, and leaves the factor out for
  // chebychev; the standard has weights of their own for it, 1 without a MissingValueWeights, and
  // knows no exception (JPMML-Evaluator, MeasureUtil.evaluateDistance).
  if (is_similarity_) return std::nullopt;
  std::vector<double> wanted = missing_value_weights_;
  if (wanted.empty()) wanted.assign(fields_.size(), 1);
  const bool is_chebychev = node_.measure == Distances::Measure::kChebychev;
  const bool is_same =
      std::all_of(node_.fields.begin(), node_.fields.end(), [&](const Distances::Field &field) {
        const auto i = static_cast<std::size_t>(&field - node_.fields.data());
        return field.weight * wanted[0] == wanted[i] * node_.fields[0].weight;
      });
  if (is_same && !is_chebychev && wanted[0] > 0) return std::nullopt;

  Graph &graph = scope_.graph();
  auto factor = [&](auto weight_of) {
    double total = 0;
    std::vector<Operand> present;
    for (std::size_t i = 0; i < node_.fields.size(); ++i) {
      const double weight = weight_of(i);
      total += weight;
      const Operand is_missing = graph.apply(Op::kIsMissing, {Operand::of(node_.fields[i].column)});
      present.push_back(
          graph.apply(Op::kIf, {is_missing, Operand::value(0), Operand::value(weight)}));
    }
    return graph.apply(Op::kDivide, {Operand::value(total), graph.sum(present)});
  };
  const Operand standard = factor([&](std::size_t i) { return wanted[i]; });
  Operand ratio = standard;
  if (!is_chebychev)
    ratio = graph.apply(Op::kDivide,
                        {standard, factor([&](std::size_t i) { return node_.fields[i].weight; })});
  if (node_.measure == Distances::Measure::kEuclidean) return graph.apply(Op::kSqrt, {ratio});
  if (node_.measure == Distances::Measure::kMinkowski)
    return graph.apply(Op::kPower, {ratio, Operand::value(1 / node_.exponent)});
  return ratio;
}

Operand Comparison::adjusted(Operand distance, const std::optional<Operand> &factor) {
  return factor ? scope_.graph().apply(Op::kMultiply, {distance, *factor}) : distance;
}

std::vector<Operand> Comparison::all() {
  const std::optional<Operand> factor = adjustment();
  Distances node = node_;
  const model::ColumnId first = scope_.builder().distances(std::move(node));
  std::vector<Operand> distances;
  for (std::uint32_t i = 0; i < num_points(); ++i)
    distances.push_back(adjusted(Operand::of(first + i), factor));
  return distances;
}

Comparison::Nearest Comparison::nearest(std::uint32_t count) {
  // The same for all points: their order does not change
  const std::optional<Operand> factor = adjustment();
  Distances node = node_;
  node.nearest = count;
  const model::ColumnId first = scope_.builder().distances(std::move(node));
  Nearest nearest;
  for (std::uint32_t i = 0; i < count; ++i) nearest.points.push_back(Operand::of(first + i));
  for (std::uint32_t i = 0; i < count; ++i)
    nearest.distances.push_back(adjusted(Operand::of(first + count + i), factor));
  return nearest;
}

std::uint32_t greatest_rank(const XmlElement &model, std::uint32_t limit) {
  std::uint32_t rank = 1;
  if (const auto output = model.child("Output"))
    for (const XmlElement field : output->children("OutputField"))
      rank = std::max(rank, field.count("rank").value_or(1));
  return std::min(rank, limit);
}

}  // namespace pgscore::formats::pmml
