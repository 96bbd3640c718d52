// A model element of PMML -> columns of the graph.
//
// Each kind of model (models/<kind>.cpp) is one function from the element and its scope to a
// Result; the table in model.cpp says which element is read by which. What is common to all kinds
// is done around it by read_model: the scope of the MiningSchema and the LocalTransformations
// before, Targets and Output after.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/pmml/expression.hpp"
#include "formats/pmml/fields.hpp"

namespace pgscore::formats::pmml {

/// PMML's functionName. kMixed: several results, of a chain of models.
enum class Task : std::uint8_t { kRegression, kClassification, kClustering, kMixed };

struct OutputColumn {
  std::string name;
  Column column;
};

struct Model;

/// A segment of a MiningModel, for OutputFields that ask for what it gives.
struct SegmentResult {
  std::string id;
  model::Operand applies;  // 1 where its predicate is true
  std::shared_ptr<const Model> model;
};

/// What a model computes for a row. Operands are numbers; missing where the model gives no result.
struct Result {
  Task task = Task::kRegression;
  /// Of a model that predicts several targets by itself: the field that this is the result for, and
  /// the results for the others.
  std::string target;
  std::vector<Result> others;
  std::vector<SegmentResult> segments;
  /// kMixed: the predicted values of all targets, and nothing else but `outputs`.
  std::vector<OutputColumn> targets;
  /// The predicted value: a number, or a text out of `labels` (their very list and order:
  /// closed(labels)).
  Column value;
  /// Classification: the classes. Clustering: the clusters' ids.
  std::vector<std::string> labels;
  std::vector<std::string> display_labels;    // what to show for each label: clusters' names;
                                              // empty: the labels
  std::vector<model::Operand> probabilities;  // one per label; empty when the model has none
  std::vector<model::Operand> confidences;    // one per label; empty: as the probabilities
  std::vector<model::Operand> raw;            // margins before the link, when there are such
  /// OutputField's entityId, by rank: the winning node, rule, cluster, neuron, then the next ones.
  /// Texts.
  std::vector<Column> entities;
  std::vector<model::Operand> affinities;  // of the entities, by rank (distance or similarity)
  std::vector<Column> reason_codes;        // by rank. Texts
  /// OutputFields of segments that the model hands on.
  std::vector<OutputColumn> outputs;
  /// For labels of clusters and entities by name: affinity of each label (OutputField's value=...).
  std::vector<model::Operand> label_affinities;
};

/// The target field of a model, as the data dictionary and Targets describe it.
struct Target {
  std::string name;  // empty: the model has none
  Type type;
  bool is_continuous = true;
  bool is_ordinal = false;
  std::vector<std::string> values;   // declared values, in order
  std::optional<XmlElement> target;  // the Target element
};
/// The model's target: targetFieldName, or the first target of its MiningSchema.
Target read_target(const XmlElement &model, Scope &scope);
/// Another one of its targets.
Target find_target(const std::string &name, const XmlElement &model, Scope &scope);

/// functionName; throws for one that is not read.
Task task_of(const XmlElement &model);

/// The classes of a model: the target's declared values, then those of `found` that it does not
/// declare. When it declares none, those of `found` in their order, but numbers ascending.
std::vector<std::string> labels_of(const Target &target, const std::vector<std::string> &found);

/// The result of a classification by probabilities, or by any scores: the first of the greatest
/// wins.
Result classification_of(Scope &scope, std::vector<std::string> labels,
                         std::vector<model::Operand> probabilities);
/// The index of `label` in `labels`.
std::optional<std::size_t> find_label(const std::vector<std::string> &labels,
                                      std::string_view label);

/// The precision of a model's arithmetic: x-mathContext, which JPMML's converters write.
model::Precision precision_of(const XmlElement &model);
/// The constant that a number of the document is in that precision: float32 texts are read as
/// float32.
double number_attribute(const XmlElement &element, std::string_view attribute,
                        model::Precision precision);

/// An inverse link function of one column by PMML's name: logit, probit, cloglog, loglog, cauchit,
/// exp, identity (none), log. nullopt when there is no such function.
std::optional<model::Operand> inverse_link(Graph &graph, std::string_view name, model::Operand x,
                                           model::Precision precision = model::Precision::kFloat64);

// ---- kinds of models ----------------------------------------------------------------------------

/// Each adds one kind of model to the graph, as PMML 4.4 has it (models/<kind>.cpp names the
/// chapter and what it takes from JPMML-Evaluator), and gives its columns. Targets and Output are
/// left to read_model(), which calls them by the table below. `scope` is that of the model element.
/// They throw, with the line of the element, kInvalidModel when the element is malformed or its
/// functionName is none of this kind's, kUnsupportedModel for what docs/formats/pmml.md excludes,
/// kLimitExceeded.
Result read_regression(const XmlElement &model, Scope &scope);
Result read_tree(const XmlElement &model, Scope &scope);
Result read_mining(const XmlElement &model, Scope &scope);
Result read_general_regression(const XmlElement &model, Scope &scope);
Result read_scorecard(const XmlElement &model, Scope &scope);
Result read_naive_bayes(const XmlElement &model, Scope &scope);
Result read_support_vector(const XmlElement &model, Scope &scope);
Result read_neural_network(const XmlElement &model, Scope &scope);
Result read_clustering(const XmlElement &model, Scope &scope);
Result read_nearest_neighbor(const XmlElement &model, Scope &scope);
Result read_rule_set(const XmlElement &model, Scope &scope);
Result read_anomaly_detection(const XmlElement &model, Scope &scope);

struct ModelKind {
  std::string_view element;
  Result (*read)(const XmlElement &model, Scope &scope);  // null: not supported
  std::string_view remark;                                // for docs/formats/pmml.md
};

/// Gives all model elements that PMML 4.4 has, those that are not supported last. The table lives
/// as long as the program.
std::span<const ModelKind> model_kinds();
/// The kind of a model element; refuses those that are not supported.
const ModelKind &find_model_kind(const XmlElement &element);
/// Whether the element is a model, supported or not.
bool is_model(const XmlElement &element);

/// The tables of docs/formats/pmml.md: kinds of models, methods of MiningModel, expressions,
/// functions, features of Output.
std::string support_tables();
std::vector<Support> supported_methods();
std::vector<Support> supported_features();

// ---- around them --------------------------------------------------------------------------------

struct Model {
  Result result;
  Target target;
  std::vector<OutputColumn> outputs;  // its OutputFields, and those of its segments
};

/// Reads a model element; its outputs become fields of `around` when it is a segment.
Model read_model(const XmlElement &model, Reading &reading, Scope *around);

/// The labels as Targets display them, where these displays tell them apart: the values of the
/// training data, for producers that normalize them (SAS).
std::vector<std::string> display_labels_of(const Result &result, const Target &target);
/// What Targets do with a result (PMML 4.4, Targets).
void apply_targets(Result &result, const Target &target, Graph &graph);
/// The OutputFields of `model`; each is defined in the scope as it is read, so that later ones may
/// refer to it.
std::vector<OutputColumn> read_outputs(const XmlElement &model, const Result &result,
                                       const Target &target, Scope &scope);

}  // namespace pgscore::formats::pmml
