// ClusteringModel (PMML 4.4, Clustering): center-based models.
#include "base/shown_text.hpp"
#include "formats/pmml/expression.hpp"
#include "formats/pmml/models/comparison.hpp"

namespace pgscore::formats::pmml {

using model::Operand;

namespace {

std::vector<ComparedField> read_fields(const XmlElement &model, Scope &scope) {
  std::vector<ComparedField> fields;
  for (const XmlElement element : model.children("ClusteringField"))
    if (element.boolean("isCenterField", true))
      fields.push_back({element, scope.field(element.required("field"), element)});
  if (fields.empty()) model.refuse("it has no ClusteringField");
  return fields;
}

/// The affinities by label where the Output asks for one by name.
bool wants_all_affinities(const XmlElement &model) {
  const auto output = model.child("Output");
  if (!output) return false;
  for (const XmlElement field : output->children("OutputField")) {
    const std::string_view feature = field.attribute("feature").value_or("");
    if (field.attribute("value") &&
        (feature == "affinity" || feature == "clusterAffinity" || feature == "entityAffinity"))
      return true;
  }
  return false;
}

}  // namespace

Result read_clustering(const XmlElement &model, Scope &scope) {
  if (task_of(model) != Task::kClustering)
    model.refuse("unknown function " + shown(model.required("functionName")));
  const std::string_view model_class = model.attribute("modelClass").value_or("centerBased");
  if (model_class != "centerBased")
    model.refuse_unsupported("clusterings of class " + shown(model_class) + " are not supported");
  Comparison comparison(model.required_child("ComparisonMeasure"), read_fields(model, scope),
                        scope);
  if (const auto weights = model.child("MissingValueWeights"))
    if (const auto array = weights->first_child())
      comparison.set_missing_value_weights(read_numbers(*array), *weights);

  std::vector<std::string> ids, names;
  bool has_names = false;
  for (const XmlElement cluster : model.children("Cluster")) {
    // Clusters without an id are counted from 1.
    ids.emplace_back(cluster.attribute("id").value_or(std::to_string(ids.size() + 1)));
    const auto name = cluster.attribute("name");
    has_names = has_names || name;
    names.emplace_back(name.value_or(ids.back()));
    const auto array = cluster.child("Array");
    if (!array) cluster.refuse("it has no Array");
    std::vector<std::optional<std::string>> center;
    for (std::string &text : read_array(*array)) center.emplace_back(std::move(text));
    comparison.add_point(center, *array);
  }
  if (ids.empty()) model.refuse("it has no Cluster");

  const auto num_clusters = static_cast<std::uint32_t>(ids.size());
  const Comparison::Nearest nearest = comparison.nearest(greatest_rank(model, num_clusters));
  const Type text_type{Type::Kind::kString, 1970};
  const auto texts = Texts::closed(ids);
  if (texts->size() != num_clusters) model.refuse("two clusters have the same id");
  Result result;
  result.task = Task::kClustering;
  result.labels = ids;
  if (has_names) result.display_labels = names;
  result.value = {nearest.points[0], text_type, texts};
  for (const Operand &point : nearest.points) result.entities.push_back({point, text_type, texts});
  result.affinities = nearest.distances;
  if (wants_all_affinities(model)) result.label_affinities = comparison.all();
  return result;
}

}  // namespace pgscore::formats::pmml
