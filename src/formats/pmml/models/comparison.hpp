// ComparisonMeasure: what clusterings and nearest neighbours have in common.
#pragma once
#include <string>
#include <vector>

#include "formats/pmml/model.hpp"

namespace pgscore::formats::pmml {

/// A field that is compared: a ClusteringField or a KNNInput.
struct ComparedField {
  XmlElement element;
  Column column;
  double weight = 1;
};

/// Distances or similarities between the row and points (PMML 4.4, Clustering: ComparisonMeasure).
class Comparison {
 public:
  /// `measure`: the ComparisonMeasure. Fields have the attributes compareFunction, fieldWeight and
  /// similarityScale.
  Comparison(const XmlElement &measure, std::vector<ComparedField> fields, Scope &scope);

  /// fields() gives the fields as given, each with the weight that its fieldWeight says;
  /// is_similarity() is whether more means nearer (kind="similarity").
  const std::vector<ComparedField> &fields() const { return fields_; }
  bool is_similarity() const { return is_similarity_; }
  /// MissingValueWeights: one per field. Otherwise all count alike.
  void set_missing_value_weights(std::vector<double> weights, const XmlElement &at);

  /// Adds a point; nullopt: missing.
  void add_point(const std::vector<std::optional<std::string>> &values, const XmlElement &at);
  std::uint32_t num_points() const { return node_.num_points; }

  /// The distance to each point.
  std::vector<model::Operand> all();
  struct Nearest {
    std::vector<model::Operand> points;     // indices, the nearest or most similar first
    std::vector<model::Operand> distances;  // to them
  };

  /// Gives the `count` nearest points and their distances, from 1 to num_points(). A point whose
  /// distance is missing is none of them; where there are fewer, the rest is missing. Call it after
  /// the last add_point(); every call adds a node.
  Nearest nearest(std::uint32_t count);

 private:
  void read_measure(const XmlElement &measure);
  model::Distances::Compare read_compare(const XmlElement &measure, const XmlElement &field) const;
  /// What the standard does about missing values, as a factor of what the node does.
  std::optional<model::Operand> adjustment();
  model::Operand adjusted(model::Operand distance, const std::optional<model::Operand> &factor);

  Scope &scope_;
  std::vector<ComparedField> fields_;
  bool is_similarity_ = false;
  std::vector<double> missing_value_weights_;
  model::Distances node_;
};

/// The greatest rank that the Output of `model` asks for with one of these features; at least 1.
std::uint32_t greatest_rank(const XmlElement &model, std::uint32_t limit);

}  // namespace pgscore::formats::pmml
