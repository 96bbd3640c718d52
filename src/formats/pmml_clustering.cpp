// ClusteringModel (PMML 4.4, Clustering): center-based models.
#include "base/shown_text.hpp"
#include "formats/pmml_comparison.hpp"
#include "formats/pmml_expression.hpp"

namespace pgscore::formats {

using model::Operand;

namespace {

std::vector<PmmlComparedField> read_fields(const XmlElement &model, PmmlScope &scope) {
  std::vector<PmmlComparedField> fields;
  for (const XmlElement element : model.children("ClusteringField"))
    if (element.boolean("isCenterField", true))
      fields.push_back({element, scope.field(element.required("field"), element)});
  if (fields.empty()) model.fail("it has no ClusteringField");
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

PmmlResult read_pmml_clustering(const XmlElement &model, PmmlScope &scope) {
  if (pmml_task(model) != PmmlTask::kClustering)
    model.fail("unknown function " + shown(model.required("functionName")));
  const std::string_view model_class = model.attribute("modelClass").value_or("centerBased");
  if (model_class != "centerBased")
    model.unsupported("clusterings of class " + shown(model_class) + " are not supported");
  PmmlComparison comparison(model.required_child("ComparisonMeasure"), read_fields(model, scope),
                            scope);
  if (const auto weights = model.child("MissingValueWeights"))
    if (const auto array = weights->first_child())
      comparison.set_missing_value_weights(read_pmml_numbers(*array), *weights);

  std::vector<std::string> ids, names;
  bool has_names = false;
  for (const XmlElement cluster : model.children("Cluster")) {
    // Clusters without an id are counted from 1.
    ids.emplace_back(cluster.attribute("id").value_or(std::to_string(ids.size() + 1)));
    const auto name = cluster.attribute("name");
    has_names = has_names || name;
    names.emplace_back(name.value_or(ids.back()));
    const auto array = cluster.child("Array");
    if (!array) cluster.fail("it has no Array");
    std::vector<std::optional<std::string>> center;
    for (std::string &text : read_pmml_array(*array)) center.emplace_back(std::move(text));
    comparison.add_point(center, *array);
  }
  if (ids.empty()) model.fail("it has no Cluster");

  const auto num_clusters = static_cast<std::uint32_t>(ids.size());
  const PmmlComparison::Nearest nearest =
      comparison.nearest(pmml_greatest_rank(model, num_clusters));
  const PmmlType text_type{PmmlType::Kind::kString, 1970};
  const auto texts = PmmlTexts::closed(ids);
  if (texts->size() != num_clusters) model.fail("two clusters have the same id");
  PmmlResult result;
  result.task = PmmlTask::kClustering;
  result.labels = ids;
  if (has_names) result.display_labels = names;
  result.value = {nearest.points[0], text_type, texts};
  for (const Operand &point : nearest.points) result.entities.push_back({point, text_type, texts});
  result.affinities = nearest.distances;
  if (wants_all_affinities(model)) result.label_affinities = comparison.all();
  return result;
}

}  // namespace pgscore::formats
