// A model element of PMML -> columns of the graph.
//
// Each kind of model (pmml_<kind>.cpp) is one function from the element and its scope to a
// PmmlResult; the table in pmml_model.cpp says which element is read by which. What is common to
// all kinds is done around it by read_pmml_model: the scope of the MiningSchema and the
// LocalTransformations before, Targets and Output after.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/pmml_expression.hpp"
#include "formats/pmml_fields.hpp"

namespace pgscore::formats {

/// PMML's functionName. kMixed: several results, of a chain of models.
enum class PmmlTask : std::uint8_t { kRegression, kClassification, kClustering, kMixed };

struct PmmlOutputColumn {
  std::string name;
  PmmlColumn column;
};

struct PmmlModel;

/// A segment of a MiningModel, for OutputFields that ask for what it gives.
struct PmmlSegmentResult {
  std::string id;
  model::Operand applies;  // 1 where its predicate is true
  std::shared_ptr<const PmmlModel> model;
};

/// What a model computes for a row. Operands are numbers; missing where the model gives no result.
struct PmmlResult {
  PmmlTask task = PmmlTask::kRegression;
  /// Of a model that predicts several targets by itself: the field that this is the result for, and
  /// the results for the others.
  std::string target;
  std::vector<PmmlResult> others;
  std::vector<PmmlSegmentResult> segments;
  /// kMixed: the predicted values of all targets, and nothing else but `outputs`.
  std::vector<PmmlOutputColumn> targets;
  /// The predicted value: a number, or a text out of `labels` (their very list and order:
  /// closed(labels)).
  PmmlColumn value;
  /// Classification: the classes. Clustering: the clusters' ids.
  std::vector<std::string> labels;
  // What to show for each label: clusters' names; empty: the labels
  std::vector<std::string> display_labels;
  std::vector<model::Operand> probabilities;  // one per label; empty when the model has none
  std::vector<model::Operand> confidences;    // one per label; empty: as the probabilities
  std::vector<model::Operand> raw;            // margins before the link, when there are such
  /// OutputField's entityId, by rank: the winning node, rule, cluster, neuron, then the next ones.
  /// Texts.
  std::vector<PmmlColumn> entities;
  std::vector<model::Operand> affinities;  // of the entities, by rank (distance or similarity)
  std::vector<PmmlColumn> reason_codes;    // by rank. Texts
  /// OutputFields of segments that the model hands on.
  std::vector<PmmlOutputColumn> outputs;
  /// For labels of clusters and entities by name: affinity of each label (OutputField's value=...).
  std::vector<model::Operand> label_affinities;
};

/// The target field of a model, as the data dictionary and Targets describe it.
struct PmmlTarget {
  std::string name;  // empty: the model has none
  PmmlType type;
  bool is_continuous = true;
  bool is_ordinal = false;
  std::vector<std::string> values;   // declared values, in order
  std::optional<XmlElement> target;  // the Target element
};
/// The model's target: targetFieldName, or the first target of its MiningSchema.
PmmlTarget pmml_target(const XmlElement &model, PmmlScope &scope);
/// Another one of its targets.
PmmlTarget pmml_target_named(const std::string &name, const XmlElement &model, PmmlScope &scope);

/// functionName; throws for one that is not read.
PmmlTask pmml_task(const XmlElement &model);

/// The classes of a model: the target's declared values, then those of `found` that it does not
/// declare. When it declares none, those of `found` in their order, but numbers ascending.
std::vector<std::string> pmml_labels(const PmmlTarget &target,
                                     const std::vector<std::string> &found);

/// The result of a classification by probabilities, or by any scores: the first of the greatest
/// wins.
PmmlResult pmml_classify(PmmlScope &scope, std::vector<std::string> labels,
                         std::vector<model::Operand> probabilities);
/// The index of `label` in `labels`.
std::optional<std::size_t> pmml_label_index(const std::vector<std::string> &labels,
                                            std::string_view label);

/// The precision of a model's arithmetic: x-mathContext, which JPMML's converters write.
model::Precision pmml_precision(const XmlElement &model);
/// The constant that a number of the document is in that precision: float32 texts are read as
/// float32.
double pmml_number_of(const XmlElement &element, std::string_view attribute,
                      model::Precision precision);

/// An inverse link function of one column by PMML's name: logit, probit, cloglog, loglog, cauchit,
/// exp, identity (none), log. nullopt when there is no such function.
std::optional<model::Operand> pmml_inverse_link(
    PmmlGraph &graph, std::string_view name, model::Operand x,
    model::Precision precision = model::Precision::kFloat64);

// ---- kinds of models ----------------------------------------------------------------------------

PmmlResult read_pmml_regression(const XmlElement &model, PmmlScope &scope);
PmmlResult read_pmml_tree(const XmlElement &model, PmmlScope &scope);
PmmlResult read_pmml_mining(const XmlElement &model, PmmlScope &scope);
PmmlResult read_pmml_general_regression(const XmlElement &model, PmmlScope &scope);
PmmlResult read_pmml_scorecard(const XmlElement &model, PmmlScope &scope);
PmmlResult read_pmml_naive_bayes(const XmlElement &model, PmmlScope &scope);
PmmlResult read_pmml_support_vector(const XmlElement &model, PmmlScope &scope);
PmmlResult read_pmml_neural_network(const XmlElement &model, PmmlScope &scope);
PmmlResult read_pmml_clustering(const XmlElement &model, PmmlScope &scope);
PmmlResult read_pmml_nearest_neighbor(const XmlElement &model, PmmlScope &scope);
PmmlResult read_pmml_rule_set(const XmlElement &model, PmmlScope &scope);
PmmlResult read_pmml_anomaly_detection(const XmlElement &model, PmmlScope &scope);

struct PmmlModelKind {
  std::string_view element;
  PmmlResult (*read)(const XmlElement &model, PmmlScope &scope);  // null: not supported
  std::string_view remark;                                        // for models/formats/pmml.md
};
std::span<const PmmlModelKind> pmml_model_kinds();
/// The kind of a model element; refuses those that are not supported.
const PmmlModelKind &pmml_model_kind(const XmlElement &element);
/// Whether the element is a model, supported or not.
bool is_pmml_model(const XmlElement &element);

/// The tables of models/formats/pmml.md: kinds of models, methods of MiningModel, expressions,
/// functions, features of Output.
std::string pmml_support_tables();
std::vector<PmmlSupport> pmml_methods();
std::vector<PmmlSupport> pmml_features();

// ---- around them --------------------------------------------------------------------------------

struct PmmlModel {
  PmmlResult result;
  PmmlTarget target;
  std::vector<PmmlOutputColumn> outputs;  // its OutputFields, and those of its segments
};

/// Reads a model element; its outputs become fields of `around` when it is a segment.
PmmlModel read_pmml_model(const XmlElement &model, PmmlReading &reading, PmmlScope *around);

/// The labels as Targets display them, where these displays tell them apart: the values of the
/// training data, for producers that normalize them (SAS).
std::vector<std::string> pmml_display_labels(const PmmlResult &result, const PmmlTarget &target);
/// What Targets do with a result (PMML 4.4, Targets).
void apply_pmml_targets(PmmlResult &result, const PmmlTarget &target, PmmlGraph &graph);
/// The OutputFields of `model`; each is defined in the scope as it is read, so that later ones may
/// refer to it.
std::vector<PmmlOutputColumn> read_pmml_outputs(const XmlElement &model, const PmmlResult &result,
                                                const PmmlTarget &target, PmmlScope &scope);

}  // namespace pgscore::formats
